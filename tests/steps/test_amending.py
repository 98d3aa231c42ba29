"""Another version of the notice: only what is new is asked and told, and nobody is told twice."""

from __future__ import annotations

from dataclasses import replace

from recall.domain.party import Party, Role
from recall.domain.policy import Duty
from recall.domain.task import OPEN_STATES
from recall.ports import Listing
from recall.steps.admit_party import admit_party
from recall.steps.chase_late import chase_late
from recall.steps.match_orders import match_orders
from recall.steps.settle_scope import settle_scope
from recall.steps.trace_goods import trace_goods
from recall.store import orders
from recall.store.matches import Delta
from recall.store.outbox import MessageState
from tests.steps.acts import ONE_MODEL, WIDER, amended, books, in_state, tasks_of
from tests.world import FACTORY, HARBOUR, HAULIER, HUB, LANTERN, PARTIES, SELLER, STEPS, World, deliver_all

BOTH_MODELS = [*ONE_MODEL, {"name": "Power bank", "brand": "Example", "model": "PAC20-392", "lots": ["D4"]}]
HAULIER_PARTY = next(party for party in PARTIES if party.id == HAULIER)
TOLD = {(HARBOUR, "L-1"), (HARBOUR, "L-3"), (HARBOUR, "L-4"), (LANTERN, "M-1")}


def a_pass(world: World) -> list[tuple[str, str, str]]:
    """A pass over the version in force; returns (party, kind, recipient) of what was told by it, sorted."""
    for step in STEPS:
        step(world.runtime, recall_id=world.recall_id)
    return sorted((m.party_id, m.kind.value, m.recipient) for m in deliver_all(world.runtime))


def test_messages_that_wait_are_superseded_and_everybody_is_told_of_the_version_in_force(
    queued: World,
) -> None:
    waiting = in_state(queued, MessageState.WAITING)
    amended(queued, ONE_MODEL)
    assert waiting == in_state(queued, MessageState.SUPERSEDED)
    told = a_pass(queued)
    assert waiting == told
    assert told == in_state(queued, MessageState.DELIVERED)
    assert [] == a_pass(queued)


def test_a_version_that_lets_goods_off_tells_nobody_anything_and_clears_them(world: World) -> None:
    assert (143, 0) == (books(world).affected, books(world).cleared)
    amended(world, ONE_MODEL)
    assert [] == a_pass(world)
    assert (103, 40) == (books(world).affected, books(world).cleared)
    assert books(world).balances
    amended(world, BOTH_MODELS)
    assert [] == a_pass(world)
    assert (143, True) == (books(world).affected, books(world).balances)


def test_only_lines_that_were_never_told_are_told(world: World) -> None:
    amended(world, WIDER)
    told = [(party, recipient) for party, kind, recipient in a_pass(world) if kind == "notify_buyer"]
    assert [(HARBOUR, "L-2")] == told
    amended(world, BOTH_MODELS)
    assert [] == a_pass(world)


def test_a_wider_version_says_who_is_newly_in_and_a_narrower_who_is_let_off(world: World) -> None:
    amended(world, WIDER)
    for step in (settle_scope, trace_goods):
        step(world.runtime, recall_id=world.recall_id)
    assert Delta(newly_in=1, released=0, unchanged=4) == match_orders(
        world.runtime, recall_id=world.recall_id
    )
    assert 1 + 99 == books(world).affected - 103
    amended(world, ONE_MODEL)
    for step in (settle_scope, trace_goods):
        step(world.runtime, recall_id=world.recall_id)
    assert Delta(newly_in=0, released=1, unchanged=4) == match_orders(
        world.runtime, recall_id=world.recall_id
    )


def test_a_party_is_asked_only_for_what_it_was_not_asked_for(queued: World) -> None:
    before = tasks_of(queued)
    deliver_all(queued.runtime)
    amended(queued, WIDER)
    a_pass(queued)
    assert before == tasks_of(queued)


def test_the_same_duty_at_another_place_is_asked_and_told(world: World) -> None:
    amended(world, ONE_MODEL)
    a_pass(world)
    admit_party(world.runtime, party=replace(HAULIER_PARTY, sites=(HUB, FACTORY)))
    amended(world, BOTH_MODELS)
    assert [(HAULIER, "quarantine", "desk@example.org")] == a_pass(world)
    counted = [task for task in tasks_of(world, HAULIER) if task.duty is Duty.QUARANTINE]
    assert {(HUB, 1), (FACTORY, 3)} == {(task.place, task.version) for task in counted}
    assert [] == a_pass(world)


def test_a_seller_of_other_goods_is_not_asked_for_anything(fresh: World) -> None:
    other = Party(
        id="party_kettles", role=Role.SELLER, name="Seller 09", platform_id=HARBOUR, reference="S-09"
    )
    admit_party(fresh.runtime, party=other)
    kettle = Listing(ref="O-9", gtin="09521234599999", seller_ref="S-09", title="Kettle", on_sale=True)
    with fresh.runtime.store.begin() as tx:
        orders.save_listings(tx, platform_id=HARBOUR, listings=[kettle])
    a_pass(fresh)
    assert () == tasks_of(fresh, other.id)
    assert [Duty.STOP_SALE] == [task.duty for task in tasks_of(fresh, SELLER)]


def test_a_buyer_is_reminded_once_a_round_whatever_the_version(world: World) -> None:
    world.clock.forward(days=5, hours=1)
    assert len(TOLD) == chase_late(world.runtime, recall_id=world.recall_id).buyers
    deliver_all(world.runtime)
    amended(world, ONE_MODEL)
    a_pass(world)
    assert 0 == chase_late(world.runtime, recall_id=world.recall_id).buyers


def test_a_reminder_that_an_amendment_called_back_is_sent_again(world: World) -> None:
    world.clock.forward(days=5, hours=1)
    chase_late(world.runtime, recall_id=world.recall_id)
    amended(world, ONE_MODEL)
    assert len(TOLD) == chase_late(world.runtime, recall_id=world.recall_id).buyers


def test_who_is_late_is_told_whatever_was_amended_meanwhile(world: World) -> None:
    world.clock.forward(hours=25)
    chase_late(world.runtime, recall_id=world.recall_id)
    late = {message for message in in_state(world, MessageState.WAITING) if message[1] == "escalation"}
    amended(world, ONE_MODEL)
    assert SELLER in {party for party, _, _ in late}
    assert late <= set(a_pass(world))
    assert {task.version for task in tasks_of(world) if task.state in OPEN_STATES} == {1}
