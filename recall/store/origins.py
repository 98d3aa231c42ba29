"""The origins that nobody told: goods of a kind that is made of a trade item, and not a word of what of.

Where an event is lost, silence is no proof: a lot that should have inputs, and a unit that should hold a
part, may be affected like the others of their kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, String, exists, literal, select

from recall.codes.keys import item_key, lot_key
from recall.domain.goods import ItemKey, LotKey, Proof, Thing
from recall.domain.world import Untold
from recall.store.event_tables import EVENT, PART, SERIAL, TURNED, known
from recall.store.frontier import codes_of, item_code, lots_of
from recall.store.goods import NAMING, item_lots, known_lots
from recall.store.listed import listed
from recall.store.sql import Tx

Kinds = set[tuple[str, str]]
"""(trade item, what is made of it, or holds it)."""


def untold(tx: Tx, *, gtins: Collection[str], as_of: datetime | None = None) -> Iterator[Untold]:
    """The lots and items of the kinds that are made of these trade items, or hold them, of which no event
    tells what they were made of, or what they hold; each with an event that tells of it at all."""
    found = dict[Thing, str]()
    made, holding = _made_of(tx, gtins, as_of), _holding(tx, gtins, as_of)
    for gtin in sorted({product for _, product in made}):
        sources = sorted(origin for origin, product in made if product == gtin)
        roots = sources == [gtin] and not _is_made_of_another(tx, gtin, as_of)
        for thing in _made_of_nothing(tx, gtin, as_of, roots=roots):
            found.setdefault(thing, sources[0])
    for source, gtin in sorted(holding):
        for thing in _holding_nothing(tx, source, gtin, as_of):
            found.setdefault(thing, source)
    proofs = _proofs(tx, found, as_of)
    for thing, source in sorted(found.items()):
        yield Untold(thing=thing, of=source, proof=proofs.get(thing.code))


def _made_of(tx: Tx, gtins: Collection[str], as_of: datetime | None) -> Kinds:
    wanted, made = codes_of(sorted(gtins)), TURNED.alias("made")
    found = Kinds()
    for named in (TURNED.c.lot, TURNED.c.serial):
        taken = wanted.join(TURNED, TURNED.c.gtin == wanted.c.code).join(made, made.c.run == TURNED.c.run)
        query = select(TURNED.c.gtin.label("source"), made.c.gtin.label("made")).select_from(taken)
        query = query.where(known(TURNED, as_of), TURNED.c.is_output.is_(False), named.is_not(None))
        query = query.where(known(made, as_of), made.c.is_output, made.c.gtin.is_not(None)).distinct()
        found |= {(row["source"], row["made"]) for row in tx.rows(query)}
    return found


def _holding(tx: Tx, gtins: Collection[str], as_of: datetime | None) -> Kinds:
    wanted, found = codes_of(sorted(gtins)), Kinds()
    for named in (PART.c.lot, PART.c.serial):
        query = select(PART.c.gtin, PART.c.parent_gtin).join_from(wanted, PART, PART.c.gtin == wanted.c.code)
        query = query.where(known(PART, as_of), PART.c.attached, named.is_not(None))
        query = query.where(PART.c.parent_gtin.is_not(None)).distinct()
        found |= {(row["gtin"], row["parent_gtin"]) for row in tx.rows(query)}
    return found


def _out(as_of: datetime | None) -> ColumnElement[bool]:
    """Whether a row of `turned` tells of an output, and anybody told what went in."""
    taken = TURNED.alias("taken")
    into = exists(literal(1)).where(
        taken.c.run == TURNED.c.run, taken.c.is_output.is_(False), known(taken, as_of)
    )
    return known(TURNED, as_of) & TURNED.c.is_output & into


def _is_made_of_another(tx: Tx, gtin: str, as_of: datetime | None) -> bool:
    """Whether any of a trade item is told to be made of another: if not, some of it was made of nothing."""
    taken = TURNED.alias("taken")
    another = exists(literal(1)).where(
        taken.c.run == TURNED.c.run, taken.c.is_output.is_(False), taken.c.gtin != gtin, known(taken, as_of)
    )
    query = select(TURNED.c.run).where(
        TURNED.c.gtin == gtin, TURNED.c.is_output, known(TURNED, as_of), another
    )
    ways = (query.where(named.is_not(None)).limit(1) for named in (TURNED.c.lot, TURNED.c.serial))
    return any(tx.first(way) is not None for way in ways)


def _made_of_nothing(tx: Tx, gtin: str, as_of: datetime | None, *, roots: bool) -> Iterator[Thing]:
    """The lots that came out of nothing, but for `roots`; of lots made item by item those items."""
    of_lot = TURNED.c.gtin == gtin, TURNED.c.lot.is_not(None), TURNED.c.serial.is_(None)
    whole = set(tx.scalars(select(TURNED.c.lot).where(*of_lot, _out(as_of)).distinct()))
    same = (TURNED.c.gtin == SERIAL.c.gtin) & (TURNED.c.serial == SERIAL.c.serial)
    singly = select(SERIAL.c.lot).join_from(TURNED, SERIAL, same)
    singly = singly.where(TURNED.c.gtin == gtin, TURNED.c.serial.is_not(None), _out(as_of))
    by_item = set(tx.scalars(singly.where(known(SERIAL, as_of)).distinct())) - whole
    told = whole | by_item
    if not roots:
        named = known_lots(tx, gtins=[gtin], as_of=as_of)
        yield from (Thing.lot(key) for key in named if key.lot not in told)
    lots = lots_of([LotKey(gtin, lot) for lot in sorted(by_item)])
    each = lots.join(SERIAL, (SERIAL.c.gtin == lots.c.gtin) & (SERIAL.c.lot == lots.c.lot))
    out = exists(literal(1)).where(same, TURNED.c.serial.is_not(None), _out(as_of))
    yield from _items(tx, each, as_of, without=out)


def _holding_nothing(tx: Tx, source: str, gtin: str, as_of: datetime | None) -> Iterator[Thing]:
    """The items in which no part of that trade item is now, as far as anybody told, and lots of no item."""
    off = PART.alias("off")
    detached = exists(literal(1)).where(
        off.c.parent == PART.c.parent, off.c.child.in_((PART.c.child, "")), off.c.attached.is_(False),
        off.c.at >= PART.c.at, known(off, as_of),
    )  # fmt: skip
    held = exists(literal(1)).where(
        PART.c.parent == item_code(SERIAL.c.gtin, SERIAL.c.serial), PART.c.gtin == source, PART.c.attached,
        known(PART, as_of), ~detached,
    )  # fmt: skip
    whole = select(PART.c.parent_lot).where(
        known(PART, as_of), PART.c.gtin == source, PART.c.attached, PART.c.parent_gtin == gtin,
        PART.c.parent_lot.is_not(None), PART.c.parent_serial.is_(None),
    )  # fmt: skip
    ways = (whole.where(named.is_not(None)).distinct() for named in (PART.c.lot, PART.c.serial))
    told = {lot for way in ways for lot in tx.scalars(way)}
    kind = codes_of([gtin])
    every = kind.join(SERIAL, SERIAL.c.gtin == kind.c.code)
    single = set(tx.scalars(select(SERIAL.c.lot).select_from(every).where(known(SERIAL, as_of)).distinct()))
    yield from (
        Thing.lot(key) for key in known_lots(tx, gtins=[gtin], as_of=as_of) if key.lot not in single | told
    )
    yield from (thing for thing in _items(tx, every, as_of, without=held) if not told & set(thing.lots))


def _items(
    tx: Tx, source: FromClause, as_of: datetime | None, *, without: ColumnElement[bool]
) -> Iterator[Thing]:
    """The items of `source` (a join with `serial`) of which something does not hold, with their lots."""
    query = select(SERIAL.c.gtin, SERIAL.c.serial).select_from(source).where(known(SERIAL, as_of), ~without)
    pairs = [(row["gtin"], row["serial"]) for row in tx.rows(query.distinct())]
    lots = item_lots(tx, items=pairs, as_of=as_of)
    yield from (Thing.item(ItemKey(*pair), lots=lots.get(pair, ())) for pair in pairs)


def _proofs(tx: Tx, things: Iterable[Thing], as_of: datetime | None) -> dict[str, Proof]:
    """The first that was told of each lot, and of which lot each item is."""
    lots = lots_of([lot for thing in things if (lot := thing.as_lot) is not None])
    single = sorted(item for thing in things if (item := thing.as_item))
    items = listed(single, gtin=String, serial=String)
    sources = [(SERIAL, items, SERIAL.c.serial == items.c.serial)]
    sources += [(table, lots, table.c.lot == lots.c.lot) for table in NAMING]
    found = dict[str, Proof]()
    for table, wanted, same in sources:
        joined = wanted.join(table, (table.c.gtin == wanted.c.gtin) & same)
        joined = joined.join(EVENT, EVENT.c.number == table.c.event)
        named = table.c.serial if table is SERIAL else table.c.lot
        query = select(
            table.c.gtin, named.label("name"), EVENT.c.event_time, EVENT.c.hash, EVENT.c.captured_by
        )
        query = query.select_from(joined).where(known(table, as_of)).distinct()
        key = item_key if table is SERIAL else lot_key
        for row in tx.rows(query):
            proof = Proof(row["event_time"], row["hash"], row["captured_by"])
            code = key(row["gtin"], row["name"])
            found[code] = min(proof, found.get(code, proof), key=lambda told: told[:2])
    return found
