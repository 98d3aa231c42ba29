"""Feeds without gaps, answers that repeat themselves, cursors, and leases of one holder at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from recall.domain.recall import Recall
from recall.errors import NotNow
from recall.store import audit, cursors, leases, party_events, replies
from recall.store.database import Store
from recall.store.replies import Reply
from tests.builders import HOUR, NOW


@pytest.mark.usefixtures("recall")
def test_each_party_has_a_feed_of_its_own_without_gaps(store: Store) -> None:
    def publish(name: int) -> None:
        party = ("party_platform", "party_other")[name % 2]
        for _ in range(10):
            with store.begin() as tx:
                audit.append(tx, at=NOW, actor="engine", action="x", subject=party)
                party_events.publish(tx, party_id=party, type="task.issued", document={"n": name}, at=NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(publish, range(4)))
    with store.read() as tx:
        feed = party_events.since(tx, party_id="party_platform", after=0)
        assert list(range(1, 21)) == [told.seq for told in feed]
        assert feed[15:18] == party_events.since(tx, party_id="party_platform", after=15, limit=3)
        assert 20 == party_events.highest(tx, party_id="party_other")
        assert 0 == party_events.highest(tx, party_id="party_seller")
    assert ("task.issued", NOW) == (feed[0].type, feed[0].at)


@pytest.mark.usefixtures("recall")
def test_the_same_request_gets_the_same_answer(store: Store) -> None:
    given = {"party_id": "party_platform", "key": "k1"}
    answer = Reply(digest="d", status=201, document={"task": "tsk_1"})
    with store.begin() as tx:
        assert None is replies.reply(tx, **given)
        replies.save_reply(tx, **given, digest="d", status=201, document={"task": "tsk_1"}, at=NOW)
        assert answer == replies.reply(tx, **given)
        assert None is replies.reply(tx, party_id="party_other", key="k1")
        with pytest.raises(NotNow, match="same key"):
            replies.save_reply(tx, **given, digest="e", status=200, document={}, at=NOW)


def test_a_cursor_says_how_far_a_reading_is(store: Store) -> None:
    with store.begin() as tx:
        assert "" == cursors.cursor(tx, name="receipts/a")
        for value in ("12", "31"):
            cursors.set_cursor(tx, name="receipts/a", value=value)
            assert value == cursors.cursor(tx, name="receipts/a")


def test_a_lease_has_one_holder_until_its_time_runs_out(store: Store) -> None:
    def take(holder: str, *, hours: float = 0) -> bool:
        with store.begin() as tx:
            return leases.take(tx, name="recall/1", holder=holder, now=NOW + hours * HOUR, seconds=3600)

    assert take("one")
    assert take("one")
    assert not take("two", hours=1)
    assert take("two", hours=1.1)
    assert not take("one", hours=1.2)
    with store.begin() as tx:
        leases.give_back(tx, name="recall/1", holder="one")
    assert not take("one", hours=1.2)
    with store.begin() as tx:
        leases.give_back(tx, name="recall/1", holder="two")
    assert take("one", hours=1.2)


def test_of_many_who_want_a_lease_one_gets_it(store: Store) -> None:
    def take(holder: int) -> bool:
        with store.begin() as tx:
            return leases.take(tx, name="outbox", holder=str(holder), now=NOW, seconds=60)

    with ThreadPoolExecutor(4) as threads:
        assert [True] == [taken for taken in threads.map(take, range(4)) if taken]


def test_the_times_of_a_recall_are_the_first_of_each_action(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        for hours, action in enumerate(("opened", "matched", "matched")):
            audit.append(
                tx, at=NOW + hours * HOUR, actor="engine", action=action, subject="s", recall_id=recall.id
            )
        first = audit.first_times(tx, recall_id=recall.id)
        newest = audit.newest(tx, recall_id=recall.id, limit=2)
    assert {"opened": NOW, "matched": NOW + HOUR} == first
    assert [3, 2] == [entry.seq for entry in newest]
