"""The trade items of a trial market, and how their lots and serials are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.sandbox.goods import lot_uri, with_check_digit


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A trade item; its GTIN lies under the demonstration prefix 952."""

    code: str
    name: str
    number: int
    lots: str
    """How a lot is written: the two halves of its eight digits, the last of which checks the others."""
    serials: str = ""
    """What stands before a serial's eleven digits."""
    serialised: bool = False
    share: float = 0.0
    """Of the market's lines; 0 for what only goes into others."""

    gtin: str = field(init=False)
    """GTIN-14."""

    def __post_init__(self) -> None:
        """Write the GTIN once."""
        object.__setattr__(self, "gtin", with_check_digit(f"095212346{self.number:04d}"))

    def lot_code(self, *, block: int, number: int) -> str:
        """The code of a block's lot: no slip of one digit gives the code of another."""
        digits = with_check_digit(f"{block:05d}{number:02d}")
        return self.lots.format(digits[:4], digits[4:])

    def serial(self, *, block: int, number: int) -> str:
        """The serial of a block's unit."""
        return f"{self.serials}{block:05d}{number:06d}"


TANK = Item(code="EL-1", name="Electrolyte", number=1, lots="T{}{}")
CELL = Item(code="CL-1", name="Cell", number=2, lots="S{}{}")
BATTERY = Item(code="BT-1", name="Battery", number=3, lots="B{}.{}", serials="BT", serialised=True)
PACK = Item(code="PB-1", name="Power bank", number=11, lots="R{}-{}b", serialised=True, share=0.28)
CHARGER = Item(code="CH-1", name="Charger", number=12, lots="{}{}", share=0.18)
KIT = Item(code="KT-1", name="Charger pair", number=13, lots="KIT{}{}", share=0.05)
TOOL = Item(code="TL-1", name="Drill", number=14, lots="D{}.{}", serials="T", serialised=True, share=0.06)
LAMP = Item(code="LM-1", name="Lamp", number=15, lots="{}{}L", serials="LMP", serialised=True, share=0.08)
PAD = Item(code="PD-1", name="Charging pad", number=21, lots=PACK.lots, serialised=True, share=0.2)
PLUG = Item(code="PL-1", name="Plug", number=22, lots=CHARGER.lots, share=0.15)
"""The last two are bystanders whose lots, and of the pad the serials too, are written as the others'."""

INWARD = "IN{}{}"
"""How the maker writes a supplier's cell lot in its own books."""
ITEMS: Sequence[Item] = (TANK, CELL, BATTERY, PACK, CHARGER, KIT, TOOL, LAMP, PAD, PLUG)
SOLD: Sequence[Item] = tuple(item for item in ITEMS if item.share)


def uri_of(item: Item, lot: str) -> str:
    """Canonical Digital Link of a lot."""
    return lot_uri(gtin=item.gtin, lot=lot)


def catalogue() -> list[dict[str, str]]:
    """The trade items as `catalogue.json` holds them."""
    return [{"gtin": i.gtin, "brand": "Trial Goods", "model": i.code, "name": i.name} for i in ITEMS]
