"""The EPCIS 2.0 routes: supply-chain events in, as documents or one by one, and out by the standard query."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, Response, status
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from recall.api.access import Caller, Engine
from recall.api.address import raw_path
from recall.api.body import CAPTURE_LIMIT
from recall.api.capture_worker import Worker, worker_of
from recall.api.epcis_query import PARAMETERS, Asked, read_query, token_of
from recall.api.problems import problems
from recall.domain.party import Party
from recall.epcis.document import read_document
from recall.errors import EventRefused, MediaRefused, NotFound, NotNow
from recall.runtime import Runtime
from recall.steps.capture_events import Intake, capture_events
from recall.store.event_query import EventQuery
from recall.views.supply_events import SupplyPage, capture_job, capture_jobs_page, supply_page

VERSIONS = {
    "GS1-EPCIS-Version": "2.0.0", "GS1-EPCIS-Min": "1.2.0", "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Version": "2.0.0", "GS1-CBV-Min": "1.2.0", "GS1-CBV-Max": "2.0.0",
    "GS1-EPC-Format": "No_Preference",
}  # fmt: skip
"""What every answer says of itself; codes are given as they came."""
LIMITS = {
    "Allow": "OPTIONS, POST, GET",
    "GS1-EPCIS-Capture-File-Size-Limit": str(CAPTURE_LIMIT),
    "GS1-Capture-Error-Behaviour": "rollback, proceed",
}
"""What the capture interface says when it is asked for its settings."""
MEDIA = ("application/json", "application/ld+json", "application/xml", "text/xml", "application/x-ndjson")
TOP = {
    "eventTypes": "eventType", "epcs": "MATCH_anyEPC", "bizSteps": "EQ_bizStep",
    "bizLocations": "EQ_bizLocation", "readPoints": "EQ_readPoint", "dispositions": "EQ_disposition",
}  # fmt: skip
"""The top-level resources, and the parameter that each stands for."""


@asynccontextmanager
async def _carry_on(app: FastAPI) -> AsyncIterator[None]:
    """Documents that were taken in before the last stop are captured now."""
    worker_of(app).start()
    yield


router = APIRouter(prefix="/v1/epcis", tags=["EPCIS"], lifespan=_carry_on)


def the_worker(request: Request) -> Worker:
    """Who captures what was taken in."""
    return worker_of(request.app)


def media_of(request: Request) -> str:
    """The body's kind. Raises MediaRefused for one that holds no events."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in MEDIA:
        raise MediaRefused(
            "The body is of a kind that holds no events", expected=" or ".join(MEDIA), got=kind or "none",
            where="content-type",
        )  # fmt: skip
    return kind


_DOCUMENT = {"schema": {"type": "object", "description": "An EPCIS document, a list of events, or an event."}}
_BODY = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA, _DOCUMENT)}}
_PARAMETERS = {
    "parameters": [
        {"in": "query", "name": name, "required": False, "schema": {"type": "string"}} for name in PARAMETERS
    ]
}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "An EPCISQueryDocument (JSON-LD)", "content": {"application/ld+json": {}}}
}


@router.post(
    "/capture",
    status_code=status.HTTP_202_ACCEPTED,
    response_class=Response,
    responses=problems(400, 401),
    openapi_extra=_BODY,
    dependencies=[Depends(media_of)],
    summary="Give supply-chain events",
)
async def capture(
    runtime: Engine,
    worker: Annotated[Worker, Depends(the_worker)],
    party: Caller,
    request: Request,
    behaviour: Annotated[
        str, Header(alias="GS1-Capture-Error-Behaviour", pattern="^(rollback|proceed)$")
    ] = "rollback",
) -> Response:
    """Taken in now and captured behind the door; `Location` is the job that tells what became of it."""
    intake = Intake(runtime, party=party.id, proceed=behaviour == "proceed")
    async for some in request.stream():
        if intake.add(some):
            await run_in_threadpool(intake.keep)
    job = await run_in_threadpool(intake.finish)
    worker.start()
    headers = VERSIONS | {"Location": f"/v1/epcis/capture/{job}", "GS1-Capture-Error-Behaviour": behaviour}
    return Response(status_code=status.HTTP_202_ACCEPTED, headers=headers)


@router.options("/capture", status_code=204, responses=problems(401), summary="The settings of the capture")
def capture_settings(party: Caller) -> Response:  # noqa: ARG001 - asked for with a key, like everything here
    """Which versions and kinds of behaviour the capture interface knows, and how large a document may be."""
    return Response(status_code=204, headers=VERSIONS | LIMITS)


@router.get("/capture", responses=problems(400, 401), summary="Your capture jobs")
def list_jobs(
    runtime: Engine,
    party: Caller,
    per_page: Annotated[int, Query(alias="perPage", ge=1, le=1000)] = 30,
    token: Annotated[str, Query(alias="nextPageToken", max_length=100)] = "",
) -> Response:
    """Oldest first; a regulator sees those of all parties."""
    jobs, after = capture_jobs_page(runtime, party=party, after=token, limit=per_page)
    link = (
        {"Link": f'</v1/epcis/capture?perPage={per_page}&nextPageToken={after}>; rel="next"'} if after else {}
    )
    return JSONResponse(jobs, headers=VERSIONS | link)


@router.get("/capture/{capture_id}", responses=problems(401, 404), summary="What became of a document")
def one_job(
    runtime: Engine, worker: Annotated[Worker, Depends(the_worker)], party: Caller, capture_id: str
) -> Response:
    """`running` until it is done; `success` false: see `errors`."""
    job = capture_job(runtime, party=party, job_id=capture_id)
    if job["running"]:
        worker.start()  # whoever began it may be gone
    return JSONResponse(dict(job), headers=VERSIONS)


@router.post(
    "/events",
    status_code=status.HTTP_201_CREATED,
    response_class=Response,
    responses=problems(400, 401, 409, 422),
    openapi_extra=_BODY,
    dependencies=[Depends(media_of)],
    summary="Give one supply-chain event",
)
async def capture_one(
    runtime: Engine, worker: Annotated[Worker, Depends(the_worker)], party: Caller, request: Request
) -> Response:
    """Captured when this answers; 409 where you gave the same event before."""
    raw = await request.body()
    name = await run_in_threadpool(_capture_one, runtime, raw=raw, party=party)
    await run_in_threadpool(worker.tell)
    return Response(
        status_code=status.HTTP_201_CREATED,
        headers=VERSIONS | {"Location": f"/v1/epcis/events/{_quoted(name)}"},
    )


def _capture_one(runtime: Runtime, *, raw: bytes, party: Party) -> str:
    events = tuple(read_document(raw))
    if len(events) != 1:
        raise EventRefused.of("the body", expected="one event", got=f"{len(events)}")
    captured = capture_events(runtime, events=events, captured_by=party.id)
    if captured.known and not captured.withdrawn:
        raise NotNow(
            "You gave this event before", value=events[0].hash, advice="It counts once; all is well."
        )
    return events[0].hash  # its own name may be another's already


def _quoted(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F").replace("?", "%3F").replace("#", "%23")


def _answer(runtime: Runtime, *, party: Party, asked: Asked, request: Request) -> Response:
    limit = asked.per_page if asked.limit is None else min(asked.per_page, asked.limit)
    page = supply_page(
        runtime, party=party, query=asked.query, limit=limit, most=asked.most, after=asked.after
    )
    left = None if asked.limit is None else asked.limit - len(page.events)
    headers = dict(VERSIONS)
    if page.after is not None and left != 0:
        token = token_of(page.after, left=left)
        query = request.url.include_query_params(nextPageToken=token).query
        headers["Link"] = f'<{raw_path(request)}?{query}>; rel="next"'
    return _document(page, headers=headers)


def _document(page: SupplyPage, *, headers: dict[str, str]) -> Response:
    return JSONResponse(page.document(), headers=headers, media_type="application/ld+json")


@router.get(
    "/events", responses=_ANSWER | problems(400, 401), openapi_extra=_PARAMETERS, summary="Find events"
)
def find(runtime: Engine, party: Caller, request: Request) -> Response:
    """Your own events, to a regulator everybody's; values are parted by `|`, newest first unless asked."""
    asked = read_query(request.query_params.multi_items())
    return _answer(runtime, party=party, asked=asked, request=request)


@router.get("/events/{event_id:path}", responses=_ANSWER | problems(401, 404), summary="One event")
def one_event(runtime: Engine, party: Caller, event_id: str) -> Response:
    """By the identifier that its party gave it, or by its canonical hash (percent-encoded)."""
    query = EventQuery(event_ids=(event_id,))
    page = supply_page(runtime, party=party, query=query, limit=1, most=None, after=None)
    if not page.events:
        raise NotFound(f"There is no event {event_id!r}", value=event_id)
    return _document(page, headers=dict(VERSIONS))


def _add_resource(name: str, *, parameter: str) -> None:
    def events_of(
        runtime: Engine, party: Caller, request: Request, value: Annotated[str, Path(alias="value")]
    ) -> Response:
        asked = read_query([(parameter, value), *request.query_params.multi_items()])
        return _answer(runtime, party=party, asked=asked, request=request)

    router.add_api_route(
        f"/{name}/{{value:path}}/events", events_of, methods=["GET"], responses=_ANSWER | problems(400, 401),
        openapi_extra=_PARAMETERS, summary=f"Events of {name}", name=f"events_of_{name}",
        description=f"The same as `GET /v1/epcis/events` with `{parameter}` (percent-encoded).",
    )  # fmt: skip


for _name, _parameter in TOP.items():
    _add_resource(_name, parameter=_parameter)
