"""The matcher: rules on cohorts of order lines against one trace.

A line is never excluded without positive evidence: not knowing makes it possible, not safe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from recall.domain.cohort import Cohort, OrderLine, Telling, cohort_of, folded
from recall.domain.link import Link
from recall.domain.match import Evidence, Match, told
from recall.domain.openings import ADRIFT, ANYWHERE, Arrivals, openings_of, serials_of, untold_in
from recall.domain.ruling import (
    ALWAYS,
    Another,
    Excepted,
    Named,
    OneOf,
    Rule,
    Ruling,
    ShippedSince,
    SoldIn,
    confirmed,
    excluded,
    possible,
)
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import LotFact, LotKey, Trace
from recall.reading.serial_range import shape_of

Rulings = Iterator[Ruling]


class Matcher:
    """Rules on cohorts against one trace; built once, asked for every cohort that may hold affected goods."""

    def __init__(self, *, scope: Scope, trace: Trace, sites: Arrivals) -> None:
        """`sites` are those whose arrivals the events tell, but for goods of untold lots."""
        self.evidence = Evidence.of(scope, trace)
        self._sites = sites
        self._clauses: dict[str, list[ScopeClause]] = defaultdict(list)
        for clause in _with_components(scope.clauses):
            for gtin in clause.gtins:
                self._clauses[gtin].append(clause)
        self._lots = self.evidence.lots
        self._lot_gtins = {key.gtin for key in self._lots}
        self._by_fold = {(key.gtin, folded(key.lot)): key for key in sorted(self._lots)}
        self._items = serials_of(trace, inspect=False)
        self._former = serials_of(trace, inspect=True)
        self._item_lots = {item.lot for item in trace.items if item.lot is not None}
        self._by_serial = self._those(lambda c: c.by_serial) | {*self._items, *self._former}
        self._vague = self._those(lambda c: c.vague)
        self._whole = self._those(lambda c: c.whole_product)
        self._loose = frozenset(item.gtin for item in trace.items if item.gtin and item.lot is None)
        self._never_let_off = self._those(lambda c: c.by_serial) | self._loose | self._vague
        self._of_any_lot = self._vague | {item.gtin for item in trace.items if item.key is None}
        ways = ((lot.key.gtin, lot.chain) for lot in trace.lots), ((i.gtin, i.chain) for i in trace.items)
        self.gtins = frozenset({*self._clauses, *self._lot_gtins, *self._by_serial, *self._loose})
        """The trade items of the recall: no line of another can be affected."""
        self._derived = {gtin for some in ways for gtin, chain in some if len(chain) > 1}
        self._openings = openings_of(trace)
        self._untold = untold_in(trace)

    def _those(self, which: Callable[[ScopeClause], bool]) -> frozenset[str]:
        return frozenset(gtin for gtin, clauses in self._clauses.items() if any(map(which, clauses)))

    @property
    def wide(self) -> frozenset[str]:
        """The trade items of which every cohort may hold affected goods, whatever lot it is of."""
        return self._never_let_off | self._whole

    @property
    def lots(self) -> frozenset[LotKey]:
        """The lots whose cohorts may hold affected goods: those affected, and those of affected items."""
        return frozenset({*self._lots, *self._item_lots})

    @property
    def folds(self) -> frozenset[tuple[str, str]]:
        """The affected lots as hasty typing leaves them."""
        return frozenset(self._by_fold)

    @property
    def serials(self) -> frozenset[tuple[str, str]]:
        """The single items that the trace brought in; their lines may be of any cohort."""
        both = (*self._items.items(), *self._former.items())
        return frozenset((gtin, serial) for gtin, serials in both for serial in serials)

    def match(
        self,
        line: OrderLine,
        *,
        tellings: tuple[Telling, ...] = (),
        known: bool = False,
        proof: Link | None = None,
    ) -> Match:
        """Class one line: the first ruling of its cohort whose test it passes."""
        rulings = self.rulings(cohort_of(line, tellings=tellings, known=known))
        ruling = next(ruling for ruling in rulings if ruling.test.holds(line))
        return told(line, ruling, evidence=self.evidence, proof=proof)

    def look_ahead(self, cohorts: Iterable[Cohort]) -> None:
        """Learn at once of the sites of cohorts that rulings will be asked for."""
        self._sites.look_up({(cohort.gtin, cohort.site) for cohort in cohorts if cohort.site and cohort.open})

    def rulings(self, cohort: Cohort) -> tuple[Ruling, ...]:
        """What holds for a cohort's lines, in order; the last ruling leaves no line over."""
        found = []
        for ruling in self._in_order(cohort):
            found.append(ruling)
            if ruling.is_final:
                break
        return tuple(found)

    def _in_order(self, cohort: Cohort) -> Rulings:
        if cohort.gtin not in self.gtins:
            yield excluded(Rule.OTHER_PRODUCT, f"{cohort.gtin} is not a product of this recall")
        products = [c for c in self._clauses.get(cohort.gtin, ()) if c.whole_product]
        whole = min(products, key=lambda c: c.has_exceptions, default=None)
        if whole is not None and not whole.has_exceptions:
            yield _of_product(whole, cohort.gtin)
        yield from self._named_serials(cohort)
        yield from self._excepted(cohort)
        beside = whole is not None and whole.sold
        yield from self._sure_beside(whole, cohort) if whole and beside else self._sure_lot(cohort)
        yield from self._doubts(cohort)
        yield from self._other_unit(cohort)
        yield from self._recorded(cohort)
        if whole is not None:
            yield _perhaps_not(whole)
        yield self._by_window(cohort)
        yield self._elsewhere(cohort)

    def _named_serials(self, cohort: Cohort) -> Rulings:
        asking = [clause for clause in self._clauses.get(cohort.gtin, ()) if clause.asks_serials]
        for clause in asking:
            if not clause.components:
                reason = f"The notice names its serial (clause {clause.number})"
                yield confirmed(Rule.EXACT_SERIAL, reason, test=Named(clause), clause=clause.number)
        if cohort.gtin in self._items:
            reason = "Events tell that this very unit is affected"
            yield confirmed(Rule.EXACT_SERIAL, reason, test=OneOf(self._items[cohort.gtin]))
        for clause in asking:
            if clause.components:
                reason = f"The notice names its serial, if it holds the named part (clause {clause.number})"
                yield possible(Rule.INSPECT, reason, test=Named(clause), clause=clause.number)

    def _excepted(self, cohort: Cohort) -> Rulings:
        """What every clause lets off by its serial, unless goods of its kind came in by another way."""
        clauses = tuple(self._clauses.get(cohort.gtin, ()))
        spared = [c.exclusion.serials or c.exclusion.serial_ranges for c in clauses]
        if spared and all(spared) and cohort.gtin not in self._derived:
            test = Excepted(cohort.gtin, clauses)
            yield excluded(Rule.OTHER_SERIAL, "The notice excepts its serial", test=test)

    def _sure_lot(self, cohort: Cohort) -> Rulings:
        """The lot that events tell of the serial, or that the line records, is affected."""
        for key in self._affected(cohort):
            if not cohort.disputed and not self._lots[key].inspect:
                reason = f"Its serial was made in affected lot {key.lot}"
                yield confirmed(Rule.EXACT_SERIAL, reason, basis=key)
        if cohort.lot is None or self._contradicted(cohort):
            return
        key = LotKey(cohort.gtin, cohort.lot)
        affected = self._lots.get(key)
        reason = f"The order line records affected lot {cohort.lot}"
        if affected is not None and not affected.inspect:
            yield confirmed(Rule.EXACT_LOT, reason, basis=key)
        elif (clause := self._clause_of(cohort)) is not None and clause.by_lot:
            yield confirmed(Rule.EXACT_LOT, reason, clause=clause.number)

    def _sure_beside(self, whole: ScopeClause, cohort: Cohort) -> Rulings:
        """Lots that are in by other clauses, whenever their units were sold; the rest may be in."""
        named = {lot for clause in self._clauses[cohort.gtin] for lot in clause.lots}
        for ruling in self._sure_lot(cohort):
            key = ruling.basis
            if key is None or key.lot in named or self._lots[key].clause != whole.number:
                yield ruling
        yield _perhaps_not(whole)

    def _affected(self, cohort: Cohort) -> list[LotKey]:
        keys = (LotKey(cohort.gtin, lot) for lot in cohort.told)
        return [key for key in keys if key in self._lots]

    def _contradicted(self, cohort: Cohort) -> bool:
        """Whether events that may say so tell a lot of the serial that is not affected, and no other."""
        return cohort.vouched and not cohort.disputed and not self._affected(cohort)

    def _clause_of(self, cohort: Cohort) -> ScopeClause | None:
        """The clause that may name the recorded lot, where no event tells when it was made."""
        if cohort.lot is None or cohort.known:
            return None
        fact = LotFact(key=LotKey(cohort.gtin, cohort.lot))
        return next((c for c in self._clauses.get(cohort.gtin, ()) if c.names_lot(fact)), None)

    def _doubts(self, cohort: Cohort) -> Rulings:
        if cohort.gtin in self._former:
            reason = "This very unit may be affected, and no event tells whether it is: inspect it"
            yield possible(Rule.INSPECT, reason, test=OneOf(self._former[cohort.gtin]))
        affected = self._affected(cohort)
        if cohort.disputed and affected:
            reason = f"Events tell several lots of its serial: {', '.join(cohort.told)}"
            yield possible(Rule.DISPUTED, reason, basis=affected[0])
        recorded = LotKey(cohort.gtin, cohort.lot or "")
        partly = affected or [recorded] if recorded in self._lots else affected
        if partly and not self._contradicted(cohort):
            reason = f"Some units of lot {partly[0].lot} may be affected, and no event tells which"
            yield possible(Rule.INSPECT, reason, basis=partly[0])

    def _other_unit(self, cohort: Cohort) -> Rulings:
        """What lets off a line by its own serial."""
        gtin = cohort.gtin
        if self._contradicted(cohort) and gtin not in self._of_any_lot:
            made = cohort.told[0]
            near = self._by_fold.get((gtin, folded(cohort.lot or "")))
            if near is not None:
                reason = f"The line records affected lot {near.lot}, its serial was made in {made}"
                yield possible(Rule.EXACT_LOT, reason, basis=near)
            yield excluded(Rule.OTHER_LOT, f"Its serial was made in lot {made}, which is not affected")
        clauses = self._clauses.get(gtin, ())
        if clauses and all(c.by_serial for c in clauses) and gtin not in self._lot_gtins:
            reason = "Its serial is none of those that are affected"
            yield excluded(Rule.OTHER_SERIAL, reason, test=Another(gtin, self._shapes(gtin)))

    def _shapes(self, gtin: str) -> frozenset[str]:
        """The shapes in which serials of a trade item are affected."""
        told = (*self._items.get(gtin, ()), *self._former.get(gtin, ()))
        named = (shape for clause in self._clauses.get(gtin, ()) for shape in clause.serial_shapes())
        return frozenset({*map(shape_of, told), *named})

    def _recorded(self, cohort: Cohort) -> Rulings:
        """What the recorded lot tells where it is not affected itself."""
        gtin, lot = cohort.gtin, cohort.lot
        if lot is None:
            return
        if LotKey(gtin, lot) in self._item_lots:
            reason = f"Units of lot {lot} are affected, and the line does not say which unit was sold"
            yield possible(Rule.PRODUCT_ONLY, reason)
        near = self._by_fold.get((gtin, folded(lot)))
        if near is not None:
            reason = (
                f"The recorded lot {lot!r} is affected lot {near.lot}"
                " but for case, O/0, I/1, separators or zeros in front"
            )
            yield possible(Rule.FOLDED_LOT, reason, basis=near)
        if cohort.known and gtin not in self._never_let_off:
            yield excluded(Rule.OTHER_LOT, f"The order line records lot {lot}, which is not affected")
        clause = self._clause_of(cohort)
        if clause is not None and not clause.whole_product:
            reason = f"No event tells when lot {lot} was made, and the notice names lots by their dates"
            yield possible(Rule.PRODUCT_ONLY, reason, clause=clause.number)

    def _by_window(self, cohort: Cohort) -> Ruling:
        gtin, site = cohort.gtin, cohort.site if cohort.site in self._sites else None
        somewhere = self._openings.get((gtin, ANYWHERE))
        if gtin in self._untold or gtin in self._never_let_off or somewhere is None:
            return possible(Rule.PRODUCT_ONLY, "No event tells where affected units went")
        unnamed = self._sites.untold_since(gtin=gtin, site=site) if site else None
        openings = (
            (self._openings.get((gtin, site or ANYWHERE)), "{} stood where it was shipped from"),
            (self._openings.get((gtin, ADRIFT)), "{} was sent on and not all of it received"),
            (
                max((unnamed, somewhere[1]), somewhere) if unnamed else None,
                "{} may have come there, its lot untold",
            ),
        )
        told = [(opening, words) for opening, words in openings if opening is not None]
        if not told:
            return self._elsewhere(cohort)
        (at, key), words = min(told, key=lambda each: each[0][0])
        reason = f"No unit code is recorded, and affected lot {words.format(key.lot)}"
        return possible(Rule.LOT_WINDOW, reason, test=ShippedSince(at), basis=key)

    def _elsewhere(self, cohort: Cohort) -> Ruling:
        place = f"at {cohort.site}" if cohort.site in self._sites else "at any site"
        reason = f"No affected unit of {cohort.gtin} had come to stand {place} when the line was shipped"
        return excluded(Rule.NOT_THERE_YET, reason)


def _of_product(clause: ScopeClause, gtin: str) -> Ruling:
    test = SoldIn(clause.sold) if clause.sold else ALWAYS
    reason = f"The notice names every unit of {clause.model or gtin}"
    return confirmed(Rule.WHOLE_PRODUCT, reason, test=test, clause=clause.number)


def _perhaps_not(clause: ScopeClause) -> Ruling:
    reason = "The notice names every unit of the product; the line was sold outside the stated time"
    if clause.has_exceptions:
        reason = "The notice names every unit of the product but for its exceptions, and this may be one"
    return possible(Rule.WHOLE_PRODUCT, reason, clause=clause.number)


def _with_components(clauses: Iterable[ScopeClause]) -> Iterator[ScopeClause]:
    """Clauses, each followed by what it names inside."""
    for clause in clauses:
        yield clause
        yield from _with_components(clause.components)
