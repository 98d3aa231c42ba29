"""What the tests of the steps do and ask in one word: say, amend, finish; the books, the tasks, the trail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from recall.domain.audit import Entry
from recall.domain.completion import Ledger
from recall.domain.confirmation import DUTY_OF, Confirmation, Outcome
from recall.domain.notice import Notice
from recall.domain.policy import Duty
from recall.domain.task import OPEN_STATES, Task
from recall.runtime import Runtime
from recall.steps.assess_completion import assess_completion
from recall.steps.assign_tasks import assign_tasks
from recall.steps.open_recall import amend, approve
from recall.steps.record_confirmation import Recorded, record_confirmation
from recall.store import audit, confirmations, ledger, outbox, tasks
from recall.store.confirmations import Kept
from recall.store.outbox import MessageState
from tests.builders import make_confirmation
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
    notice,
    scanned,
)

FULFILLED_BY = {duty: outcome for outcome, duty in DUTY_OF.items()}
ONE_MODEL = [{"name": "Power bank", "brand": "Example", "model": "PAC20-272", "lots": ["A1"]}]
WIDER = [{"name": "Power bank", "brand": "Example", "model": "PAC20-272", "lots": ["A1", "B2"]}]


def said(outcome: Outcome, units: int, **parts: Any) -> Confirmation:
    """A statement; about no order line, if none is named."""
    return make_confirmation(**{"outcome": outcome, "units": units, "line_ref": None} | parts)


def say(world: World, party_id: str, outcome: Outcome, units: int, **parts: Any) -> Recorded:
    """Let a party say what was done."""
    confirmation = said(outcome, units, **parts)
    return record_confirmation(
        world.runtime, recall_id=world.recall_id, party_id=party_id, confirmation=confirmation
    )


def amended(world: World, products: list[dict[str, Any]], *, adding: Sequence[str] = ()) -> None:
    """Bring another version of the notice into force, by both officers."""
    version = Notice.read(notice(products=products))
    amend(world.runtime, recall_id=world.recall_id, notice=version, officer=FIRST, adding=adding)
    approve(world.runtime, recall_id=world.recall_id, officer=SECOND)


def finish(world: World) -> None:
    """Everybody does everything: buyers answer, goods are counted, collected, destroyed; tasks are done."""
    scanned(world)
    for line, outcome, units in (
        ("L-1", Outcome.RETURNED, 2), ("L-3", Outcome.NOT_AFFECTED, 3), ("L-4", Outcome.REFUNDED, 10),
    ):  # fmt: skip
        say(world, HARBOUR, outcome, units, line_ref=line)
    say(world, LANTERN, Outcome.RETURNED, 7, line_ref="M-1")
    say(world, HAULIER, Outcome.QUARANTINED, 81, place=HUB, lot="A1")
    say(world, HAULIER, Outcome.COLLECTED, 81, place=HUB, lot="A1", gtin=GTIN, final=False)
    say(world, HAULIER, Outcome.COLLECTED, 40, place=FACTORY, lot="D4", gtin=OTHER_GTIN)
    say(world, HAULIER, Outcome.DISPOSED, 140)
    for task in tasks_of(world):
        if task.state in OPEN_STATES:
            say(world, task.party_id, FULFILLED_BY[task.duty], 0, task_id=task.id)


def settled(world: World) -> None:
    """Everything is done, the recall rests, and every report that is owed then is filed."""
    finish(world)
    assess_completion(world.runtime, recall_id=world.recall_id)
    assign_tasks(world.runtime, recall_id=world.recall_id)
    for task in tasks_of(world):
        if task.state in OPEN_STATES:
            say(world, task.party_id, FULFILLED_BY[task.duty], 0, task_id=task.id)


def books(world: World) -> Ledger:
    """The units of the recall."""
    with world.runtime.store.read() as tx:
        return ledger.ledger(tx, recall_id=world.recall_id)


def tasks_of(world: World, party_id: str | None = None) -> tuple[Task, ...]:
    """The tasks of a party, or all."""
    with world.runtime.store.read() as tx:
        return tasks.tasks(tx, recall_id=world.recall_id, party_id=party_id)


def task_of(world: World, party_id: str, duty: Duty) -> Task:
    """The one task of a party for a duty."""
    (task,) = (task for task in tasks_of(world, party_id) if task.duty is duty)
    return task


def conflicts(world: World) -> tuple[Kept, ...]:
    """The statements that wait for a person."""
    with world.runtime.store.read() as tx:
        return confirmations.confirmations(tx, recall_id=world.recall_id, conflicts_only=True)


def in_state(world: World, state: MessageState) -> list[tuple[str, str, str]]:
    """(party, kind, recipient) of the messages in a state, in order."""
    with world.runtime.store.read() as tx:
        found = outbox.messages(tx, recall_id=world.recall_id)
    return sorted(
        (each.message.party_id, each.message.kind.value, each.message.recipient)
        for each in found
        if each.state is state
    )


def entries(runtime: Runtime) -> tuple[Entry, ...]:
    """The audit trail; that its chain holds is seen to."""
    with runtime.store.read() as tx:
        assert audit.verify(tx) is None
        return audit.entries(tx)


def audited(world: World, act: Callable[[], object]) -> list[str]:
    """What the audit trail gained by an act."""
    before = len(entries(world.runtime))
    act()
    return [entry.action for entry in entries(world.runtime)[before:]]
