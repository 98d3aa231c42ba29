"""The tasks' routes: what a party must do, and whether it takes it on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from recall.api.access import Caller, Engine, Waker
from recall.api.body import StrictRoute
from recall.api.documents import AcknowledgementBody, TaskDocument, TaskLine, TaskList
from recall.api.problems import problems
from recall.steps.record_confirmation import acknowledge
from recall.views.participant import TaskView, task_lines, task_view

router = APIRouter(prefix="/v1/tasks", tags=["Tasks"], route_class=StrictRoute)


def own_task(runtime: Engine, party: Caller, task_id: str) -> TaskView:
    """The task of that id, where it is the caller's, or one of its sellers'. Raises NotFound."""
    return task_view(runtime, party=party, task_id=task_id)


OwnTask = Annotated[TaskView, Depends(own_task)]


@router.get("", response_model=TaskList, responses=problems(401), summary="Your tasks")
def list_tasks(runtime: Engine, party: Caller) -> dict[str, object]:
    """Every task of yours, and of the sellers on your platform; those due first come first."""
    return {"tasks": [line.document() for line in task_lines(runtime, party=party)]}


@router.get(
    "/{task_id}", response_model=TaskDocument, responses=problems(401, 404), summary="One task, whole"
)
def get_task(task: OwnTask) -> dict[str, object]:
    """What must be done, until when, by what right, and about which goods."""
    return task.document()


@router.post(
    "/{task_id}/acknowledgements",
    response_model=TaskLine,
    responses=problems(400, 401, 404, 409, 422),
    summary="Take a task on, or decline it",
)
def acknowledge_task(
    runtime: Engine, wake: Waker, task: OwnTask, body: AcknowledgementBody
) -> dict[str, object]:
    """Done twice is done once. A platform may speak for its sellers."""
    after = acknowledge(
        runtime, task_id=task.task.id, party_id=task.task.party_id, accept=body.accept, reason=body.reason
    )
    wake(after.recall_id)
    return task.line(after).document()
