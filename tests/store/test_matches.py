"""The matches: lines under rulings, in time; a change says who is newly in and who is let off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from recall.domain.link import Link
from recall.domain.match import Match, MatchClass, OrderLine, Rule
from recall.domain.recall import Recall
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import LotKey, Stock, Trace, in_order
from recall.errors import NotFound
from recall.store import match_changes, matches, orders, recalls
from recall.store.database import Store, Tx
from recall.store.match_changes import LineChange
from recall.store.match_tables import MATCH, RULING
from recall.store.matches import Delta, MatchCount
from recall.store.order_tables import COHORT
from tests.builders import DAY, GTIN, HOUR, NOW, SITE, make_affected_lot, make_line
from tests.store.goods import begun, capture, item, lot

A1, B2 = "A1", "B2"


@dataclass
class Book:
    """A recall of lot A1 whose matches are saved again and again, hour by hour."""

    tx: Tx
    recall: Recall
    at: datetime = NOW
    lots: tuple[str, ...] = (A1,)
    stocks: tuple[Stock, ...] = field(default=())

    @property
    def trace(self) -> Trace:
        """The lots, and where they came to stand."""
        return Trace(lots=tuple(make_affected_lot(lot) for lot in self.lots), stocks=self.stocks)

    def save(self, lines: Sequence[OrderLine] = (), *, lots: tuple[str, ...] = (A1,)) -> Delta:
        """Keep lines, and the matches as the lots make them an hour later."""
        self.lots, self.at = lots, self.at + HOUR
        orders.save_lines(self.tx, lines)
        of = {"recall_id": self.recall.id, "version": 1}
        clause = ScopeClause(number=1, name="", model="PAC", gtins=frozenset({GTIN}), lots=frozenset({A1}))
        recalls.save_scope(self.tx, Scope(clauses=(clause,), **of))
        matches.save_trace(self.tx, trace=self.trace, at=self.at, **of)
        judge = matches.matcher(self.tx, recall_id=self.recall.id)
        return matches.save_matches(self.tx, matcher=judge, at=self.at, **of)

    def pages(self, *, limit: int = 1000, **which: object) -> list[Match]:
        """All pages of affected lines, one after the other."""
        found: list[Match] = []
        after: tuple[str, str] | None = None
        while page := matches.affected(
            self.tx,
            recall_id=self.recall.id,
            after=after,
            limit=limit,
            **which,  # type: ignore[arg-type] # a test's own
        ):
            found += page
            after = (page[-1].line.platform_id, page[-1].line.line_ref)
        return found

    def match(self, ref: str, *, as_of: datetime | None = None) -> Match:
        """The match of a line."""
        of = {"platform_id": "party_platform", "line_ref": ref}
        return matches.match(self.tx, recall_id=self.recall.id, as_of=as_of, **of)

    def count(self, table: object = MATCH) -> int:
        """How many rows a table has."""
        return int(self.tx.scalar(select(func.count()).select_from(table)))  # type: ignore[arg-type] # a table


def refs(found: Sequence[Match]) -> set[str]:
    """What a test compares."""
    return {match.line.line_ref for match in found}


def with_events(tx: Tx) -> None:
    """Two lots that events tell of; serial S1 is of the first."""
    capture(
        tx,
        begun(quantityList=[lot(A1, 10), lot(B2, 10)]),
        begun(epcList=[item("S1")], ilmd={"cbvmda:lotNumber": A1}),
    )


def test_a_match_comes_back_with_its_line_and_its_whole_chain(store: Store, recall: Recall) -> None:
    certain, unsure = make_line(lot=A1), make_line(lot="a-1")
    with store.begin() as tx:
        book = Book(tx, recall)
        book.save([certain, unsure])
        first = matches.match(
            tx, recall_id=recall.id, platform_id="party_platform", line_ref=certain.line_ref
        )
        assert (certain, MatchClass.CONFIRMED, Rule.EXACT_LOT) == (first.line, first.cls, first.rule)
        assert ["named by the notice", "exact_lot"] == [link.rule for link in first.chain]
        assert LotKey(GTIN, A1) == first.lot
        second = matches.match(
            tx, recall_id=recall.id, platform_id="party_platform", line_ref=unsure.line_ref
        )
        assert (MatchClass.POSSIBLE, Rule.FOLDED_LOT, 0, 1) == (
            second.cls, second.rule, second.units_lo, second.units_hi,
        )  # fmt: skip
        with pytest.raises(NotFound, match="L-unknown"):
            book.match("L-unknown")


def test_a_line_that_is_let_off_is_written_nowhere_and_explained_when_asked(
    store: Store, recall: Recall
) -> None:
    safe, other = make_line(lot=B2), make_line(gtin="06901234567908")
    with store.begin() as tx:
        with_events(tx)
        book = Book(tx, recall)
        book.save([safe, other, make_line(lot=A1)])
        assert 1 == book.count()
        found = book.match(safe.line_ref)
        assert (MatchClass.EXCLUDED, Rule.OTHER_LOT, 0, 0) == (
            found.cls, found.rule, found.units_lo, found.units_hi,
        )  # fmt: skip
        assert {Rule.OTHER_LOT: 1} == matches.excluded(tx, recall_id=recall.id)
        with pytest.raises(NotFound, match=other.line_ref):
            book.match(other.line_ref)


def test_a_change_says_who_is_newly_in_and_who_is_let_off(store: Store, recall: Recall) -> None:
    stays, comes = [make_line(lot=A1) for _ in range(2)], make_line(lot=B2)
    with store.begin() as tx:
        with_events(tx)
        book = Book(tx, recall)
        assert Delta(newly_in=2, released=0, unchanged=0) == book.save([*stays, comes])
        before, rows = book.at, book.count()
        assert Delta(newly_in=0, released=0, unchanged=2) == book.save()
        assert rows == book.count()
        assert Delta(newly_in=1, released=0, unchanged=2) == book.save(lots=(A1, B2))
        of = {"recall_id": recall.id, "since": before}
        assert {comes.line_ref} == refs(matches.newly_in(tx, **of))
        assert () == matches.released(tx, **of)
        wide = book.at
        assert Delta(newly_in=0, released=2, unchanged=1) == book.save(lots=(B2,))
        assert {line.line_ref for line in stays} == refs(matches.released(tx, **of))
        assert refs(matches.released(tx, recall_id=recall.id, since=wide)) == {s.line_ref for s in stays}
        assert () == matches.newly_in(tx, recall_id=recall.id, since=wide)


def test_a_chain_is_told_as_it_was_known_at_the_time(store: Store, recall: Recall) -> None:
    line = make_line(lot=A1)
    with store.begin() as tx:
        with_events(tx)
        book = Book(tx, recall)
        book.save([line])
        then, told = book.at, book.match(line.line_ref)
        of = {"recall_id": recall.id, "version": 1}
        later = Link(rule="made from", start="lot B2", end="lot A1", event="evt-2", at=NOW)
        lot = make_affected_lot(A1, chain=(later,))
        matches.save_trace(tx, trace=Trace(lots=(lot,)), at=then + HOUR, **of)
        assert later == book.match(line.line_ref).chain[0]
        assert told.chain == book.match(line.line_ref, as_of=then).chain
        assert [told.chain] == [match.chain for match in book.pages(as_of=then)]


def test_the_last_change_is_counted_and_a_first_pass_brings_all_in(store: Store, recall: Recall) -> None:
    stays, comes = make_line(lot=A1), make_line(lot=B2)
    with store.begin() as tx:
        with_events(tx)
        book = Book(tx, recall)
        assert match_changes.last_change(tx, recall_id=recall.id) is None
        book.save([stays, comes])
        first = book.at
        of = {"recall_id": recall.id, "since": match_changes.before(first)}
        assert LineChange(newly_in=1, released=0, reclassed=0) == match_changes.change(tx, **of)
        book.save(lots=(A1, B2))
        assert book.at == match_changes.last_change(tx, recall_id=recall.id)
        assert first == match_changes.last_change(tx, recall_id=recall.id, as_of=first)
        assert LineChange(newly_in=2, released=0, reclassed=0) == match_changes.change(tx, **of)
        of["since"] = first
        assert LineChange(newly_in=1, released=0, reclassed=0) == match_changes.change(tx, **of)
        then = book.at
        book.save(lots=(B2,))
        assert LineChange(newly_in=1, released=1, reclassed=0) == match_changes.change(tx, **of)
        assert LineChange(newly_in=1, released=0, reclassed=0) == match_changes.change(tx, as_of=then, **of)


def test_what_was_known_at_a_time_is_told_for_ever(store: Store, recall: Recall) -> None:
    first, second = make_line(lot=A1), make_line(lot=B2)
    with store.begin() as tx:
        with_events(tx)
        book = Book(tx, recall)
        known = dict[datetime, set[str]]()
        for lots in ((A1,), (A1, B2), (B2,), (A1,)):
            book.save([first, second], lots=lots)
            known[book.at] = refs(book.pages())
        assert known == {at: refs(book.pages(as_of=at)) for at in known}
        counted = {
            at: sum(c.lines for c in matches.match_summary(tx, recall_id=recall.id, as_of=at)) for at in known
        }
        assert {at: len(lines) for at, lines in known.items()} == counted
        assert [] == book.pages(as_of=NOW - DAY)


def test_affected_lines_are_paged_each_once(store: Store, recall: Recall) -> None:
    platforms = ("party_platform", "party_other")
    lines = [make_line(platform_id=of, lot=lot) for of in platforms for lot in (A1, A1, "a1", None)]
    with store.begin() as tx:
        book = Book(tx, recall)
        book.save(lines)
        assert [line.line_ref for line in lines] == sorted(m.line.line_ref for m in book.pages(limit=3))
        assert 4 == len(book.pages(limit=3, classes={MatchClass.CONFIRMED}))
        assert 4 == len(book.pages(platform_id="party_other"))


def test_the_summary_counts_lines_and_units_by_seller_class_and_rule(store: Store, recall: Recall) -> None:
    lines = [make_line(lot=A1, units=2), make_line(lot=A1, units=3), make_line(seller_ref="S08", lot="a1")]
    with store.begin() as tx:
        book = Book(tx, recall)
        book.save(lines)
        counts = matches.match_summary(tx, recall_id=recall.id)
    of = {"platform_id": "party_platform"}
    assert (
        MatchCount(**of, seller_ref="S07", cls=MatchClass.CONFIRMED, rule=Rule.EXACT_LOT, lines=2, units=5),
        MatchCount(**of, seller_ref="S08", cls=MatchClass.POSSIBLE, rule=Rule.FOLDED_LOT, lines=1, units=1),
    ) == counts


def test_a_line_whose_serials_lot_is_told_later_moves_and_its_taking_back_moves_it_back(
    store: Store, recall: Recall
) -> None:
    line = make_line(lot=None, serial="S1", ship_from=None)
    stock = Stock(site=SITE, key=LotKey(GTIN, A1), received=1, sent_on=0, first_arrival=line.shipped_at + DAY)
    told = begun(epcList=[item("S1")], ilmd={"cbvmda:lotNumber": A1})
    with store.begin() as tx:
        book = Book(tx, recall, stocks=(stock,))
        assert 0 == book.save([line]).newly_in
        capture(tx, told)
        assert 1 == book.save().newly_in
        found = book.match(line.line_ref)
        assert (MatchClass.CONFIRMED, Rule.EXACT_SERIAL) == (found.cls, found.rule)
        assert told.hash in {link.event for link in found.chain}
        error = {"declarationTime": NOW.isoformat(), "reason": "incorrect_data"}
        capture(tx, begun(epcList=[item("S1")], ilmd={"cbvmda:lotNumber": A1}, errorDeclaration=error))
        assert 1 == book.save().released
        assert 1 == tx.scalar(select(func.sum(COHORT.c.lines)))


def test_a_line_that_changed_is_matched_as_it_is_now(store: Store, recall: Recall) -> None:
    line = make_line(lot=A1, units=2)
    with store.begin() as tx:
        with_events(tx)
        book = Book(tx, recall)
        book.save([line])
        more = replace(line, units=3, digest="sha256:more")
        assert Delta(newly_in=0, released=0, unchanged=1) == book.save([more])
        assert [3] == [count.units for count in matches.match_summary(tx, recall_id=recall.id)]
        corrected = replace(more, lot=B2, digest="sha256:corrected")
        assert Delta(newly_in=0, released=1, unchanged=0) == book.save([corrected])
        assert [(1, 3)] == [
            (row["lines"], row["units"]) for row in tx.rows(select(COHORT).where(COHORT.c.lines != 0))
        ]


def test_a_ruling_that_stands_keeps_its_number(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        book = Book(tx, recall)
        book.save([make_line(lot=A1)])
        numbers = tx.scalars(select(RULING.c.number))
        book.save([make_line(lot=A1)])
        assert numbers == tx.scalars(select(RULING.c.number))


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
