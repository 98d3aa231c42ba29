"""The origins that nobody told, found by reading every row that was known: slow, plain, without a hint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select

from recall.codes.keys import item_key
from recall.domain.goods import ItemKey, LotKey, Thing
from recall.store.event_tables import PART, SAYINGS, SERIAL, TURNED, known
from recall.store.goods import NAMING
from recall.store.sql import Tx


class Told:
    """Everything that the events tell, as it was known at a time (None: now)."""

    def __init__(self, tx: Tx, *, as_of: datetime | None = None) -> None:
        rows = {table: tx.each(select(table).where(known(table, as_of))) for table in SAYINGS}
        self.parts, self.outputs = rows[PART], [row for row in rows[TURNED] if row.is_output]
        self.lots = {(row.gtin, row.lot) for table in NAMING for row in rows[table] if row.gtin and row.lot}
        self.items = {(row.gtin, row.serial, row.lot) for row in rows[SERIAL]}
        self.inputs = defaultdict[str, list[Any]](list)
        for row in rows[TURNED]:
            if not row.is_output:
                self.inputs[row.run].append(row)

    def untold(self, gtins: Collection[str]) -> set[tuple[Thing, str]]:
        """(thing, trade item) of what is of a kind made of these trade items, or holding them, and of which
        nobody told what of."""
        made = {
            (source.gtin, row.gtin)
            for row in self.outputs
            for source in self.inputs[row.run]
            if source.gtin in gtins and row.gtin
        }
        found = dict[Thing, str]()
        for product in sorted({product for _, product in made}):
            sources = sorted(source for source, one in made if one == product)
            for thing in self._unmade(product, roots=sources == [product]):
                found.setdefault(thing, sources[0])
        held = {
            (row.gtin, row.parent_gtin)
            for row in self.parts
            if row.attached and row.gtin in gtins and row.parent_gtin
        }
        for source, product in sorted(held):
            for thing in self._empty(product, source=source):
                found.setdefault(thing, source)
        return set(found.items())

    def _unmade(self, gtin: str, *, roots: bool) -> set[Thing]:
        made = [row for row in self.outputs if row.gtin == gtin and self.inputs[row.run]]
        named = [row for row in made if row.lot or row.serial]
        others = {source.gtin for row in named for source in self.inputs[row.run]} - {gtin, None}
        whole = {row.lot for row in made if row.lot and not row.serial}
        singly = {row.serial for row in made if row.serial}
        by_item = {lot for one, serial, lot in self.items if one == gtin and serial in singly} - whole
        lots = {lot for one, lot in self.lots if one == gtin} - whole - by_item
        if roots and not others:
            lots = set()
        units = {
            serial
            for one, serial, lot in self.items
            if one == gtin and lot in by_item and serial not in singly
        }
        return {Thing.lot(LotKey(gtin, lot)) for lot in lots} | {self._item(gtin, unit) for unit in units}

    def _empty(self, gtin: str, *, source: str) -> set[Thing]:
        attached = [row for row in self.parts if row.attached and row.gtin == source]
        whole = {row.parent_lot for row in attached if row.parent_gtin == gtin and not row.parent_serial} - {
            None
        }
        holding = {row.parent for row in attached if not self._was_taken_out(row)}
        singly = {lot for one, _, lot in self.items if one == gtin}
        lots = {lot for one, lot in self.lots if one == gtin} - singly - whole
        serials = {serial for one, serial, _ in self.items if one == gtin}
        items = {self._item(gtin, serial) for serial in serials if item_key(gtin, serial) not in holding}
        return {Thing.lot(LotKey(gtin, lot)) for lot in lots} | {
            one for one in items if not whole & set(one.lots)
        }

    def _was_taken_out(self, part: Any) -> bool:
        return any(
            row.parent == part.parent
            and row.child in (part.child, "")
            and not row.attached
            and row.at >= part.at
            for row in self.parts
        )

    def _item(self, gtin: str, serial: str) -> Thing:
        lots = sorted(lot for one, other, lot in self.items if (one, other) == (gtin, serial))
        return Thing.item(ItemKey(gtin, serial), lots=tuple(lots))
