"""The books: holdings whose units only ever move from one account to another, and never below nothing.

The database itself keeps two laws: no account is negative, and the accounts of a holding add up to its units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from recall.domain.completion import Account, Holding, HoldingKind, Ledger, Posting
from recall.domain.confirmation import Confirmation
from recall.errors import NotNow
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, Values, insert_new, table_of

_WAITING = text("recovered > 0")
_ACCOUNTS = tuple(account.value for account in Account)


class HoldingRow(Row, table=True):
    """Units that stand together, and the account in which each of them stands."""

    __tablename__ = "holding"
    __table_args__ = (
        UniqueConstraint("recall_id", "kind", "party_id", "ref"),
        Index("ix_holding_recovered", "recall_id", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        CheckConstraint(" AND ".join(f"{name} >= 0" for name in _ACCOUNTS), name="never_below_nothing"),
        CheckConstraint(f"{' + '.join(_ACCOUNTS)} = units", name="accounts_add_up"),
    )
    id: str = Field(primary_key=True)
    recall_id: str = Field(foreign_key="recall.id")
    kind: str
    party_id: str
    ref: str
    units: int
    certain: bool
    outstanding: int
    recovered: int
    corrected: int
    disposed: int
    unreachable: int
    cleared: int


class PostingRow(Row, table=True):
    """Units of a holding that moved, and the statement that says so; none: the engine's own release."""

    __tablename__ = "posting"
    id: int | None = Field(default=None, primary_key=True)
    recall_id: str = Field(foreign_key="recall.id")
    holding_id: str = Field(foreign_key="holding.id", index=True)
    source: str
    target: str
    units: int
    confirmation_id: str | None = Field(foreign_key="confirmation.id")
    at: datetime = Field(sa_type=UtcTime)


_holding, _posting = table_of(HoldingRow), table_of(PostingRow)


def open_holdings(tx: Tx, *, recall_id: str, holdings: Sequence[Holding]) -> int:
    """Enter holdings; those that are in the books already are left as they are. Returns how many are new."""
    return insert_new(tx, _holding, [_row(holding, recall_id=recall_id) for holding in holdings])


def _row(holding: Holding, *, recall_id: str) -> Values:
    balances = {name: holding.balances.get(Account(name), 0) for name in _ACCOUNTS}
    return {
        "id": holding.id, "recall_id": recall_id, "kind": holding.kind.value, "party_id": holding.party_id,
        "ref": holding.ref, "units": holding.units, "certain": holding.certain,
    } | balances  # fmt: skip


def _read(row: Values) -> Holding:
    return Holding(
        id=row["id"], kind=HoldingKind(row["kind"]), party_id=row["party_id"], ref=row["ref"],
        units=row["units"], certain=row["certain"],
        balances={account: row[account.value] for account in Account},
    )  # fmt: skip


def holdings(tx: Tx, *, recall_id: str, kind: HoldingKind | None = None) -> tuple[Holding, ...]:
    """Every holding of a recall, or those of one kind, in the order of their references."""
    return _found(tx, recall_id, *([_holding.c.kind == kind.value] if kind else []))


def holding_of_line(tx: Tx, *, recall_id: str, platform_id: str, line_ref: str) -> Holding | None:
    """What an order line holds, or None where it is not in the books."""
    kind = _holding.c.kind == HoldingKind.LINE.value
    of_line = (_holding.c.party_id == platform_id, _holding.c.ref == line_ref)
    return next(iter(_found(tx, recall_id, kind, *of_line)), None)


def stock_holdings(
    tx: Tx, *, recall_id: str, place: str | None = None, owner: str | None = None
) -> tuple[Holding, ...]:
    """What stands at a site, or (None) at every site, of one owner or of anybody."""
    which = [] if place is None else [_holding.c.ref.startswith(f"{place}|", autoescape=True)]
    which += [] if owner is None else [_holding.c.party_id == owner]
    return _found(tx, recall_id, _holding.c.kind == HoldingKind.STOCK.value, *which)


def recovered_holdings(tx: Tx, *, recall_id: str, said: Confirmation) -> tuple[Holding, ...]:
    """Holdings with units that were recovered and await disposal: enough of them for what is `said`.

    First the named lot at the named place, then that lot at other places, then what else stands at the place;
    then what buyers gave back, whose lots no statement names, and at last the stock of other places.
    """
    is_stock, ref = _holding.c.kind == HoldingKind.STOCK.value, _holding.c.ref
    lot = f"|{said.gtin}|{said.lot}" if said.gtin else f"|{said.lot}"
    of_lot = ref.endswith(lot, autoescape=True) if said.lot else false()
    there = ref.startswith(f"{said.place}|", autoescape=True) if said.place else false()
    nearness = case(
        (and_(is_stock, of_lot, there), 0), (and_(is_stock, of_lot), 1), (and_(is_stock, there), 2),
        (not_(is_stock), 3), else_=4,
    )  # fmt: skip
    waiting = select(_holding).where(_holding.c.recall_id == recall_id, _holding.c.recovered > 0)
    return tuple(_read(row) for row in tx.rows(waiting.order_by(nearness, _holding.c.id).limit(said.units)))


def _found(tx: Tx, recall_id: str, *which: ColumnElement[bool]) -> tuple[Holding, ...]:
    query: Select[tuple[object, ...]] = select(_holding).where(_holding.c.recall_id == recall_id, *which)
    return tuple(_read(row) for row in tx.rows(query.order_by(_holding.c.ref, _holding.c.party_id)))


def post(
    tx: Tx, *, recall_id: str, confirmation_id: str | None, postings: Sequence[Posting], at: datetime
) -> None:
    """Move units between accounts. Raises NotNow, and moves nothing, where fewer stand in the source."""
    moves: dict[tuple[str, str], list[Values]] = defaultdict(list)
    for posting in postings:
        accounts = (posting.source.value, posting.target.value)
        moves[accounts].append({"of": posting.holding_id, "moved": posting.units})
    tx.write(insert(_posting), [
        {
            "recall_id": recall_id, "confirmation_id": confirmation_id, "at": at,
            "holding_id": posting.holding_id, "source": posting.source.value,
            "target": posting.target.value, "units": posting.units,
        }
        for posting in postings
    ])  # fmt: skip
    for (source, target), rows in sorted(moves.items()):
        _move(tx, source, target, rows)


def _move(tx: Tx, source: str, target: str, rows: Sequence[Values]) -> None:
    moved: BindParameter[int] = bindparam("moved")
    change = update(_holding).where(_holding.c.id == bindparam("of"))
    values = {source: _holding.c[source] - moved, target: _holding.c[target] + moved}
    try:
        tx.write(change.values(values), rows)
    except IntegrityError as error:
        raise NotNow(
            f"Fewer units stand in {source} than were to move to {target}",
            advice="Read the holding again; somebody else moved units.",
        ) from error


def ledger(tx: Tx, *, recall_id: str, party_id: str | None = None) -> Ledger:
    """The units of a recall, or of what one party answers for."""
    theirs = [] if party_id is None else [_holding.c.party_id == party_id]
    query = select(*_SUMS).where(_holding.c.recall_id == recall_id, *theirs)
    row = tx.first(query) or {}
    return _ledger(row)


def units_by_party(tx: Tx, *, recall_id: str) -> Mapping[str, Ledger]:
    """The units of a recall, party by party."""
    of = _holding.c.party_id
    query = select(of, *_SUMS).where(_holding.c.recall_id == recall_id).group_by(of).order_by(of)
    return {row.pop("party_id"): _ledger(row) for row in tx.rows(query)}


_SUMS = (
    func.sum(_holding.c.units).label("entered"),
    *(func.sum(_holding.c[name]).label(name) for name in _ACCOUNTS),
)


def _ledger(row: Values) -> Ledger:
    return Ledger(**{name: int(units or 0) for name, units in row.items()})


def out_of_balance(tx: Tx) -> tuple[str, ...]:
    """Holdings whose accounts are not what their postings make them; any is a defect, or somebody's hand."""
    flows = union_all(
        select(_posting.c.holding_id, _posting.c.source.label("account"), (-_posting.c.units).label("units")),
        select(_posting.c.holding_id, _posting.c.target.label("account"), _posting.c.units.label("units")),
    ).subquery()
    net = {
        name: func.coalesce(func.sum(case((flows.c.account == name, flows.c.units), else_=0)), 0)
        for name in _ACCOUNTS
    }
    begun = {name: _holding.c.units if name == Account.OUTSTANDING else literal(0) for name in _ACCOUNTS}
    wrong = or_(*(_holding.c[name] != begun[name] + net[name] for name in _ACCOUNTS))
    query = select(_holding.c.id).outerjoin_from(_holding, flows, flows.c.holding_id == _holding.c.id)
    return tuple(tx.scalars(query.group_by(_holding.c.id).having(wrong).order_by(_holding.c.id)))
