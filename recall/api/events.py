"""The events' route: what happened for a party, numbered without a gap."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from recall.api.access import Caller, Engine
from recall.api.documents import EventPage
from recall.api.problems import problems
from recall.views.mailbox import event_page

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
