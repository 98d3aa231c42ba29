"""The kit's checks of class C and D: every order line once, of the item asked, whole and readable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connectors.contract import Broken, expect
from connectors.health import ABSENT
from connectors.protocol import mapping
from connectors.protocol.kit.desk import Desk
from connectors.protocol.kit.stops import LISTINGS
from recall.errors import OrderRefused

LINES = "/recall/order-lines"
PAGES, MOST_PAGES = 5, 2_000
"""A small scan is asked for in so many pages; a scan that has not ended after so many is no scan."""
_SHOWN = 3


@dataclass(slots=True, kw_only=True)
class Scan:
    """What a reading from the first page to the last gave."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    total: object = None
    again: str | None = None
    """A cursor that came twice: the pages run in a circle."""

    @property
    def refs(self) -> list[object]:
        """The references of the lines, as they came."""
        return [row.get("line") for row in self.rows]


async def scan(desk: Desk) -> Scan:
    """Every page of the trade item, in pages of a size that makes some of them."""
    first = (await desk.read(LINES, gtin=desk.item, limit="1")).get("total")
    size = str(max(1, min(mapping.PAGE, first // PAGES if isinstance(first, int) else mapping.PAGE)))
    whole, seen, cursor = Scan(total=first), set[str](), None
    for _ in range(MOST_PAGES):
        page = await desk.read(LINES, gtin=desk.item, limit=size, **({"cursor": cursor} if cursor else {}))
        whole.rows += [row for row in page.get("lines") or () if isinstance(row, dict)]
        following = page.get("next")
        if following is None:
            return whole
        cursor = str(following)
        if cursor in seen:
            whole.again = cursor
            return whole
        seen.add(cursor)
    raise Broken(sent=f"a scan of {desk.item}", expected=f"an end within {MOST_PAGES} pages", got="none")


async def finds_every_line(desk: Desk) -> None:
    """A scan gives as many different lines as the total that was stated."""
    found = await scan(desk)
    expect(found.total, len(set(found.refs)), sent=f"a scan of {desk.item}: lines, and the total stated")
    expect(True, bool(found.rows), sent=f"a scan of {desk.item}: some line")


async def gives_every_line_once(desk: Desk) -> None:
    """No line comes twice in a scan."""
    refs = (await scan(desk)).refs
    twice = sorted({str(ref) for ref in refs if refs.count(ref) > 1})
    expect([], twice[:_SHOWN], sent=f"a scan of {desk.item}: lines that came twice")


async def ends_its_pages(desk: Desk) -> None:
    """The last page has no next one: no cursor comes twice."""
    expect(None, (await scan(desk)).again, sent=f"a scan of {desk.item}: a cursor that came twice")


async def refuses_an_impossible_cursor(desk: Desk) -> None:
    """A cursor that it never gave is refused: who starts anew instead gives lines again, or for ever."""
    answer = await desk.ask(LINES, gtin=desk.item, cursor=f"never-given-{desk.run}")
    expect(400, answer.status, sent=f"GET {LINES} with a cursor that was never given")


async def keeps_to_the_limit(desk: Desk) -> None:
    """A page has no more lines than were asked for."""
    rows = await desk.rows(LINES, "lines", gtin=desk.item, limit="1")
    expect(1, len(rows), sent=f"GET {LINES}?gtin={desk.item}&limit=1: lines")


async def gives_the_item_asked(desk: Desk) -> None:
    """Every line is of the trade item that was asked for, by what the line itself says."""
    others = [
        row.get("line") for row in (await scan(desk)).rows if str(row.get("gtin")).zfill(14) != desk.item
    ]
    expect([], others[:_SHOWN], sent=f"a scan of {desk.item}: lines of another trade item")


async def proves_its_filter(desk: Desk) -> None:
    """A trade item that nobody sells has no line, no total and no offer."""
    page = await desk.read(LINES, gtin=ABSENT)
    lines = page.get("lines")
    expect((0, 0), (len(lines) if isinstance(lines, list) else lines, page.get("total")),
           sent=f"GET {LINES}?gtin={ABSENT}, which nobody sells: lines and total")  # fmt: skip
    expect([], await desk.rows(LISTINGS, "listings", gtin=ABSENT), sent=f"GET {LISTINGS}?gtin={ABSENT}")


async def refuses_an_unknown_parameter(desk: Desk) -> None:
    """A parameter that it does not know is refused: one that is ignored gives everybody's lines."""
    answer = await desk.ask(LINES, gtin=desk.item, conformance="1")
    expect(400, answer.status, sent=f"GET {LINES} with a parameter that there is not")


async def writes_rows_that_can_be_read(desk: Desk) -> None:
    """Every line has its reference, whole units, and times that say their offset."""
    refused = []
    for number, row in enumerate((await scan(desk)).rows):
        try:
            mapping.line_of(row, platform_id=desk.endpoint, where=f"/lines/{number}")
        except OrderRefused as error:
            refused.append(str(error))
    expect([], refused[:_SHOWN], sent=f"a scan of {desk.item}: lines that cannot be read")


async def carries_what_it_states(desk: Desk) -> None:
    """Who states lots or units has lines that carry them."""
    level = desk.stated("trace_level")
    expect(True, level in ("unit", "lot"), sent=f"capabilities.trace_level of class D: {level!r}")
    name = "serial" if level == "unit" else "lot"
    found = any(row.get(name) for row in (await scan(desk)).rows)
    expect(True, found, sent=f"a scan of {desk.item}, trace level {level!r}: some line has a {name}")


CHECKS = (
    finds_every_line, gives_every_line_once, ends_its_pages, refuses_an_impossible_cursor, keeps_to_the_limit,
    gives_the_item_asked, proves_its_filter, refuses_an_unknown_parameter, writes_rows_that_can_be_read,
)  # fmt: skip
TRACED = (carries_what_it_states,)
