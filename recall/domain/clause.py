"""The clause: one alternative of a scope, an AND over everything that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from recall.domain.goods import LotFact, LotKey
from recall.reading.date_code import CodeOf, DateCode
from recall.reading.mask import Mask
from recall.reading.serial_range import SerialRange, shape_of
from recall.reading.window import Window

_MOST_IN_WORDS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What a clause lets off although it names the rest; sites and windows together mean both at once."""

    lots: frozenset[str] = frozenset()
    lot_ranges: tuple[SerialRange, ...] = ()
    serials: frozenset[str] = frozenset()
    serial_ranges: tuple[SerialRange, ...] = ()
    sites: frozenset[str] = frozenset()
    made: tuple[Window, ...] = ()

    def lets_off_lot(self, fact: LotFact) -> bool:
        """Whether a lot is let off, by its code or where and when it was made; not knowing lets none off."""
        lot = fact.key.lot
        if lot in self.lots or any(known.holds(lot) for known in self.lot_ranges):
            return True
        if not (self.sites or self.made):
            return False
        elsewhere = not self.sites or bool(fact.sites and fact.sites <= self.sites)
        days = (fact.made_first, fact.made_last) if fact.made_first and fact.made_last else None
        return elsewhere and (not self.made or (not fact.undated and _all_in(self.made, days)))

    def lets_off_serial(self, serial: str) -> bool:
        """Whether an item is let off by its serial."""
        return serial in self.serials or any(known.holds(serial) for known in self.serial_ranges)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeClause:
    """One alternative of a scope: an AND over everything that it names.

    `number` counts from 1 in the order of the notice's products. Lots and serials are compared exactly:
    zeros and case are part of a code. A list, a range and a mask of the same thing widen one another.
    """

    number: int
    name: str
    model: str | None
    gtins: frozenset[str]
    lots: frozenset[str] = frozenset()
    lot_ranges: tuple[SerialRange, ...] = ()
    lot_masks: tuple[Mask, ...] = ()
    excluded_lots: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()
    serial_ranges: tuple[SerialRange, ...] = ()
    serial_prefixes: tuple[str, ...] = ()
    serial_masks: tuple[Mask, ...] = ()
    date_codes: tuple[str, ...] = ()
    """Codes whose way of telling the date is the maker's: they make a unit possible, never confirmed."""
    encodings: tuple[DateCode, ...] = ()
    """How lots or serials tell the day of making, where the notice declares it."""
    made: tuple[Window, ...] = ()
    packed: tuple[Window, ...] = ()
    expires: tuple[Window, ...] = ()
    sold: tuple[Window, ...] = ()
    containers: frozenset[str] = frozenset()
    """Keys of logistic units: all that stands in them is named."""
    components: tuple[ScopeClause, ...] = ()
    """What the goods must contain, any of these; the components themselves are in the recall too."""
    exclusion: Exclusion = field(default_factory=Exclusion)
    stated_units: int | None = None

    def names_lot(self, fact: LotFact) -> bool:
        """Whether a lot meets the clause; a lot whose dates are unknown is not let off by them."""
        if fact.key.gtin not in self.gtins or not self.allows_lot(fact):
            return False
        return not (self.by_serial or self.vague or self.containers or self.components)

    def allows_lot(self, fact: LotFact) -> bool:
        """Whether a lot of these trade items is in what the clause names of lots, days and sites."""
        lot = fact.key.lot
        if lot in self.excluded_lots or self.exclusion.lets_off_lot(fact):
            return False
        if self.by_lot and not self._names_code(lot):
            return False
        windows = ((self.packed, fact.packed), (self.expires, fact.expires))
        return self._made_in(fact) and all(_meet(named, told) for named, told in windows)

    def leaves_open(self, fact: LotFact) -> bool:
        """Whether days alone bring in a lot that it names, and not all of the lot's are told to be in one of
        its windows: those of some units may be others."""
        if fact.key.lot in self.lots:
            return False
        asked = ((self.packed, fact.packed), (self.expires, fact.expires))
        undated = fact.undated or not self._days(fact)
        return bool(self.made and undated) or any(named and not _all_in(named, told) for named, told in asked)

    def _names_code(self, lot: str) -> bool:
        return (
            lot in self.lots
            or any(known.holds(lot) for known in self.lot_ranges)
            or any(mask.holds(lot) for mask in self.lot_masks)
        )

    def _made_in(self, fact: LotFact) -> bool:
        """By the days that events or the lot's own code tell: one brings a lot in, both must let it off."""
        if not self.made:
            return True
        told = self._days(fact)
        return not told or fact.undated or _any_meet(self.made, told)

    def _days(self, fact: LotFact) -> list[Window]:
        """On which a lot was made, as events and its own code tell."""
        start, end = fact.made_first or fact.made_last, fact.made_last or fact.made_first
        told = [Window(first=start, last=end)] if start else []
        return told + self._decoded(fact.key.lot, of=CodeOf.LOT)

    def _decoded(self, code: str, *, of: CodeOf) -> list[Window]:
        return [span for known in self.encodings if known.of is of for span in known.decode(code)]

    def names_serial(self, *, gtin: str, serial: str) -> bool:
        """Whether the clause names this very serial: alone, in a range, by a mask, or by the date in it."""
        return (
            gtin in self.gtins and not self.exclusion.lets_off_serial(serial) and self._names_serial(serial)
        )

    def _names_serial(self, serial: str) -> bool:
        return (
            serial in self.serials
            or any(known.holds(serial) for known in self.serial_ranges)
            or serial.startswith(self.serial_prefixes)
            or any(mask.holds(serial) for mask in self.serial_masks)
            or _any_meet(self.made, self._decoded(serial, of=CodeOf.SERIAL))
        )

    def serial_shapes(self) -> Iterator[str]:
        """The shapes of the serials that are named; a mask tells none, nor does a range with wildcards."""
        yield from map(shape_of, self.serials)
        plain = (known for known in self.serial_ranges if not known.has_wildcards)
        yield from (shape_of(known.prefix) + "9" * known.width for known in plain)
        yield from (f"{shape_of(prefix)}*" for prefix in self.serial_prefixes)

    @property
    def by_lot(self) -> bool:
        """Whether the clause names lots by their codes."""
        return bool(self.lots or self.lot_ranges or self.lot_masks)

    @property
    def by_serial(self) -> bool:
        """Whether the clause names serials and no lots: then only a serial can meet it."""
        named = self.serials or self.serial_ranges or self.serial_prefixes or self.serial_masks
        return bool(named) and not self.by_lot

    @property
    def asks_serials(self) -> bool:
        """Whether a serial alone can meet the clause."""
        listed = self.serials or self.serial_ranges or self.serial_prefixes or self.serial_masks
        return bool(listed or (self.made and any(known.of is CodeOf.SERIAL for known in self.encodings)))

    @property
    def _dated(self) -> bool:
        return bool(self.made or self.packed or self.expires)

    @property
    def vague(self) -> bool:
        """Whether only date codes narrow the clause: no unit of its trade items can be let off by them."""
        return bool(self.date_codes) and not (self.by_lot or self._dated or self.by_serial or self._inner)

    @property
    def _inner(self) -> bool:
        return bool(self.containers or self.components)

    @property
    def whole_product(self) -> bool:
        """Whether the clause names trade items and nothing finer: then every unit of them is in, but for its
        exceptions."""
        return not (self.by_lot or self._dated or self.by_serial or self.vague or self._inner)

    @property
    def has_exceptions(self) -> bool:
        """Whether the clause lets off some of what it names."""
        return bool(self.excluded_lots) or self.exclusion != Exclusion()

    @property
    def title(self) -> str:
        """The clause as the links of a chain name it."""
        return f"clause {self.number}: {self.in_words()}"

    def in_words(self) -> str:
        """The clause as one line for people."""
        parts = [self.model or self.name]
        if self.by_lot:
            codes = (*sorted(self.lots), *map(str, (*self.lot_ranges, *self.lot_masks)))
            parts.append(f"lots {_listed(codes)}")
        for word, windows in (("made", self.made), ("packed", self.packed), ("expiring", self.expires)):
            if windows:
                spans = (f"{window.first or '…'} to {window.last or '…'}" for window in windows)
                parts.append(f"{word} {'; '.join(spans)}")
        if self.by_serial:
            prefixes = (f"{prefix}…" for prefix in self.serial_prefixes)
            codes = (*sorted(self.serials), *map(str, (*self.serial_ranges, *self.serial_masks)), *prefixes)
            parts.append(f"serials {_listed(codes)}")
        if self.containers:
            parts.append(f"in {', '.join(sorted(self.containers))}")
        parts += [f"containing {inner.in_words()}" for inner in self.components]
        if self.has_exceptions:
            parts.append("with exceptions")
        return ", ".join(part for part in parts if part)

    def lots_by_name(self) -> Iterable[LotKey]:
        """The lots that the clause names one by one, whether any event tells of them or not."""
        if self._inner or self.by_serial:
            return ()
        keys = (LotKey(gtin, lot) for gtin in sorted(self.gtins) for lot in sorted(self.lots))
        return (key for key in keys if self.allows_lot(LotFact(key=key)))


def _listed(codes: Sequence[str]) -> str:
    """The codes in words, as many as people read."""
    more = len(codes) - _MOST_IN_WORDS
    return ", ".join(codes[:_MOST_IN_WORDS]) + (f" and {more:,} more" if more > 0 else "")


def _meet(named: tuple[Window, ...], told: tuple[date, date] | None) -> bool:
    return not named or told is None or _any_meet(named, [Window(first=told[0], last=told[1])])


def _all_in(named: tuple[Window, ...], told: tuple[date, date] | None) -> bool:
    """Whether all days from a first to a last one are told, and lie in one window."""
    return told is not None and any(
        all(window.overlaps(first=day, last=day) for day in told) for window in named
    )


def _any_meet(named: Iterable[Window], told: Iterable[Window]) -> bool:
    spans = list(told)
    return any(
        window.overlaps(first=span.first, last=span.last)
        for window in named
        for span in spans
        if span.first and span.last
    )
