"""How the sandbox's parties behave: seeded, so that the same market always lives the same life."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from connectors.sandbox.goods import MODEL_BY_GTIN, RECALLED, lot_uri
from connectors.sandbox.orders import Sale

BOUNCES, ANSWERS_AT_ONCE, ANSWERS_REMINDED = 0.03, 0.36, 0.09
"""Shares of the buyers: unreachable; answer the first message; answer only after a reminder."""
LONGEST_ANSWER_HOURS = 12 * 24
PAGE_ANSWERS = 20
"""How many buyers answer on their personal page instead of through their platform."""
REMEDIES = (
    ("replace", 0.46),
    ("refund", 0.16),
    ("return", 0.16),
    ("destroyed", 0.09),
    ("no_longer_have", 0.13),
)
"""What the holder of an affected unit answers, with its share."""


_ANSWERS, _WEIGHTS = [name for name, _ in REMEDIES], [share for _, share in REMEDIES]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerPlan:
    """What one buyer will do when told; the address is known to the platform alone."""

    line: str
    email: str
    language: str
    answer: str | None
    """`return`, `replace`, `refund`, `destroyed`, `no_longer_have`, `not_affected`; None: no answer."""
    after_hours: float
    needs: int
    """How many messages it takes: 1, or 2 when only a reminder helps."""
    by_page: bool
    code: str
    """The passport code printed on the unit."""


def plan_buyers(sales: list[Sale], *, random: Random, page_answers: int = PAGE_ANSWERS) -> list[BuyerPlan]:
    """A plan for every order line; `page_answers` of the affected who answer at once use their page."""
    plans = [_plan(sale, random) for sale in sales]
    recalled = {model.gtin for model in RECALLED}
    able = [
        number
        for number, (sale, plan) in enumerate(zip(sales, plans, strict=True))
        if sale.batch.lot.gtin in recalled and sale.batch.lot.affected and plan.answer and plan.needs == 1
        and not plan.email.startswith("gone-")
    ]  # fmt: skip
    for number in random.sample(able, min(page_answers, len(able) // 4)):
        plans[number] = replace(plans[number], by_page=True)
    return plans


def _plan(sale: Sale, random: Random) -> BuyerPlan:
    draw, bounces = random.random(), random.random() < BOUNCES
    answers = draw < ANSWERS_AT_ONCE + ANSWERS_REMINDED
    remedy = random.choices(_ANSWERS, _WEIGHTS)[0] if sale.batch.lot.affected else "not_affected"
    return BuyerPlan(
        line=sale.ref,
        email=f"{'gone' if bounces else 'buyer'}-{sale.ref.lower()}@example.org",
        language=sale.plan.language if random.random() < 0.85 else sale.plan.other_language,
        answer=remedy if answers else None,
        after_hours=round(min(2 + random.expovariate(1 / 60), LONGEST_ANSWER_HOURS), 2),
        needs=1 if draw < ANSWERS_AT_ONCE else 2,
        by_page=False,
        code=printed_code(sale),
    )


def printed_code(sale: Sale) -> str:
    """The Digital Link on the (first) unit: its lot and its serial."""
    gtin, lot = sale.batch.lot.key
    return f"{lot_uri(gtin=gtin, lot=lot)}/21/{sale.serials[0]}"


def model_code(gtin: str) -> str:
    """The model's name as the notice writes it."""
    return MODEL_BY_GTIN[gtin].code


def delay(*parts: object, low: float, high: float) -> timedelta:
    """Hours between `low` and `high`, always the same for the same parts."""
    return timedelta(hours=round(Random("|".join(map(str, parts))).uniform(low, high), 2))
