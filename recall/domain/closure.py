"""The closure: from the goods that a clause names to all that was made of them or holds them; pure.

It runs over (thing, time): a defect reaches a parent while the part is in it, and what is made of the parent
then. Afterwards the parent is to be inspected, and the part goes its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from recall.codes.keys import class_key
from recall.domain.goods import Proof, Run, Thing
from recall.domain.link import Link
from recall.domain.parts import Held, held, unclosed
from recall.domain.world import Anomaly, Untold, World

MOST_STEPS = 64
"""Steps from what a notice names: supply chains have some ten."""
MOST_THINGS = 1_000_000
"""Lots and items: more is no answer that anybody can act on."""
_MADE_FROM = "made from"
_REPAIRS = frozenset({"repairing", "replacing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A thing that the defect has reached, the clause and the way, and for which time."""

    thing: Thing
    clause: int
    chain: tuple[Link, ...]
    since: datetime | None = None
    """None: always."""
    until: datetime | None = None
    """From then on it is to be inspected; None: still."""
    inspect: bool = False
    """It may be affected, and no event tells whether it is."""

    def covers(self, other: Reached) -> bool:
        """Whether nothing new comes of `other`."""
        sure = other.inspect or not self.inspect
        begins = self.since is None or (other.since is not None and self.since <= other.since)
        ends = self.until is None or (other.until is not None and other.until <= self.until)
        return sure and begins and ends and (not self.thing.is_amount or self._is_made_no_later(other))

    def _is_made_no_later(self, other: Reached) -> bool:
        """An amount reaches what is used of its trade item since it was made: the first making tells most."""
        if self.made_at is None or other.made_at is None:
            return self.made_at is None
        return self.made_at <= other.made_at

    @property
    def made_at(self) -> datetime | None:
        """When it was made of what is affected; None: that is not how it came in."""
        last = self.chain[-1]
        return last.at if last.rule == _MADE_FROM else None

    @property
    def is_doubtful(self) -> bool:
        """Whether it is possible now, and not certain."""
        return self.inspect or self.until is not None


@dataclass(slots=True, kw_only=True)
class Closure:
    """What was reached, by thing, in the order of the steps; with what was odd, and what was not followed."""

    found: dict[str, list[Reached]] = field(default_factory=dict)
    anomalies: set[Anomaly] = field(default_factory=set)
    cut_offs: list[str] = field(default_factory=list)
    first: dict[str, Reached] = field(default_factory=dict)
    """By trade item, the thing of it that was reached first."""
    asked: set[str] = field(default_factory=set)
    """The trade items of which it was asked what has an untold origin."""

    def add(self, reached: Reached) -> bool:
        """Keep it, unless it is known; returns whether it is new."""
        known = self.found.setdefault(reached.thing.code, [])
        if any(other.covers(reached) for other in known):
            return False
        known.append(reached)
        if reached.thing.gtin is not None:
            self.first.setdefault(reached.thing.gtin, reached)
        return True

    def answers(self) -> Iterator[Reached]:
        """Each thing once, by the surest and shortest way to it."""
        for ways in self.found.values():
            yield min(ways, key=lambda way: way.is_doubtful)


def closure(
    seeds: Iterable[Reached],
    *,
    world: World,
    most_steps: int = MOST_STEPS,
    most_things: int = MOST_THINGS,
) -> Closure:
    """Follow the seeds forward through made-from and has-part until nothing new is reached."""
    done = Closure()
    frontier = [seed for seed in seeds if done.add(seed)]
    for _ in range(most_steps):
        if not frontier:
            return done
        frontier = _step(done, frontier, world=world)
        if len(done.found) > most_things:
            done.cut_offs.append(
                f"The trace stopped at {len(done.found):,} lots and items: what was made of the last "
                f"{len(frontier):,} was not followed"
            )
            return done
    if frontier:
        done.cut_offs.append(
            f"The trace stopped after {most_steps} steps: what was made of {len(frontier):,} lots and items, "
            f"such as {frontier[0].thing.in_words()}, was not followed"
        )
    return done


def _step(done: Closure, frontier: Sequence[Reached], *, world: World) -> list[Reached]:
    """Everything new that one step reaches: by what events tell, and where they tell no more, by what nobody
    told."""
    things = list(dict.fromkeys(state.thing for state in frontier))
    times = held(world.parts(things))
    done.anomalies.update(unclosed(times))
    sources = _Sources(frontier)
    found = [
        *(new for run in sorted(world.runs(things), key=lambda run: run.id) for new in _made(run, sources)),
        *(new for time in times for new in _assembled(time, sources)),
    ]
    return _new(done, found) or _new(done, _suspected(done, world=world))


def _new(done: Closure, found: Iterable[Reached]) -> list[Reached]:
    return [state for state in sorted(found, key=_in_order) if done.add(state)]


def _in_order(state: Reached) -> tuple[object, ...]:
    """Sure before doubtful, then by time, event and name: the same whatever came to be known first."""
    last = state.chain[-1]
    at = last.at.timestamp() if last.at else 0.0
    since = state.since.timestamp() if state.since else 0.0
    return state.is_doubtful, state.clause, at, last.event or "", state.thing.code, since, last.start


class _Sources:
    """A frontier by the names under which events may speak of it."""

    def __init__(self, frontier: Iterable[Reached]) -> None:
        self._by_code: dict[str, list[Reached]] = {}
        self._lots_of: dict[str, list[Reached]] = {}
        self._one_of: dict[str, Reached] = {}
        self._some_of: dict[str, list[Reached]] = {}
        for state in frontier:
            thing = state.thing
            self._by_code.setdefault(thing.code, []).append(state)
            if thing.gtin is None:
                continue
            if thing.is_lot:
                self._lots_of.setdefault(thing.gtin, []).append(state)
            elif thing.is_amount:
                self._some_of.setdefault(thing.gtin, []).append(replace(state, inspect=True))
            elif thing.serial is not None:
                lots = [Thing.lot(lot) for lot in thing.of_lots]
                lots += [Thing.untold_lot(thing.gtin)] if thing.of_any_lot else []
                for name in (class_key(thing.gtin), *(lot.code for lot in lots)):
                    self._one_of.setdefault(name, replace(state, since=None, until=None, inspect=True))

    def of(self, thing: Thing, *, at: datetime | None) -> Iterator[Reached]:
        """The states that reach a thing as it is used: its own, or those of the lot that it is of.

        Where events give it several lots, each of them leaves it in doubt; so does an amount or an item of a
        trade item whose lot nobody told, and an amount of which an affected item may be one unit: of its lot,
        or where nobody told that of any. What was made without a lot may be of any, since it was made.
        """
        yield from self._by_code.get(thing.code, ())
        if thing.gtin is not None and not thing.is_amount:
            some = self._some_of.get(thing.gtin, ())
            yield from (state for state in some if not (at and state.made_at and at < state.made_at))
        if thing.gtin is not None and thing.serial is None:
            names = (thing.code, Thing.untold_lot(thing.gtin).code) if thing.lots else (thing.code,)
            yield from (self._one_of[name] for name in names if name in self._one_of)
        if thing.gtin is not None and (thing.of_any_lot or not thing.lots):
            yield from (replace(state, inspect=True) for state in self._lots_of.get(thing.gtin, ()))
        if thing.serial is None:
            return
        doubtful = len(thing.of_lots) > 1
        for lot in thing.of_lots:
            for state in self._by_code.get(Thing.lot(lot).code, ()):
                yield replace(state, inspect=state.inspect or doubtful)


def _made(run: Run, sources: _Sources) -> Iterator[Reached]:
    """What came out of a transformation that took in what is affected."""
    outputs = {thing.code for thing, _ in run.outputs}
    both = {thing.code for thing, _ in run.inputs if thing.code in outputs and not thing.is_lot}
    repaired = bool(both) and bool(run.steps & _REPAIRS)
    for thing, taken in run.inputs:
        for state in sources.of(thing, at=taken.at):
            if state.since is not None and taken.at < state.since:
                continue
            for made, proof in run.outputs:
                modified = made.code in both
                if (
                    made.code == thing.code
                    or (modified and thing.code in both)
                    or (repaired and not modified)
                ):
                    continue
                rule = "repaired with" if repaired else _MADE_FROM
                yield _onward(state, made, proof, rule=rule, at=taken.at, doubtful=repaired, inside=modified)


def _onward(
    state: Reached, made: Thing, proof: Proof, *, rule: str, at: datetime, doubtful: bool, inside: bool
) -> Reached:
    """`inside`: the thing was there before, and is affected since."""
    late = state.until is not None and at >= state.until
    return Reached(
        thing=made, clause=state.clause, chain=(*state.chain, _link(rule, state, made, proof)),
        since=proof.at if inside else None, inspect=state.inspect or late or doubtful,
    )  # fmt: skip


def _assembled(time: Held, sources: _Sources) -> Iterator[Reached]:
    """The parent, for as long as an affected part was in it."""
    start = time.start.at if time.start else None
    for state in sources.of(time.child, at=start):
        end = time.end.at if time.end else None
        shown = time.end is not None and time.end.trusted
        if shown and state.since is not None and end is not None and end <= state.since:
            continue
        late = state.until is not None and start is not None and start >= state.until
        since = max((moment for moment in (start, state.since) if moment), default=None)
        rule = "formerly part of" if time.end else "part of"
        yield Reached(
            thing=time.parent, clause=state.clause,
            chain=(*state.chain, _link(rule, state, time.parent, time.shown_by)),
            since=since, until=end, inspect=state.inspect or late,
        )  # fmt: skip


def _suspected(done: Closure, *, world: World) -> Iterator[Reached]:
    """What may be made of the trade items that were reached, for nobody told what else it was made of."""
    kinds = sorted(done.first.keys() - done.asked)
    done.asked.update(kinds)
    for one in world.untold(kinds) if kinds else ():
        yield _of_untold_origin(one, done.first[one.of])


def _of_untold_origin(one: Untold, state: Reached) -> Reached:
    proof = one.proof
    link = Link(
        rule="origin untold", start=state.thing.in_words(), end=one.thing.in_words(),
        event=proof.event if proof else None, at=proof.at if proof else None,
        source=proof.source if proof else None,
    )  # fmt: skip
    return Reached(thing=one.thing, clause=state.clause, chain=(*state.chain, link), inspect=True)


def _link(rule: str, state: Reached, end: Thing, proof: Proof) -> Link:
    return Link(
        rule=rule, start=state.thing.in_words(), end=end.in_words(), event=proof.event, at=proof.at,
        source=proof.source,
    )  # fmt: skip
