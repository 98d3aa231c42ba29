"""What the last pass of a trace changed: lots and items that are newly in, and that are released."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from recall.store.sql import Tx, Values, table_of
from recall.store.traces import AffectedItemRow, AffectedLotRow

_lot, _item = table_of(AffectedLotRow), table_of(AffectedItemRow)
_NAMES = ((_lot, ("gtin", "lot")), (_item, ("code",)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PassDelta:
    """The lots and items that a pass brought in or released; their ways alone may have changed too."""

    at: datetime
    newly_in: tuple[str, ...]
    released: tuple[str, ...]

    def document(self) -> dict[str, object]:
        """The delta as JSON."""
        return {
            "at": self.at.isoformat(),
            "newly_in": list(self.newly_in),
            "released": list(self.released),
        }


def last_delta(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> PassDelta | None:
    """What the last pass that changed a lot or an item changed, up to a time; None: no pass did."""
    at = max((moment for moment in _moments(tx, recall_id, as_of) if moment), default=None)
    if at is None:
        return None
    came, went = set[str](), set[str]()
    for table, names in _NAMES:
        of = table.c.recall_id == recall_id
        columns = [table.c[name] for name in names]
        came |= _words(tx.rows(select(*columns).where(of, table.c.known_from == at)), names)
        went |= _words(tx.rows(select(*columns).where(of, table.c.known_to == at)), names)
    return PassDelta(at=at, newly_in=tuple(sorted(came - went)), released=tuple(sorted(went - came)))


def _moments(tx: Tx, recall_id: str, as_of: datetime | None) -> Iterator[datetime | None]:
    for table, _ in _NAMES:
        for column in (table.c.known_from, table.c.known_to):
            query = select(func.max(column)).where(table.c.recall_id == recall_id)
            yield tx.scalar(query if as_of is None else query.where(column <= as_of))


def _words(rows: list[Values], names: tuple[str, ...]) -> set[str]:
    if names == ("code",):
        return {row["code"] for row in rows}
    return {f"lot {row['lot']} of {row['gtin']}" for row in rows}
