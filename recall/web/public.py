"""The public pages: every notice with its two boxes, is mine affected and is this message genuine."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from recall.errors import NotFound, RecallError
from recall.views.compiled import editions
from recall.views.public import PublicNotice, asked_status, product_code, public_notice, public_recalls
from recall.web import pages
from recall.web.access import Engine

router = APIRouter()


def published(runtime: Engine, reference: str) -> PublicNotice:
    """The notice of that reference. Raises NotFound."""
    return public_notice(runtime, reference=reference)


Published = Annotated[PublicNotice, Depends(published)]
Typed = Annotated[str, Query(max_length=300)]


@router.get("/")
def home(request: Request, runtime: Engine) -> Response:
    """Every recall that is public."""
    return pages.page(request, "home.html", recalls=public_recalls(runtime))


@router.get("/notices/{reference:path}.json")
def notice_document(view: Published) -> Response:
    """The notice for programs."""
    return JSONResponse(view.document())


@router.get("/notices/{reference:path}")
def notice(request: Request, runtime: Engine, view: Published, product: Typed = "") -> Response:
    """The notice for people; what was typed into its box comes back as an answer."""
    told = product_code(runtime, recall_id=view.recall.id, typed=product) if product.strip() else None
    return pages.page(
        request, "notice.html", view=view, typed=product, told=told, editions=editions(view.recall.policies)
    )


@router.get("/check")
def check(request: Request, runtime: Engine, code: Typed = "") -> Response:
    """Any code in, and out what every recall means for it: the page that a scanned product leads to."""
    told = asked_status(runtime, typed=code) if code.strip() else None
    return pages.page(request, "check.html", typed=code, told=told)


@router.get("/docs")
def api(request: Request) -> Response:
    """Every operation of the API in one table, from its own description."""
    paths = request.app.openapi()["paths"]
    operations = [(verb, path, told) for path, verbs in paths.items() for verb, told in verbs.items()]
    return pages.page(request, "api.html", operations=operations)


@router.get("/errors/{slug}")
def error_kind(request: Request, slug: str) -> Response:
    """What a kind of problem means."""
    kind = next((kind for kind in _kinds(RecallError) if kind.slug == slug), None)
    if kind is None:
        raise NotFound(f"There is no problem of the kind {slug!r}", value=slug)
    return pages.page(
        request, "error_kind.html", slug=slug, title=kind.title, status_code=kind.status,
        about=inspect.getdoc(kind),
    )  # fmt: skip


def _kinds(root: type[RecallError]) -> Iterator[type[RecallError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)
