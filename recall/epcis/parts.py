"""The parts of an event: quantities, places, master data, declarations, each read from its own fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from recall.epcis.fields import Fields

_MASTER_DATA = ("urn:epcglobal:cbv:mda", "https://gs1.org/voc/", "https://ref.gs1.org/")
_ILMD_NAMES = {
    "lotNumber": "lot",
    "hasBatchLotNumber": "lot",
    "batchLotNumber": "lot",
    "productionDate": "produced",
    "sellByDate": "sell_by",
    "bestBeforeDate": "best_before",
    "itemExpirationDate": "expires",
    "expirationDate": "expires",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """So much of a class or a lot, without serials."""

    epc_class: str
    """The key, see `codes.keys`."""
    quantity: Decimal | None
    """None when only the presence is told."""
    uom: str | None
    """UN/ECE Rec 20 code such as KGM; None counts pieces."""

    @property
    def units(self) -> int | None:
        """Whole pieces; None for weights and volumes, and when nothing is told."""
        whole = self.uom is None and self.quantity is not None and self.quantity == int(self.quantity)
        return int(self.quantity) if whole and self.quantity is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ilmd:
    """Instance or lot master data: what is told once, when goods begin to exist."""

    lot: str | None
    produced: date | None
    sell_by: date | None
    best_before: date | None
    expires: date | None

    @property
    def keeps(self) -> tuple[date, date] | tuple[None, None]:
        """The first and the last of the days until which the goods keep, whichever of them a notice means.

        A day for selling by alone tells neither: goods keep longer than that.
        """
        told = [day for day in (self.sell_by, self.best_before, self.expires) if day is not None]
        return (min(told), max(told)) if self.best_before or self.expires else (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDeclaration:
    """The same event again, declared wrong."""

    declared_at: datetime
    reason: str | None
    corrected_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistentDisposition:
    """Conditions that stay until they are unset, whatever else happens to the goods."""

    set: tuple[str, ...]
    unset: tuple[str, ...]


def read_place(fields: Fields | None) -> str | None:
    """The key of a read point or a location."""
    if fields is None:
        return None
    fields.only({"id"})
    key = fields.key("id")
    if key is None:
        raise fields.refused("id", expected="the place's identifier", got="nothing")
    return key


def read_quantities(fields: Fields, name: str) -> tuple[Quantity, ...]:
    """The quantity elements of one list."""
    return tuple(_quantity(one) for one in fields.each(name))


def _quantity(fields: Fields) -> Quantity:
    fields.only({"epcClass", "quantity", "uom"})
    epc_class = fields.key("epcClass")
    if epc_class is None:
        raise fields.refused("epcClass", expected="a class or a lot", got="nothing")
    return Quantity(epc_class=epc_class, quantity=fields.number("quantity"), uom=fields.text("uom"))


def read_ilmd(fields: Fields | None) -> Ilmd | None:
    """The master data that a recall needs, by its GS1 names in any namespace of GS1's."""
    if fields is None:
        return None
    fields.only(())
    found: dict[str, str] = {}
    for key, name in fields.expanded():
        space, _, local = name[1:].partition("}")
        if local in _ILMD_NAMES and space.startswith(_MASTER_DATA):
            found[_ILMD_NAMES[local]] = key
    lot = fields.text(found["lot"]) if "lot" in found else None
    return Ilmd(
        lot=lot,
        produced=fields.day(found.get("produced", "")),
        sell_by=fields.day(found.get("sell_by", "")),
        best_before=fields.day(found.get("best_before", "")),
        expires=fields.day(found.get("expires", "")),
    )


def read_error(fields: Fields | None) -> ErrorDeclaration | None:
    """The declaration that the event was wrong."""
    if fields is None:
        return None
    fields.only({"declarationTime", "reason", "correctiveEventIDs"})
    return ErrorDeclaration(
        declared_at=fields.needed_moment("declarationTime"),
        reason=fields.word("reason", family="ER"),
        corrected_by=fields.identifiers("correctiveEventIDs"),
    )


def read_persistent(fields: Fields | None) -> PersistentDisposition | None:
    """The conditions that are set and unset."""
    if fields is None:
        return None
    fields.only({"set", "unset"})
    return PersistentDisposition(
        set=fields.words("set", family="Disp"), unset=fields.words("unset", family="Disp")
    )


def read_pairs(fields: Fields, name: str, inner: str, *, family: str) -> tuple[tuple[str | None, str], ...]:
    """(type, key) of business transactions, sources or destinations."""
    return tuple((one.word("type", family=family), _needed_key(one, inner)) for one in fields.each(name))


def _needed_key(fields: Fields, name: str) -> str:
    fields.only({"type", name})
    key = fields.key(name)
    if key is None:
        raise fields.refused(name, expected="an identifier", got="nothing")
    return key
