"""The goods that the events tell of: lots, what was made from what, and the items of lots."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby

from sqlalchemy import Select, Subquery, func, select, union

from recall.domain.trace import LotFact, LotKey, MadeFrom
from recall.store.event_tables import EVENT, MADE, SERIAL, SIGHTING, TURNED, known
from recall.store.sql import Tx, Values, chunks

_SERIALS_A_QUERY = 500


def lot_facts(tx: Tx, *, gtins: Collection[str] | None = None) -> tuple[LotFact, ...]:
    """Every lot that events commissioned, or those of some trade items; events of one lot are merged.

    Units are those stated as quantities, or the serials where there are more of them.
    """
    stated_first = MADE.c.units == 0
    told = select(MADE, EVENT.c.hash, EVENT.c.captured_by)
    told = told.join_from(MADE, EVENT, EVENT.c.number == MADE.c.event)
    query = told.where(known(MADE)).order_by(MADE.c.gtin, MADE.c.lot, stated_first, MADE.c.at, EVENT.c.hash)
    if gtins is not None:
        query = query.where(MADE.c.gtin.in_(sorted(gtins)))
    lots = groupby(tx.stream(query), key=lambda row: LotKey(row["gtin"], row["lot"]))
    return tuple(_merged(key, list(rows)) for key, rows in lots)


def _merged(key: LotKey, rows: list[Values]) -> LotFact:
    firsts = [row["made_first"] for row in rows if row["made_first"] is not None]
    lasts = [row["made_last"] for row in rows if row["made_last"] is not None]
    return LotFact(
        key=key,
        made_first=min(firsts, default=None),
        made_last=max(lasts, default=None),
        units=max(sum(row["units"] for row in rows), sum(row["serials"] for row in rows)),
        event=rows[0]["hash"],
        at=rows[0]["at"],
        said_by=rows[0]["captured_by"],
    )


def made_from(tx: Tx) -> tuple[MadeFrom, ...]:
    """Which lot was made from which: the inputs and the outputs of one transformation, told in one event or
    in several that share its id. The output's event is the evidence."""
    into, out = _side(is_output=False), _side(is_output=True)
    query = (
        select(
            into.c.gtin.label("source_gtin"), into.c.lot.label("source_lot"), out.c.gtin, out.c.lot,
            EVENT.c.hash, out.c.at, EVENT.c.captured_by,
        )
        .join_from(into, out, into.c.run == out.c.run)
        .join(EVENT, EVENT.c.number == out.c.event)
        .order_by(out.c.at, EVENT.c.hash, into.c.gtin, into.c.lot, out.c.gtin, out.c.lot)
    )  # fmt: skip
    steps: dict[tuple[LotKey, LotKey], MadeFrom] = {}
    for row in tx.stream(query):
        source, product = LotKey(row["source_gtin"], row["source_lot"]), LotKey(row["gtin"], row["lot"])
        step = MadeFrom(
            source=source, product=product, event=row["hash"], at=row["at"], said_by=row["captured_by"]
        )
        steps.setdefault((source, product), step)
    return tuple(steps.values())


def _side(*, is_output: bool) -> Subquery:
    """The lots on one side of every transformation; an item stands for its lot."""
    of_items = item_lots()
    same = (of_items.c.gtin == TURNED.c.gtin) & (of_items.c.serial == TURNED.c.serial)
    lot = func.coalesce(TURNED.c.lot, of_items.c.lot)
    columns = (TURNED.c.run, TURNED.c.event, TURNED.c.at, TURNED.c.gtin, lot.label("lot"))
    query = select(*columns).outerjoin_from(TURNED, of_items, same)
    which = (known(TURNED), TURNED.c.is_output.is_(is_output), TURNED.c.gtin.is_not(None), lot.is_not(None))
    return query.where(*which).distinct().subquery()


def item_lots() -> Subquery:
    """(gtin, serial, lot): one lot an item, however many events tell it."""
    lot = func.min(SERIAL.c.lot).label("lot")
    each = select(SERIAL.c.gtin, SERIAL.c.serial, lot).where(known(SERIAL))
    return each.group_by(SERIAL.c.gtin, SERIAL.c.serial).subquery()


def serial_lots(tx: Tx, *, serials: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[LotKey, str]]:
    """The lot of each (gtin, serial) that is known, and the hash of the event that says so."""
    found: dict[tuple[str, str], tuple[LotKey, str]] = {}
    for gtin, pairs in groupby(sorted(set(serials)), key=lambda pair: pair[0]):
        for some in chunks((serial for _, serial in pairs), size=_SERIALS_A_QUERY):
            for row in tx.rows(_serials_of(gtin, some)):
                known = (LotKey(gtin, row["lot"]), row["hash"])
                found.setdefault((gtin, row["serial"]), known)
    return found


def _serials_of(gtin: str, serials: list[str]) -> Select[tuple[str, str, str]]:
    query = select(SERIAL.c.serial, SERIAL.c.lot, EVENT.c.hash)
    told = query.join_from(SERIAL, EVENT, EVENT.c.number == SERIAL.c.event)
    which = told.where(known(SERIAL), SERIAL.c.gtin == gtin, SERIAL.c.serial.in_(serials))
    return which.order_by(SERIAL.c.serial, SERIAL.c.lot, EVENT.c.hash)


def known_lots(tx: Tx, *, gtins: Collection[str]) -> frozenset[LotKey]:
    """Every lot of some trade items that any event names."""
    named = (
        select(table.c.gtin, table.c.lot).where(
            known(table), table.c.gtin.in_(sorted(gtins)), table.c.lot.is_not(None)
        )
        for table in (MADE, SIGHTING, TURNED)
    )
    return frozenset(LotKey(row["gtin"], row["lot"]) for row in tx.rows(union(*named)))


def sites(tx: Tx) -> frozenset[str]:
    """Every site at which events tell that goods came to stand."""
    came = select(SIGHTING.c.site).where(known(SIGHTING), SIGHTING.c.sign > 0)
    began = select(MADE.c.site).where(known(MADE), MADE.c.site.is_not(None))
    return frozenset(tx.scalars(union(came, began)))
