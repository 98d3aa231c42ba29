"""The ruling: the class of a cohort's lines, for which reason, and the test that a line must pass for it.

A test is data, so that one definition serves two executors: `holds` asks it of one line, the store of all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from recall.domain.cohort import OrderLine
from recall.domain.scope import ScopeClause
from recall.domain.trace import LotKey
from recall.reading.serial_range import shape_of
from recall.reading.window import Window

_LISTS = 64  # lists of serials whose digests are remembered: two a trade item


class MatchClass(StrEnum):
    """How sure it is that a line is affected."""

    CONFIRMED = "confirmed"
    POSSIBLE = "possible"
    EXCLUDED = "excluded"


class Rule(StrEnum):
    """The rule that classed a line."""

    EXACT_SERIAL = "exact_serial"
    EXACT_LOT = "exact_lot"
    INSPECT = "inspect"
    DISPUTED = "disputed"
    FOLDED_LOT = "folded_lot"
    LOT_WINDOW = "lot_window"
    PRODUCT_ONLY = "product_only"
    WHOLE_PRODUCT = "whole_product"
    OTHER_LOT = "other_lot"
    OTHER_SERIAL = "other_serial"
    NOT_THERE_YET = "not_there_yet"
    OTHER_PRODUCT = "other_product"


@dataclass(frozen=True, slots=True)
class Always:
    """Every line of the cohort passes."""

    def holds(self, line: OrderLine) -> bool:  # noqa: ARG002 - every test is asked in one way
        """True."""
        return True

    def __str__(self) -> str:
        return "every line"


@dataclass(frozen=True, slots=True)
class Named:
    """The line's serial is one that a clause names, alone or in a range."""

    clause: ScopeClause

    @property
    def gtins(self) -> frozenset[str]:
        """The trade items of which a line may pass."""
        return self.clause.gtins

    def holds(self, line: OrderLine) -> bool:
        """Whether the clause names the line's serial."""
        return line.serial is not None and self.passes(line.serial, gtin=line.gtin, units=line.units)

    def passes(self, serial: str, *, gtin: str, units: int) -> bool:  # noqa: ARG002 - as of other serials' tests
        """The same of a serial on a line of so many units."""
        return self.clause.names_serial(gtin=gtin, serial=serial)

    def __str__(self) -> str:
        return f"serial named by clause {self.clause.number}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """The line's serial is one of these."""

    serials: frozenset[str]

    def holds(self, line: OrderLine) -> bool:
        """Whether the line's serial is among them."""
        return line.serial in self.serials

    def __str__(self) -> str:
        return _among(self.serials)


@lru_cache(maxsize=_LISTS)
def _among(serials: frozenset[str]) -> str:
    """A list of serials by its length and its digest: it stands at every cohort of a trade item."""
    digest = sha256("\n".join(sorted(serials)).encode()).hexdigest()
    return f"serial among {len(serials):,} ({digest})"


@dataclass(frozen=True, slots=True)
class _OfOneUnit(ABC):
    """The line is one unit of a trade item, and its serial passes."""

    gtin: str

    @property
    def gtins(self) -> frozenset[str]:
        """The trade items of which a line may pass."""
        return frozenset({self.gtin})

    def holds(self, line: OrderLine) -> bool:
        """Whether the line is a single unit whose serial passes."""
        return line.serial is not None and self.passes(line.serial, gtin=line.gtin, units=line.units)

    def passes(self, serial: str, *, gtin: str, units: int) -> bool:
        """The same of a serial on a line of so many units."""
        return units == 1 and gtin == self.gtin and self._passes(serial)

    @abstractmethod
    def _passes(self, serial: str) -> bool:
        """Whether a serial of the trade item does."""


@dataclass(frozen=True, slots=True)
class Another(_OfOneUnit):
    """The line is one unit with a whole serial: one of the shapes of those that are affected.

    A serial of another shape may be one of them with a sign lost or mistyped, and proves nothing.
    """

    shapes: frozenset[str]
    """As `shape_of` has it; one with `*` at its end tells the beginning alone."""

    def _passes(self, serial: str) -> bool:
        shape = shape_of(serial)
        begins = tuple(known.removesuffix("*") for known in self.shapes if known.endswith("*"))
        return shape in self.shapes or shape.startswith(begins)

    def __str__(self) -> str:
        return f"one unit with a whole serial ({', '.join(sorted(self.shapes))})"


@dataclass(frozen=True, slots=True)
class Excepted(_OfOneUnit):
    """The line is one unit whose serial every one of these clauses excepts."""

    clauses: tuple[ScopeClause, ...]

    def _passes(self, serial: str) -> bool:
        return all(clause.exclusion.lets_off_serial(serial) for clause in self.clauses)

    def __str__(self) -> str:
        return f"one unit with a serial excepted by clauses {[clause.number for clause in self.clauses]}"


@dataclass(frozen=True, slots=True)
class ShippedSince:
    """The line was shipped at this moment or later, or is not shipped yet."""

    at: datetime

    def holds(self, line: OrderLine) -> bool:
        """Whether the line left, or will leave, at `at` or later."""
        return line.shipped_at is None or line.shipped_at >= self.at

    def __str__(self) -> str:
        return f"shipped since {self.at.astimezone(UTC).isoformat()}"


@dataclass(frozen=True, slots=True)
class SoldIn:
    """The line was sold on a day of one of these windows (days of UTC)."""

    windows: tuple[Window, ...]

    def holds(self, line: OrderLine) -> bool:
        """Whether the day of sale lies in a window."""
        day = line.sold_at.astimezone(UTC).date()
        return any(window.overlaps(first=day, last=day) for window in self.windows)

    def __str__(self) -> str:
        spans = (f"{window.first or '…'} to {window.last or '…'}" for window in self.windows)
        return f"sold {'; '.join(spans)}"


Test = Always | Named | OneOf | Another | Excepted | ShippedSince | SoldIn
ALWAYS = Always()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What holds for the lines of a cohort that pass the test and no earlier ruling's.

    `basis` is the affected lot that the evidence leads to, `clause` the number of the clause that names the
    goods by themselves; where neither stands, the evidence is the line's own serial.
    """

    cls: MatchClass
    rule: Rule
    reason: str
    test: Test = ALWAYS
    basis: LotKey | None = None
    clause: int | None = None

    @property
    def is_final(self) -> bool:
        """Whether it leaves no line of the cohort to a later ruling."""
        return isinstance(self.test, Always)

    def units(self, whole: int) -> tuple[int, int]:
        """The interval in which the affected units of a line of so many units lie; a serial names one."""
        if self.cls is MatchClass.EXCLUDED:
            return 0, 0
        if self.cls is MatchClass.POSSIBLE:
            return 0, whole
        return (1 if self.rule is Rule.EXACT_SERIAL else whole), whole


def confirmed(
    rule: Rule, reason: str, *, test: Test = ALWAYS, basis: LotKey | None = None, clause: int | None = None
) -> Ruling:
    """A ruling that lines are affected."""
    cls = MatchClass.CONFIRMED
    return Ruling(cls=cls, rule=rule, reason=reason, test=test, basis=basis, clause=clause)


def possible(
    rule: Rule, reason: str, *, test: Test = ALWAYS, basis: LotKey | None = None, clause: int | None = None
) -> Ruling:
    """A ruling that lines may be affected."""
    cls = MatchClass.POSSIBLE
    return Ruling(cls=cls, rule=rule, reason=reason, test=test, basis=basis, clause=clause)


def excluded(rule: Rule, reason: str, *, test: Test = ALWAYS) -> Ruling:
    """A ruling that lets lines off."""
    return Ruling(cls=MatchClass.EXCLUDED, rule=rule, reason=reason, test=test)
