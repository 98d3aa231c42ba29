"""The books in step with the facts: what is let off is cleared, what is back is opened again.

All of these are the engine's own postings: they name no confirmation, and never undo what a party said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, select, update

from recall.domain.completion import Account, Holding, HoldingKind, Posting
from recall.domain.match import MatchClass
from recall.store.ledger import HoldingRow, PostingRow, post
from recall.store.matches import AFFECTED, MatchRow
from recall.store.sql import Tx, Values, table_of

_holding, _posting, _match = table_of(HoldingRow), table_of(PostingRow), table_of(MatchRow)
_to_cleared = case((_posting.c.target == Account.CLEARED.value, _posting.c.units), else_=-_posting.c.units)
_OWN_CLEARED = (
    select(func.coalesce(func.sum(_to_cleared), 0))
    .where(_posting.c.holding_id == _holding.c.id, _posting.c.confirmation_id.is_(None))
    .scalar_subquery()
)
"""Units of a holding that the engine itself has cleared and not brought back."""


def clear_surplus(tx: Tx, *, recall_id: str, holdings: Sequence[Holding], at: datetime) -> None:
    """Bring stocks in the books in line with what the events say now.

    Units that cannot stand there any more, because they were sold or sent on, are cleared as far as they are
    outstanding; units that came since are entered.
    """
    wanted = {(holding.party_id, holding.ref): holding.units for holding in holdings}
    kind = (_holding.c.recall_id == recall_id) & (_holding.c.kind == HoldingKind.STOCK.value)
    cleared, entered = list[Posting](), list[Values]()
    for row in tx.rows(select(_holding, _OWN_CLEARED.label("own")).where(kind)):
        units = wanted.get((row["party_id"], row["ref"]), 0)
        surplus = min(row["units"] - row["cleared"] - units, row["outstanding"])
        missing = units - (row["units"] - int(row["own"]))
        if surplus > 0:
            cleared.append(_moved(row["id"], surplus))
        elif missing > 0:
            entered.append({"of": row["id"], "more": missing})
    post(tx, recall_id=recall_id, confirmation_id=None, postings=cleared, at=at)
    more = {name: _holding.c[name] + bindparam("more") for name in ("units", Account.OUTSTANDING.value)}
    tx.write(update(_holding).where(_holding.c.id == bindparam("of")).values(more), entered)


def clear_released(tx: Tx, *, recall_id: str, at: datetime) -> None:
    """Bring lines in the books in line with the matches.

    What is outstanding of lines that were let off is cleared, what was so cleared of lines that are back is
    opened again, and which of them are certain is kept.
    """
    columns = (_holding.c.id, _holding.c.outstanding, _holding.c.certain, _match.c.cls)
    same = and_(
        _match.c.recall_id == _holding.c.recall_id,
        _match.c.platform_id == _holding.c.party_id,
        _match.c.line_ref == _holding.c.ref,
    )
    lines = (_holding.c.recall_id == recall_id) & (_holding.c.kind == HoldingKind.LINE.value)
    query = select(*columns, _holding.c.cleared).outerjoin_from(_holding, _match, same).where(lines)
    own = dict(_own_cleared(tx, recall_id=recall_id))
    moves, certain = list[Posting](), list[Values]()
    for row in tx.rows(query):
        if row["cls"] not in AFFECTED:
            moves += [_moved(row["id"], row["outstanding"])] if row["outstanding"] else []
            continue
        if own.get(row["id"], 0) > 0:
            moves.append(_moved(row["id"], own[row["id"]], back=True))
        sure = row["cls"] == MatchClass.CONFIRMED
        if sure != row["certain"]:
            certain.append({"of": row["id"], "sure": sure})
    post(tx, recall_id=recall_id, confirmation_id=None, postings=moves, at=at)
    change = update(_holding).where(_holding.c.id == bindparam("of"))
    tx.write(change.values(certain=bindparam("sure")), certain)


def _own_cleared(tx: Tx, *, recall_id: str) -> list[tuple[str, int]]:
    own = (_posting.c.recall_id == recall_id) & _posting.c.confirmation_id.is_(None)
    total = func.sum(_to_cleared).label("units")
    query = select(_posting.c.holding_id, total).where(own).group_by(_posting.c.holding_id)
    return [(row["holding_id"], int(row["units"])) for row in tx.rows(query)]


def _moved(holding_id: str, units: int, *, back: bool = False) -> Posting:
    way = (Account.OUTSTANDING, Account.CLEARED)
    source, target = reversed(way) if back else way
    return Posting(holding_id=holding_id, source=source, target=target, units=units)
