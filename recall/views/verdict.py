"""The verdict on what somebody typed: a scanned code, or a lot or a serial number alone, before one recall.

The words are those of the recall status; only the reading is more lenient, for people type in haste.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from recall.codes.form import Form
from recall.codes.product_code import ProductCode
from recall.codes.reader import read_code
from recall.domain.scope import Scope
from recall.domain.status import Finding, Level, Reason, Status, find
from recall.domain.trace import LotKey
from recall.errors import CodeRefused
from recall.store import recalled, recalls
from recall.store.database import Tx
from recall.store.recalled import TracedGoods

_SHOWN = frozenset({Reason.OTHER_LOT, Reason.SERIAL_OF_OTHER_LOT})
"""What lets a typed text off: that it is known; that no list holds it shows nothing, for people err."""


def verdict_on(
    tx: Tx, *, recall_id: str, typed: str, gtin: str | None = None, adapters: tuple[Form, ...] = ()
) -> Finding | None:
    """What the typed text shows of one recall, of one trade item or any of it; None: it cannot be read.

    `adapters` are the codes that this installation knows besides.
    """
    text = typed.strip()
    if not text:
        return None
    recall = recalls.recall(tx, recall_id=recall_id)
    scope = recalls.scope(tx, recall_id=recall_id, version=recall.version)
    items = recalled.items_of(tx, recall_id=recall_id)
    traced_at = recalled.traced_at(tx, recall_id=recall_id, version=recall.version)
    goods = TracedGoods(tx=tx, recall_id=recall_id, traced_at=traced_at)
    code = _scanned(text, adapters=adapters)
    if code is None or code.gtin is None:
        gtins = items if gtin is None else {gtin}
        return None if _is_scan(text) else _of_text(text, scope, goods, gtins=gtins)
    if code.gtin not in items:
        return Finding(status=Status.NOT_AFFECTED, level=Level.GTIN, reason=Reason.OTHER_PRODUCT)
    return find(scope, goods, gtin=code.gtin, lot=code.lot, serial=code.serial)


def _scanned(text: str, *, adapters: tuple[Form, ...]) -> ProductCode | None:
    """The code that the text is by its shape; None where it has none, or cannot be read."""
    if not _is_scan(text) and not any(form.recognises(text) for form in adapters):
        return None
    try:
        return read_code(text, profile="lenient", adapters=adapters)
    except CodeRefused:
        return None


def _is_scan(text: str) -> bool:
    """Whether the text has the shape of a scanned code, and not of a lot or a serial alone."""
    return text.lower().startswith(("http://", "https://", "urn:", "]", "(", "^")) or (
        text.isdigit() and len(text) in (8, 12, 13, 14)
    )


def _of_text(text: str, scope: Scope, goods: TracedGoods, *, gtins: Collection[str]) -> Finding | None:
    """A text that may be a lot or a serial number, of each trade item: whichever tells most."""
    found = [
        find(scope, goods, gtin=gtin, lot=lot, serial=serial)
        for gtin in sorted(gtins)
        for lot, serial in ((text, None), (None, text))
    ]
    telling = _telling(found)
    if telling is None or telling.status is not Status.POSSIBLY_AFFECTED:
        return telling
    return _alike(goods.lot_alike(text, gtins=gtins)) or telling


def _telling(found: Iterable[Finding]) -> Finding | None:
    """Affected outweighs what lets off, and that outweighs not knowing."""
    known = list(found)
    affected = (each for each in known if each.status is Status.AFFECTED)
    shown = (each for each in known if each.reason in _SHOWN)
    doubtful = (each for each in known if each.status is Status.POSSIBLY_AFFECTED)
    return next((*affected, *shown, *doubtful).__iter__(), None)


def _alike(near: LotKey | None) -> Finding | None:
    if near is None:
        return None
    return Finding(status=Status.AFFECTED, level=Level.LOT, reason=Reason.LOT_ALIKE, lot=near)
