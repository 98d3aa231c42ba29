"""Query documents: what somebody asks of events, as JSON or as an XML poll, with the standard's parameters.

Names and values are checked here; the parameters come out as an address would write them (values of a list
parted by `|`), so that one reader takes both. EPCIS 2.0, section 8.2.7.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from io import BytesIO
from types import MappingProxyType
from typing import Any

from recall.epcis.event import Action, EventType
from recall.epcis.vocabulary import WORDS, word_of
from recall.epcis.xml_document import elements_in
from recall.epcis.xml_event import Element
from recall.errors import EventRefused

Parameters = tuple[tuple[str, str], ...]
Check = Callable[[str], bool]

NAME = "SimpleEventQuery"
"""The one query that the standard names for events."""

_ORDERS = ("eventTime", "recordTime")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_COUNT = re.compile("[1-9][0-9]{0,8}")
_HEX = re.compile("[0-9A-Fa-f]+")
_COMPARED = re.compile(
    "(?:EQ|GT|GE|LT|LE)_(?:quantity|value|minValue|maxValue|meanValue|sDev|percValue|percRank)(?:_.+)?"
)
_TIMED = re.compile("(?:GE|LT)_(?:eventTime|recordTime|errorDeclarationTime|startTime|endTime|time)")
_NAMED = re.compile(
    "(?:EQ|WD)_(?:readPoint|bizLocation)|EQ_(?:transformationID|eventID|correctiveEventID|deviceID|bizRules"
    "|dataProcessingMethod|microorganism|chemicalSubstance|uriValue|(?:bizTransaction|source|destination)_.+)"
    "|MATCH_(?:epc|parentID|inputEPC|outputEPC|anyEPC|epcClass|inputEPCClass|outputEPCClass|anyEPCClass)"
)
_OWN = re.compile("(?:EQ|GT|GE|LT|LE|EXISTS|HASATTR|EQATTR)_(?:(?:INNER|ILMD|INNER_ILMD|SENSOR\\w*)_)?.*:.+")


def read_query_document(raw: bytes) -> Parameters:
    """The parameters of a query document, checked. Raises `EventRefused`, which names the parameter."""
    told = tuple(_polled(raw) if raw.lstrip().startswith(b"<") else _members(raw))
    for name, values in told:
        check_parameter(name, values)
    names = [name for name, _ in told]
    for name in names:
        if names.count(name) > 1:
            raise _refused(name, name, expected="each parameter once", got="it again")
    if "eventCountLimit" in names and "maxEventCount" in names:
        raise _refused("maxEventCount", "", expected="eventCountLimit or maxEventCount", got="both")
    if "eventCountLimit" in names and "orderBy" not in names:
        raise _refused("eventCountLimit", "", expected="orderBy beside it", got="none")
    return tuple((name, "|".join(values)) for name, values in told)


def check_parameter(name: str, values: Iterable[str]) -> None:
    """Check one parameter's name and values. Raises `EventRefused`."""
    expected, check = _check_of(name)
    found = False
    for value in values:
        found = True
        if not check(value):
            raise _refused(name, value, expected=expected, got=repr(value[:60]))
    if not found:
        raise _refused(name, "", expected=expected, got="no value")


def _check_of(name: str) -> tuple[str, Check]:
    """What a parameter's values must be, in words and as a test."""
    if name in _FIXED:
        return _FIXED[name]
    if _TIMED.fullmatch(name):
        return "a time such as 2026-03-01T08:00:00Z", _is_time
    if _COMPARED.fullmatch(name):
        return "a number", _matches(_NUMBER)
    if _NAMED.fullmatch(name):
        return "an identifier in URI form", _matches(_URI)
    if _OWN.fullmatch(name):
        return "a value", bool
    raise _refused(name, name, expected="a parameter of the standard", got=repr(name[:60]))


def _refused(name: str, value: str, *, expected: str, got: str) -> EventRefused:
    return EventRefused.of(value, expected=expected, got=got, where=name)


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: pattern.fullmatch(value) is not None


def _one_of(*words: str) -> tuple[str, Check]:
    return " or ".join(words), frozenset(words).__contains__


def _word(family: str) -> tuple[str, Check]:
    def check(value: str) -> bool:
        word = word_of(value)
        return word in WORDS[family] or _URI.fullmatch(word) is not None

    return "a word of CBV 2.0 or a web address", check


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


_FIXED: Mapping[str, tuple[str, Check]] = MappingProxyType(
    {
        "eventType": _one_of(*[kind.value for kind in EventType]),
        "EQ_action": _one_of(*[action.value for action in Action]),
        "EQ_bizStep": _word("BizStep"),
        "EQ_disposition": _word("Disp"),
        "EQ_persistentDisposition_set": _word("Disp"),
        "EQ_persistentDisposition_unset": _word("Disp"),
        "EQ_errorReason": _word("ER"),
        "EQ_type": ("what is measured", bool),
        "EQ_stringValue": ("a text", bool),
        "EQ_hexBinaryValue": ("hexadecimal digits", _matches(_HEX)),
        "EQ_booleanValue": _one_of("true", "false"),
        "EXISTS_errorDeclaration": _one_of("true", "false"),
        "orderBy": ("eventTime, recordTime or a field's full name", lambda v: v in _ORDERS or ":" in v),
        "orderDirection": _one_of("ASC", "DESC"),
        "eventCountLimit": ("a whole number above 0", _matches(_COUNT)),
        "maxEventCount": ("a whole number above 0", _matches(_COUNT)),
        "perPage": ("a whole number above 0", _matches(_COUNT)),
    }
)


def _members(raw: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parameters of a JSON query: its own members, or those of its `query`."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise EventRefused.of("a query", expected="JSON or XML", got=str(error)[:120]) from None
    query = document.get("query", document) if isinstance(document, dict) else document
    if not isinstance(query, dict):
        raise EventRefused.of(query, expected="a query with its parameters", got=type(query).__name__)
    for name, value in query.items():
        if name != "@context":
            yield name, tuple(_text(name, one) for one in (value if isinstance(value, list) else [value]))


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise _refused(name, str(value), expected="a text, a number or a list of them", got=type(value).__name__)


def _polled(raw: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parameters of an XML poll."""
    poll = next(elements_in(BytesIO(raw)), None)
    if poll is None or poll.name != "Poll":
        raise EventRefused.of("a document", expected="a poll", got=poll.name if poll else "none")
    for child in poll.children:
        if child.name == "queryName" and child.text.strip() != NAME:
            raise _refused("queryName", child.text, expected=NAME, got=repr(child.text.strip()[:60]))
        if child.name == "params":
            yield from map(_parameter, child.children)


def _parameter(element: Element) -> tuple[str, tuple[str, ...]]:
    told = {child.name: child for child in element.children}
    if "name" not in told or "value" not in told:
        missing = "its value" if "name" in told else "its name"
        name = told["name"].text.strip() if "name" in told else "param"
        raise _refused(name, name, expected=missing, got="nothing")
    name, value = told["name"].text.strip(), told["value"]
    if name.startswith("EXISTS_") and not value.children and not value.text.strip():
        return name, ("true",)  # the standard's VoidHolder
    items = [child.text.strip() for child in value.children] or [value.text.strip()]
    return name, tuple(item for item in items if item)
