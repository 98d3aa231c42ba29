"""The notice in the form of a law, for everybody to keep, print or index: HTML, PDF and linked data."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from recall.views.compiled import Edition, Form, Sheets, public_edition
from recall.web.access import Engine

router = APIRouter()


def sheets_of(request: Request) -> Sheets:
    """The files that were asked for last."""
    sheets: Sheets = request.app.state.sheets
    return sheets


def edition_of(
    reference: str,
    profile: Annotated[str, Query(max_length=40)] = "",
    language: Annotated[str, Query(max_length=8)] = "",
) -> Edition:
    """Which notice, under which law (else the one that leads) and in which language."""
    return Edition(reference=reference, profile=profile, language=language)


Asked = Annotated[Edition, Depends(edition_of)]
Kept = Annotated[Sheets, Depends(sheets_of)]


@router.get("/notices/{reference:path}.html")
def html(runtime: Engine, sheets: Kept, asked: Asked) -> Response:
    """The notice as a page of its own, which needs nothing from here; its style stands in it, which no page
    of ours may have."""
    made = public_edition(runtime, sheets, asked=asked, form=Form.HTML)
    return _file(made.content, form=made.form, name=made.name)


@router.get("/notices/{reference:path}.pdf")
def pdf(runtime: Engine, sheets: Kept, asked: Asked) -> Response:
    """The notice on paper."""
    made = public_edition(runtime, sheets, asked=asked, form=Form.PDF)
    return _file(made.content, form=made.form, name=made.name)


@router.get("/notices/{reference:path}.jsonld")
def jsonld(runtime: Engine, sheets: Kept, asked: Asked) -> Response:
    """The notice as linked data."""
    made = public_edition(runtime, sheets, asked=asked, form=Form.JSONLD)
    return _file(made.content, form=made.form, name=made.name)


def _file(content: bytes, *, form: Form, name: str) -> Response:
    """A file to be kept under its name, which in a header has no letters but those of ASCII (RFC 6266)."""
    quoted = quote(name)
    told = f'filename="{name}"' if quoted == name else f"filename*=UTF-8''{quoted}"
    headers = {"content-disposition": f"attachment; {told}"}
    return Response(content, media_type=form.media_type, headers=headers)
