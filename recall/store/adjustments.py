"""The books in step with the facts: what is let off is cleared, what is back is opened again.

All of these are the engine's own postings: they name no confirmation, and never undo what a party said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from recall.domain.completion import Account, Holding, HoldingKind, Posting
from recall.domain.ruling import MatchClass
from recall.store.ledger import HoldingRow, PostingRow, post
from recall.store.match_tables import MATCH, RULING, matched_lines
from recall.store.order_tables import LINE, PLATFORM
from recall.store.sql import Tx, Values, table_of

_holding, _posting = table_of(HoldingRow), table_of(PostingRow)
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
    _enter(tx, entered)


def enter_lines(tx: Tx, *, recall_id: str, id: str) -> int:
    """Enter the affected lines that are not in the books, under names that begin with `id`; how many."""
    others = [account.value for account in Account if account is not Account.OUTSTANDING]
    into = ["id", "recall_id", "kind", "party_id", "ref", "units", "certain", "outstanding", *others]
    key = (_holding.c.recall_id == recall_id, _holding.c.kind == HoldingKind.LINE.value)
    # in the order of the lines: in that of the rulings, each line and each place in the books lies elsewhere
    with tx.beside("matched", _MATCHED) as matched:
        found = select(MATCH.c.line, MATCH.c.units, _IS_SURE).join_from(RULING, MATCH, _stands)
        found = found.where(RULING.c.recall_id == recall_id).order_by(MATCH.c.line)
        tx.write(insert(matched).from_select(["line", "units", "certain"], found))
        line = (PLATFORM.c.id, LINE.c.line_ref)
        here = exists().where(*key, _holding.c.party_id == line[0], _holding.c.ref == line[1])
        new = select(
            literal(f"{id}-").concat(cast(LINE.c.number, String)), literal(recall_id),
            literal(HoldingKind.LINE.value), *line, matched.c.units, matched.c.certain, matched.c.units,
            *(literal(0) for _ in others),
        ).join_from(matched, LINE, LINE.c.number == matched.c.line)  # fmt: skip
        new = new.join(PLATFORM, PLATFORM.c.number == LINE.c.platform).where(~here)
        return tx.write(insert(_holding).from_select(into, new.order_by(matched.c.line)))


_MATCHED = (
    Column("line", Integer, primary_key=True),
    Column("units", BigInteger, nullable=False),
    Column("certain", Boolean, nullable=False),
)
_stands = and_(MATCH.c.ruling == RULING.c.number, MATCH.c.known_to.is_(None))
_IS_SURE = case((RULING.c.cls == MatchClass.CONFIRMED.value, true()), else_=false())


def follow_matches(tx: Tx, *, recall_id: str, at: datetime) -> None:
    """Bring lines in the books in line with the matches.

    What is outstanding of lines that were let off is cleared, what was so cleared of lines that are back is
    opened again, units that a line has more than before are entered, and which of them are certain is kept.
    """
    columns = (
        PLATFORM.c.id.label("party_id"),
        LINE.c.line_ref,
        MATCH.c.units.label("now"),
        _IS_SURE.label("sure"),
    )
    found = matched_lines(*columns, recall_id=recall_id).subquery()
    same = and_(found.c.party_id == _holding.c.party_id, found.c.line_ref == _holding.c.ref)
    own = func.coalesce(_OWN_CLEARED, 0)
    now = func.coalesce(found.c.now, 0)
    unlike = or_(
        _holding.c.units - own != now, and_(found.c.sure.is_not(None), found.c.sure != _holding.c.certain)
    )
    query = select(_holding, own.label("own"), now.label("now"), found.c.sure).outerjoin_from(
        _holding, found, same
    )
    lines = (_holding.c.recall_id == recall_id, _holding.c.kind == HoldingKind.LINE.value)
    moves, certain, entered = list[Posting](), list[Values](), list[Values]()
    for row in tx.rows(query.where(*lines, unlike)):
        fewer, back = int(row["units"]) - int(row["own"]) - int(row["now"]), int(row["own"])
        if fewer > 0 and row["outstanding"]:
            moves.append(_moved(row["id"], min(fewer, row["outstanding"])))
        elif fewer < 0:
            moves += [_moved(row["id"], min(back, -fewer), back=True)] if back else []
            entered += [{"of": row["id"], "more": -fewer - back}] if -fewer > back else []
        if row["sure"] is not None and bool(row["sure"]) != row["certain"]:
            certain.append({"of": row["id"], "sure": bool(row["sure"])})
    post(tx, recall_id=recall_id, confirmation_id=None, postings=moves, at=at)
    _enter(tx, entered)
    change = update(_holding).where(_holding.c.id == bindparam("of"))
    tx.write(change.values(certain=bindparam("sure")), certain)


def _enter(tx: Tx, entered: Sequence[Values]) -> None:
    """Enter more units of holdings: rows of `of` and `more`."""
    more = {name: _holding.c[name] + bindparam("more") for name in ("units", Account.OUTSTANDING.value)}
    tx.write(update(_holding).where(_holding.c.id == bindparam("of")).values(more), entered)


def _moved(holding_id: str, units: int, *, back: bool = False) -> Posting:
    way = (Account.OUTSTANDING, Account.CLEARED)
    source, target = reversed(way) if back else way
    return Posting(holding_id=holding_id, source=source, target=target, units=units)
