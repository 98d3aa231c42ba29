"""The counts: units of a recall summed in other ways than party by party, for the overview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import and_, exists, func, select

from recall.domain.completion import HoldingKind
from recall.domain.message import Via
from recall.domain.ruling import MatchClass
from recall.domain.trace import LotKey
from recall.store.ledger import HoldingRow
from recall.store.match_tables import MATCH, RULING, standing
from recall.store.order_tables import COHORT, LINE, OFFER, PLATFORM
from recall.store.outbox_table import MessageState, OutboxRow
from recall.store.sql import Tx, table_of

_holding, _box = table_of(HoldingRow), table_of(OutboxRow)
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
    by = (PLATFORM.c.id.label("platform_id"), OFFER.c.seller_ref)
    answered = func.sum(_standing - _holding.c.outstanding).label("answered")
    query = (
        select(*by, func.sum(_standing).label("units"), answered)
        .join_from(_holding, PLATFORM, PLATFORM.c.id == _holding.c.party_id)
        .join(LINE, and_(LINE.c.platform == PLATFORM.c.number, LINE.c.line_ref == _holding.c.ref))
        .join(OFFER, OFFER.c.number == LINE.c.offer)
        .where(_holding.c.recall_id == recall_id, _holding.c.kind == HoldingKind.LINE.value)
        .group_by(*by)
    )
    return {
        (row["platform_id"], row["seller_ref"]): (int(row["units"]), int(row["answered"]))
        for row in tx.rows(query)
    }


def units_sold(tx: Tx, *, recall_id: str) -> Counter[tuple[str, LotKey]]:
    """By (site, lot): units on lines that certainly are of an affected lot and were sent from there."""
    by = (COHORT.c.site, RULING.c.basis_gtin, RULING.c.basis_lot)
    sure = and_(RULING.c.recall_id == recall_id, RULING.c.cls == MatchClass.CONFIRMED.value)
    query = (
        select(*by, func.sum(MATCH.c.units).label("units"))
        .join_from(RULING, MATCH, MATCH.c.ruling == RULING.c.number)
        .join(COHORT, COHORT.c.number == RULING.c.cohort)
        .where(sure, RULING.c.basis_lot.is_not(None), standing())
        .group_by(*by)
    )
    return Counter(
        {
            (row["site"], LotKey(row["basis_gtin"], row["basis_lot"])): int(row["units"])
            for row in tx.rows(query)
        }
    )
