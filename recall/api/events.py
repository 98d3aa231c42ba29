"""The events' routes: supply-chain events in (EPCIS 2.0), and out what happened for a party."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, status
from starlette.concurrency import run_in_threadpool

from recall.api.access import Caller, Engine, Waker
from recall.api.documents import CaptureAnswer, EventPage
from recall.api.problems import problems
from recall.domain.recall import ACTIVE_STATES
from recall.epcis.document import read_document
from recall.runtime import Runtime
from recall.steps.capture_events import capture_events
from recall.views.mailbox import event_page
from recall.views.overview import recall_list

router = APIRouter(prefix="/v1", tags=["Events"])


@router.get(
    "/events", response_model=EventPage, responses=problems(401, 422), summary="What happened for you"
)
def list_events(
    runtime: Engine,
    party: Caller,
    after: Annotated[int, Query(ge=0, le=2**53, description="The last number that you have.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """Events past `after`, numbered without a gap: a pull makes good for every webhook that was missed."""
    return event_page(runtime, party=party, after=after, limit=limit).document()


def recalls_under_way(runtime: Engine) -> tuple[str, ...]:
    """The recalls that new events may change."""
    return tuple(recall.id for recall in recall_list(runtime) if recall.state in ACTIVE_STATES)


_EPCIS = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "description": "An EPCIS 2.0 document (JSON-LD)."}
            }
        },
    }
}


@router.post(
    "/capture",
    response_model=CaptureAnswer,
    status_code=status.HTTP_202_ACCEPTED,
    responses=problems(400, 401, 422),
    openapi_extra=_EPCIS,
    summary="Give supply-chain events",
)
async def capture(
    runtime: Engine,
    wake: Waker,
    party: Caller,
    under_way: Annotated[tuple[str, ...], Depends(recalls_under_way)],
    request: Request,
) -> dict[str, object]:
    """Taken whole or refused whole; an event that comes twice is one."""
    raw = await request.body()
    new, known = await run_in_threadpool(_capture, runtime, raw=raw, captured_by=party.id)
    for recall_id in under_way:
        wake(recall_id)
    return {"events": new + known, "new": new}


def _capture(runtime: Runtime, *, raw: bytes, captured_by: str) -> tuple[int, int]:
    captured = capture_events(runtime, events=tuple(read_document(raw)), captured_by=captured_by)
    return captured.new, captured.known
