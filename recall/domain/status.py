"""The recall status: what one product code shows of one recall, in words that promise nothing unproved.

Not knowing makes a unit possibly affected, never safe; `not_affected` stands on evidence only, and even
then speaks of this one recall, as far as it has been traced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from recall.domain.clause import ScopeClause
from recall.domain.goods import ItemKey, LotFact, LotKey
from recall.domain.scope import Scope


class Status(StrEnum):
    """What a code shows; the first of two outweighs the second where several recalls name the goods."""

    AFFECTED = "affected"
    POSSIBLY_AFFECTED = "possibly_affected"
    """The product is under recall, and neither the code nor the events tell whether this unit is."""
    NOT_AFFECTED = "not_affected"
    """The product is under recall, and there is evidence that this unit is outside of it."""
    NO_RECALL_KNOWN = "no_recall_known"
    """No recall that is known here names the product: that shows nothing of its safety."""
    UNKNOWN = "unknown"
    """The code names no product: a place, a document, or a container of which nobody told what it holds."""


class Level(StrEnum):
    """The level of the identity that decided."""

    SERIAL = "serial"
    LOT = "lot"
    GTIN = "gtin"
    CONTAINER = "container"


class Reason(StrEnum):
    """Why the status is what it is."""

    SERIAL_NAMED = "serial_named"
    SERIAL_TRACED = "serial_traced"
    SERIAL_OF_LOT = "serial_of_lot"
    LOT_AFFECTED = "lot_affected"
    WHOLE_PRODUCT = "whole_product"
    CODES_DISAGREE = "codes_disagree"
    BY_SALE_DATE = "by_sale_date"
    BY_DATE_CODE = "by_date_code"
    BY_CONTENT = "by_content"
    SERIAL_NEEDED = "serial_needed"
    SERIAL_NOT_KNOWN = "serial_not_known"
    LOT_NOT_KNOWN = "lot_not_known"
    LOT_ALIKE = "lot_alike"
    SOME_OF_LOT = "some_of_lot"
    HELD_PART = "held_part"
    PRODUCT_ONLY = "product_only"
    OTHER_SERIAL = "other_serial"
    SERIAL_OF_OTHER_LOT = "serial_of_other_lot"
    OTHER_LOT = "other_lot"
    OTHER_PRODUCT = "other_product"
    HOLDS_AFFECTED = "holds_affected"
    MAY_HOLD_AFFECTED = "may_hold_affected"
    HOLDS_OTHERS = "holds_others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one recall means for one code."""

    status: Status
    level: Level
    reason: Reason
    lot: LotKey | None = None
    """The lot that a serial was made in, where that decided."""


class Standing(StrEnum):
    """How a lot or an item stands to the trace of a recall."""

    IN = "in"
    INSPECT = "inspect"
    """Only some units of the lot may be affected; the item held an affected part once."""
    OUT = "out"
    """Events that may let goods off tell of it, and the trace left it out."""
    NOT_KNOWN = "not_known"


class Goods(Protocol):
    """What the trace of one recall found, asked for one lot or one item at a time."""

    def lot(self, key: LotKey) -> Standing:
        """How this very lot stands."""
        ...

    def item(self, key: ItemKey) -> Standing:
        """How this single item stands by its own number: in, to be inspected, or not known."""
        ...

    def lot_of(self, *, gtin: str, serial: str) -> LotKey | None:
        """The lot that the item was made in, as events tell it."""
        ...


def find(scope: Scope, goods: Goods, *, gtin: str, lot: str | None, serial: str | None) -> Finding:
    """What the recall means for this code: its serial first, then its lot, then its trade item.

    To be asked only where the scope names the trade item, or the trace brought it in.
    """
    clauses = tuple(clause for clause in scope.clauses if gtin in clause.gtins)
    case = _Case(clauses=clauses, goods=goods, gtin=gtin, lot=lot, serial=serial)
    return case.by_serial() or case.by_whole_product() or case.by_lot() or case.by_product()


def of_container(findings: Iterable[tuple[Finding, bool]]) -> Finding:
    """What a recall means for a container, by what it means for all of its products that stand in it.

    Each finding comes with whether trusted parties packed those goods: only their word lets a container off.
    """
    statuses = [
        Status.POSSIBLY_AFFECTED if found.status is Status.NOT_AFFECTED and not trusted else found.status
        for found, trusted in findings
    ]
    status = most_serious(statuses)
    reason = {
        Status.AFFECTED: Reason.HOLDS_AFFECTED,
        Status.POSSIBLY_AFFECTED: Reason.MAY_HOLD_AFFECTED,
    }.get(status, Reason.HOLDS_OTHERS)
    return Finding(status=status, level=Level.CONTAINER, reason=reason)


def most_serious(statuses: Iterable[Status]) -> Status:
    """The status that outweighs the others; no recall: none is known."""
    found = set(statuses)
    return next((status for status in Status if status in found), Status.NO_RECALL_KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One code before one recall."""

    clauses: tuple[ScopeClause, ...]
    goods: Goods
    gtin: str
    lot: str | None
    serial: str | None

    def by_serial(self) -> Finding | None:
        """What the serial decides alone, with the lot that it was made in."""
        if self.serial is None:
            return None
        if any(clause.names_serial(gtin=self.gtin, serial=self.serial) for clause in self.clauses):
            return _affected(Level.SERIAL, Reason.SERIAL_NAMED)
        own = self.goods.item(ItemKey(self.gtin, self.serial))
        if own is Standing.IN:
            return _affected(Level.SERIAL, Reason.SERIAL_TRACED)
        made_in = self.goods.lot_of(gtin=self.gtin, serial=self.serial)
        if made_in is not None and self._holds(made_in):
            return _affected(Level.SERIAL, Reason.SERIAL_OF_LOT, lot=made_in)
        if own is Standing.INSPECT:
            return _possible(Level.SERIAL, Reason.HELD_PART)
        if made_in is None:
            return self._by_unknown_serial()
        if self.goods.lot(made_in) is Standing.INSPECT:
            return _possible(Level.SERIAL, Reason.SOME_OF_LOT, lot=made_in)
        if self._is_broad():
            return None
        if self._lot_is_suspect():
            return _possible(Level.SERIAL, Reason.CODES_DISAGREE, lot=made_in)
        return Finding(
            status=Status.NOT_AFFECTED, level=Level.SERIAL, reason=Reason.SERIAL_OF_OTHER_LOT, lot=made_in
        )

    def _by_unknown_serial(self) -> Finding | None:
        """A notice that counts its units one by one lets off every other serial."""
        lots_matter = not self.clauses or any(not clause.by_serial for clause in self.clauses)
        if lots_matter or self._lot_is_suspect():
            return None
        return Finding(status=Status.NOT_AFFECTED, level=Level.SERIAL, reason=Reason.OTHER_SERIAL)

    def by_whole_product(self) -> Finding | None:
        """What a clause without lots, serials and dates of making decides, but for its exceptions."""
        whole = [clause for clause in self.clauses if clause.whole_product and not self._is_let_off(clause)]
        if any(not (clause.sold or clause.has_exceptions) for clause in whole):
            return _affected(Level.GTIN, Reason.WHOLE_PRODUCT)
        if any(clause.sold for clause in whole):
            return _possible(Level.GTIN, Reason.BY_SALE_DATE)
        if not whole or self.lot is None or self.goods.lot(LotKey(self.gtin, self.lot)) is Standing.OUT:
            return None
        spared = (clause.exclusion for clause in whole)
        if self.serial is None and any(each.serials or each.serial_ranges for each in spared):
            return _possible(Level.LOT, Reason.SERIAL_NEEDED)
        return _affected(Level.LOT, Reason.WHOLE_PRODUCT)

    def _is_let_off(self, clause: ScopeClause) -> bool:
        """Whether an exception of the clause names the code's lot or serial."""
        if self.serial is not None and clause.exclusion.lets_off_serial(self.serial):
            return True
        fact = LotFact(key=LotKey(self.gtin, self.lot or ""))
        return self.lot is not None and not clause.allows_lot(fact)

    def by_lot(self) -> Finding | None:
        """What the lot decides where the serial has not."""
        if self.lot is None:
            return None
        key = LotKey(self.gtin, self.lot)
        if self._holds(key):
            return _affected(Level.LOT, Reason.LOT_AFFECTED)
        if self.goods.lot(key) is Standing.INSPECT:
            return _possible(Level.LOT, Reason.SOME_OF_LOT, lot=key)
        if any(clause.by_serial for clause in self.clauses):
            needed = Reason.SERIAL_NEEDED if self.serial is None else Reason.SERIAL_NOT_KNOWN
            return _possible(Level.LOT, needed)
        if self._is_broad():
            return self._broadly(Level.LOT)
        if self.goods.lot(key) is Standing.OUT:
            return Finding(status=Status.NOT_AFFECTED, level=Level.LOT, reason=Reason.OTHER_LOT)
        return _possible(Level.LOT, Reason.LOT_NOT_KNOWN)

    def by_product(self) -> Finding:
        """All that is left to say of a code that tells neither lot nor a serial that is known."""
        if self.serial is not None:
            return _possible(Level.SERIAL, Reason.SERIAL_NOT_KNOWN)
        if self._is_broad():
            return self._broadly(Level.GTIN)
        if self.clauses and all(clause.by_serial for clause in self.clauses):
            return _possible(Level.GTIN, Reason.SERIAL_NEEDED)
        return _possible(Level.GTIN, Reason.PRODUCT_ONLY)

    def _holds(self, key: LotKey) -> bool:
        """Whether the trace brought the lot in, or a clause names it of which no trace tells."""
        standing = self.goods.lot(key)
        if standing is not Standing.NOT_KNOWN:
            return standing is Standing.IN
        fact = LotFact(key=key)
        return any(clause.by_lot and clause.names_lot(fact) for clause in self.clauses)

    def _lot_is_suspect(self) -> bool:
        """Whether the lot that the code itself tells is in the recall, or some units of it may be."""
        key = LotKey(self.gtin, self.lot) if self.lot is not None else None
        return key is not None and (self._holds(key) or self.goods.lot(key) is Standing.INSPECT)

    def _is_broad(self) -> bool:
        """Whether some clause can be met by a unit of any lot, so that a lot lets nobody off."""
        return any(
            clause.vague or clause.containers or clause.components or (clause.whole_product and clause.sold)
            for clause in self.clauses
        )

    def _broadly(self, level: Level) -> Finding:
        """Why no lot decides."""
        vague = any(clause.vague for clause in self.clauses)
        return _possible(level, Reason.BY_DATE_CODE if vague else Reason.BY_CONTENT)


def _affected(level: Level, reason: Reason, *, lot: LotKey | None = None) -> Finding:
    return Finding(status=Status.AFFECTED, level=level, reason=reason, lot=lot)


def _possible(level: Level, reason: Reason, *, lot: LotKey | None = None) -> Finding:
    return Finding(status=Status.POSSIBLY_AFFECTED, level=level, reason=reason, lot=lot)
