"""The recording: what a platform's books say of the goods of a line, and how hands and programs damage it."""

from __future__ import annotations

from random import Random

from connectors.sandbox.trial.items import Item
from connectors.sandbox.trial.places import Shop
from connectors.sandbox.trial.rates import Rates

_LETTERS = str.maketrans("01", "OI")


class Recorder:
    """Writes down codes as the platforms of a market do.

    A slip hits one digit of a lot, which then is no lot's code, for lots carry a check digit; serials are
    scanned, so they are cut short or lose zeros but never become another unit's.
    """

    def __init__(self, *, rates: Rates, random: Random) -> None:
        """All draws come from `random`, in order."""
        self._rates, self._random = rates, random

    def codes(self, shop: Shop, item: Item, *, lot: str, serial: str | None) -> tuple[str | None, str | None]:
        """(lot, serial) as recorded; None where nothing is."""
        draw = self._random.random
        if draw() < self._rates.unrecorded:
            return None, None
        both, alone, lots = shop.records
        habit = draw()
        if habit >= both + alone + lots:
            return None, None
        if habit < both + alone and serial is not None:
            written = self._serial(serial, item)
            return (self._lot(shop, lot) if habit < both else None), written
        return (self._lot(shop, lot) if habit < both or habit >= both + alone else None), None

    def _lot(self, shop: Shop, lot: str) -> str:
        rates, draw = self._rates, self._random.random
        if lot[0] == "0" and draw() < rates.zeros:
            lot = lot.lstrip("0")
        if draw() < rates.folded:
            lot = self._random.choice(
                (lot.lower(), lot.upper(), lot.translate(_LETTERS), lot.replace("-", ""))
            )
        if draw() < rates.slips:
            lot = self._slipped(lot)
        return lot.upper() if shop.upper else lot

    def _slipped(self, lot: str) -> str:
        place = self._random.choice([n for n, char in enumerate(lot) if char.isdigit()] or [0])
        other = self._random.choice("0123456789".replace(lot[place], ""))
        return f"{lot[:place]}{other}{lot[place + 1 :]}"

    def _serial(self, serial: str, item: Item) -> str:
        rates, draw = self._rates, self._random.random
        if draw() < rates.cut:
            return serial[: -self._random.randint(1, 3)]
        if not item.serials and draw() < rates.zeros:
            return serial.lstrip("0")
        return serial
