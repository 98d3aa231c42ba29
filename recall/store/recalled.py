"""What the public may ask of one code: which recalls name its trade item, and what their traces know of it.

Every question is a look at an index, so that an answer costs the same however large a recall is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, or_, select, union_all

from recall.codes.keys import item_key
from recall.domain.cohort import HASTE, folded
from recall.domain.recall import Recall, RecallState
from recall.domain.status import Standing
from recall.domain.trace import ItemKey, LotKey
from recall.store import events
from recall.store.authority import is_trusted
from recall.store.event_tables import EVENT, MADE, SERIAL, SIGHTING, TURNED, known
from recall.store.recall_items import RECALL_ITEM
from recall.store.recalls import NoticeRow, RecallRow, StageRow
from recall.store.sql import Tx, columns_of, table_of
from recall.store.traces import AffectedItemRow, AffectedLotRow

_recall, _notice = table_of(RecallRow), table_of(NoticeRow)
_stage = table_of(StageRow)
_lot, _item = table_of(AffectedLotRow), table_of(AffectedItemRow)
IN_FORCE = frozenset({RecallState.OPEN, RecallState.MONITORING, RecallState.CLOSED})
"""The states in which goods are recalled: a closed one is no longer worked on, its goods are as they were."""


def recalls_of(tx: Tx, *, gtin: str) -> tuple[Recall, ...]:
    """The recalls in force that are about a trade item (GTIN-14), newest first."""
    named = select(RECALL_ITEM.c.recall_id).where(RECALL_ITEM.c.gtin == gtin)
    which = _recall.c.id.in_(named) & _recall.c.state.in_(sorted(IN_FORCE))
    query = select(*columns_of(_recall, Recall)).where(which)
    rows = tx.rows(query.order_by(_recall.c.proposed_at.desc(), _recall.c.id.desc()))
    return tuple(Recall(**row | {"state": RecallState(row["state"])}) for row in rows)


def items_of(tx: Tx, *, recall_id: str) -> frozenset[str]:
    """The trade items (GTIN-14) that a recall is about."""
    return frozenset(tx.scalars(select(RECALL_ITEM.c.gtin).where(RECALL_ITEM.c.recall_id == recall_id)))


def traced_at(tx: Tx, *, recall_id: str, version: int) -> datetime | None:
    """When the goods of that version were last traced, None: not yet; what is known since is not in it."""
    which = (_stage.c.recall_id == recall_id, _stage.c.version == version, _stage.c.name == "trace")
    at: datetime | None = tx.scalar(select(_stage.c.began_at).where(*which))
    return at


def changed_at(tx: Tx, *, recall_id: str, version: int) -> datetime | None:
    """When that version came into force."""
    which = (_notice.c.recall_id == recall_id, _notice.c.version == version)
    at: datetime | None = tx.scalar(select(_notice.c.approved_at).where(*which))
    return at


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedGoods:
    """What the trace of one recall found, one look at a time.

    Whoever is let off is so by what was known when the goods were traced; before that nobody is.
    """

    tx: Tx
    recall_id: str
    traced_at: datetime | None

    def lot(self, key: LotKey) -> Standing:
        """How this very lot stands."""
        which = (_lot.c.recall_id == self.recall_id, _lot.c.gtin == key.gtin, _lot.c.lot == key.lot)
        inspect = self.tx.scalar(select(_lot.c.inspect).where(known(_lot), *which))
        if inspect is not None:
            return Standing.INSPECT if inspect else Standing.IN
        if self.traced_at is None:
            return Standing.NOT_KNOWN
        if self._has_affected_items(key):
            return Standing.INSPECT
        return Standing.OUT if self._is_told_of(key) else Standing.NOT_KNOWN

    def _has_affected_items(self, key: LotKey) -> bool:
        """Whether single items of the lot, or of a lot that nobody tells, are in."""
        of_lot = or_(_item.c.lot == key.lot, _item.c.lot.is_(None))
        which = (_item.c.recall_id == self.recall_id, _item.c.gtin == key.gtin, of_lot, known(_item))
        return self.tx.first(select(literal(1)).where(*which).limit(1)) is not None

    def _is_told_of(self, key: LotKey) -> bool:
        """Whether those whose word may let goods off told of the lot before the trace."""
        told = (
            select(literal(1))
            .join_from(table, EVENT, EVENT.c.number == table.c.event)
            .where(
                table.c.gtin == key.gtin,
                table.c.lot == key.lot,
                known(table, self.traced_at),
                is_trusted(self.traced_at),
            )
            for table in (MADE, SIGHTING, TURNED)
        )
        return self.tx.first(union_all(*told).limit(1)) is not None

    def lot_alike(self, text: str, *, gtins: Collection[str]) -> LotKey | None:
        """The first affected lot of some trade items that a hasty hand may have meant."""
        lot = func.upper(_lot.c.lot)
        for sign, meant in HASTE:
            lot = func.replace(lot, sign, meant)
        fold = folded(text)
        alike = func.ltrim(lot, "0") == fold.lstrip("0")
        which = (_lot.c.recall_id == self.recall_id, _lot.c.gtin.in_(sorted(gtins)), known(_lot), alike)
        rows = self.tx.rows(select(_lot.c.gtin, _lot.c.lot).where(*which).order_by(_lot.c.gtin, _lot.c.lot))
        keys = (LotKey(row["gtin"], row["lot"]) for row in rows)
        return next((key for key in keys if folded(key.lot) == fold), None)

    def item(self, key: ItemKey) -> Standing:
        """How this single item stands by its own number."""
        which = (_item.c.recall_id == self.recall_id, _item.c.code == item_key(*key), known(_item))
        inspect = self.tx.scalar(select(_item.c.inspect).where(*which))
        if inspect is None:
            return Standing.NOT_KNOWN
        return Standing.INSPECT if inspect else Standing.IN

    def lot_of(self, *, gtin: str, serial: str) -> LotKey | None:
        """The lot that the item was made in; one that lets it off must be told by a trusted party."""
        if self.traced_at is None:
            return None
        asked = (gtin, serial)
        said = events.serial_lots(self.tx, serials=[asked], as_of=self.traced_at).get(asked)
        if said is None or self.lot(said[0]) is not Standing.OUT:
            return said[0] if said else None
        which = (
            SERIAL.c.gtin == gtin,
            SERIAL.c.serial == serial,
            known(SERIAL, self.traced_at),
            is_trusted(self.traced_at),
        )
        told = select(literal(1)).join_from(SERIAL, EVENT, EVENT.c.number == SERIAL.c.event).where(*which)
        return said[0] if self.tx.first(told.limit(1)) is not None else None
