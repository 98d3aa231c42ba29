"""The notice in the form of a law, for everybody to keep, print or index: HTML, PDF and linked data."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from recall.domain.recall import RecallState
from recall.errors import NotNow
from recall.views.compiled import Form, compiled_notice
from recall.views.public import public_notice
from recall.web.access import Engine

router = APIRouter()
Profile = Annotated[str, Query(max_length=40)]
Language = Annotated[str, Query(max_length=8)]


@router.get("/notices/{reference:path}.html")
def html(runtime: Engine, reference: str, profile: Profile = "", language: Language = "") -> Response:
    """The notice as a page of its own, which needs nothing from here."""
    return _file(runtime, reference, profile=profile, language=language, form=Form.HTML)


@router.get("/notices/{reference:path}.pdf")
def pdf(runtime: Engine, reference: str, profile: Profile = "", language: Language = "") -> Response:
    """The notice on paper."""
    return _file(runtime, reference, profile=profile, language=language, form=Form.PDF)


@router.get("/notices/{reference:path}.jsonld")
def jsonld(runtime: Engine, reference: str, profile: Profile = "", language: Language = "") -> Response:
    """The notice as linked data."""
    return _file(runtime, reference, profile=profile, language=language, form=Form.JSONLD)


def _file(runtime: Engine, reference: str, *, profile: str, language: str, form: Form) -> Response:
    """A file to be kept: its style stands in it, which no page of ours may have. Without a profile, of the
    law that leads."""
    recall = public_notice(runtime, reference=reference).recall
    if recall.state is RecallState.WITHDRAWN:
        raise NotNow(
            f"The recall {reference!r} was withdrawn: there is nothing of it to be handed on",
            advice="Its page says so, and so does `/verify` of its short code.",
        )
    made = compiled_notice(
        runtime, reference=reference, profile=profile or recall.policies[0], language=language, form=form
    )
    return Response(
        made.content, media_type=form.media_type, headers={"content-disposition": _attached(made.name)}
    )


def _attached(name: str) -> str:
    """A file's name as a header holds it, which has no letters but those of ASCII (RFC 6266)."""
    quoted = quote(name)
    return f'attachment; filename="{name}"' if quoted == name else f"attachment; filename*=UTF-8''{quoted}"
