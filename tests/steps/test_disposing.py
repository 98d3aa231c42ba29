"""Goods are disposed of where a statement says that they stood, and no recovered unit is ever forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recall.domain.completion import Account
from recall.domain.confirmation import Outcome
from recall.domain.policy import Duty
from recall.domain.task import OPEN_STATES
from recall.errors import NotNow
from recall.steps.assess_completion import assess_completion
from recall.steps.end_recall import close
from recall.store import ledger
from recall.views.overview import overview
from tests.steps.acts import books, say, tasks_of
from tests.world import (
    FACTORY,
    FIRST,
    GTIN,
    HARBOUR,
    HAULIER,
    HUB,
    LANTERN,
    OTHER_GTIN,
    SECOND,
    World,
    copied,
)

AT_HUB: dict[str, Any] = {"place": HUB, "gtin": GTIN, "lot": "A1"}
AT_FACTORY: dict[str, Any] = {"place": FACTORY, "gtin": OTHER_GTIN, "lot": "D4"}
NAMED: list[dict[str, Any]] = [
    AT_HUB, AT_FACTORY, {"place": HUB}, {"place": FACTORY}, {"lot": "A1"}, {"lot": "D4"}, {},
]  # fmt: skip
FORGOTTEN = "recovered units await disposal, and nobody has an open task for them"


def recovered(world: World) -> dict[str, int]:
    """The units that await disposal, by the line or the site, trade item and lot that they came from."""
    with world.runtime.store.read() as tx:
        found = ledger.holdings(tx, recall_id=world.recall_id)
    return {h.ref: h.balances[Account.RECOVERED] for h in found if h.balances[Account.RECOVERED]}


def fetched(world: World) -> World:
    """Two lots were collected at two sites, and buyers sent units back."""
    say(world, HARBOUR, Outcome.RETURNED, 2, line_ref="L-1")
    say(world, LANTERN, Outcome.RETURNED, 7, line_ref="M-1")
    say(world, HAULIER, Outcome.COLLECTED, 81, **AT_HUB, final=False)
    say(world, HAULIER, Outcome.COLLECTED, 40, **AT_FACTORY)
    return world


@pytest.mark.parametrize(("named", "units", "left"), [
    (AT_HUB, 81, {"L-1": 2, "M-1": 7, f"{FACTORY}|{OTHER_GTIN}|D4": 40}),
    (AT_FACTORY, 39, {"L-1": 2, "M-1": 7, f"{HUB}|{GTIN}|A1": 81, f"{FACTORY}|{OTHER_GTIN}|D4": 1}),
    ({"place": HUB}, 80, {"L-1": 2, "M-1": 7, f"{HUB}|{GTIN}|A1": 1, f"{FACTORY}|{OTHER_GTIN}|D4": 40}),
    (AT_FACTORY | {"place": HUB}, 41, {"L-1": 2, "M-1": 7, f"{HUB}|{GTIN}|A1": 80}),
    ({}, 9, {f"{HUB}|{GTIN}|A1": 81, f"{FACTORY}|{OTHER_GTIN}|D4": 40}),
], ids=["a lot", "a part of a lot", "a site", "a lot that stood elsewhere", "buyers' parcels"])  # fmt: skip
def test_what_a_statement_names_is_disposed_of_before_anything_else(
    queued: World, named: dict[str, Any], units: int, left: dict[str, int]
) -> None:
    assert say(fetched(queued), HAULIER, Outcome.DISPOSED, units, **named).conflict is None
    assert left == recovered(queued)


@dataclass(frozen=True)
class Disposal:
    """A statement of the haulier's."""

    units: int
    named: dict[str, Any]
    final: bool


DISPOSALS = st.builds(Disposal, units=st.integers(0, 90), named=st.sampled_from(NAMED), final=st.booleans())
RETURNS = st.sampled_from([(HARBOUR, "L-1", 1), (HARBOUR, "L-4", 3), (LANTERN, "M-1", 2)])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(DISPOSALS | RETURNS, max_size=7))
def test_whoever_looks_sees_that_recovered_units_wait_and_whether_anybody_is_asked(
    first_world: tuple[World, Path], tmp_path: Path, said: list[Disposal | tuple[str, str, int]]
) -> None:
    world, path = first_world
    world = fetched(copied(world, of=path, to=tmp_path / f"{len(list(tmp_path.iterdir()))}.db"))
    numbers = count()
    for each in said:
        key, before = f"said/{next(numbers)}", recovered(world)
        if not isinstance(each, Disposal):
            party_id, line, units = each
            say(world, party_id, Outcome.RETURNED, units, line_ref=line, key=key)
            continue
        statement = each.named | {"final": each.final, "key": key}
        taken = say(world, HAULIER, Outcome.DISPOSED, each.units, **statement)
        here = "|".join(each.named.values())
        if taken.conflict is None and len(each.named) == len(AT_HUB):
            assert max(0, before.get(here, 0) - each.units) == recovered(world).get(here, 0)
        units = books(world).recovered
        asked = any(t.duty is Duty.DISPOSE and t.state in OPEN_STATES for t in tasks_of(world))
        left = assess_completion(world.runtime, recall_id=world.recall_id).unmet
        assert (units > 0) == any(f"{units} recovered units await disposal" in reason for reason in left)
        assert (units > 0 and not asked) == (f"{units} {FORGOTTEN}" in left)
        assert left == overview(world.runtime, recall_id=world.recall_id).unmet
    world.runtime.store.close()


def test_a_recall_is_not_closed_over_units_that_nobody_was_asked_to_dispose_of(queued: World) -> None:
    say(fetched(queued), HAULIER, Outcome.DISPOSED, 128)
    with pytest.raises(NotNow) as refused:
        close(queued.runtime, recall_id=queued.recall_id, officer=FIRST, second=SECOND)
    assert f"2 {FORGOTTEN}" in str(refused.value)
