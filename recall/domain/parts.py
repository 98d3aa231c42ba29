"""The parts: when a part was in its parent, from what events say of attaching and detaching; pure.

A part is in its parent from its attaching to its detaching, `[ADD, DELETE)`. Who detaches must be trusted,
for it lets the parent off; where the detaching is missing, the part's being seen elsewhere ends it, as
inferred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from recall.domain.goods import PartSaying, Proof, Thing
from recall.domain.world import Anomaly


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A part was in its parent from `start` (None: nobody told since when) to `end` (None: still)."""

    parent: Thing
    child: Thing
    start: Proof | None
    end: Proof | None
    inferred: bool = False

    @property
    def shown_by(self) -> Proof:
        """What shows that it was."""
        proof = self.start or self.end
        if proof is None:
            raise ValueError(f"Nothing shows that {self.child.code} was in {self.parent.code}")
        return proof


def held(sayings: Iterable[PartSaying]) -> tuple[Held, ...]:
    """Every time that a part was in a parent, by parent and part, in the order of time."""
    of_child, emptied = defaultdict[str, list[PartSaying]](list), defaultdict[str, list[Proof]](list)
    for saying in sorted(set(sayings), key=_order):
        if saying.child is not None:
            of_child[saying.child.code].append(saying)
        elif saying.parent is not None and not saying.attached and saying.proof.trusted:
            emptied[saying.parent.code].append(saying.proof)
    return tuple(time for _, told in sorted(of_child.items()) for time in _times(told, emptied=emptied))


def _order(saying: PartSaying) -> tuple[object, ...]:
    child = saying.child.code if saying.child else ""
    return saying.proof.at, not saying.attached, saying.proof.event, child, _parent(saying)


def _parent(saying: PartSaying) -> str:
    return saying.parent.code if saying.parent else ""


def _times(told: Sequence[PartSaying], *, emptied: dict[str, list[Proof]]) -> Iterator[Held]:
    """The times of one part, parent by parent."""
    parents = {saying.parent.code: saying.parent for saying in told if saying.parent is not None}
    for code, parent in sorted(parents.items()):
        own = [saying for saying in told if _parent(saying) == code]
        child = own[0].child
        if child is None:
            continue
        ends = sorted([s.proof for s in own if not s.attached and s.proof.trusted] + emptied.get(code, []))
        elsewhere = [s.proof for s in told if (_parent(s) != code and s.attached) or s.parent is None]
        yield from _between(parent, child, [s.proof for s in own if s.attached], ends, elsewhere)


def _between(
    parent: Thing, child: Thing, starts: list[Proof], ends: list[Proof], elsewhere: list[Proof]
) -> Iterator[Held]:
    if ends and (not starts or ends[0].at < starts[0].at):
        yield Held(parent=parent, child=child, start=None, end=ends[0])
    last: Proof | None = None
    for start in starts:
        if last is not None and start.at < last.at:
            continue  # told again while it was in there
        end = next((proof for proof in ends if proof.at >= start.at), None)
        before = end.at if end else None
        seen = [p for p in elsewhere if p.at > start.at and (before is None or p.at < before)]
        several = child.is_lot or child.is_amount  # elsewhere are other units of it
        inferred = None if several else min(seen, default=None)
        last = inferred or end
        yield Held(parent=parent, child=child, start=start, end=last, inferred=inferred is not None)
        if last is None:
            return


def unclosed(times: Iterable[Held]) -> Iterator[Anomaly]:
    """What is odd about these times: detachings that nobody told, attachings that nobody told."""
    for time in times:
        words = f"{time.child.in_words()} in {time.parent.in_words()}"
        if time.inferred and time.end is not None:
            what = f"{words}: no event detaches it, it was seen elsewhere since"
            yield Anomaly(kind="missing_detaching", what=what, event=time.end.event)
        if time.start is None and time.end is not None:
            what = f"{words}: it was detached, and no event tells that it was attached"
            yield Anomaly(kind="missing_attaching", what=what, event=time.end.event)
