"""The application: the API under /v1, the pages beside it, the problems of both; one door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from recall.api import (
    affected_sets,
    codes,
    confirmations,
    epcis,
    events,
    gs1,
    hooks,
    issuer,
    links,
    recalls,
    resolver,
    tasks,
)
from recall.api.address import PlainAddress
from recall.api.body import BodyLimit
from recall.api.hooks import Hear
from recall.api.problems import answer, describe_problems, refusal_of
from recall.domain.copied import read_copy
from recall.domain.notice import Notice
from recall.domain.published import WatchedFeed
from recall.errors import NoticeRefused, RecallError
from recall.ports import Messages
from recall.runtime import Runtime
from recall.views.compiled import sheets
from recall.views.compiled_set import SetShelf, Sign
from recall.web import buyer, compiled, drafts, life, pages, party, public, regulator, verify
from recall.web import feeds as feeds_page
from recall.web.access import ReadNotices
from recall.web.headers import SafeHeaders

TITLE = "Recall engine"
_ABOUT = """Carries a product recall from notice to completion across organisations.

Every refusal is a problem (RFC 9457) whose type names a page that says what to do next.
"""


def create_app(
    runtime: Runtime,
    *,
    issuer_key: str,
    wake: Callable[[str], None] | None = None,
    sign: Sign | None = None,
    read: ReadNotices | None = None,
    feeds: Sequence[WatchedFeed] = (),
    messages: Messages | None = None,
    hear: Hear | None = None,
) -> FastAPI:
    """The application over `runtime`.

    `issuer_key` is the public key of what the engine sends (`whpk_…`); `wake` is called with the id of a
    recall whose facts have changed through this door, so that its next pass need not wait for the timer;
    `sign(payload, typ=…)` puts that key's signature on documents for others to keep; `read(file)` gives the
    notices of a file that an officer hands in (without it, our own JSON form alone); `feeds` are the
    regulators' feeds that there are, for the page of their freshness; `messages` reads and writes those of
    GS1 (without it, their routes answer that there are none); `hear` takes what vendors' webhooks say.
    """
    app = FastAPI(title=TITLE, description=_ABOUT, version=_version(), docs_url=None, redoc_url=None)
    app.state.runtime, app.state.issuer_key, app.state.wake = runtime, issuer_key, wake or _let_it_sleep
    app.state.read, app.state.feeds = read or _own_form, tuple(feeds)
    app.state.messages = messages
    app.state.sheets = sheets()
    app.state.shelf = SetShelf(sign=sign) if sign is not None else None
    app.state.hear = hear
    rooms = (affected_sets, recalls, tasks, confirmations, gs1, events, epcis, codes, links, issuer, hooks)
    for room in rooms:
        app.include_router(room.router)
    for audience in (verify, compiled, public, regulator, life, drafts, feeds_page, party, buyer):
        app.include_router(audience.router, include_in_schema=False)
    app.include_router(resolver.router)  # last: any word of some length may be a compressed address
    app.mount("/static", pages.static_files(), name="static")
    for kind in (RecallError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _refuse)
    app.add_middleware(PlainAddress, base_url=runtime.links.base_url)
    app.add_middleware(BodyLimit, base_url=runtime.links.base_url)
    app.add_middleware(SafeHeaders)
    _describe_problems(app)
    return app


def _own_form(raw: bytes) -> Sequence[Notice]:
    """The notice in a file of our own form."""
    notice = read_copy(raw).notice
    if notice is None:
        raise NoticeRefused("The file holds no notice of our own form", expected="one notice as JSON")
    return (notice,)


def _let_it_sleep(_recall_id: str) -> None:
    """The timer's next tick is soon enough."""


def _refuse(request: Request, error: Exception) -> Response:
    refusal = refusal_of(error)
    if pages.is_for_people(request):
        return pages.refusal_page(request, refusal)
    runtime: Runtime = request.app.state.runtime
    return answer(refusal, request=request, base_url=runtime.links.base_url)


def _describe_problems(app: FastAPI) -> None:
    describe = app.openapi

    def described() -> dict[str, object]:
        if app.openapi_schema is None:
            describe_problems(describe())
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign] # FastAPI's documented way to extend its document


def _version() -> str:
    try:
        return version("recall-engine")
    except PackageNotFoundError:
        return "0"
