"""The confirmations' routes: what a party says was done, kept once under its key."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from recall.api.access import Caller, Engine, KeyHeader, Waker
from recall.api.body import StrictRoute
from recall.api.documents import ConfirmationAnswer, ConfirmationBody
from recall.api.problems import problems
from recall.api.tasks import OwnTask
from recall.domain.confirmation import Confirmation
from recall.errors import ConfirmationRefused
from recall.steps.record_confirmation import Recorded, record_confirmation
from recall.views.participant import check_part

router = APIRouter(prefix="/v1", tags=["Confirmations"], route_class=StrictRoute)


def statement(body: ConfirmationBody, key: KeyHeader) -> Confirmation:
    """The confirmation in the body, under the key in the header. Raises ConfirmationRefused."""
    if body.key not in (None, key):
        raise ConfirmationRefused.of(
            body.key, expected="the same as Idempotency-Key", got=repr(body.key), where="/key"
        )
    return Confirmation.read(body.model_dump() | {"key": key})


Statement = Annotated[Confirmation, Depends(statement)]
_SUMMARY = "Say what was done"


def own_part(runtime: Engine, party: Caller, recall_id: str) -> str:
    """The recall, where the caller has a task in it. Raises NotFound."""
    return check_part(runtime, party=party, recall_id=recall_id)


@router.post(
    "/tasks/{task_id}/confirmations",
    response_model=ConfirmationAnswer,
    responses=problems(400, 401, 404, 409, 422),
    summary=f"{_SUMMARY} about a task",
)
def confirm_task(
    runtime: Engine, wake: Waker, party: Caller, task: OwnTask, said: Statement
) -> dict[str, object]:
    """More units than stand in the books are kept as a conflict for a person, never clipped."""
    recorded = record_confirmation(
        runtime, recall_id=task.task.recall_id, party_id=party.id, confirmation=task.about(said)
    )
    wake(task.task.recall_id)
    return kept(said, recorded)


@router.post(
    "/recalls/{recall_id}/confirmations",
    response_model=ConfirmationAnswer,
    responses=problems(400, 401, 404, 409, 422),
    summary=f"{_SUMMARY} in a recall",
)
def confirm_in_recall(
    runtime: Engine, wake: Waker, party: Caller, recall_id: Annotated[str, Depends(own_part)], said: Statement
) -> dict[str, object]:
    """For what is about order lines: what a buyer did, by the platform's own line reference."""
    recorded = record_confirmation(runtime, recall_id=recall_id, party_id=party.id, confirmation=said)
    wake(recall_id)
    return kept(said, recorded)


def kept(said: Confirmation, recorded: Recorded) -> dict[str, object]:
    """A confirmation's answer: whether it was posted, or waits for a person, and why."""
    return {
        "key": said.key, "outcome": said.outcome.value, "units": said.units,
        "kept": "conflict" if recorded.conflict else "posted", "conflict": recorded.conflict,
    }  # fmt: skip
