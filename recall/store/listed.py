"""Lists as tables: a frontier of names is one parameter that a query joins, however long it is."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from recall.codes.keys import item_key
from recall.domain.goods import LotKey
from recall.store.event_tables import SERIAL, known
from recall.store.sql import Tx

__all__ = ["any_items", "codes_of", "item_code", "items_of", "listed", "lots_of"]

_QUOTED = {sign: f"%{ord(sign):02X}" for sign in '%!"&()*+,/:<>?'}
"""The signs of GS1's character set that a key writes as percent and digits; the percent sign comes first."""


def listed(tx: Tx, rows: Iterable[Sequence[str]], *names: str) -> FromClause:
    """The rows as a table of these columns, on either database."""
    text = json.dumps([list(row) for row in rows])
    if tx.on_postgresql:
        each = func.jsonb_array_elements(cast(bindparam(None, text), JSONB)).table_valued("value")
        columns = [each.c.value.op("->>")(at).cast(Text).label(name) for at, name in enumerate(names)]
        return select(*columns).select_from(each).subquery()
    each = func.json_each(bindparam(None, text)).table_valued("value")
    values = [func.json_extract(each.c.value, f"$[{at}]").label(name) for at, name in enumerate(names)]
    return select(*values).select_from(each).subquery()


def lots_of(tx: Tx, keys: Collection[LotKey]) -> FromClause:
    """(gtin, lot) of these lots."""
    return listed(tx, keys, "gtin", "lot")


def codes_of(tx: Tx, codes: Collection[str]) -> FromClause:
    """(code) of these things."""
    return listed(tx, ((code,) for code in codes), "code")


def items_of(tx: Tx, keys: Collection[LotKey], *, as_of: datetime | None = None) -> FromClause:
    """(gtin, serial, lot) of every item that events give to these lots, each once."""
    lots = lots_of(tx, keys)
    same = (SERIAL.c.gtin == lots.c.gtin) & (SERIAL.c.lot == lots.c.lot)
    told = select(SERIAL.c.gtin, SERIAL.c.serial, SERIAL.c.lot).join_from(lots, SERIAL, same)
    return told.where(known(SERIAL, as_of)).distinct().subquery()


def any_items(tx: Tx, keys: Collection[LotKey], *, as_of: datetime | None = None) -> bool:
    """Whether events give any item to these lots: of most lots nobody tells the serials."""
    lots = lots_of(tx, keys)
    same = (SERIAL.c.gtin == lots.c.gtin) & (SERIAL.c.lot == lots.c.lot)
    query = select(SERIAL.c.serial).join_from(lots, SERIAL, same).where(known(SERIAL, as_of)).limit(1)
    return tx.first(query) is not None


def item_code(gtin: ColumnElement[Any], serial: ColumnElement[Any]) -> ColumnElement[str]:
    """The key of an item (`codes.keys.item_key`), as the database writes it."""
    quoted: ColumnElement[Any] = serial
    for sign, code in _QUOTED.items():
        quoted = func.replace(quoted, sign, code)
    opening, middle = item_key("GTIN", "SERIAL").removesuffix("SERIAL").split("GTIN")
    return opening + gtin + middle + quoted
