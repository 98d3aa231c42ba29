"""The books: units only move, the database keeps the two laws, and amendments move what is outstanding."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from recall.domain.completion import Account, Holding, HoldingKind, Ledger, Posting
from recall.domain.confirmation import Outcome
from recall.domain.matcher import Matcher
from recall.domain.recall import Recall
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import Trace
from recall.errors import NotNow
from recall.store import adjustments, confirmations, ledger, matches, orders
from recall.store.database import Store, Tx
from tests.builders import (
    GTIN,
    HOUR,
    NOW,
    SITE,
    Sites,
    make_affected_lot,
    make_confirmation,
    make_holding,
    make_line,
    new_id,
)
from tests.store.goods import begun, capture
from tests.store.goods import lot as goods
from tests.store.test_database import execute


def posting(holding: Holding, source: Account, target: Account, units: int) -> Posting:
    return Posting(holding_id=holding.id, source=source, target=target, units=units)


def post(tx: Tx, recall: Recall, *postings: Posting, said: bool = True) -> None:
    id = new_id("cnf") if said else None
    if id:
        confirmations.add_confirmation(
            tx, id=id, recall_id=recall.id, party_id="party_platform", confirmation=make_confirmation(),
            body_digest="d", conflict=None, at=NOW,
        )  # fmt: skip
    ledger.post(tx, recall_id=recall.id, confirmation_id=id, postings=postings, at=NOW)


def stock(units: int, *, lot: str = "C14-P6", site: str = SITE) -> Holding:
    return make_holding(
        kind=HoldingKind.STOCK,
        party_id="party_seller",
        ref=f"{site}|{GTIN}|{lot}",
        units=units,
        certain=False,
    )


def units(tx: Tx, recall: Recall) -> dict[str, int | bool]:
    return {name: n for name, n in ledger.ledger(tx, recall_id=recall.id).document().items() if n}


def test_units_move_and_the_sum_stays(store: Store, recall: Recall) -> None:
    line, gone = make_holding(units=5), make_confirmation(outcome=Outcome.DISPOSED, units=5, line_ref=None)
    with store.begin() as tx:
        assert 1 == ledger.open_holdings(tx, recall_id=recall.id, holdings=[line])
        assert 0 == ledger.open_holdings(tx, recall_id=recall.id, holdings=[replace(line, id=new_id("hld"))])
        post(
            tx, recall, posting(line, Account.OUTSTANDING, Account.RECOVERED, 3),
            posting(line, Account.OUTSTANDING, Account.CLEARED, 1),
            posting(line, Account.RECOVERED, Account.DISPOSED, 2),
        )  # fmt: skip
        whole = ledger.ledger(tx, recall_id=recall.id)
        assert Ledger(entered=5, outstanding=1, recovered=1, disposed=2, cleared=1) == whole
        assert {"party_platform": whole} == ledger.units_by_party(tx, recall_id=recall.id)
        assert Ledger() == ledger.ledger(tx, recall_id=recall.id, party_id="party_other")
        assert [line.id] == [h.id for h in ledger.recovered_holdings(tx, recall_id=recall.id, said=gone)]
    assert () == store.check()


def test_no_account_falls_below_nothing(store: Store, recall: Recall) -> None:
    line = make_holding(units=2)
    with store.begin() as tx:
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[line])

    def overdraw() -> None:
        with store.begin() as tx:
            post(tx, recall, posting(line, Account.OUTSTANDING, Account.RECOVERED, 3))

    with pytest.raises(NotNow, match="Fewer units stand in outstanding"):
        overdraw()
    with store.read() as tx:
        assert {"affected": 2, "outstanding": 2, "balances": True} == units(tx, recall)
        assert () == confirmations.confirmations(tx, recall_id=recall.id)


def test_many_who_take_the_same_units_get_each_unit_once(store: Store, recall: Recall) -> None:
    line = make_holding(units=10)
    with store.begin() as tx:
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[line])

    def take(_: int) -> int:
        taken = 0
        for _ in range(5):
            try:
                with store.begin() as tx:
                    post(tx, recall, posting(line, Account.OUTSTANDING, Account.RECOVERED, 1))
                taken += 1
            except NotNow:
                pass
        return taken

    with ThreadPoolExecutor(4) as threads:
        assert 10 == sum(threads.map(take, range(4)))
    assert () == store.check()


def test_a_hand_in_the_books_is_found(store: Store, recall: Recall, database_url: str) -> None:
    line = make_holding(units=2)
    with store.begin() as tx:
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[line])
    execute(database_url, "UPDATE holding SET outstanding = 1, recovered = 1")
    assert (f"1 holdings are out of balance, the first is {line.id}",) == store.check()


def test_holdings_are_found_by_line_by_stock_and_by_place(store: Store, recall: Recall) -> None:
    line = make_holding(ref="L1")
    here, there = stock(10), stock(20, site=f"{SITE}0")
    with store.begin() as tx:
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[line, here, there])
        found = ledger.holding_of_line(tx, recall_id=recall.id, platform_id="party_platform", line_ref="L1")
        assert found is not None
        assert (line.id, 1, True) == (found.id, found.balances[Account.OUTSTANDING], found.certain)
        assert None is ledger.holding_of_line(
            tx, recall_id=recall.id, platform_id="party_other", line_ref="L1"
        )
        at_site = ledger.stock_holdings(tx, recall_id=recall.id, place=SITE)
        assert [here.id] == [holding.id for holding in at_site]
        assert 2 == len(ledger.stock_holdings(tx, recall_id=recall.id))
        assert 3 == len(ledger.holdings(tx, recall_id=recall.id))
        assert 1 == len(ledger.holdings(tx, recall_id=recall.id, kind=HoldingKind.LINE))


def test_stock_that_cannot_stand_there_is_cleared_and_stock_that_came_is_entered(
    store: Store, recall: Recall
) -> None:
    with store.begin() as tx:
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[stock(100)])
        for known, affected in ((70, 70), (70, 70), (90, 90), (90, 90)):
            adjustments.clear_surplus(tx, recall_id=recall.id, holdings=[stock(known)], at=NOW)
            assert affected == units(tx, recall)["affected"]
    assert () == store.check()


def test_what_a_count_cleared_is_not_entered_again(store: Store, recall: Recall) -> None:
    here = stock(100)
    with store.begin() as tx:
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[here])
        post(tx, recall, posting(here, Account.OUTSTANDING, Account.CLEARED, 20))
        for known, affected in ((100, 80), (90, 80), (70, 70)):
            adjustments.clear_surplus(tx, recall_id=recall.id, holdings=[stock(known)], at=NOW)
            assert affected == units(tx, recall)["affected"]
    assert () == store.check()


def test_units_that_were_recovered_are_no_surplus(store: Store, recall: Recall) -> None:
    here = stock(100)
    with store.begin() as tx:
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[here])
        post(tx, recall, posting(here, Account.OUTSTANDING, Account.RECOVERED, 60))
        adjustments.clear_surplus(tx, recall_id=recall.id, holdings=[stock(10)], at=NOW)
        assert {"affected": 60, "recovered": 60, "cleared": 40, "balances": True} == units(tx, recall)


def judged(tx: Tx, recall: Recall, *, lot: str, version: int = 1) -> None:
    """The matches as a notice of this lot makes them, and the books after them."""
    clause = ScopeClause(number=1, name="", model="PAC", gtins=frozenset({GTIN}), lots=frozenset({lot}))
    scope = Scope(recall_id=recall.id, version=version, clauses=(clause,))
    found = Trace(lots=(make_affected_lot(lot),), stocks=())
    matcher = Matcher(scope=scope, trace=found, sites=Sites())
    at = NOW + version * HOUR
    matches.save_matches(tx, recall_id=recall.id, version=version, matcher=matcher, at=at)
    adjustments.enter_lines(tx, recall_id=recall.id, id=f"hld_{version}")
    adjustments.follow_matches(tx, recall_id=recall.id, at=at)


def lots_that_are_told_of(tx: Tx) -> None:
    """Events of the lots of these tests: a line of one is let off by a notice of the other."""
    capture(tx, begun(quantityList=[goods(IN, 9), goods(OFF, 9)]))


IN, OFF = "C14-P6", "C14-Q9"


def test_a_line_that_is_let_off_is_cleared_and_comes_back_with_a_wider_notice(
    store: Store, recall: Recall
) -> None:
    with store.begin() as tx:
        lots_that_are_told_of(tx)
        orders.save_lines(tx, [make_line(lot=IN)])
        for version, lot, account in (
            (1, IN, "outstanding"), (2, OFF, "cleared"), (3, OFF, "cleared"), (4, IN, "outstanding"),
            (5, OFF, "cleared"),
        ):  # fmt: skip
            judged(tx, recall, lot=lot, version=version)
            assert 1 == units(tx, recall)[account]
    assert () == store.check()


def test_a_line_that_its_buyer_cleared_stays_cleared(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        orders.save_lines(tx, [make_line(lot="c14p6")])
        judged(tx, recall, lot=IN)
        (holding,) = ledger.holdings(tx, recall_id=recall.id)
        post(tx, recall, posting(holding, Account.OUTSTANDING, Account.CLEARED, 1))
        judged(tx, recall, lot=IN, version=2)
        assert {"cleared": 1, "balances": True} == units(tx, recall)


def test_a_line_is_certain_as_long_as_its_match_is(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        orders.save_lines(tx, [make_line(lot=IN)])
        for version, (lot, certain) in enumerate(((IN, True), ("c14p6", False), (IN, True)), start=1):
            judged(tx, recall, lot=lot, version=version)
            assert [certain] == [h.certain for h in ledger.holdings(tx, recall_id=recall.id)]


def test_a_line_whose_units_change_holds_what_it_has_now(store: Store, recall: Recall) -> None:
    line = make_line(lot=IN, units=2)
    with store.begin() as tx:
        for version, count in enumerate((2, 5, 3, 4, 6), start=1):
            orders.save_lines(tx, [replace(line, units=count, digest=f"sha256:{version}")])
            judged(tx, recall, lot=IN, version=version)
            assert count == units(tx, recall)["affected"] == units(tx, recall)["outstanding"]
    assert () == store.check()


def test_many_lines_are_entered_by_one_statement_each_once(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        orders.save_lines(tx, [make_line(lot=IN) for _ in range(50)])
        judged(tx, recall, lot=IN)
        assert 0 == adjustments.enter_lines(tx, recall_id=recall.id, id="hld_again")
        assert 50 == units(tx, recall)["outstanding"]
