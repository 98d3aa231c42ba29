"""The preview: what a draft would bring into a recall today, against what it states."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from recall.domain.match import MatchClass
from recall.domain.matcher import Matcher
from recall.domain.notice import Notice
from recall.domain.scope import ScopeClause, scope_of
from recall.domain.trace import AffectedLot, Trace, trace
from recall.errors import NoticeRefused
from recall.runtime import Runtime
from recall.store import events
from recall.store.judging import judged, tallied
from recall.store.match_forecast import forecast
from recall.store.match_saving import Delta
from recall.store.sites import ToldSites
from recall.store.world import StoredWorld

NOBODYS = "draft"
"""In place of a recall's id: nothing of a preview is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one product of the notice brings in."""

    number: int
    words: str
    how: str
    """How finely it is named: `serial`, `lot`, `window`, `product` or `vague`."""
    lots: int
    units: int
    """Units made of its lots."""
    stated: int | None

    @property
    def cover(self) -> str:
        """Units made against units stated: `over`, `under`, `exact`, or `unknown`."""
        return cover(self.units, self.stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The counts of a draft as of now; `refused` says why its scope cannot be settled, and all else is 0."""

    parts: tuple[Part, ...] = ()
    lots: int = 0
    made: int = 0
    stated: int | None = None
    confirmed: int = 0
    """Order lines that are certainly in."""
    possible: int = 0
    units: int = 0
    """The most units that the lines hold."""
    change: Delta | None = None
    """What it would change among the lines of the recall that it amends; None: it amends none."""
    refused: str = ""

    @property
    def cover(self) -> str:
        """The whole against the stated total."""
        return cover(self.made, self.stated)

    def document(self) -> dict[str, object]:
        """The preview as plain JSON."""
        return {
            "lots": self.lots, "made": self.made, "stated": self.stated, "cover": self.cover,
            "confirmed": self.confirmed, "possible": self.possible, "units": self.units,
            "newly_in": self.change.newly_in if self.change else None,
            "released": self.change.released if self.change else None, "refused": self.refused,
        }  # fmt: skip


def cover(found: int, stated: int | None) -> str:
    """How what was found stands to what was stated.

    >>> cover(120, 100)
    'over'
    """
    if stated is None or not found:
        return "unknown"
    return "exact" if found == stated else "over" if found > stated else "under"


def preview(runtime: Runtime, *, notice: Notice, amends: str | None = None) -> Preview:
    """Count what a notice would bring in, by the events and order lines known today; nothing is kept.

    `amends` is the recall whose next version it would be: then it is counted too what that would change.
    """
    with runtime.store.trial() as tx:
        try:
            scope = scope_of(
                notice, recall_id=NOBODYS, version=0, catalogue=events.catalogue(tx), brands=events.brands(tx)
            )
        except NoticeRefused as refused:
            return Preview(stated=_stated(notice), refused=str(refused))
        with tx.by_index():
            found = trace(scope, world=StoredWorld(tx))
            cohorts = judged(tx, Matcher(scope=scope, trace=found, sites=ToldSites(tx)))
        counts = tallied(tx, cohorts)
        change = forecast(tx, cohorts, recall_id=amends) if amends else None
    lines, units = Counter[MatchClass](), 0
    for count in counts:
        lines[count.cls] += count.lines
        units += count.units
    return Preview(
        parts=tuple(_part(clause, found) for clause in scope.clauses), lots=len(found.lots),
        made=sum(lot.units for lot in _named(found)), stated=_stated(notice),
        confirmed=lines[MatchClass.CONFIRMED], possible=lines[MatchClass.POSSIBLE], units=units,
        change=change,
    )  # fmt: skip


def _stated(notice: Notice) -> int | None:
    parts = [product.quantity for product in notice.products]
    if notice.quantity is not None:
        return notice.quantity
    return sum(part for part in parts if part is not None) if any(p is not None for p in parts) else None


def _named(found: Trace) -> list[AffectedLot]:
    """The lots that the notice names itself; what was made of these is in them already."""
    return [lot for lot in found.lots if len(lot.chain) == 1]


def _part(clause: ScopeClause, found: Trace) -> Part:
    own = [lot for lot in _named(found) if lot.clause == clause.number]
    return Part(
        number=clause.number, words=clause.in_words(), how=_how(clause), lots=len(own),
        units=sum(lot.units for lot in own), stated=clause.stated_units,
    )  # fmt: skip


def _how(clause: ScopeClause) -> str:
    if clause.by_serial:
        return "serial"
    if clause.by_lot:
        return "lot"
    if clause.vague:
        return "vague"
    return "window" if clause.made or clause.packed or clause.expires else "product"
