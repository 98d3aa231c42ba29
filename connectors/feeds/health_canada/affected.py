"""The table of affected products on a page: columns by their heads, products row by row; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from connectors.feeds.fields import coded, says_nothing
from connectors.feeds.pairing import together
from connectors.feeds.tables import Table
from recall.domain.notice import ClauseKind, Identifier, NoticeProduct
from recall.reading.dates import Order
from recall.reading.trade_items import trade_item

_ORDER = Order.UNKNOWN
_COLUMNS = {
    "din": r"\bDIN(?:-HM)?\b|\bNPN\b",
    "upc": r"\bUPC\b|\bCUP\b|\bGTIN\b|bar ?code|code[- ]barres",
    "expiry": r"expir|best[ -]before|use[ -]by|péremption|meilleur avant",
    "lot": r"\blots?\b|\bbatch|^codes?(?:\(s\))?$|lot code",
    "serial": r"\bserial|\bsérie",
    "item": r"catalog|\bitem\b|\bSKU\b|\breference|référence|\bpart\b|product (?:code|number|no)|\barticle",
    "model": r"\bmodel|\bmodèle",
    "brand": r"\bbrand|\bmarque",
    "name": r"\bproduct|\bproduit|\bname|\bnom\b|\bdescription|\bdevice",
}
_PATTERNS = {role: re.compile(words, re.IGNORECASE) for role, words in _COLUMNS.items()}
_IDENTIFYING = frozenset({"din", "upc", "lot", "serial", "model", "item"})
_GTINS = re.compile(r"[,;\n]|\s(?:and|et|or|ou)\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """One row of the table: what it says as written, its products, and what of it is doubtful."""

    written: str
    products: tuple[NoticeProduct, ...]
    doubts: tuple[str, ...] = ()


def is_affected(table: Table) -> bool:
    """Whether a table names products: a column that identifies them, beside one that tells which they are."""
    roles = set(_roles(table.head).values())
    return bool(roles & _IDENTIFYING) and bool(roles & {"name", "brand"})


def affected(table: Table) -> Iterator[Affected]:
    """The rows of a table of affected products; a cell that a row leaves out is empty."""
    roles = _roles(table.head)
    for row in table.rows:
        cells = {roles[place]: cell for place, cell in reversed(list(enumerate(row))) if place in roles}
        written = "; ".join(
            f"{head}: {' '.join(cell.split())}" for head, cell in zip(table.head, row, strict=False)
        )
        products, doubts = list[NoticeProduct](), list[str]()
        for line in _lines(cells):
            made, asked = _products(line)
            products += made
            doubts += asked
        yield Affected(written=written, products=tuple(dict.fromkeys(products)), doubts=tuple(doubts))


def _roles(head: tuple[str, ...]) -> dict[int, str]:
    """What each column holds, by its head; columns that say nothing of the scope are left out."""
    found = {}
    for place, words in enumerate(head):
        role = next((role for role, pattern in _PATTERNS.items() if pattern.search(words)), None)
        if role:
            found[place] = role
    return found


def _lines(cells: Mapping[str, str]) -> list[Mapping[str, str]]:
    """The row line by line where lots and days of expiry stand beside one another line by line."""
    lots, days = cells.get("lot", "").split("\n"), cells.get("expiry", "").split("\n")
    if len(lots) < 2 or len(lots) != len(days):
        return [cells]
    return [{**cells, "lot": lot, "expiry": day} for lot, day in zip(lots, days, strict=True)]


def _products(cells: Mapping[str, str]) -> tuple[list[NoticeProduct], list[str]]:
    items = [trade_item(piece) for piece in _GTINS.split(cells.get("upc", "")) if re.search(r"\d", piece)]
    serials = coded(cells.get("serial", ""), order=_ORDER, kind=ClauseKind.SERIAL)
    expiry = coded(cells.get("expiry", ""), order=_ORDER, kind=ClauseKind.EXPIRES)
    lots = coded(cells.get("lot", ""), order=_ORDER)
    brand = _one_line(cells.get("brand", ""))
    whole = NoticeProduct(
        name=_one_line(cells.get("name", "")) or brand, brand=brand or None,
        model=_one_line(cells.get("model", "")) or None, identifiers=tuple(_identifiers(cells)),
        serials=tuple(serial for each in serials.products for serial in each.serials),
        expires=tuple(window for each in expiry.products for window in each.expires),
    )  # fmt: skip
    gtins = tuple(dict.fromkeys(item.gtin for item in items if item.gtin))
    products = [
        together(replace(whole, gtin=gtin), coded=each) for gtin in gtins or (None,) for each in lots.products
    ]
    doubts = [item.note for item in items if item.note]
    return products, [*doubts, *lots.doubts, *serials.doubts, *expiry.doubts]


def _identifiers(cells: Mapping[str, str]) -> Iterator[Identifier]:
    for role in ("din", "item"):
        for piece in re.split(r"[,;\n]", cells.get(role, "")):
            value = _one_line(piece)
            if value:
                yield Identifier(scheme=role, value=value)


def _one_line(cell: str) -> str:
    words = " ".join(cell.split())
    return "" if says_nothing(words) else words
