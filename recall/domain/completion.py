"""The completion: a double-entry ledger of units, and what still stands between a recall and its end.

A unit is never made or lost, only moved:
affected = recovered + corrected + disposed + unreachable + outstanding.
What is found not to be affected leaves through `cleared`, with its confirmation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recall.domain.confirmation import Confirmation, Outcome


class Account(StrEnum):
    """Where a unit can stand."""

    OUTSTANDING = "outstanding"
    RECOVERED = "recovered"
    CORRECTED = "corrected"
    DISPOSED = "disposed"
    UNREACHABLE = "unreachable"
    CLEARED = "cleared"


class HoldingKind(StrEnum):
    """What a holding is a holding of."""

    LINE = "line"
    """An order line: a buyer holds the units."""
    STOCK = "stock"
    """A lot at a site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Units that stand together: one order line, or one lot at one site."""

    id: str
    kind: HoldingKind
    party_id: str
    """Who answers for them: the platform of a line, the owner of a site."""
    ref: str
    """The line's reference, or `site|gtin|lot`."""
    units: int
    certain: bool
    """Whether every unit is known to be affected (a CONFIRMED match), or only possibly."""
    balances: Mapping[Account, int]

    @property
    def place(self) -> str:
        """The site of a stock."""
        return self.ref.split("|")[0]

    @property
    def gtin(self) -> str:
        """The trade item of a stock."""
        return self.ref.split("|")[1]

    @property
    def lot(self) -> str:
        """The lot of a stock."""
        return self.ref.split("|", 2)[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Units of one holding that move from one account to another."""

    holding_id: str
    source: Account
    target: Account
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A confirmation that the books cannot take: kept whole for a person, nothing of it is posted."""

    reason: str


_BUYER: Mapping[Outcome, Account] = {
    Outcome.RETURNED: Account.RECOVERED,
    Outcome.REFUNDED: Account.RECOVERED,
    Outcome.REPLACED: Account.CORRECTED,
    Outcome.REPAIRED: Account.CORRECTED,
    Outcome.DESTROYED: Account.DISPOSED,
    Outcome.NOT_AFFECTED: Account.CLEARED,
    Outcome.NO_LONGER_HAVE: Account.UNREACHABLE,
    Outcome.UNREACHABLE: Account.UNREACHABLE,
}


def postings_for_line(holding: Holding, *, outcome: Outcome, units: int) -> tuple[Posting, ...] | Conflict:
    """What a buyer's outcome moves. A buyer found late may still answer: unreachable units can move on."""
    target = _BUYER[outcome]
    if outcome is Outcome.NOT_AFFECTED and holding.certain:
        return Conflict(reason="The line is confirmed as affected, and its buyer says that it is not")
    free = (
        (Account.OUTSTANDING,)
        if target is Account.UNREACHABLE
        else (Account.OUTSTANDING, Account.UNREACHABLE)
    )
    return _drawn(holding, sources=free, target=target, units=units, what="are outstanding on the line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A count that came before a whole one: units of a lot at a site, and more to come."""

    said: Confirmation
    disputed: bool
    """Whether the books could not take it: how many units it is worth is not known."""

    def is_of(self, holding: Holding) -> bool:
        """Whether it may speak of this stock; what it leaves open may mean any."""
        said = self.said
        asked = ((said.place, holding.place), (said.lot, holding.lot), (said.gtin, holding.gtin))
        return all(named in (None, known) for named, known in asked)


def postings_for_count(
    here: Holding, *, said: Confirmation, site: Sequence[Holding], parts: Sequence[Part]
) -> tuple[Posting, ...] | Conflict:
    """What a count of the stock `here` moves: with all counted, what is missing was sold unmarked.

    A count that is not final moves nothing: the rest may still be found. A final one closes the count of
    each of the owner's lots at the `site` of which it or one of the `parts` before it speaks; where a part is
    disputed, nothing is let off.
    """
    standing = here.balances[Account.OUTSTANDING]
    if said.units > standing:
        return Conflict(reason=f"{said.units} units counted where at most {standing} can stand")
    posted = list[Posting]()
    for holding in site if said.final else ():
        told = [part for part in parts if part.is_of(holding)]
        counted = sum(part.said.units for part in told) + (said.units if holding.id == here.id else 0)
        spoken_of = bool(told) or holding.id == here.id
        missing = holding.balances[Account.OUTSTANDING] - counted
        if spoken_of and missing > 0 and not any(part.disputed for part in told):
            posted.append(Posting(
                holding_id=holding.id, source=Account.OUTSTANDING, target=Account.CLEARED, units=missing,
            ))  # fmt: skip
    return tuple(posted)


def postings_for_collection(holding: Holding, *, units: int) -> tuple[Posting, ...] | Conflict:
    """What a logistics partner's collection at a site moves."""
    return _drawn(
        holding, sources=(Account.OUTSTANDING,), target=Account.RECOVERED, units=units, what="stand there"
    )


def postings_for_disposal(holdings: tuple[Holding, ...], *, units: int) -> tuple[Posting, ...] | Conflict:
    """What a disposal of recovered goods moves, holding after holding in the given order."""
    recovered = sum(holding.balances[Account.RECOVERED] for holding in holdings)
    if units > recovered:
        return Conflict(reason=f"{units} units disposed of where {recovered} were recovered")
    postings, left = [], units
    for holding in holdings:
        part = min(left, holding.balances[Account.RECOVERED])
        if part:
            postings.append(
                Posting(holding_id=holding.id, source=Account.RECOVERED, target=Account.DISPOSED, units=part)
            )
            left -= part
    return tuple(postings)


def _drawn(
    holding: Holding, *, sources: tuple[Account, ...], target: Account, units: int, what: str
) -> tuple[Posting, ...] | Conflict:
    free = sum(holding.balances[account] for account in sources)
    if units > free:
        return Conflict(reason=f"{units} units confirmed where {free} {what}")
    postings, left = [], units
    for account in sources:
        part = min(left, holding.balances[account])
        if part:
            postings.append(Posting(holding_id=holding.id, source=account, target=target, units=part))
            left -= part
    return tuple(postings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The units of a whole recall, or of one party's part."""

    recovered: int = 0
    corrected: int = 0
    disposed: int = 0
    unreachable: int = 0
    outstanding: int = 0
    cleared: int = 0
    entered: int = 0
    """Units that the holdings began with, counted apart from the postings."""

    @property
    def affected(self) -> int:
        """Units that the recall is about: all that were entered, less those found not to be affected."""
        return self.entered - self.cleared

    @property
    def balances(self) -> bool:
        """Whether every unit is accounted for; false is a defect of the engine, never of a party."""
        accounted = self.recovered + self.corrected + self.disposed + self.unreachable + self.outstanding
        return self.affected == accounted

    def document(self) -> dict[str, int | bool]:
        """The ledger as flat JSON."""
        return {
            "affected": self.affected, "recovered": self.recovered, "corrected": self.corrected,
            "disposed": self.disposed, "unreachable": self.unreachable, "outstanding": self.outstanding,
            "cleared": self.cleared, "balances": self.balances,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What completion is judged by: counts, read from the store in one transaction."""

    ledger: Ledger
    open_tasks: int
    conflicts: int
    open_scans: int
    """Trade items whose order lines a platform has not given in full."""
    stock_units: int
    """Units that stand at sites and were not fetched."""
    disposals_asked: int
    """Open tasks to dispose of goods: with none of them, nobody sees to what was recovered."""
    lines_to_tell: int
    lines_told: int
    lines_waiting: int
    """Told lines whose buyers still have reminders to come."""


def unmet(standing: Standing) -> tuple[str, ...]:
    """What still stands between a recall and the end of its active measures; empty: nothing."""
    told = standing.lines_to_tell - standing.lines_told
    forgotten = "" if standing.disposals_asked else ", and nobody has an open task for them"
    criteria = (
        (not standing.ledger.balances, "the units do not balance"),
        (standing.open_tasks > 0, f"{standing.open_tasks} tasks are open"),
        (standing.conflicts > 0, f"{standing.conflicts} confirmations are in conflict and wait for a person"),
        (standing.open_scans > 0, f"{standing.open_scans} scans of platforms' orders are not complete"),
        (standing.stock_units > 0, f"{standing.stock_units} units stand at sites and were not fetched"),
        (told > 0, f"{told} order lines have not been told"),
        (standing.lines_waiting > 0, f"{standing.lines_waiting} buyers have reminders to come"),
        (
            standing.ledger.recovered > 0,
            f"{standing.ledger.recovered} recovered units await disposal{forgotten}",
        ),
    )
    return tuple(reason for is_unmet, reason in criteria if is_unmet)
