"""The matcher: rules on cohorts of order lines against one trace.

A line is never excluded without positive evidence: not knowing makes it possible, not safe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator

from recall.domain.cohort import Cohort, OrderLine, Telling, cohort_of, folded
from recall.domain.link import Link
from recall.domain.match import Evidence, Match, told
from recall.domain.openings import ADRIFT, ANYWHERE, openings_of, serials_of, untold_in
from recall.domain.ruling import (
    ALWAYS,
    Another,
    MatchClass,
    Named,
    OneOf,
    Rule,
    Ruling,
    ShippedSince,
    SoldIn,
    Test,
)
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import LotFact, LotKey, Trace
from recall.reading.date_code import CodeOf
from recall.reading.serial_range import shape_of

Rulings = Iterator[Ruling]


class Matcher:
    """Rules on cohorts against one trace; built once, asked for every cohort that may hold affected goods."""

    def __init__(self, *, scope: Scope, trace: Trace, sites: Container[str]) -> None:
        """`sites` are those whose arrivals the events tell."""
        self.evidence = Evidence.of(scope, trace)
        self._scope, self._sites = scope, sites
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
        loose = {item.key.gtin for item in trace.items if item.key is not None and item.lot is None}
        self._never_let_off = self._those(lambda c: c.by_serial) | loose | self._vague
        self._openings = openings_of(trace)
        self._untold = untold_in(trace)

    def _those(self, which: Callable[[ScopeClause], bool]) -> frozenset[str]:
        return frozenset(gtin for gtin, clauses in self._clauses.items() if any(map(which, clauses)))

    @property
    def gtins(self) -> frozenset[str]:
        """The trade items of the recall: no line of another can be affected."""
        return frozenset({*self._clauses, *self._lot_gtins, *self._by_serial})

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
            yield _excluded(Rule.OTHER_PRODUCT, f"{cohort.gtin} is not a product of this recall")
        whole = next((c for c in self._clauses.get(cohort.gtin, ()) if c.whole_product), None)
        if whole is not None:
            yield _of_product(whole, cohort.gtin)
        yield from self._named_serials(cohort)
        yield from self._sure_lot(cohort) if whole is None else self._sure_beside(whole, cohort)
        yield from self._doubts(cohort)
        yield from self._other_unit(cohort)
        yield from self._recorded(cohort)
        yield self._by_window(cohort)
        yield self._elsewhere(cohort)

    def _named_serials(self, cohort: Cohort) -> Rulings:
        for clause in self._clauses.get(cohort.gtin, ()):
            if _asks_serials(clause):
                reason = f"The notice names its serial (clause {clause.number})"
                yield _confirmed(Rule.EXACT_SERIAL, reason, test=Named(clause), clause=clause.number)
        if cohort.gtin in self._items:
            reason = "Events tell that this very unit is affected"
            yield _confirmed(Rule.EXACT_SERIAL, reason, test=OneOf(self._items[cohort.gtin]))

    def _sure_lot(self, cohort: Cohort) -> Rulings:
        """The lot that events tell of the serial, or that the line records, is affected."""
        for key in self._affected(cohort):
            if not cohort.disputed and not self._lots[key].inspect:
                reason = f"Its serial was made in affected lot {key.lot}"
                yield _confirmed(Rule.EXACT_SERIAL, reason, basis=key)
        if cohort.lot is None or self._contradicted(cohort):
            return
        key = LotKey(cohort.gtin, cohort.lot)
        affected = self._lots.get(key)
        reason = f"The order line records affected lot {cohort.lot}"
        if affected is not None and not affected.inspect:
            yield _confirmed(Rule.EXACT_LOT, reason, basis=key)
        elif (clause := self._clause_of(cohort)) is not None and clause.by_lot:
            yield _confirmed(Rule.EXACT_LOT, reason, clause=clause.number)

    def _sure_beside(self, whole: ScopeClause, cohort: Cohort) -> Rulings:
        """Lots that are in by other clauses, whenever their units were sold; the rest may be in."""
        named = {lot for clause in self._clauses[cohort.gtin] for lot in clause.lots}
        for ruling in self._sure_lot(cohort):
            key = ruling.basis
            if key is None or key.lot in named or self._lots[key].clause != whole.number:
                yield ruling
        yield _outside_sale(whole)

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
        return self._scope.clause_of_lot(LotFact(key=LotKey(cohort.gtin, cohort.lot)))

    def _doubts(self, cohort: Cohort) -> Rulings:
        if cohort.gtin in self._former:
            reason = "This very unit may be affected, and no event tells whether it is: inspect it"
            yield _possible(Rule.INSPECT, reason, test=OneOf(self._former[cohort.gtin]))
        affected = self._affected(cohort)
        if cohort.disputed and affected:
            reason = f"Events tell several lots of its serial: {', '.join(cohort.told)}"
            yield _possible(Rule.DISPUTED, reason, basis=affected[0])
        recorded = LotKey(cohort.gtin, cohort.lot or "")
        partly = affected or [recorded] if recorded in self._lots else affected
        if partly and not self._contradicted(cohort):
            reason = f"Some units of lot {partly[0].lot} may be affected, and no event tells which"
            yield _possible(Rule.INSPECT, reason, basis=partly[0])

    def _other_unit(self, cohort: Cohort) -> Rulings:
        """What lets off a line by its own serial."""
        gtin = cohort.gtin
        if self._contradicted(cohort) and gtin not in self._vague:
            made = cohort.told[0]
            near = self._by_fold.get((gtin, folded(cohort.lot or "")))
            if near is not None:
                reason = f"The line records affected lot {near.lot}, its serial was made in {made}"
                yield _possible(Rule.EXACT_LOT, reason, basis=near)
            yield _excluded(Rule.OTHER_LOT, f"Its serial was made in lot {made}, which is not affected")
        by_lot = any(not c.by_serial for c in self._clauses.get(gtin, ()))
        if gtin in self._by_serial and gtin not in self._lot_gtins and not by_lot:
            reason = "Its serial is none of those that are affected"
            yield _excluded(Rule.OTHER_SERIAL, reason, test=Another(gtin, self._shapes(gtin)))

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
            yield _possible(Rule.PRODUCT_ONLY, reason)
        near = self._by_fold.get((gtin, folded(lot)))
        if near is not None:
            reason = (
                f"The recorded lot {lot!r} is affected lot {near.lot}"
                " but for case, O/0, I/1, separators or zeros in front"
            )
            yield _possible(Rule.FOLDED_LOT, reason, basis=near)
        if cohort.known and gtin not in self._never_let_off:
            yield _excluded(Rule.OTHER_LOT, f"The order line records lot {lot}, which is not affected")
        clause = self._clause_of(cohort)
        if clause is not None:
            reason = f"No event tells when lot {lot} was made, and the notice names lots by their dates"
            yield _possible(Rule.PRODUCT_ONLY, reason, clause=clause.number)

    def _by_window(self, cohort: Cohort) -> Ruling:
        gtin, site = cohort.gtin, cohort.site if cohort.site in self._sites else None
        everywhere = (gtin, ANYWHERE)
        if gtin in self._untold or gtin in self._never_let_off or everywhere not in self._openings:
            return _possible(Rule.PRODUCT_ONLY, "No event tells where affected units went")
        opening = self._openings.get((gtin, site) if site else everywhere)
        adrift = self._openings.get((gtin, ADRIFT))
        if adrift is not None and (opening is None or adrift < opening):
            at, key = adrift
            reason = (
                f"No unit code is recorded, and units of affected lot {key.lot} were sent and never received"
            )
            return _possible(Rule.LOT_WINDOW, reason, test=ShippedSince(at), basis=key)
        if opening is None:
            return self._elsewhere(cohort)
        at, key = opening
        reason = f"No unit code is recorded, and affected lot {key.lot} stood where the line was shipped from"
        return _possible(Rule.LOT_WINDOW, reason, test=ShippedSince(at), basis=key)

    def _elsewhere(self, cohort: Cohort) -> Ruling:
        place = f"at {cohort.site}" if cohort.site in self._sites else "at any site"
        reason = f"No affected unit of {cohort.gtin} had come to stand {place} when the line was shipped"
        return _excluded(Rule.NOT_THERE_YET, reason)


def _confirmed(
    rule: Rule, reason: str, *, test: Test = ALWAYS, basis: LotKey | None = None, clause: int | None = None
) -> Ruling:
    cls = MatchClass.CONFIRMED
    return Ruling(cls=cls, rule=rule, reason=reason, test=test, basis=basis, clause=clause)


def _possible(
    rule: Rule, reason: str, *, test: Test = ALWAYS, basis: LotKey | None = None, clause: int | None = None
) -> Ruling:
    cls = MatchClass.POSSIBLE
    return Ruling(cls=cls, rule=rule, reason=reason, test=test, basis=basis, clause=clause)


def _excluded(rule: Rule, reason: str, *, test: Test = ALWAYS) -> Ruling:
    return Ruling(cls=MatchClass.EXCLUDED, rule=rule, reason=reason, test=test)


def _of_product(clause: ScopeClause, gtin: str) -> Ruling:
    test = SoldIn(clause.sold) if clause.sold else ALWAYS
    reason = f"The notice names every unit of {clause.model or gtin}"
    return _confirmed(Rule.WHOLE_PRODUCT, reason, test=test, clause=clause.number)


def _outside_sale(clause: ScopeClause) -> Ruling:
    reason = "The notice names every unit of the product; the line was sold outside the stated time"
    return _possible(Rule.WHOLE_PRODUCT, reason, clause=clause.number)


def _with_components(clauses: Iterable[ScopeClause]) -> Iterator[ScopeClause]:
    """Clauses, each followed by what it names inside."""
    for clause in clauses:
        yield clause
        yield from _with_components(clause.components)


def _asks_serials(clause: ScopeClause) -> bool:
    """Whether a serial alone can meet the clause."""
    listed = clause.serials or clause.serial_ranges or clause.serial_prefixes or clause.serial_masks
    return bool(listed or (clause.made and any(known.of is CodeOf.SERIAL for known in clause.encodings)))
