"""The notice of a trial market: what the authority knows of the faults, in the engine's own form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.trial import items
from connectors.sandbox.trial.items import Item
from connectors.sandbox.trial.lots import Fault
from connectors.sandbox.trial.plan import day_text
from connectors.sandbox.trial.production import Made


@dataclass(slots=True, kw_only=True)
class Findings:
    """Where the faults began, block after block, as an investigation finds them."""

    lots: dict[Item, list[str]] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)

    def add(self, made: Made) -> None:
        """What went wrong in a block; where the goods went from there it does not say."""
        for lot in (*made.tanks, *made.cells, *made.batteries):
            if lot.fault in _BEGINS.get(lot.item, ()):
                self.lots.setdefault(lot.item, []).append(lot.code)
        reworked = {rework.product for rework in made.rework}
        for item in (items.PACK, items.CHARGER):
            self.lots.setdefault(item, []).extend(
                lot.code for lot in made.lots[item] if lot.fault is Fault.PRESS and lot not in reworked
            )
        block = made.block.number
        for lot in made.lots[items.LAMP]:
            if lot.faults:
                first, last = (
                    items.LAMP.serial(block=block, number=n) for n in (min(lot.faults), max(lot.faults))
                )
                self.serials.append(f"{first} - {last}")


_BEGINS = {items.TANK: {Fault.TANK}, items.CELL: {Fault.CELLS}, items.BATTERY: {Fault.BATTERY}}


def notice(findings: Findings, *, hot: range) -> dict[str, Any]:
    """The document."""
    products = [_of_lots(item, codes) for item, codes in findings.lots.items()]
    products.append(_product(items.CHARGER, made=[{"from": day_text(hot[0]), "to": day_text(hot[-1])}]))
    products.append(_product(items.LAMP, serials=findings.serials))
    return {
        "source": "own",
        "reference": "TRIAL-1",
        "title": "Goods of the trial market",
        "authority": "Market Safety Authority",
        "published": "2025-12-31",
        "hazard": "May overheat.",
        "remedy": "Refund.",
        "remedies": ["refund"],
        "products": products,
    }


_HELD_BY = {items.BATTERY: items.TOOL}
"""Parts that the notice speaks of by the product that holds them; materials it names by themselves."""


def _of_lots(item: Item, lots: list[str]) -> dict[str, Any]:
    named = _product(item, lots=lots)
    holder = _HELD_BY.get(item)
    return named if holder is None else _product(holder, components=[named])


def _product(item: Item, **named: Any) -> dict[str, Any]:
    return {"name": item.name, "model": item.code, "gtin": item.gtin, **named}
