"""The frontier: the lots, the items and the other things that one step asks about, as tables to join with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, select

from recall.codes.keys import item_key
from recall.domain.goods import LotKey
from recall.store.event_tables import AS_OF, SERIAL, known
from recall.store.listed import asked
from recall.store.sql import Tx

LOTS = asked("lots", gtin=String, lot=String)
CODES = asked("codes", code=String)
GTINS = asked("gtins", gtin=String)
ITEMS = asked("items", gtin=String, serial=String)
"""The frontier of a statement that is built once; what stands in it comes as the parameter of that name."""

_QUOTED = {sign: f"%{ord(sign):02X}" for sign in '%!"&()*+,/:<>?'}
"""The signs of GS1's character set that a key writes as percent and digits; the percent sign comes first."""


ITEMS_OF_LOTS = (
    select(SERIAL.c.gtin, SERIAL.c.serial, SERIAL.c.lot)
    .join_from(LOTS, SERIAL, and_(SERIAL.c.gtin == LOTS.c.gtin, SERIAL.c.lot == LOTS.c.lot))
    .where(known(SERIAL, AS_OF))
    .distinct()
    .subquery()
)
"""(gtin, serial, lot) of every item that events give to the lots, each once."""
_ANY_ITEM = (
    select(SERIAL.c.serial)
    .join_from(LOTS, SERIAL, and_(SERIAL.c.gtin == LOTS.c.gtin, SERIAL.c.lot == LOTS.c.lot))
    .where(known(SERIAL, AS_OF))
    .limit(1)
)


def rows_of(names: Collection[str]) -> list[tuple[str]]:
    """Names as the rows of `CODES` or `GTINS`, in their order."""
    return [(name,) for name in sorted(names)]


def any_items(tx: Tx, keys: Collection[LotKey], *, as_of: datetime | None = None) -> bool:
    """Whether events give any item to these lots: of most lots nobody tells the serials."""
    return tx.first(_ANY_ITEM, lots=keys, as_of=as_of) is not None


def item_code(gtin: ColumnElement[Any], serial: ColumnElement[Any]) -> ColumnElement[str]:
    """The key of an item (`codes.keys.item_key`), as the database writes it."""
    quoted: ColumnElement[Any] = serial
    for sign, code in _QUOTED.items():
        quoted = func.replace(quoted, sign, code)
    opening, middle = item_key("GTIN", "SERIAL").removesuffix("SERIAL").split("GTIN")
    return opening + gtin + middle + quoted
