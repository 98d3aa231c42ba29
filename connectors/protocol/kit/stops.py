"""The kit's checks of class B: a stop of a sale, rehearsed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connectors.contract import Broken, expect
from connectors.protocol.kit.desk import TOLERANCE, Desk
from connectors.protocol.mapping import SELLING, stop_of

LISTINGS = "/recall/listings"


async def states_what_was_and_what_is(desk: Desk) -> None:
    """A stop says the state before it and after it, and nobody can buy what is stopped."""
    ref = await _offered(desk)
    stop = stop_of(await _stop(desk, ref=ref, key="states"), listing_ref=ref)
    expect(True, stop.stopped, sent=f"a rehearsed stop of {ref}: its sale is over, state {stop.after!r}")
    expect(True, stop.before in SELLING, sent=f"a rehearsed stop of {ref}: it was on sale, {stop.before!r}")


async def keeps_the_time(desk: Desk) -> None:
    """A stop says when it was, by a clock that is right."""
    ref = await _offered(desk)
    stop = stop_of(await _stop(desk, ref=ref, key="time"), listing_ref=ref)
    away = abs((stop.at - datetime.now(UTC)).total_seconds())
    if away > TOLERANCE:
        raise Broken(sent=f"a rehearsed stop of {ref}: at", expected=f"within {TOLERANCE} s of now",
                     got=f"{away:.0f} s away")  # fmt: skip


async def gives_the_same_answer_again(desk: Desk) -> None:
    """The same key with the same body is one stop and gets one answer."""
    ref = await _offered(desk)
    first, second = [await _stop(desk, ref=ref, key="again") for _ in range(2)]
    expect(dict(first), dict(second), sent=f"the same stop of {ref} under the same key")


async def refuses_a_used_key(desk: Desk) -> None:
    """The same key with another body is a mistake of the caller's, and is refused."""
    ref = await _offered(desk)
    await _stop(desk, ref=ref, key="used")
    other = {"recall": f"{desk.recall}_other", "dry_run": True}
    answer = await desk.post(_door(ref), document=other, key=f"used-{desk.run}")
    expect(422, answer.status, sent=f"POST {_door(ref)} with a used key and another body")


async def knows_no_such_listing(desk: Desk) -> None:
    """A listing that it does not have cannot be stopped."""
    desk.rehearses()
    ref = f"no-such-{desk.run}"
    answer = await desk.post(_door(ref), document=_rehearsal(desk), key=f"nowhere-{desk.run}")
    expect(404, answer.status, sent=f"POST {LISTINGS}/no-such/stop")


async def changes_nothing_in_a_dry_run(desk: Desk) -> None:
    """What is only rehearsed leaves the offer on sale."""
    ref = await _offered(desk)
    await _stop(desk, ref=ref, key="effect")
    rows = await desk.rows(LISTINGS, "listings", gtin=desk.item)
    expect([True], [row.get("on_sale") for row in rows if row.get("ref") == ref],
           sent=f"GET {LISTINGS} after a rehearsed stop: whether {ref} is on sale")  # fmt: skip


CHECKS = (
    states_what_was_and_what_is, keeps_the_time, gives_the_same_answer_again, refuses_a_used_key,
    knows_no_such_listing, changes_nothing_in_a_dry_run,
)  # fmt: skip


async def _offered(desk: Desk) -> str:
    """An offer that is on sale. Raises Broken where there is none, or where a stop cannot be rehearsed."""
    desk.rehearses()
    rows = await desk.rows(LISTINGS, "listings", gtin=desk.item)
    refs = [row.get("ref") for row in rows if row.get("on_sale") is True]
    if not refs:
        raise Broken(sent=f"GET {LISTINGS}?gtin={desk.item}", expected="an offer on sale", got=rows)
    return str(refs[0])


async def _stop(desk: Desk, *, ref: str, key: str) -> Mapping[str, Any]:
    answer = await desk.post(_door(ref), document=_rehearsal(desk), key=f"{key}-{desk.run}")
    expect(200, answer.status, sent=f"POST {_door(ref)} with dry_run")
    return answer.document


def _rehearsal(desk: Desk) -> dict[str, object]:
    return {"recall": desk.recall, "dry_run": True}


def _door(ref: str) -> str:
    return f"{LISTINGS}/{quote(ref, safe='')}/stop"
