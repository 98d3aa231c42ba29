"""The answers: what a partner said, as JSON with its digest, or as what stands at an address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from recall.errors import GiveUp

DEEPEST = 100
"""Levels of lists and objects in one another that an answer may have."""
DEFAULT_WAIT, LONGEST_WAIT = 30.0, 7 * 86_400.0
"""Seconds to try later when the partner names none, and the most that is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A partner's answer: its JSON, and the digest of its very bytes."""

    value: Any
    """The JSON, whatever it is; None for an empty body."""
    digest: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case."""
    where: str = ""

    @property
    def document(self) -> Mapping[str, Any]:
        """The JSON object; an empty body is an empty one. Raises GiveUp for another kind of JSON."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise GiveUp("The answer is no JSON object", got=type(self.value).__name__, expected="an object",
                         where=self.where)  # fmt: skip
        return self.value

    @property
    def rows(self) -> list[Any]:
        """The JSON list. Raises GiveUp for another kind of JSON."""
        if not isinstance(self.value, list):
            raise GiveUp("The answer is no JSON list", got=type(self.value).__name__, expected="a list",
                         where=self.where)  # fmt: skip
        return self.value

    @property
    def date(self) -> datetime | None:
        """When the partner's server says it answered, to the second; None: it does not say."""
        return date_of(self.headers.get("date"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What stands at an address: a body, a way on, or nothing (404)."""

    address: str
    status: int
    kind: str
    """The media type, lower case, without its parameters."""
    body: bytes
    location: str | None
    """Where a redirection leads, as it was written; it is never followed here."""
    etag: str = ""
    modified: str = ""
    """The validators of the body, for the next time (RFC 9110)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What is known of a body that was fetched before; the same again is answered by 304, without one."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """The headers of a conditional request."""
        known = {"if-none-match": self.etag, "if-modified-since": self.modified}
        return {name: value for name, value in known.items() if value}


def json_of(body: bytes, *, where: str) -> Any:
    """The JSON of a body, None for an empty one. Raises GiveUp for no JSON, NaN, or too deep a one."""
    if not body.strip():
        return None
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise GiveUp(f"The answer is not JSON: {type(error).__name__}", where=where) from None
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(value) > DEEPEST:
        raise GiveUp("The answer is too deep", expected=f"at most {DEEPEST} levels", where=where)
    return value


def _depth(value: Any) -> int:
    """How deep the containers of a value lie in one another."""
    level, depth = [value], 0
    while level := [part for part in level if isinstance(part, dict | list)]:
        depth += 1
        if depth > DEEPEST:
            break
        level = [each for part in level for each in (part.values() if isinstance(part, dict) else part)]
    return depth


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def retry_after(header: str | None, *, now: datetime) -> float:
    """Seconds to wait by a Retry-After header: a number or a date (RFC 9110), within a week."""
    if not header:
        return DEFAULT_WAIT
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), LONGEST_WAIT)
    until = date_of(header)
    if until is None:
        return DEFAULT_WAIT
    return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)


def date_of(header: str | None) -> datetime | None:
    """The time of a header (RFC 9110); None where it cannot be read."""
    try:
        read = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
