"""The page where everybody checks a notice: by the short code in a message, or by showing a whole copy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response

from recall.domain.copied import read_copy
from recall.errors import InputRefused
from recall.steps.check_copy import Checked, check_copy
from recall.views.genuine import Genuine, genuine, is_slip, signed_notice
from recall.web import pages
from recall.web.access import Engine

router = APIRouter()
PUBLIC = "public"
"""Who shows a copy at the open door, as the audit trail names them."""


@router.get("/verify")
def verify(request: Request, runtime: Engine, code: Annotated[str, Query(max_length=60)] = "") -> Response:
    """What a typed code stands for: the notice, its version, and whether it still holds."""
    slip = bool(code.strip()) and is_slip(code)
    told = genuine(runtime, typed=code) if code.strip() and not slip else None
    return _page(request, code=code, slip=slip, told=told)


@router.post("/verify")
async def verify_copy(
    request: Request,
    runtime: Engine,
    text: Annotated[str, Form(max_length=1_000_000)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Hold a pasted or uploaded copy against the notice that it claims to be."""
    raw = await file.read() if file is not None and file.size else text.encode()
    try:
        checked = check_copy(runtime, copy=read_copy(raw), shown_by=PUBLIC) if raw.strip() else None
    except InputRefused as refused:
        return _page(request, refused=refused.message, status=refused.status)
    return _page(request, checked=checked, pasted=text)


@router.get("/notices/{reference:path}.signed.json")
def signed(runtime: Engine, reference: str, version: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """The notice with its signature, for those who keep it and check it without us."""
    return JSONResponse(signed_notice(runtime, reference=reference, version=version))


def _page(
    request: Request,
    *,
    code: str = "",
    slip: bool = False,
    told: Genuine | None = None,
    checked: Checked | None = None,
    pasted: str = "",
    refused: str = "",
    status: int = 200,
) -> Response:
    return pages.page(
        request, "verify.html", status=status, code=code, slip=slip, told=told, checked=checked,
        pasted=pasted, refused=refused,
    )  # fmt: skip
