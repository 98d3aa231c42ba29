"""The match: whether an order line is affected, why, and by which evidence.

A line is never excluded without positive evidence: not knowing makes it possible, not safe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from recall.domain.scope import Scope
from recall.domain.trace import AffectedLot, Link, LotKey, Trace, lot_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A line of an order on a platform, without its buyer.

    `line_ref` is the platform's own blind reference: it alone knows who stands behind it.
    """

    platform_id: str
    line_ref: str
    listing_ref: str
    seller_ref: str
    gtin: str
    lot: str | None
    serial: str | None
    units: int
    sold_at: datetime
    shipped_at: datetime | None
    ship_from: str | None
    region: str | None
    digest: str
    """sha256 of the row as the platform gave it: evidence."""


class MatchClass(StrEnum):
    """How sure it is that a line is affected."""

    CONFIRMED = "confirmed"
    POSSIBLE = "possible"
    EXCLUDED = "excluded"


class Rule(StrEnum):
    """The rule that classed a line."""

    EXACT_SERIAL = "exact_serial"
    EXACT_LOT = "exact_lot"
    FOLDED_LOT = "folded_lot"
    LOT_WINDOW = "lot_window"
    PRODUCT_ONLY = "product_only"
    WHOLE_PRODUCT = "whole_product"
    OTHER_LOT = "other_lot"
    OTHER_SERIAL = "other_serial"
    NOT_THERE_YET = "not_there_yet"
    OTHER_PRODUCT = "other_product"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One line's class, with the reason in words and the chain from notice to line.

    The units affected lie in `units_lo`..`units_hi`.
    """

    line: OrderLine
    cls: MatchClass
    rule: Rule
    reason: str
    units_lo: int
    units_hi: int
    chain: tuple[Link, ...]
    lot: LotKey | None = None
    """The affected lot that the units are of, where it is known for sure."""


_FOLD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "/": None, ".": None, "_": None})


def folded(code: str) -> str:
    """A code as hasty typing leaves it: one case, O as 0, I and L as 1, no separators.

    Only ever used to suspect, never to confirm or to exclude.

    >>> folded("c14-p6") == folded("C14P6")
    True
    """
    return code.upper().translate(_FOLD)


class Matcher:
    """Classes order lines against one trace; built once, asked for every line."""

    def __init__(
        self,
        *,
        scope: Scope,
        trace: Trace,
        known_lots: frozenset[LotKey],
        sites: frozenset[str],
        serial_lots: Mapping[tuple[str, str], tuple[LotKey, str]],
    ) -> None:
        """`sites` are those whose arrivals the events tell; `serial_lots` maps (gtin, serial) to the unit's
        lot and the hash of the event that says so."""
        self._scope, self._sites = scope, sites
        self._serial_gtins = frozenset[str]().union(*(c.gtins for c in scope.clauses if c.by_serial))
        self._lot_gtins = frozenset[str]().union(*(c.gtins for c in scope.clauses if not c.by_serial))
        self._vague = frozenset[str]().union(*(c.gtins for c in scope.clauses if c.vague))
        self._never_let_off = self._serial_gtins | self._vague
        self._known, self._serial_lots = known_lots, serial_lots
        self._lots: dict[LotKey, AffectedLot] = {lot.key: lot for lot in trace.lots}
        self._gtins = {lot.key.gtin for lot in trace.lots} | scope.gtins
        self._by_fold: dict[tuple[str, str], LotKey] = {
            (key.gtin, folded(key.lot)): key for key in sorted(self._lots)
        }
        self._arrivals: dict[tuple[str, str], list[tuple[datetime, LotKey]]] = defaultdict(list)
        for stock in trace.stocks:
            self._arrivals[stock.key.gtin, stock.site].append((stock.first_arrival, stock.key))
            self._arrivals[stock.key.gtin, ""].append((stock.first_arrival, stock.key))
        for arrivals in self._arrivals.values():
            arrivals.sort()
        located = {stock.key for stock in trace.stocks}
        self._at_large = {lot.key.gtin for lot in trace.lots if lot.key not in located}

    def match(self, line: OrderLine) -> Match:
        """Class one line; the first rule that knows decides, in the order of how much it knows."""
        if line.gtin not in self._gtins:
            return self._excluded(line, Rule.OTHER_PRODUCT, f"{line.gtin} is not a product of this recall")
        return self._by_product(line) or self._by_serial(line) or self._by_lot(line) or self._by_window(line)

    def _by_product(self, line: OrderLine) -> Match | None:
        clause = next((c for c in self._scope.clauses if c.whole_product and line.gtin in c.gtins), None)
        if clause is None:
            return None
        named = self._scope.named(clause, line.gtin)
        sold = line.sold_at.date()
        if not clause.sold or any(window.overlaps(first=sold, last=sold) for window in clause.sold):
            reason = f"The notice names every unit of {clause.model or line.gtin}"
            return self._confirmed(line, Rule.WHOLE_PRODUCT, reason, (named,))
        reason = "The notice names every unit of the product; the line was sold outside the stated time"
        return self._possible(line, Rule.WHOLE_PRODUCT, reason, (named,))

    def _by_serial(self, line: OrderLine) -> Match | None:
        if line.serial is None:
            return None
        clause = self._scope.clause_of_serial(gtin=line.gtin, serial=line.serial)
        if clause is not None:
            named = self._scope.named(clause, f"serial {line.serial}")
            reason = f"The notice names serial {line.serial}"
            return self._confirmed(line, Rule.EXACT_SERIAL, reason, (named,))
        known = self._serial_lots.get((line.gtin, line.serial))
        if known is None:
            if line.units == 1 and line.gtin in self._serial_gtins - self._lot_gtins:
                reason = f"Serial {line.serial} is none of those that the notice names"
                return self._excluded(line, Rule.OTHER_SERIAL, reason)
            return None
        key, event = known
        link = Link(rule="serial of lot", start=lot_in_words(key), end=f"serial {line.serial}", event=event)
        affected = self._lots.get(key)
        if affected is None:
            if line.units > 1 or line.gtin in self._vague:
                return None
            near = self._by_fold.get((line.gtin, folded(line.lot or "")))
            if near is not None:
                reason = f"The line records affected lot {near.lot}, its serial was made in {key.lot}"
                return self._possible(line, Rule.EXACT_LOT, reason, self._lots[near].chain)
            reason = f"Serial {line.serial} was made in lot {key.lot}, which is not affected"
            return self._excluded(line, Rule.OTHER_LOT, reason, (link,))
        reason = f"Serial {line.serial} was made in affected lot {key.lot}"
        return self._confirmed(line, Rule.EXACT_SERIAL, reason, (*affected.chain, link), lot=key)

    def _by_lot(self, line: OrderLine) -> Match | None:
        if line.lot is None or line.gtin in self._never_let_off:
            return None
        key = LotKey(line.gtin, line.lot)
        affected = self._lots.get(key)
        if affected is not None:
            reason = f"The order line records affected lot {line.lot}"
            return self._confirmed(line, Rule.EXACT_LOT, reason, affected.chain, lot=key)
        if key in self._known:
            return self._excluded(
                line, Rule.OTHER_LOT, f"The order line records lot {line.lot}, which is not affected"
            )
        near = self._by_fold.get((line.gtin, folded(line.lot)))
        if near is None:
            return None
        reason = (
            f"The recorded lot {line.lot!r} is affected lot {near.lot} but for case, O/0, I/1 or separators"
        )
        return self._possible(line, Rule.FOLDED_LOT, reason, self._lots[near].chain)

    def _by_window(self, line: OrderLine) -> Match:
        site = line.ship_from if line.ship_from in self._sites else ""
        arrivals = self._arrivals.get((line.gtin, site or ""), [])
        untold = line.gtin in self._at_large or not self._arrivals.get((line.gtin, ""))
        if untold or line.gtin in self._never_let_off:
            return self._possible(line, Rule.PRODUCT_ONLY, "No event tells where affected units went", ())
        at = line.shipped_at  # not shipped yet: whatever stands there may still be
        here = [key for first, key in arrivals if at is None or first <= at]
        if not here:
            place = f"at {site}" if site else "at any site"
            reason = f"No affected unit of {line.gtin} had come to stand {place} when the line was shipped"
            return self._excluded(line, Rule.NOT_THERE_YET, reason)
        reason = (
            f"No unit code is recorded, and affected lot {here[0].lot} stood where the line was shipped from"
        )
        return self._possible(line, Rule.LOT_WINDOW, reason, self._lots[here[0]].chain)

    def _confirmed(
        self, line: OrderLine, rule: Rule, reason: str, chain: tuple[Link, ...], *, lot: LotKey | None = None
    ) -> Match:
        made = self._made(line, MatchClass.CONFIRMED, rule, reason, chain, lo=line.units, hi=line.units)
        return replace(made, lot=lot)

    def _possible(self, line: OrderLine, rule: Rule, reason: str, chain: tuple[Link, ...]) -> Match:
        return self._made(line, MatchClass.POSSIBLE, rule, reason, chain, lo=0, hi=line.units)

    def _excluded(self, line: OrderLine, rule: Rule, reason: str, chain: tuple[Link, ...] = ()) -> Match:
        return self._made(line, MatchClass.EXCLUDED, rule, reason, chain, lo=0, hi=0)

    @staticmethod
    def _made(
        line: OrderLine,
        cls: MatchClass,
        rule: Rule,
        reason: str,
        chain: tuple[Link, ...],
        *,
        lo: int,
        hi: int,
    ) -> Match:
        sold = Link(
            rule=rule.value, start=chain[-1].end if chain else line.gtin, end=f"order line {line.line_ref}",
            event=line.digest, at=line.sold_at, source=line.platform_id,
        )  # fmt: skip
        return Match(
            line=line, cls=cls, rule=rule, reason=reason, units_lo=lo, units_hi=hi, chain=(*chain, sold)
        )
