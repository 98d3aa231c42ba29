"""The problem: every refusal at the door as RFC 9457, with value, expected, got, where and advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from recall.errors import (
    BodyRefused,
    InputRefused,
    NotAllowed,
    NotFound,
    NotKnown,
    NotNow,
    RecallError,
    WrongMethod,
)

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """A refusal (RFC 9457); the page of its type says more."""

    type: str = Field(description="A page about this kind of problem; its last part is the kind's name.")
    title: str
    status: int
    detail: str = Field(description="What happened, in one or two sentences for people.")
    instance: str = Field(description="The path that was asked for.")
    value: str | None = Field(None, description="What was given.")
    expected: str | None = None
    got: str | None = None
    where: str | None = Field(None, description="A JSON pointer, or a parameter's name.")
    advice: str | None = Field(None, description="What to do next.")


def problem_of(error: RecallError, *, base_url: str, path: str) -> Problem:
    """The problem that says what `error` says."""
    return Problem(
        type=f"{base_url}/errors/{error.slug}", title=error.title, status=error.status, detail=str(error),
        instance=path, value=error.value, expected=error.expected, got=error.got, where=error.where,
        advice=error.advice,
    )  # fmt: skip


def answer(error: RecallError, *, request: Request, base_url: str) -> JSONResponse:
    """The response to a refused request."""
    body = problem_of(error, base_url=base_url, path=request.url.path).model_dump(exclude_none=True)
    headers = {"cache-control": "no-store"}
    if isinstance(error, NotKnown):
        headers["www-authenticate"] = 'Bearer realm="recall"'
    if error.after is not None:
        headers["retry-after"] = f"{error.after:.0f}"
    return JSONResponse(body, status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def refusal_of(error: Exception) -> RecallError:
    """Any exception that a route lets through, as one of ours; the unexpected keeps its inside to itself."""
    match error:
        case RecallError():
            return error
        case RequestValidationError():
            return _of_validation(error.errors())
        case HTTPException():
            return _of_http(error)
        case _:
            return RecallError("The engine failed at this; it has been logged", advice="Try again later.")


def _of_http(error: HTTPException) -> RecallError:
    if isinstance(error.__cause__, RecallError):  # what our reading of the body said, wrapped by FastAPI
        return error.__cause__
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return NotFound("There is nothing at this address")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return WrongMethod("This address is not asked for by this method")
        case _:
            return BodyRefused("The request cannot be read", got=str(error.detail))


def _of_validation(errors: Sequence[Any]) -> RecallError:
    first = errors[0]
    source, *path = [str(part) for part in first["loc"]]
    where = "/" + "/".join(path) if source == "body" else ".".join(path) or source
    if first["type"] == "json_invalid":
        return BodyRefused(
            "The body is no JSON", got=str(first.get("ctx", {}).get("error", "")), expected="JSON"
        )
    given = first.get("input")
    got = "nothing" if first["type"] == "missing" else repr(given)[:120]
    others = f"{len(errors) - 1} more like it follow." if len(errors) > 1 else None
    return InputRefused(
        "The request cannot be read", expected=_wanted(first), got=got, where=where, advice=others
    )


def _wanted(error: Mapping[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented refusals of a route, for OpenAPI."""
    kinds: dict[int, type[RecallError]] = {
        400: BodyRefused, 401: NotKnown, 403: NotAllowed, 404: NotFound, 409: NotNow, 422: InputRefused,
    }  # fmt: skip
    return {status: _documented(kinds[status], status=status) for status in statuses}


def describe_problems(document: dict[str, Any]) -> None:
    """Put our problem into an OpenAPI document wherever FastAPI wrote its own kind of refusal."""
    schemas = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for operations in document["paths"].values():
        for operation in operations.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                operation["responses"]["422"] = problems(422)[422]


def _documented(kind: type[RecallError], *, status: int) -> dict[str, Any]:
    example = {
        "type": f"/errors/{kind.slug}", "title": kind.title, "status": status,
        "detail": f"{kind.title}.", "instance": "/v1/…",
    }  # fmt: skip
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": kind.title, "content": content}
