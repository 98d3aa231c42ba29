"""The seeds: the goods that the clauses of a scope name themselves, each with the link that says so; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from recall.codes.keys import class_key
from recall.domain.clause import ScopeClause
from recall.domain.closure import MOST_STEPS, MOST_THINGS, Closure, Reached, closure
from recall.domain.goods import ItemKey, LotFact, LotKey, Thing
from recall.domain.link import Link
from recall.domain.scope import Scope
from recall.domain.world import Span, World
from recall.reading.date_code import CodeOf

_LAST = "\U0010ffff"


class Reach:
    """What a scope reaches in a world, clause by clause."""

    def __init__(
        self, scope: Scope, *, world: World, most_steps: int = MOST_STEPS, most_things: int = MOST_THINGS
    ) -> None:
        self._scope, self._world = scope, world
        self._most_steps, self._most_things = most_steps, most_things
        self.facts: dict[LotKey, LotFact] = {}
        """What was told of the lots that were asked for."""

    def closures(self) -> Iterator[tuple[Closure, list[Reached]]]:
        """The closures, and of each the things that are in the recall."""
        plain = [clause for clause in self._scope.clauses if not clause.components]
        done = self._closed(seed for clause in plain for seed in self._named(clause))
        yield done, [way for way in done.answers() if not way.thing.is_untold]
        for clause in self._scope.clauses:
            if clause.components:
                yield self._containing(clause)

    def _closed(self, seeds: Iterable[Reached]) -> Closure:
        return closure(seeds, world=self._world, most_steps=self._most_steps, most_things=self._most_things)

    def _containing(self, clause: ScopeClause) -> tuple[Closure, list[Reached]]:
        """What holds or was made of a component, as far as the clause names it; and the components."""
        seeds, told = list[Reached](), Closure()
        for part in clause.components:
            if part.components:
                inner, reached = self._containing(part)
                told.anomalies |= inner.anomalies
                told.cut_offs += inner.cut_offs
                seeds += reached
            else:
                seeds += self._named(part)
        done = self._closed(seeds)
        done.anomalies |= told.anomalies
        done.cut_offs += told.cut_offs
        named = {seed.thing.code for seed in seeds}
        self.ask(done.answers())
        return done, [
            way
            for way in done.answers()
            if not way.thing.is_untold and (way.thing.code in named or self._meets(clause, way.thing))
        ]

    def _meets(self, clause: ScopeClause, thing: Thing) -> bool:
        """Whether a thing that holds the component is what the clause names; not knowing lets none off."""
        if not clause.gtins:
            return True
        if thing.gtin not in clause.gtins:
            return False
        if clause.by_serial:
            item = thing.as_item
            return item is None or clause.names_serial(gtin=item.gtin, serial=item.serial)
        if thing.serial is not None and clause.exclusion.lets_off_serial(thing.serial):
            return False
        facts = [self.facts.get(key, LotFact(key=key)) for key in thing.of_lots]
        return not facts or any(map(clause.allows_lot, facts))

    def ask(self, reached: Iterable[Reached]) -> None:
        """Learn what is told of the lots among these things."""
        keys = {key for way in reached for key in way.thing.of_lots} - self.facts.keys()
        self.facts.update(self._world.facts(sorted(keys)))

    def _named(self, clause: ScopeClause) -> Iterator[Reached]:
        yield from self._lots(clause)
        yield from self._items(clause)
        yield from self._whatever_item(clause)
        if clause.containers:
            yield from self._contents(clause)

    def _lots(self, clause: ScopeClause) -> Iterator[Reached]:
        """The lots that meet the clause, and those that it names whether events tell of them or not.

        Of a trade item with none of either, one that meets it may be used without its name.
        """
        if not clause.gtins or clause.by_serial or clause.containers:
            return
        listed = bool(clause.lots) and not (clause.lot_ranges or clause.lot_masks)
        codes = sorted(clause.lots) if listed else None
        told, named = dict[LotKey, LotFact](), set[str]()
        for fact in self._world.lots(gtins=sorted(clause.gtins), codes=codes, packed=bool(clause.packed)):
            told[fact.key] = fact
            if clause.names_lot(fact) or (clause.vague and clause.allows_lot(fact)):
                named.add(fact.key.gtin)
                link, unsure = self._link(clause, fact), clause.vague or clause.leaves_open(fact)
                yield self._reached(clause, Thing.lot(fact.key), link, inspect=unsure)
        self.facts.update(told)
        for key in clause.lots_by_name():
            if key not in told:
                named.add(key.gtin)
                thing = Thing.lot(key)
                yield self._reached(clause, thing, self._scope.named(clause, thing.in_words()))
        amounts = frozenset() if clause.by_lot else clause.gtins - {key.gtin for key in told}
        yield from self._amounts(clause, amounts)
        for gtin in sorted(clause.gtins - named - amounts):
            thing = Thing.untold_lot(gtin)
            link = self._scope.named(clause, thing.in_words())
            yield self._reached(clause, thing, link, inspect=True)

    def _amounts(self, clause: ScopeClause, gtins: Iterable[str]) -> Iterator[Reached]:
        """Trade items of which nobody told a lot: events may still tell amounts of them."""
        for gtin in sorted(gtins):
            thing = Thing(class_key(gtin), gtin)
            named = self._scope.named(clause, thing.in_words())
            yield self._reached(clause, thing, named, inspect=not clause.whole_product)

    def _link(self, clause: ScopeClause, fact: LotFact) -> Link:
        """By its code the notice itself names a lot; by its days the event that tells them shows it."""
        words = Thing.lot(fact.key).in_words()
        link = self._scope.named(clause, words)
        if clause.by_lot or clause.whole_product or fact.event is None:
            return link
        return replace(link, event=fact.event, at=fact.at, source=fact.said_by)

    def _items(self, clause: ScopeClause) -> Iterator[Reached]:
        """The serials that the clause names one by one, and of ranges those that went into something."""
        related = dict[ItemKey, Thing]()
        for gtin in sorted(clause.gtins):
            spans = list(_spans(clause))
            for thing in self._world.related(gtin=gtin, spans=spans) if spans else ():
                item = thing.as_item
                if item and (clause.whole_product or clause.names_serial(gtin=gtin, serial=item.serial)):
                    related[item] = thing
            for serial in clause.serials:
                if clause.names_serial(gtin=gtin, serial=serial):
                    key = ItemKey(gtin, serial)
                    related.setdefault(key, Thing.item(key))
        for _, thing in sorted(related.items()):
            yield self._reached(clause, thing, self._scope.named(clause, thing.in_words()))

    def _whatever_item(self, clause: ScopeClause) -> Iterator[Reached]:
        """Whatever items ranges, prefixes and masks name: amounts that are used may hold some of them."""
        if clause.by_serial and (clause.serial_ranges or clause.serial_prefixes or clause.serial_masks):
            for gtin in sorted(clause.gtins):
                thing = Thing.untold_item(gtin, lots=self._lots_of_all(clause, gtin))
                named = self._scope.named(clause, thing.in_words())
                yield self._reached(clause, thing, named, inspect=True)

    def _lots_of_all(self, clause: ScopeClause, gtin: str) -> tuple[str, ...]:
        """The lots of the items that ranges name, where trusted parties tell that of every one; else none."""
        ranges = clause.serial_ranges
        if clause.serial_prefixes or clause.serial_masks or any(known.has_wildcards for known in ranges):
            return ()
        spans = [known.span() for known in ranges]
        told = [
            (serial, lot, trusted)
            for serial, lot, trusted in self._world.item_lots(gtin=gtin, spans=spans)
            if any(known.holds(serial) for known in ranges)
        ]
        if len({serial for serial, _, trusted in told if trusted}) < sum(known.count for known in ranges):
            return ()
        return tuple(
            sorted({lot for serial, lot, _ in told if clause.names_serial(gtin=gtin, serial=serial)})
        )

    def _contents(self, clause: ScopeClause) -> Iterator[Reached]:
        """What stood in the containers that the notice names: of lots an amount, and nobody knows which."""
        for container, thing, _, proof in self._world.contents(sorted(clause.containers)):
            facts = [LotFact(key=key) for key in thing.of_lots]
            other = clause.gtins and thing.gtin not in clause.gtins
            if other or (facts and not any(map(clause.allows_lot, facts))):
                continue
            named = self._scope.named(clause, container)
            stood = Link(
                rule="stood in", start=container, end=thing.in_words(), event=proof.event, at=proof.at,
                source=proof.source,
            )  # fmt: skip
            yield self._reached(clause, thing, named, stood, inspect=thing.as_lot is not None)

    @staticmethod
    def _reached(clause: ScopeClause, thing: Thing, *chain: Link, inspect: bool = False) -> Reached:
        return Reached(thing=thing, clause=clause.number, chain=chain, inspect=inspect)


def _spans(clause: ScopeClause) -> Iterator[Span]:
    """Where in the order of signs the serials stand that a clause can name."""
    by_date = bool(clause.made) and any(code.of is CodeOf.SERIAL for code in clause.encodings)
    if clause.whole_product or clause.serial_masks or by_date:
        yield "", _LAST
        return
    yield from ((serial, serial) for serial in sorted(clause.serials))
    yield from (known.span() for known in clause.serial_ranges)
    yield from ((prefix, prefix + _LAST) for prefix in clause.serial_prefixes)


def strongest(reached: Sequence[Reached]) -> dict[str, Reached]:
    """Each thing once: the surest way to it, and of several that of the first clause."""
    best = dict[str, Reached]()
    for way in sorted(reached, key=lambda way: (way.is_doubtful, way.clause)):
        best.setdefault(way.thing.code, way)
    return best
