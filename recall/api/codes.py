"""The codes' route: what a product code says."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from recall.api.access import Engine
from recall.api.documents import DecodedCode
from recall.api.problems import problems
from recall.codes.reader import LONGEST, decode_document

router = APIRouter(prefix="/v1", tags=["Codes"])

Code = Annotated[
    str,
    Query(
        min_length=1, max_length=LONGEST,
        examples=["https://id.gs1.org/01/09521234500018/10/C14-P6"],
        description="A GTIN, a GS1 element string, a GS1 Digital Link, an EPC, or another code.",
    ),
]  # fmt: skip


@router.get("/decode", response_model=DecodedCode, responses=problems(422), summary="Read a product code")
def decode(
    runtime: Engine, code: Code, profile: Literal["strict", "lenient", "cn"] = "strict"
) -> dict[str, object]:
    """Its parts, or why it cannot be read; nobody needs a key for this."""
    return dict(decode_document(code, profile=profile, adapters=runtime.adapters))
