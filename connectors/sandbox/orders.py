"""The order lines of the sandbox: what was really sold, and what the platform's books say of it.

Each line is shipped from a site that held the line's lot at that time; what the platform recorded of
the lot may be a serial, the lot, the lot mistyped, or nothing.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from connectors.sandbox.goods import BYSTANDER, MODELS, REWORK_LOT, Lot
from connectors.sandbox.places import HUB, PLATFORMS, SELLER_SITES, PlatformPlan

AFFECTED_SHARE, RECALLED_SHARE, REWORK_SHARE = 0.18, 0.55, 0.02
"""Of all lines: truly affected; of the three models. Of the affected: from the rework lot."""
REGIONS = ("CN-11", "CN-31", "CN-32", "CN-33", "CN-35", "CN-37", "CN-44", "CN-50", "CN-51", "CN-61")
BEFORE_END = timedelta(days=3)
"""The last line is shipped at least this long before the market's history ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A lot at a site from where it is sold."""

    lot: Lot
    site: str
    arrived: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One order line with its truth: the batch it came from, what was recorded, the units' serials."""

    plan: PlatformPlan
    ref: str
    seller: str
    batch: Batch
    units: int
    sold_at: datetime
    shipped_at: datetime
    region: str
    record: str
    """What the platform recorded: `serial`, `lot`, `typo` or `nothing`."""
    serials: tuple[str, ...] = ()
    known_site: bool = True
    known_time: bool = True

    @property
    def listing(self) -> str:
        """The seller's offer of the trade item."""
        return f"{self.plan.prefix}-{self.seller}-{self.batch.lot.gtin[-4:]}"


class Chooser:
    """Draws one of several things by weight."""

    def __init__(self, weighted: Sequence[tuple[Batch, float]]) -> None:
        self.things = [thing for thing, _ in weighted]
        self.heights = list(accumulate(weight for _, weight in weighted))

    def draw(self, random: Random) -> Batch:
        """One of the things."""
        return self.things[bisect(self.heights, random.random() * self.heights[-1])]


def make_sales(*, batches: Sequence[Batch], lines: int, until: datetime, random: Random) -> list[Sale]:
    """The market's order lines in order of sale, numbered on each platform."""
    groups = _choosers(batches)
    kinds, weights = list(groups), [_SHARES[kind] for kind in groups]
    latest = until - BEFORE_END
    sales = [
        _sale(groups[kind].draw(random), latest=latest, random=random)
        for kind in random.choices(kinds, weights, k=lines)
    ]
    sales.sort(key=lambda sale: (sale.sold_at, sale.batch.lot.key, sale.batch.site, sale.seller))
    numbers = {plan.key: 0 for plan in PLATFORMS}
    numbered = []
    for sale in sales:
        numbers[sale.plan.key] += 1
        numbered.append(replace(sale, ref=f"{sale.plan.prefix}-{numbers[sale.plan.key]:08d}"))
    return numbered


_SHARES = {
    "affected": AFFECTED_SHARE * (1 - REWORK_SHARE),
    "rework": AFFECTED_SHARE * REWORK_SHARE,
    "other lots": RECALLED_SHARE - AFFECTED_SHARE,
    "bystander": 1 - RECALLED_SHARE,
}


def _kind(lot: Lot) -> str:
    if lot.gtin == BYSTANDER.gtin:
        return "bystander"
    if lot.code == REWORK_LOT:
        return "rework"
    return "affected" if lot.affected else "other lots"


def _choosers(batches: Sequence[Batch]) -> Mapping[str, Chooser]:
    """A chooser for each kind of lot; a model's share of a kind follows the units that the notice states."""
    stated = {model.gtin: model.stated or 1 for model in MODELS}
    groups: dict[str, list[Batch]] = {}
    for batch in batches:
        groups.setdefault(_kind(batch.lot), []).append(batch)
    choosers = {}
    for kind, members in groups.items():
        count = {gtin: sum(1 for batch in members if batch.lot.gtin == gtin) for gtin in stated}
        choosers[kind] = Chooser([(b, stated[b.lot.gtin] / count[b.lot.gtin]) for b in members])
    return choosers


def _sale(batch: Batch, *, latest: datetime, random: Random) -> Sale:
    seller, plan = _seller_at(batch.site, random)
    units = 1 if random.random() < 0.85 else 2 if random.random() < 0.73 else 3
    room = (latest - batch.arrived).total_seconds()
    after = min(random.expovariate(1 / 90) * 86_400, room * random.uniform(0.5, 0.98))
    sold_at = (batch.arrived + timedelta(seconds=after)).replace(microsecond=0)
    wait = timedelta(seconds=random.randint(3600, 48 * 3600))
    return Sale(
        plan=plan,
        ref="",
        seller=seller,
        batch=batch,
        units=units,
        sold_at=sold_at,
        shipped_at=min(sold_at + wait, latest),
        region=random.choice(REGIONS),
        record=_recorded(units, random),
        known_site=random.random() >= 0.02,
        known_time=random.random() >= 0.01,
    )


_SELLER_AT = {site: ref for ref, site in SELLER_SITES.items()}
_PLAN_OF = {ref: plan for plan in PLATFORMS for ref in plan.sellers}
_SMALL = {plan.key: [ref for ref in plan.sellers if ref not in SELLER_SITES] for plan in PLATFORMS}


def _seller_at(site: str, random: Random) -> tuple[str, PlatformPlan]:
    """Who sells from a site: the warehouse's owner, a seller of the platform, or anybody at the hub."""
    if site in _SELLER_AT:
        return _SELLER_AT[site], _PLAN_OF[_SELLER_AT[site]]
    if site == HUB:
        plan = random.choices(PLATFORMS, [plan.share for plan in PLATFORMS])[0]
    else:
        plan = next(plan for plan in PLATFORMS if plan.warehouse == site)
    return random.choice(_SMALL[plan.key]), plan


def _recorded(units: int, random: Random) -> str:
    """A serial stands for one unit, so lines of several units record the lot or nothing."""
    draw = random.random()
    if units == 1:
        return _first(draw, (("serial", 0.53), ("lot", 0.83), ("typo", 0.88)))
    return _first(draw, (("lot", 0.62), ("typo", 0.67)))


def _first(draw: float, steps: tuple[tuple[str, float], ...]) -> str:
    return next((name for name, upto in steps if draw < upto), "nothing")


def mistyped(lot: str, *, random: Random) -> str:
    """The lot as a hurried hand types it: lower case, O for 0, or without its separators."""
    damages = [lot.lower(), lot.replace("-", "")]
    if "0" in lot:
        damages.append(lot.replace("0", "O"))
    return random.choice(damages)
