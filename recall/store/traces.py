"""The trace as it is kept: in time, so that what was answered then can be read again later.

A row says from when and until when it was the answer. A pass that finds the same writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Table, bindparam, delete, insert, select, text, update
from sqlmodel import Field

from recall.domain.goods import ItemKey, LotKey
from recall.domain.link import Link
from recall.domain.trace import (
    AffectedItem,
    AffectedLot,
    Anomaly,
    AtLarge,
    Container,
    Stock,
    Trace,
    in_order,
)
from recall.store.columns import UtcTime
from recall.store.event_tables import known
from recall.store.recall_items import keep_items
from recall.store.sql import Row, Tx, Values, table_of

_NOW = text("known_to IS NULL")


def _current(*columns: str) -> Index:
    """The rows that are the answer now, each once."""
    return Index(None, *columns, unique=True, sqlite_where=_NOW, postgresql_where=_NOW)


class Answer(Row):
    """A row of an answer: its recall, the version, and since and until when it was the answer."""

    number: int | None = Field(default=None, primary_key=True)
    recall_id: str = Field(foreign_key="recall.id")
    version: int
    known_from: datetime = Field(sa_type=UtcTime)
    known_to: datetime | None = Field(default=None, sa_type=UtcTime)


class AffectedLotRow(Answer, table=True):
    """A lot in a recall, with the chain that brought it in."""

    __tablename__ = "affected_lot"
    __table_args__ = (_current("recall_id", "gtin", "lot"), Index(None, "recall_id", "known_from"))
    gtin: str
    lot: str
    clause: int
    units: int
    inspect: bool
    chain: list[dict[str, Any]] = Field(sa_type=JSON)


class AffectedItemRow(Answer, table=True):
    """A single thing in a recall, with the chain that brought it in; a trade item has a GTIN and a serial."""

    __tablename__ = "affected_item"
    __table_args__ = (
        _current("recall_id", "code"),
        Index(None, "recall_id", "known_from"),
        Index(None, "recall_id", "gtin", "lot"),
    )
    code: str
    gtin: str | None
    serial: str | None
    lot: str | None
    clause: int
    inspect: bool
    chain: list[dict[str, Any]] = Field(sa_type=JSON)


class StockRow(Answer, table=True):
    """Units of an affected lot that came to a site and left it."""

    __tablename__ = "stock"
    __table_args__ = (_current("recall_id", "site", "gtin", "lot"), Index(None, "recall_id", "known_from"))
    site: str
    gtin: str
    lot: str
    received: int
    sent_on: int
    first_arrival: datetime = Field(sa_type=UtcTime)


class FindingRow(Answer, table=True):
    """What else a trace found: goods at large, containers, anomalies, and what was not followed."""

    __tablename__ = "finding"
    __table_args__ = (_current("recall_id", "kind", "name"), Index(None, "recall_id", "known_from"))
    kind: str
    name: str
    document: dict[str, Any] = Field(sa_type=JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceDelta:
    """What a pass changed: lots and items that are newly in, and that are released."""

    newly_in: tuple[str, ...]
    released: tuple[str, ...]


_lot, _item = table_of(AffectedLotRow), table_of(AffectedItemRow)
_stock, _finding = table_of(StockRow), table_of(FindingRow)
_KEYS: Mapping[Table, tuple[str, ...]] = {
    _lot: ("gtin", "lot"), _item: ("code",), _stock: ("site", "gtin", "lot"), _finding: ("kind", "name"),
}  # fmt: skip
_TIMED = frozenset({"number", "recall_id", "version", "known_from", "known_to"})


def save_trace(tx: Tx, *, recall_id: str, version: int, trace: Trace, at: datetime) -> TraceDelta:
    """Keep a trace as the answer from `at` on; what it says no more ends then."""
    of = {"recall_id": recall_id, "version": version, "known_from": at}
    newly, released = list[str](), list[str]()
    for table, rows in _rows(trace).items():
        key, wanted = _KEYS[table], {_key(row, table): row for row in rows}
        query = select(table).where(table.c.recall_id == recall_id, known(table))
        current = {_key(row, table): row for row in tx.rows(query)}
        over = [row for name, row in current.items() if _told(row) != wanted.get(name)]
        fresh = [row for name, row in wanted.items() if name not in current or _told(current[name]) != row]
        _end(tx, table, over, at=at)
        tx.write(insert(table), [row | of for row in fresh])
        if table in (_lot, _item):
            newly += [_words(name, key) for name in wanted if name not in current]
            released += [_words(name, key) for name in current if name not in wanted]
    gtins = {lot.key.gtin for lot in trace.lots} | {item.gtin for item in trace.items if item.gtin}
    keep_items(tx, recall_id=recall_id, origin="trace", gtins=gtins)
    return TraceDelta(newly_in=tuple(newly), released=tuple(released))


def _end(tx: Tx, table: Table, rows: Iterable[Values], *, at: datetime) -> None:
    """End these rows; one that began at the same moment was never the answer."""
    ended, undone = list[Values](), list[Values]()
    for row in rows:
        (undone if row["known_from"] == at else ended).append({"of": row["number"]})
    which = table.c.number == bindparam("of")
    tx.write(update(table).where(which).values(known_to=at), ended)
    tx.write(delete(table).where(which), undone)


def _key(row: Values, table: Table) -> tuple[str, ...]:
    return tuple(row[name] for name in _KEYS[table])


def _told(row: Values) -> Values:
    return {name: value for name, value in row.items() if name not in _TIMED}


def _words(name: tuple[str, ...], key: tuple[str, ...]) -> str:
    return f"lot {name[1]} of {name[0]}" if len(key) == 2 else name[0]


def _rows(trace: Trace) -> dict[Table, list[Values]]:
    """A trace as rows of its tables."""
    return {
        _lot: [
            lot.key._asdict()
            | {"clause": lot.clause, "units": lot.units, "inspect": lot.inspect, "chain": _chain(lot.chain)}
            for lot in trace.lots
        ],
        _item: [
            {
                "code": item.code, "gtin": item.key.gtin if item.key else None,
                "serial": item.key.serial if item.key else None, "lot": item.lot.lot if item.lot else None,
                "clause": item.clause, "inspect": item.inspect, "chain": _chain(item.chain),
            }
            for item in trace.items
        ],
        _stock: [
            stock.key._asdict()
            | {"site": stock.site, "received": stock.received, "sent_on": stock.sent_on}
            | {"first_arrival": stock.first_arrival}
            for stock in trace.stocks
        ],
        _finding: list(_findings(trace)),
    }  # fmt: skip


def _chain(chain: Iterable[Link]) -> list[dict[str, str | None]]:
    return [link.document() for link in chain]


def _findings(trace: Trace) -> Iterator[Values]:
    found: list[tuple[str, str, dict[str, Any]]] = [
        *(("at_large", "|".join(one.key), _plain(one)) for one in trace.at_large),
        *(("container", "|".join((one.code, *one.key)), _plain(one)) for one in trace.containers),
        *(("anomaly", f"{one.kind}|{one.what}|{one.event or ''}", _plain(one)) for one in trace.anomalies),
        *(("cut_off", sentence, {"what": sentence}) for sentence in trace.cut_offs),
    ]
    for kind, name, document in found:
        yield {"kind": kind, "name": name, "document": document}


def _plain(value: AtLarge | Container | Anomaly) -> dict[str, Any]:
    """A value as plain JSON: times as text, a lot's key as a list of two."""
    return {
        name: item.isoformat() if isinstance(item, datetime) else list(item) if name == "key" else item
        for name, item in asdict(value).items()
    }


def trace(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> Trace:
    """The trace that was the answer at a time (None: the last); empty as long as there was none."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tx.rows(_of(_finding, recall_id, as_of).order_by(_finding.c.kind, _finding.c.name)):
        found.setdefault(row["kind"], []).append(row["document"])
    return in_order(
        Trace(
            lots=affected_lots(tx, recall_id=recall_id, as_of=as_of),
            items=affected_items(tx, recall_id=recall_id, as_of=as_of),
            stocks=stocks(tx, recall_id=recall_id, as_of=as_of),
            at_large=tuple(AtLarge(**_read(one)) for one in found.get("at_large", ())),
            containers=tuple(Container(**_read(one)) for one in found.get("container", ())),
            anomalies=tuple(Anomaly(**one) for one in found.get("anomaly", ())),
            cut_offs=tuple(one["what"] for one in found.get("cut_off", ())),
        )
    )


def _of(table: Table, recall_id: str, as_of: datetime | None) -> Any:
    return select(table).where(table.c.recall_id == recall_id, known(table, as_of))


def _read(document: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(document[name]) for name in ("at", "since") if document.get(name)}
    return {**document, **times, "key": LotKey(*document["key"])}


def affected_lots(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> tuple[AffectedLot, ...]:
    """The affected lots, by clause, by the length of the way to each, and by name."""
    lots = (
        AffectedLot(
            key=LotKey(row["gtin"], row["lot"]), clause=row["clause"], units=row["units"],
            chain=tuple(map(Link.read, row["chain"])), inspect=row["inspect"],
        )
        for row in tx.rows(_of(_lot, recall_id, as_of))
    )  # fmt: skip
    return in_order(Trace(lots=tuple(lots))).lots


def affected_items(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> tuple[AffectedItem, ...]:
    """The affected single things, in the same order."""
    items = (
        AffectedItem(
            code=row["code"], key=ItemKey(row["gtin"], row["serial"]) if row["serial"] is not None else None,
            lot=LotKey(row["gtin"], row["lot"]) if row["lot"] is not None else None, clause=row["clause"],
            chain=tuple(map(Link.read, row["chain"])), inspect=row["inspect"],
        )
        for row in tx.rows(_of(_item, recall_id, as_of))
    )  # fmt: skip
    return in_order(Trace(lots=(), items=tuple(items))).items


def stocks(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> tuple[Stock, ...]:
    """What came to each site and left it, by site and lot."""
    found = (
        Stock(
            site=row["site"], key=LotKey(row["gtin"], row["lot"]), received=row["received"],
            sent_on=row["sent_on"], first_arrival=row["first_arrival"],
        )
        for row in tx.rows(_of(_stock, recall_id, as_of))
    )  # fmt: skip
    return tuple(sorted(found, key=lambda stock: (stock.site, stock.key)))
