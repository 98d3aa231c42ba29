"""What parties say: posted where the books can take it, else kept for a person, who settles it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from recall.domain.completion import Account
from recall.domain.confirmation import Confirmation, Outcome, RelayReceipt
from recall.domain.policy import Duty
from recall.domain.task import TaskState
from recall.errors import ConfirmationRefused, NotAllowed, NotFound, NotNow
from recall.steps.record_confirmation import (
    Recorded,
    acknowledge,
    record_confirmation,
    record_page,
    record_receipts,
    settle_conflict,
)
from recall.store import audit, cursors, ledger
from tests.builders import NOW
from tests.dumps import changed, dump
from tests.steps.acts import audited, books, conflicts, said, say, task_of
from tests.world import FACTORY, HARBOUR, HAULIER, HUB, LANTERN, SECOND, SELLER, World

Conflicting = tuple[str, Outcome, int, dict[str, str]]
NEVER_TAKEN: list[Conflicting] = [
    (HARBOUR, Outcome.RETURNED, 1, {"line_ref": "L-99"}),
    (HARBOUR, Outcome.NOT_AFFECTED, 2, {"line_ref": "L-1"}),
    (HARBOUR, Outcome.DELISTED, 0, {"seller_ref": "S-99"}),
    (HAULIER, Outcome.COLLECTED, 5, {"place": "https://id.gs1.org/414/9521234000037"}),
]
"""What the books can never take, whatever the number."""


def balances(world: World, line: str, *, platform: str = HARBOUR) -> dict[Account, int]:
    with world.runtime.store.read() as tx:
        held = ledger.holding_of_line(tx, recall_id=world.recall_id, platform_id=platform, line_ref=line)
    return {} if held is None else {account: units for account, units in held.balances.items() if units}


def settle(world: World, *, units: int, officer: str = SECOND) -> None:
    (waiting,) = conflicts(world)
    settle_conflict(
        world.runtime, confirmation_id=waiting.id, officer=officer, units=units, reason="recounted"
    )


def page_of(world: World, *page: Confirmation, refused: tuple[str, ...] = ()) -> tuple[Recorded, ...]:
    return record_page(
        world.runtime, recall_id=world.recall_id, party_id=HARBOUR, page=page, refused=refused,
        cursor=("confirmations", "17"),
    )  # fmt: skip


def test_a_count_clears_what_does_not_stand_there_and_its_task_is_done(queued: World) -> None:
    assert Recorded(new=True) == say(queued, HAULIER, Outcome.QUARANTINED, 80, place=HUB, lot="A1")
    assert (142, 1) == (books(queued).affected, books(queued).cleared)
    task = task_of(queued, HAULIER, Duty.QUARANTINE)
    assert (TaskState.DONE, 80, queued.clock()) == (task.state, task.done_units, task.done_at)


def test_a_part_leaves_the_task_open_and_the_last_part_ends_it(world: World) -> None:
    say(world, HAULIER, Outcome.COLLECTED, 81, place=HUB, lot="A1", final=False)
    assert (TaskState.ISSUED, 81) == (
        task_of(world, HAULIER, Duty.RETRIEVE).state, task_of(world, HAULIER, Duty.RETRIEVE).done_units,
    )  # fmt: skip
    say(world, HAULIER, Outcome.COLLECTED, 40, place=FACTORY, lot="D4")
    assert (TaskState.DONE, 121) == (
        task_of(world, HAULIER, Duty.RETRIEVE).state, task_of(world, HAULIER, Duty.RETRIEVE).done_units,
    )  # fmt: skip


def test_a_platform_may_speak_for_a_seller_of_its_own(world: World) -> None:
    say(world, HARBOUR, Outcome.DELISTED, 0, seller_ref="S-07")
    assert TaskState.DONE == task_of(world, SELLER, Duty.STOP_SALE).state
    assert TaskState.ISSUED == task_of(world, HARBOUR, Duty.STOP_SALE).state
    assert say(world, LANTERN, Outcome.DELISTED, 0, seller_ref="S-07").conflict is not None


def test_a_buyer_found_late_may_still_answer(world: World) -> None:
    say(world, HARBOUR, Outcome.UNREACHABLE, 10, line_ref="L-4")
    say(world, HARBOUR, Outcome.RETURNED, 4, line_ref="L-4")
    assert {Account.UNREACHABLE: 6, Account.RECOVERED: 4} == balances(world, "L-4")


def test_more_than_was_matched_is_kept_whole_and_nothing_is_clipped(queued: World) -> None:
    before = books(queued)
    recorded = say(queued, HARBOUR, Outcome.RETURNED, 11, line_ref="L-4")
    assert "11 units confirmed where 10 are outstanding on the line" == recorded.conflict
    assert before == books(queued)
    (waiting,) = conflicts(queued)
    assert (11, "L-4") == (waiting.confirmation.units, waiting.confirmation.line_ref)


def test_a_person_settles_a_conflict_and_the_statement_stays_as_it_came(queued: World) -> None:
    say(queued, HAULIER, Outcome.QUARANTINED, 90, place=HUB, lot="A1")
    assert TaskState.ISSUED == task_of(queued, HAULIER, Duty.QUARANTINE).state
    (waiting,) = conflicts(queued)
    assert ["conflict.settled"] == audited(queued, lambda: settle(queued, units=81))
    assert () == conflicts(queued)
    assert (TaskState.DONE, 81) == (
        task_of(queued, HAULIER, Duty.QUARANTINE).state, task_of(queued, HAULIER, Duty.QUARANTINE).done_units,
    )  # fmt: skip
    with queued.runtime.store.read() as tx:
        (entry,) = (e for e in audit.entries(tx, recall_id=queued.recall_id) if e.subject == waiting.id
                    and e.action == "conflict.settled")  # fmt: skip
    assert {"units": 81, "said": 90, "reason": "recounted"} == entry.detail
    assert SECOND == entry.actor


@pytest.mark.parametrize(("party", "outcome", "units", "parts"), NEVER_TAKEN)
def test_what_the_books_can_never_take_is_settled_with_nothing(
    world: World, party: str, outcome: Outcome, units: int, parts: dict[str, str]
) -> None:
    say(world, party, outcome, units, **parts)
    kept = dump(world.runtime.store)
    with pytest.raises(NotNow):
        settle(world, units=1)
    assert kept == dump(world.runtime.store)
    settle(world, units=0)
    assert () == conflicts(world)
    assert {"confirmation", "audit"} == changed(kept, dump(world.runtime.store))


def test_a_conflict_is_settled_by_an_officer_once_and_never_beyond_the_books(world: World) -> None:
    say(world, HARBOUR, Outcome.RETURNED, 11, line_ref="L-4")
    (waiting,) = conflicts(world)
    before = dump(world.runtime.store)
    refused: tuple[tuple[type[Exception], Callable[[], None]], ...] = (
        (NotAllowed, lambda: settle(world, units=10, officer=HARBOUR)),
        (NotFound, lambda: settle(world, units=10, officer="party_nobody")),
        (NotNow, lambda: settle(world, units=12)),
    )
    for error, act in refused:
        with pytest.raises(error):
            act()
    assert before == dump(world.runtime.store)
    settle(world, units=10)
    assert {Account.RECOVERED: 10} == balances(world, "L-4")
    with pytest.raises(NotNow):
        settle_conflict(world.runtime, confirmation_id=waiting.id, officer=SECOND, units=0, reason="again")


def test_the_same_key_with_another_content_is_refused_and_changes_nothing(queued: World) -> None:
    say(queued, HARBOUR, Outcome.RETURNED, 1, key="k-1", line_ref="L-1")
    before = dump(queued.runtime.store)
    with pytest.raises(ConfirmationRefused):
        say(queued, HARBOUR, Outcome.RETURNED, 2, key="k-1", line_ref="L-1")
    with pytest.raises(NotFound):
        record_confirmation(
            queued.runtime, recall_id="rcl_absent", party_id=HARBOUR, confirmation=said(Outcome.REPORTED, 0)
        )
    assert before == dump(queued.runtime.store)


def test_a_bad_row_does_not_hold_up_its_page(queued: World) -> None:
    say(queued, HARBOUR, Outcome.RETURNED, 1, key="k-1", line_ref="L-1")
    recorded = page_of(
        queued,
        said(Outcome.REFUNDED, 10, key="k-2", line_ref="L-4"),
        said(Outcome.RETURNED, 2, key="k-1", line_ref="L-1"),
        said(Outcome.NOT_AFFECTED, 3, key="k-3", line_ref="L-3"),
        refused=("Cannot read 'eaten' as an outcome",),
    )  # fmt: skip
    assert [Recorded(new=True), Recorded(new=True)] == list(recorded)
    assert ({Account.RECOVERED: 10}, {Account.CLEARED: 3}) == (
        balances(queued, "L-4"),
        balances(queued, "L-3"),
    )
    with queued.runtime.store.read() as tx:
        assert "17" == cursors.cursor(tx, name="confirmations")
        (entry,) = (e for e in audit.entries(tx) if e.action == "rows.refused")
    refused = entry.detail["refused"]
    assert isinstance(refused, list)
    assert ("Cannot read 'eaten' as an outcome", 2) == (refused[0], len(refused))


def test_a_message_that_came_back_makes_its_line_unreachable(queued: World) -> None:
    page = [
        RelayReceipt(line_ref=line, kind="notify_buyer", delivered=line == "L-1", at=NOW)
        for line in ("L-1", "L-4", "L-99")
    ]
    record_receipts(
        queued.runtime, recall_id=queued.recall_id, party_id=HARBOUR, page=page, cursor=("receipts", "3")
    )
    assert {Account.OUTSTANDING: 2} == balances(queued, "L-1")
    assert {Account.UNREACHABLE: 10} == balances(queued, "L-4")
    assert books(queued).balances


def test_a_message_that_came_back_after_an_answer_changes_nothing(world: World) -> None:
    say(world, HARBOUR, Outcome.RETURNED, 10, line_ref="L-4")
    bounced = [RelayReceipt(line_ref="L-4", kind="notify_buyer", delivered=False, at=NOW)]
    record_receipts(
        world.runtime, recall_id=world.recall_id, party_id=HARBOUR, page=bounced, cursor=("receipts", "1")
    )
    assert {Account.RECOVERED: 10} == balances(world, "L-4")


def test_a_task_is_taken_or_declined_by_its_own_party_only(world: World) -> None:
    task = task_of(world, SELLER, Duty.STOP_SALE)
    before = dump(world.runtime.store)
    with pytest.raises(NotFound):
        acknowledge(world.runtime, task_id=task.id, party_id=LANTERN, accept=True)
    assert before == dump(world.runtime.store)
    taken = acknowledge(world.runtime, task_id=task.id, party_id=SELLER, accept=True)
    assert TaskState.ACKNOWLEDGED == taken.state
    declined = acknowledge(world.runtime, task_id=task.id, party_id=SELLER, accept=False, reason="sold out")
    assert TaskState.DECLINED == declined.state
    with pytest.raises(NotNow):
        acknowledge(world.runtime, task_id=task.id, party_id=SELLER, accept=True)
    say(world, SELLER, Outcome.DELISTED, 0, task_id=task.id)
    assert TaskState.DONE == task_of(world, SELLER, Duty.STOP_SALE).state
