"""The verdict on a code that somebody typed: whether the unit that carries it is affected."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from recall.codes.reader import read_code
from recall.domain.match import folded
from recall.domain.scope import Scope
from recall.domain.trace import LotKey
from recall.errors import CodeRefused
from recall.store import events, matches, recalls
from recall.store.database import Tx


class CodeVerdict(StrEnum):
    """What a code shows."""

    AFFECTED = "affected"
    CLEAR = "clear"
    """It belongs to goods that are known, and outside the recall."""
    UNKNOWN = "unknown"
    """Nothing is known of it: that shows nothing, least of all that the unit is safe."""
    UNREADABLE = "unreadable"


def verdict_on(tx: Tx, *, recall_id: str, typed: str, gtin: str | None = None) -> CodeVerdict:
    """Judge a code as people type it: a scanned code, a lot, or a serial number, of one trade item or any.

    A code that is an affected one but for case, separators, O/0 or I/1 counts as affected.
    """
    recall = recalls.recall(tx, recall_id=recall_id)
    scope = recalls.scope(tx, recall_id=recall_id, version=recall.version)
    affected = frozenset(lot.key for lot in matches.affected_lots(tx, recall_id=recall_id))
    gtins = scope.gtins | {key.gtin for key in affected}
    text = typed.strip()
    if not text:
        return CodeVerdict.UNREADABLE
    if not _is_scan(text):
        items = sorted(gtins if gtin is None else {gtin})
        return _first(
            _on_serial(tx, scope, affected, serials=[(item, text) for item in items]),
            _on_lots(tx, affected, lots=[LotKey(item, text) for item in items]),
        )
    try:
        code = read_code(text, profile="lenient")
    except CodeRefused:
        return CodeVerdict.UNREADABLE
    if code.gtin is None:
        return CodeVerdict.UNREADABLE
    if code.gtin not in gtins:
        return CodeVerdict.CLEAR
    serials = [(code.gtin, code.serial)] if code.serial else []
    lots = [LotKey(code.gtin, code.lot)] if code.lot else []
    return _first(_on_serial(tx, scope, affected, serials=serials), _on_lots(tx, affected, lots=lots))


def _is_scan(text: str) -> bool:
    """Whether the text has the shape of a scanned code, and not of a lot or a serial alone."""
    return text.lower().startswith(("http://", "https://", "urn:", "]", "(", "^")) or (
        text.isdigit() and len(text) in (8, 12, 13, 14)
    )


def _on_serial(
    tx: Tx, scope: Scope, affected: frozenset[LotKey], *, serials: Sequence[tuple[str, str]]
) -> CodeVerdict:
    if any(scope.clause_of_serial(gtin=gtin, serial=serial) for gtin, serial in serials):
        return CodeVerdict.AFFECTED
    made_in = [key for key, _ in events.serial_lots(tx, serials=set(serials)).values()]
    if any(key in affected for key in made_in):
        return CodeVerdict.AFFECTED
    return CodeVerdict.CLEAR if made_in else CodeVerdict.UNKNOWN


def _on_lots(tx: Tx, affected: frozenset[LotKey], *, lots: Sequence[LotKey]) -> CodeVerdict:
    near = {(key.gtin, folded(key.lot)) for key in affected}
    known = events.known_lots(tx, gtins={key.gtin for key in lots})
    if any(key in affected for key in lots):
        return CodeVerdict.AFFECTED
    if any(key in known for key in lots):
        return CodeVerdict.CLEAR
    if any((key.gtin, folded(key.lot)) in near for key in lots):
        return CodeVerdict.AFFECTED
    return CodeVerdict.UNKNOWN


def _first(*verdicts: CodeVerdict) -> CodeVerdict:
    """Affected outweighs clear, and clear outweighs not knowing."""
    order = (CodeVerdict.AFFECTED, CodeVerdict.CLEAR, CodeVerdict.UNKNOWN)
    return next(verdict for verdict in order if verdict in verdicts)
