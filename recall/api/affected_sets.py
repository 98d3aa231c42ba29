"""The affected sets' route: what a recall covers, signed, for checks where there is no network."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from recall.api.access import Engine
from recall.api.open_route import OpenRoute
from recall.api.problems import problems
from recall.errors import NotNow
from recall.views.compiled_set import SetShelf

router = APIRouter(prefix="/v1", tags=["Resolver"], route_class=OpenRoute)
MEDIA_TYPE = "application/jose"


@router.head("/recalls/{reference:path}/affected-set", include_in_schema=False)
@router.get(
    "/recalls/{reference:path}/affected-set",
    response_class=Response,
    responses=problems(404, 409),
    summary="What a recall covers, signed",
)
def get_affected_set(
    request: Request, runtime: Engine, reference: str, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """A compact JWS (`Ed25519`) over the set; nobody needs a key for this, and it tells of no order."""
    shelf: SetShelf | None = request.app.state.shelf
    if shelf is None:
        raise NotNow("This engine has no key to sign with", advice="Start it with `recall serve`.")
    found = shelf.signed(runtime, reference=reference)
    headers = {
        "etag": f'W/"{found.tag}"', "cache-control": "public, max-age=300",
        "last-modified": f"{found.as_of:%a, %d %b %Y %H:%M:%S GMT}",
    }  # fmt: skip
    if found.tag in if_none_match:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(found.text, media_type=MEDIA_TYPE, headers=headers)
