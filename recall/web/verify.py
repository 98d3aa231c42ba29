"""The page where everybody checks a notice: by the short code in a message, or by showing a whole copy.

Before a code is looked up its address is admitted: guessing is limited and told to the officers.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import JSONResponse, Response

from recall.codes.short_code import read_short_code
from recall.domain.copied import Copied, read_copy
from recall.errors import InputRefused
from recall.steps.admit_guesses import admit_guesses
from recall.steps.check_copy import Checked, check_copy
from recall.views.genuine import Genuine, genuine, is_slip, signed_notice
from recall.web import pages
from recall.web.access import Engine, Handed

router = APIRouter()
PUBLIC = "public"
"""Who shows a copy at the open door, as the audit trail names them."""


def address_of(request: Request) -> str:
    """The address that a request came from, as the server in front of us tells it."""
    return request.client.host if request.client else ""


Address = Annotated[str, Depends(address_of)]


def typed_code(runtime: Engine, address: Address, code: Annotated[str, Query(max_length=60)] = "") -> str:
    """The code that somebody typed, admitted; a slip is nobody's code and no guess. Raises TooMany."""
    if code.strip() and not is_slip(code):
        admit_guesses(runtime, codes=[read_short_code(code)], asked_by=address)
    return code


def shown_copy(runtime: Engine, address: Address, raw: Handed) -> Copied | InputRefused | None:
    """What is shown, its codes admitted; None: nothing. Raises TooMany."""
    if not raw.strip():
        return None
    try:
        copy = read_copy(raw)
    except InputRefused as refused:
        return refused
    admit_guesses(runtime, codes=copy.codes, asked_by=address)
    return copy


Code = Annotated[str, Depends(typed_code)]


@router.get("/verify")
def verify(request: Request, runtime: Engine, code: Code) -> Response:
    """What a typed code stands for: the notice, its version, and whether it still holds."""
    slip = bool(code.strip()) and is_slip(code)
    told = genuine(runtime, typed=code) if code.strip() and not slip else None
    return _page(request, code=code, slip=slip, told=told)


@router.get("/verify.json")
def verify_for_programs(runtime: Engine, code: Code) -> Response:
    """The same as JSON. Raises CodeRefused for a slip."""
    told = genuine(runtime, typed=code)
    return JSONResponse(told.document() if told else {"genuine": False})


@router.post("/verify")
def verify_copy(
    request: Request,
    runtime: Engine,
    address: Address,
    copy: Annotated[Copied | InputRefused | None, Depends(shown_copy)],
    text: Annotated[str, Form(max_length=1_000_000)] = "",
) -> Response:
    """Hold a pasted or uploaded copy against the notice that it claims to be."""
    if isinstance(copy, InputRefused):
        return _page(request, refused=copy.message, status=copy.status)
    checked = check_copy(runtime, copy=copy, shown_by=PUBLIC, address=address) if copy else None
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
