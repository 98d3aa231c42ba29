"""The counts: units of a recall summed in other ways than party by party, for the overview."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, exists, func, select

from recall.domain.completion import HoldingKind
from recall.domain.message import Via
from recall.store.ledger import HoldingRow
from recall.store.orders import OrderLineRow
from recall.store.outbox_table import MessageState, OutboxRow
from recall.store.sql import Tx, table_of

_holding, _line, _box = table_of(HoldingRow), table_of(OrderLineRow), table_of(OutboxRow)
_REACHED = [MessageState.ACCEPTED.value, MessageState.DELIVERED.value, MessageState.AMBIGUOUS.value]
_standing = _holding.c.units - _holding.c.cleared
_to_party = and_(_box.c.recall_id == _holding.c.recall_id, _box.c.party_id == _holding.c.party_id)


def units_told(tx: Tx, *, recall_id: str) -> int:
    """Affected units whose buyer was told, or whose keeper was."""
    reached = and_(_to_party, _box.c.state.in_(_REACHED))
    to_buyer = exists().where(reached, _box.c.via == Via.RELAY.value, _box.c.recipient == _holding.c.ref)
    to_keeper = exists().where(reached, _box.c.via != Via.RELAY.value)
    is_line = _holding.c.kind == HoldingKind.LINE.value
    told = (is_line & to_buyer) | (~is_line & to_keeper)
    query = select(func.sum(_standing)).where(_holding.c.recall_id == recall_id, told)
    return int(tx.scalar(query) or 0)


def units_by_seller(tx: Tx, *, recall_id: str) -> Mapping[tuple[str, str], tuple[int, int]]:
    """By (platform, seller's reference): affected units on its order lines, and how many are answered."""
    by = (_line.c.platform_id, _line.c.seller_ref)
    same = and_(_line.c.platform_id == _holding.c.party_id, _line.c.line_ref == _holding.c.ref)
    answered = func.sum(_standing - _holding.c.outstanding).label("answered")
    query = (
        select(*by, func.sum(_standing).label("units"), answered)
        .join_from(_holding, _line, same)
        .where(_holding.c.recall_id == recall_id, _holding.c.kind == HoldingKind.LINE.value)
        .group_by(*by)
    )
    return {
        (row["platform_id"], row["seller_ref"]): (int(row["units"]), int(row["answered"]))
        for row in tx.rows(query)
    }
