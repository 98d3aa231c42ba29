"""The answers in time: the order of capture changes nothing, and what was kept is what was known then."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from recall.domain.recall import Recall
from recall.domain.trace import Trace, trace
from recall.epcis.event import Event
from recall.store import events, matches, trace_deltas
from recall.store.database import Store
from recall.store.world import StoredWorld
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.goods import CASE, CELL, FACTORY, HUB, PALLET, begun, item, lot, moved, packed, turned
from tests.store.tracing import PHONE, joined, scope, thing

OF = scope(lots=frozenset({"C1"}))
TOLD: list[Event] = [
    turned(inputQuantityList=[lot("C1", 9, gtin=CELL)], outputQuantityList=[lot("A1", 3)], at=NOW),
    begun(epcList=[item("S1"), item("S2")], at=NOW + HOUR),
    joined(thing(PHONE, "P1"), item("S1"), at=NOW + 2 * HOUR),
    joined(thing(PHONE, "P1"), item("S1"), action="DELETE", at=NOW + 5 * HOUR),
    joined(thing(PHONE, "P2"), item("S1"), at=NOW + 6 * HOUR),
    packed(CASE, childEPCs=[item("S2"), thing(PHONE, "P2")], at=NOW + 7 * HOUR),
    packed(PALLET, childEPCs=[CASE], at=NOW + 8 * HOUR),
    moved("shipping", FACTORY, epcList=[PALLET], at=NOW + 9 * HOUR),
    moved("receiving", HUB, epcList=[PALLET], at=NOW + DAY),
    turned(inputEPCList=[item("S2")], outputQuantityList=[lot("R1", 1)], at=NOW + 2 * DAY),
]  # fmt: skip


def found(store: Store, *, as_of: datetime | None = None) -> Trace:
    with store.read() as tx:
        return trace(OF, world=StoredWorld(tx, as_of=as_of))


@pytest.fixture
def stores(sqlite_template: Path, tmp_path: Path) -> Iterator[list[Store]]:
    files = [shutil.copy(sqlite_template, tmp_path / f"{n}.db") for n in range(6)]
    some = [Store(f"sqlite:///{file}") for file in files]
    yield some
    for store in some:
        store.close()


def test_the_order_of_capture_changes_nothing(stores: list[Store]) -> None:
    answers = []
    for seed, store in enumerate(stores):
        shuffled = Random(seed).sample(TOLD, len(TOLD)) if seed else TOLD
        for number, one in enumerate(shuffled):
            with store.begin() as tx:
                events.capture(tx, [one], captured_by="party_maker", at=NOW + 3 * DAY + number * HOUR)
        answers.append(found(store))
    assert [answers[0]] * len(answers) == answers
    assert {"C1", "A1", "R1"} == {one.key.lot for one in answers[0].lots}
    assert {"P1": True, "P2": False} == {
        one.key.serial: one.inspect for one in answers[0].items if one.key and one.key.gtin == PHONE
    }
    assert {PALLET} == {held.outer for held in answers[0].containers}


def test_what_was_kept_then_is_what_was_known_then(store: Store, recall: Recall) -> None:
    wrong = Event.read(
        dict(TOLD[2].body) | {"errorDeclaration": {"declarationTime": NOW.isoformat()}}, where="/0"
    )
    passes = list[datetime]()
    for number, one in enumerate([*Random(7).sample(TOLD, len(TOLD)), wrong]):
        at = NOW + 3 * DAY + number * HOUR
        with store.begin() as tx:
            events.capture(tx, [one], captured_by="party_maker", at=at)
            answer = trace(OF, world=StoredWorld(tx))
            matches.save_trace(tx, recall_id=recall.id, version=1, trace=answer, at=at)
        passes.append(at)
    for at in passes:
        with store.read() as tx:
            assert found(store, as_of=at) == matches.trace(tx, recall_id=recall.id, as_of=at)
    with store.read() as tx:
        assert Trace(lots=()) == matches.trace(tx, recall_id=recall.id, as_of=NOW)


def test_a_pass_that_finds_the_same_writes_nothing_and_a_change_is_a_delta(
    store: Store, recall: Recall
) -> None:
    with store.begin() as tx:
        for number, told in enumerate(([], TOLD[:1], [], TOLD[1:])):
            events.capture(tx, told, captured_by="party_maker", at=NOW + number * HOUR)
            answer = trace(OF, world=StoredWorld(tx))
            at = NOW + number * HOUR
            kept = matches.save_trace(tx, recall_id=recall.id, version=1, trace=answer, at=at)
            delta = trace_deltas.last_delta(tx, recall_id=recall.id)
            if number == 2:
                assert ((), ()) == (kept.newly_in, kept.released)
                assert delta is not None
                assert (NOW + HOUR, (f"lot A1 of {GTIN}",)) == (delta.at, delta.newly_in)
        assert delta is not None
        assert f"lot R1 of {GTIN}" in delta.newly_in
