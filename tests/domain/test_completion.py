"""The completion: whatever is confirmed, in whatever order, units only move."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain.completion import (
    Account,
    Conflict,
    Holding,
    HoldingKind,
    Ledger,
    Part,
    Posting,
    Standing,
    postings_for_collection,
    postings_for_count,
    postings_for_disposal,
    postings_for_line,
    unmet,
)
from recall.domain.confirmation import BUYER_OUTCOMES, Confirmation, Outcome
from tests.builders import GTIN, make_confirmation


def holding(*, units: int = 3, certain: bool = False, **balances: int) -> Holding:
    """A line of three units, all outstanding if nothing else is said."""
    stands = dict.fromkeys(Account, 0) | {Account.OUTSTANDING: units}
    stands |= {Account(name): held for name, held in balances.items()}
    return Holding(
        id="h", kind=HoldingKind.LINE, party_id="p", ref="L1", units=units, certain=certain, balances=stands
    )


def count(units: int, *, final: bool = True, lot: str | None = None) -> Confirmation:
    """What a party says that it counted at its site."""
    return make_confirmation(outcome=Outcome.QUARANTINED, units=units, final=final, lot=lot, line_ref=None)


def stock(lot: str, *, units: int) -> Holding:
    """A lot at the party's site."""
    return replace(holding(units=units), id=lot, kind=HoldingKind.STOCK, ref=f"dock|{GTIN}|{lot}")


def after(held: Holding, postings: tuple[Posting, ...]) -> dict[Account, int]:
    """The balances when the postings are done."""
    stands = dict(held.balances)
    for posting in postings:
        stands[posting.source] -= posting.units
        stands[posting.target] += posting.units
    return stands


@pytest.mark.parametrize(
    ("outcome", "account"),
    [
        (Outcome.RETURNED, Account.RECOVERED),
        (Outcome.REFUNDED, Account.RECOVERED),
        (Outcome.REPLACED, Account.CORRECTED),
        (Outcome.REPAIRED, Account.CORRECTED),
        (Outcome.DESTROYED, Account.DISPOSED),
        (Outcome.NOT_AFFECTED, Account.CLEARED),
        (Outcome.NO_LONGER_HAVE, Account.UNREACHABLE),
        (Outcome.UNREACHABLE, Account.UNREACHABLE),
    ],
)
def test_each_outcome_has_its_account(outcome: Outcome, account: Account) -> None:
    posted = postings_for_line(holding(), outcome=outcome, units=2)
    assert (Posting(holding_id="h", source=Account.OUTSTANDING, target=account, units=2),) == posted


@given(
    st.integers(0, 20),
    st.lists(st.tuples(st.sampled_from(sorted(BUYER_OUTCOMES)), st.integers(0, 9)), max_size=12),
)
def test_no_order_of_confirmations_makes_or_loses_a_unit(units: int, said: list[tuple[Outcome, int]]) -> None:
    held = holding(units=units)
    for outcome, count in said:
        posted = postings_for_line(held, outcome=outcome, units=count)
        if isinstance(posted, Conflict):
            continue
        stands = after(held, posted)
        assert units == sum(stands.values())
        assert min(stands.values()) >= 0
        held = Holding(
            id="h", kind=held.kind, party_id="p", ref="L1", units=units, certain=False, balances=stands
        )


def test_more_units_than_stand_there_are_a_conflict_and_nothing_is_clipped() -> None:
    for posted in (
        postings_for_line(holding(units=2), outcome=Outcome.RETURNED, units=3),
        postings_for_collection(holding(units=2), units=3),
        postings_for_count(holding(units=2), said=count(3), site=(), parts=()),
        postings_for_disposal((holding(units=0, recovered=2),), units=3),
    ):
        assert isinstance(posted, Conflict)
        assert "3" in posted.reason


def test_a_confirmed_line_cannot_be_talked_away() -> None:
    assert isinstance(
        postings_for_line(holding(certain=True), outcome=Outcome.NOT_AFFECTED, units=1), Conflict
    )


def test_a_buyer_who_was_unreachable_may_still_bring_it_back() -> None:
    held = holding(units=2, outstanding=0, unreachable=2)
    posted = postings_for_line(held, outcome=Outcome.RETURNED, units=2)
    assert not isinstance(posted, Conflict)
    assert 2 == after(held, posted)[Account.RECOVERED]


def test_a_count_clears_what_does_not_stand_there() -> None:
    here = stock("A", units=10)
    posted = postings_for_count(here, said=count(7), site=[here], parts=())
    assert (Posting(holding_id="A", source=Account.OUTSTANDING, target=Account.CLEARED, units=3),) == posted


def test_a_part_of_a_count_lets_nothing_off_and_the_whole_counts_the_parts() -> None:
    here, beside, unseen = (stock(lot, units=10) for lot in "ABC")
    assert () == postings_for_count(here, said=count(4, final=False), site=[here], parts=())
    told = (count(4, final=False, lot="A"), count(8, final=False, lot="B"))
    parts = [Part(said=part, disputed=False) for part in told]
    posted = postings_for_count(here, said=count(5, lot="A"), site=[here, beside, unseen], parts=parts)
    assert not isinstance(posted, Conflict)
    assert [("A", 1), ("B", 2)] == [(posting.holding_id, posting.units) for posting in posted]


def test_where_a_part_is_disputed_nothing_is_let_off() -> None:
    here = stock("A", units=10)
    parts = [Part(said=count(14, final=False), disputed=True)]
    assert () == postings_for_count(here, said=count(2), site=[here], parts=parts)


def test_disposal_draws_on_what_was_recovered_holding_after_holding() -> None:
    posted = postings_for_disposal((holding(units=0, recovered=2), holding(units=0, recovered=5)), units=4)
    assert not isinstance(posted, Conflict)
    assert [2, 2] == [posting.units for posting in posted]


def test_the_ledger_balances_or_says_that_it_does_not() -> None:
    books = Ledger(entered=10, cleared=1, recovered=2, corrected=1, disposed=3, unreachable=1, outstanding=2)
    assert 9 == books.affected
    assert books.balances
    assert not Ledger(entered=10, outstanding=9).balances


def test_everything_that_is_still_to_be_done_is_named() -> None:
    done = Standing(
        ledger=Ledger(), open_tasks=0, conflicts=0, open_scans=0, stock_units=0, disposals_asked=0,
        lines_to_tell=5, lines_told=5, lines_waiting=0,
    )  # fmt: skip
    open_ones = Standing(
        ledger=Ledger(entered=2, recovered=1), open_tasks=2, conflicts=1, open_scans=1, stock_units=7,
        disposals_asked=1, lines_to_tell=5, lines_told=3, lines_waiting=4,
    )  # fmt: skip
    assert () == unmet(done)
    assert 8 == len(unmet(open_ones))
    assert "1 recovered units await disposal" == unmet(open_ones)[-1]
    forgotten = unmet(replace(open_ones, disposals_asked=0))[-1]
    assert "1 recovered units await disposal, and nobody has an open task for them" == forgotten
