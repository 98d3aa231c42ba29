"""The query's parameters as EPCIS 2.0 writes them (section 8.2.7.1), read into what the store is asked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from recall.codes.keys import key_of
from recall.epcis.event import Action, EventType
from recall.epcis.vocabulary import word_of
from recall.errors import CodeRefused, QueryRefused
from recall.store.event_query import After, EventQuery, Names

PER_PAGE = 30
"""Events of a page where none is asked for, as the standard has it."""
MOST_PER_PAGE = 1_000
MOST_VALUES = 500
"""Values of one parameter."""

Parameters = Sequence[tuple[str, str]]
"""Names and values as they stand in the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query, how much of its answer is wanted, and where the page before ended."""

    query: EventQuery = field(default_factory=EventQuery)
    per_page: int = PER_PAGE
    limit: int | None = None
    """At most so many events in all (`eventCountLimit`)."""
    most: int | None = None
    """More events than these are refused (`maxEventCount`)."""
    after: After | None = None


def read_query(parameters: Parameters) -> Asked:
    """What the parameters of an address ask. Raises QueryRefused, which names the parameter."""
    found: dict[str, str] = {}
    for name, value in parameters:
        if name not in _READERS:
            raise QueryRefused.of(
                name, expected="a parameter that this engine knows", got="another", where=name
            )
        found[name] = f"{found[name]}|{value}" if name in found else value
    if "eventCountLimit" in found and "maxEventCount" in found:
        raise QueryRefused.of(
            found["maxEventCount"],
            expected="eventCountLimit or maxEventCount",
            got="both",
            where="maxEventCount",
        )
    asked = Asked()
    for name, text in found.items():
        asked = _READERS[name](asked, text, name)
    return asked


def token_of(after: After, *, left: int | None) -> str:
    """Where a page ended and how many events are left to be given, as an opaque text."""
    place = json.dumps([after[0].isoformat(), after[1], left], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


_MOST_EVENTS = 2**53
"""More than there will be."""
_Reader = Callable[[Asked, str, str], Asked]


def _refused(text: str, name: str, *, expected: str) -> QueryRefused:
    return QueryRefused.of(text, expected=expected, got="another", where=name)


def _with(asked: Asked, **filters: Any) -> Asked:
    return replace(asked, query=replace(asked.query, **filters))


def _values(text: str, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value for value in text.split("|") if value))
    if not values:
        raise _refused(text, name, expected="one value or more, parted by |")
    if len(values) > MOST_VALUES:
        raise QueryRefused.of(
            text[:80], expected=f"at most {MOST_VALUES} values", got=f"{len(values)}", where=name
        )
    return values


def _words(field: str, *, known: frozenset[str] | None = None) -> _Reader:
    def read(asked: Asked, text: str, name: str) -> Asked:
        words = tuple(word_of(value) for value in _values(text, name))
        if known is not None and not known.issuperset(words):
            raise _refused(text, name, expected=f"one of {', '.join(sorted(known))}")
        return _with(asked, **{field: words})

    return read


def _key(text: str, name: str) -> str:
    try:
        return key_of(text)
    except CodeRefused as error:
        raise QueryRefused.of(
            text, expected=error.expected or "a code", got=error.got or "", where=name
        ) from None


def _keys(field: str) -> _Reader:
    return lambda asked, text, name: _with(
        asked, **{field: tuple(_key(value, name) for value in _values(text, name))}
    )


def _texts(field: str) -> _Reader:
    return lambda asked, text, name: _with(asked, **{field: _values(text, name)})


def _naming(where: Names) -> _Reader:
    def read(asked: Asked, text: str, name: str) -> Asked:
        keys = tuple(_key(value, name) for value in _values(text, name))
        return _with(asked, names=(*asked.query.names, (where, keys)))

    return read


def _moment(field: str) -> _Reader:
    def read(asked: Asked, text: str, name: str) -> Asked:
        try:
            at = _at(text.replace(" ", "+"))  # a plus sign that nobody wrote as %2B
        except ValueError:
            raise _refused(text, name, expected="a time such as 2026-03-01T08:00:00Z") from None
        return _with(asked, **{field: at})

    return read


def _at(text: str) -> datetime:
    """A time with its offset, in UTC. Raises ValueError, also where UTC has no such year."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None


def _flag(asked: Asked, text: str, name: str) -> Asked:
    if text not in ("true", "false"):
        raise _refused(text, name, expected="true or false")
    return _with(asked, declared_wrong=text == "true")


def _order(asked: Asked, text: str, name: str) -> Asked:
    if text not in ("eventTime", "recordTime"):
        raise _refused(text, name, expected="eventTime or recordTime")
    return _with(asked, by_record_time=text == "recordTime")


def _direction(asked: Asked, text: str, name: str) -> Asked:
    if text not in ("ASC", "DESC"):
        raise _refused(text, name, expected="ASC or DESC")
    return _with(asked, descending=text == "DESC")


def _number(field: str, *, most: int | None = None) -> _Reader:
    def read(asked: Asked, text: str, name: str) -> Asked:
        if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 9 and int(text) > 0):
            raise _refused(text, name, expected="a whole number above 0")
        number = min(int(text), most) if most else int(text)
        return replace(asked, **{field: number})  # type: ignore[arg-type] # the field is one of numbers

    return read


def _token(asked: Asked, text: str, name: str) -> Asked:
    try:
        place = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        at, number, left = place
        after = _at(at), int(number)
        if not 0 <= after[1] < _MOST_EVENTS or (left is not None and not 0 < left < _MOST_EVENTS):
            raise ValueError(text)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise _refused(text, name, expected="the nextPageToken of the page before") from None
    return replace(asked, after=after, limit=asked.limit if left is None else int(left))


_EITHER = {
    "MATCH_epc": Names.GOODS, "MATCH_parentID": Names.PARENT, "MATCH_inputEPC": Names.INPUT,
    "MATCH_outputEPC": Names.OUTPUT, "MATCH_anyEPC": Names.ANY, "MATCH_epcClass": Names.GOODS,
    "MATCH_inputEPCClass": Names.INPUT, "MATCH_outputEPCClass": Names.OUTPUT, "MATCH_anyEPCClass": Names.ANY,
}  # fmt: skip
_READERS: Mapping[str, _Reader] = {
    "eventType": _words("event_types", known=frozenset(kind.value for kind in EventType)),
    "EQ_action": _words("actions", known=frozenset(action.value for action in Action)),
    "EQ_bizStep": _words("biz_steps"),
    "EQ_disposition": _words("dispositions"),
    "EQ_readPoint": _keys("read_points"),
    "WD_readPoint": _keys("within_read_points"),
    "EQ_bizLocation": _keys("biz_locations"),
    "WD_bizLocation": _keys("within_biz_locations"),
    "EQ_transformationID": _keys("transformation_ids"),
    "EQ_eventID": _texts("event_ids"),
    **{name: _naming(where) for name, where in _EITHER.items()},
    "GE_eventTime": _moment("ge_event_time"),
    "LT_eventTime": _moment("lt_event_time"),
    "GE_recordTime": _moment("ge_record_time"),
    "LT_recordTime": _moment("lt_record_time"),
    "EXISTS_errorDeclaration": _flag,
    "EQ_errorReason": _words("error_reasons"),
    "EQ_correctiveEventID": _texts("corrective_ids"),
    "orderBy": _order,
    "orderDirection": _direction,
    "eventCountLimit": _number("limit"),
    "maxEventCount": _number("most"),
    "perPage": _number("per_page", most=MOST_PER_PAGE),
    "nextPageToken": _token,
}
PARAMETERS = tuple(_READERS)
"""The names of the parameters that are known; every other one is refused, as the standard demands."""
