"""Who is asking: the holder of the API key in the `Authorization` header, deny by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from recall.domain.party import Party, Role
from recall.errors import NotFound, NotKnown
from recall.runtime import Runtime
from recall.views.access import check_officer, holder_of_key

_scheme = HTTPBearer(
    auto_error=False, scheme_name="API key", description="`rk_…`, as the engine's operator gave it."
)


def runtime_of(request: Request) -> Runtime:
    """What the routes may reach."""
    runtime: Runtime = request.app.state.runtime
    return runtime


Engine = Annotated[Runtime, Depends(runtime_of)]


def caller(runtime: Engine, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)]) -> Party:
    """The party that asks. Raises NotKnown without a key that holds."""
    if shown is None:
        raise NotKnown(
            "This needs an API key", expected="Authorization: Bearer rk_…", got="none",
            advice="Ask the engine's operator for a key (recall party key).",
        )  # fmt: skip
    return holder_of_key(runtime, text=shown.credentials)


Caller = Annotated[Party, Depends(caller)]


def officer(party: Caller, request: Request) -> Party:
    """The regulator's officer that asks; to every other party a recall is as if it were not there.

    Raises NotAllowed where no recall is named, NotFound where one is, whether there is such a one or not.
    """
    recall_id = request.path_params.get("recall_id")
    if recall_id is not None and party.role is not Role.REGULATOR:
        raise NotFound(f"There is no recall {recall_id!r}", value=recall_id)
    return check_officer(party)


Officer = Annotated[Party, Depends(officer)]

Wake = Callable[[str], None]
"""Called with the id of a recall whose facts have changed, so that its next pass starts at once."""


def wake_of(request: Request) -> Wake:
    """How to say that a recall's facts have changed."""
    wake: Wake = request.app.state.wake
    return wake


Waker = Annotated[Wake, Depends(wake_of)]

KeyHeader = Annotated[
    str,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=200,
        description="The same key with the same body is one statement, however often it comes.",
    ),
]  # fmt: skip
