"""Deliver: every channel in turn, each letter written once, and what became of it written down."""

from __future__ import annotations

from pathlib import Path

from flows.emptying import empty_outbox
from notifications.catalogue import LANGUAGES
from recall.domain.message import Via
from recall.ports import Outgoing, Result
from recall.store.database import Store
from recall.store.outbox import MessageState
from tests.fakes import FakeChannel, house_over
from tests.steps.acts import in_state
from tests.world import HARBOUR, MAKER, SELLER, STEPS, World, opened


def waiting(home: Path) -> World:
    """A world whose fifteen messages wait."""
    store = Store(f"sqlite:///{home / 'waiting.db'}")
    store.upgrade()
    world = opened(store)
    for step in STEPS:
        step(world.runtime, recall_id=world.recall_id)
    return world


def answer(outgoing: Outgoing) -> Result:
    """Refused for the maker, in doubt for the seller, later for everybody else."""
    return {MAKER: Result.REFUSED, SELLER: Result.AMBIGUOUS}.get(outgoing.party.id, Result.LATER)


async def test_every_channel_is_emptied_batch_by_batch_and_let_go(tmp_path: Path) -> None:
    world = waiting(tmp_path)
    ways = {via: FakeChannel(name=via.value) for via in Via}
    done = await empty_outbox(house_over(world, home=tmp_path, ways=ways))
    assert {"delivered": 15} == done
    assert {Via.EMAIL: 5, Via.WEBHOOK: 6, Via.RELAY: 4, Via.INBOX: 0} == {
        via: len(channel.sent) for via, channel in ways.items()
    }
    assert not any(channel.open for channel in ways.values())
    assert {} == await empty_outbox(house_over(world, home=tmp_path, ways=ways))
    assert 15 == len(in_state(world, MessageState.DELIVERED))


async def test_what_is_refused_in_doubt_or_for_later_is_settled_as_such(tmp_path: Path) -> None:
    world = waiting(tmp_path)
    mail = FakeChannel(name="email", answer=answer)
    house = house_over(world, home=tmp_path, ways={Via.EMAIL: mail})
    assert {"refused": 1, "ambiguous": 1, "later": 3} == await empty_outbox(house)
    assert [MAKER] == [party for party, _, _ in in_state(world, MessageState.REFUSED)]
    world.clock.forward(minutes=1)
    assert {"ambiguous": 1, "later": 3} == await empty_outbox(house)
    assert [SELLER] == [party for party, _, _ in in_state(world, MessageState.AMBIGUOUS)]
    twice = [each.message_id for each in mail.sent if each.party.id == SELLER]
    assert (2, 1) == (len(twice), len(set(twice)))


async def test_a_buyers_message_goes_to_the_platform_in_every_language_with_a_place_for_the_link(
    tmp_path: Path,
) -> None:
    world, relay = waiting(tmp_path), FakeChannel(name="relay", batch=100)
    await empty_outbox(house_over(world, home=tmp_path, ways={Via.RELAY: relay}))
    documents = {each.recipient: each.document for each in relay.sent if each.party.id == HARBOUR}
    assert {"L-1", "L-3", "L-4"} == set(documents)
    links, texts = zip(*((d["link"], d["texts"]) for d in documents.values()), strict=True)
    assert 3 == len(set(links))
    assert all(each == texts[0] for each in texts)
    assert set(LANGUAGES) == set(texts[0])
    assert "{link}" in texts[0]["en"]["text"]


async def test_a_hook_is_thin_and_says_whose_recall_it_is(tmp_path: Path) -> None:
    world, hook = waiting(tmp_path), FakeChannel(name="webhook")
    await empty_outbox(house_over(world, home=tmp_path, ways={Via.WEBHOOK: hook}))
    assert {"recall.stop_sale", "recall.notify_buyers", "recall.report"} == {
        each.document["type"] for each in hook.sent
    }
    assert {world.recall_id} == {dict(each.document["data"])["recall"] for each in hook.sent}  # type: ignore[call-overload] # plain JSON
