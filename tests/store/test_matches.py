"""The matches and the trace: the newest version replaces the former, and only what changed is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recall.domain.match import Match, MatchClass, Rule
from recall.domain.recall import Recall
from recall.domain.trace import LotKey, Stock, Trace, in_order
from recall.errors import NotFound
from recall.store import matches, orders
from recall.store.database import Store, Tx
from recall.store.matches import Delta, MatchCount
from tests.builders import DAY, GTIN, HOUR, NOW, SITE, make_affected_lot, make_line, make_match


def save(tx: Tx, recall: Recall, some: list[Match], *, version: int = 1) -> Delta:
    orders.save_lines(tx, [match.line for match in some])
    return matches.save_matches(tx, recall_id=recall.id, version=version, matches=iter(some))


def let_off(match: Match) -> Match:
    return replace(match, cls=MatchClass.EXCLUDED, rule=Rule.OTHER_LOT, units_lo=0, units_hi=0, chain=())


def test_a_match_comes_back_with_its_line_and_its_whole_chain(store: Store, recall: Recall) -> None:
    certain = make_match(lot=LotKey(GTIN, "C14-P6"))
    possible = make_match(make_line(lot=None), cls=MatchClass.POSSIBLE, rule=Rule.LOT_WINDOW, units_lo=0)
    with store.begin() as tx:
        save(tx, recall, [certain, possible])
        for match in (certain, possible):
            where = {"platform_id": match.line.platform_id, "line_ref": match.line.line_ref}
            assert match == matches.match(tx, recall_id=recall.id, **where)
        with pytest.raises(NotFound, match="L-unknown"):
            matches.match(tx, recall_id=recall.id, platform_id="party_platform", line_ref="L-unknown")


def test_a_version_says_who_is_newly_in_and_who_is_let_off(store: Store, recall: Recall) -> None:
    stays, goes, gone = make_match(), make_match(), make_match()
    comes = let_off(make_match())
    with store.begin() as tx:
        assert Delta(newly_in=3, released=0, unchanged=0) == save(tx, recall, [stays, goes, gone, comes])
        assert Delta(newly_in=0, released=0, unchanged=3) == save(tx, recall, [stays, goes, gone, comes])
        now_in = replace(comes, cls=MatchClass.POSSIBLE)
        amended = [stays, let_off(goes), now_in]
        assert Delta(newly_in=1, released=2, unchanged=1) == save(tx, recall, amended, version=2)
        assert Delta(newly_in=0, released=0, unchanged=2) == save(tx, recall, amended, version=2)
        assert (stays, now_in) == matches.affected(tx, recall_id=recall.id)


def test_affected_lines_are_paged_by_platform_and_line(store: Store, recall: Recall) -> None:
    lines = [
        make_line(platform_id=platform) for platform in ("party_platform", "party_other") for _ in range(4)
    ]
    some = [make_match(line) for line in lines]
    certain = sorted(some, key=lambda m: (m.line.platform_id, m.line.line_ref))
    unsure = make_match(cls=MatchClass.POSSIBLE)
    with store.begin() as tx:
        save(tx, recall, [*some, unsure, let_off(make_match())])
        found: list[Match] = []
        after: tuple[str, str] | None = None
        while page := matches.affected(
            tx, recall_id=recall.id, classes={MatchClass.CONFIRMED}, after=after, limit=3
        ):
            found += page
            after = (page[-1].line.platform_id, page[-1].line.line_ref)
        assert certain == found
        assert 9 == len(matches.affected(tx, recall_id=recall.id))
        assert 4 == len(matches.affected(tx, recall_id=recall.id, platform_id="party_other"))


def test_the_summary_counts_lines_and_units_by_seller_class_and_rule(store: Store, recall: Recall) -> None:
    two, three = make_match(make_line(units=2)), make_match(make_line(units=3))
    other = let_off(make_match(make_line(seller_ref="S08")))
    with store.begin() as tx:
        save(tx, recall, [two, three, other])
        counts = matches.match_summary(tx, recall_id=recall.id)
    of = {"platform_id": "party_platform"}
    assert (
        MatchCount(**of, seller_ref="S07", cls=MatchClass.CONFIRMED, rule=Rule.EXACT_LOT, lines=2, units=5),
        MatchCount(**of, seller_ref="S08", cls=MatchClass.EXCLUDED, rule=Rule.OTHER_LOT, lines=1, units=0),
    ) == counts


def test_a_trace_comes_back_equal_and_replaces_the_one_before(store: Store, recall: Recall) -> None:
    first, second = make_affected_lot("Z9"), make_affected_lot("A1")
    stock = Stock(site=SITE, key=first.key, received=100, sent_on=40, first_arrival=NOW - DAY)
    wide = Trace(lots=(first, second), stocks=(stock, replace(stock, site=f"{SITE}0")))
    narrow = Trace(lots=(second,), stocks=())
    with store.begin() as tx:
        assert Trace(lots=(), stocks=()) == matches.trace(tx, recall_id=recall.id)
        for version, trace in enumerate((wide, narrow), start=1):
            at = NOW + version * HOUR
            matches.save_trace(tx, recall_id=recall.id, version=version, trace=trace, at=at)
            assert in_order(trace) == matches.trace(tx, recall_id=recall.id)
        assert in_order(wide) == matches.trace(tx, recall_id=recall.id, as_of=NOW + 1.5 * HOUR)
