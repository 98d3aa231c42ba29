"""The forecast of a version: what it says that would change is what the next pass then changes."""

from __future__ import annotations

from typing import Any

import pytest

from recall.domain.notice import Notice
from recall.steps.match_orders import match_orders
from recall.steps.settle_scope import settle_scope
from recall.steps.trace_goods import trace_goods
from recall.views.preview import preview
from tests.dumps import dump
from tests.steps.acts import ONE_MODEL, WIDER, amended
from tests.steps.test_amending import BOTH_MODELS
from tests.world import World, notice

OF = {"name": "Power bank", "brand": "Example", "model": "PAC20-272"}
VERSIONS: tuple[list[dict[str, Any]], ...] = (
    WIDER, ONE_MODEL, [OF], [OF | {"lots": ["B2"]}], BOTH_MODELS,
    [OF | {"serials": ["SN-1", "SN-2"]}],
    [OF | {"lots": ["A1"], "serials": ["SN-1 - SN-9"]}],
    [OF | {"lots": ["A1"], "except": {"lots": [], "serials": ["SN-1"], "sites": [], "made": []}}],
    [OF | {"lots": ["A1"], "sold": [{"from": "2020-01-01", "to": "2021-01-01"}]}],
)  # fmt: skip


@pytest.mark.parametrize("first", [0, 2, 5, 7])
def test_what_is_forecast_is_what_the_next_pass_changes(queued: World, first: int) -> None:
    for products in (*VERSIONS[first:], *VERSIONS[:first]):
        before = dump(queued.runtime.store)
        seen = preview(queued.runtime, notice=Notice.read(notice(products=products)), amends=queued.recall_id)
        assert before == dump(queued.runtime.store)
        amended(queued, products)
        for step in (settle_scope, trace_goods):
            step(queued.runtime, recall_id=queued.recall_id)
        assert seen.change == match_orders(queued.runtime, recall_id=queued.recall_id), products


def test_a_preview_of_no_recall_forecasts_nothing(queued: World) -> None:
    seen = preview(queued.runtime, notice=Notice.read(notice(products=VERSIONS[6])))
    assert (None, None) == (seen.change, seen.document()["newly_in"])
    assert seen.confirmed + seen.possible > 0


def test_why_a_scope_cannot_be_settled_is_said_whole(queued: World) -> None:
    unknown = [{"name": "Lamp", "brand": "Example", "model": "K-7"}]
    seen = preview(queued.runtime, notice=Notice.read(notice(products=unknown)), amends=queued.recall_id)
    assert ": expected " in seen.refused
    assert seen.refused.endswith(".")
