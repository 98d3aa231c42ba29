"""The document: the envelope that events travel in (EPCIS 2.0 JSON-LD), a bare list of them, or one alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from recall.epcis.event import Event
from recall.epcis.identity import is_storable
from recall.epcis.vocabulary import STANDARD_NAMES, names_in
from recall.errors import EventRefused

_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes behind which text may stand that no store can hold; most of them are harmless."""
_DOCUMENTS = ("EPCISDocument", "EPCISQueryDocument")


def read_document(raw: bytes) -> Iterator[Event]:
    """Read the events of a document one by one, in order.

    Takes an `EPCISDocument`, an `EPCISQueryDocument`, a list of events, one event, or JSON lines with an
    event each. Raises `EventRefused` at the first thing that cannot be read: all or nothing is
    `tuple(read_document(raw))`.
    """
    if _is_lines(raw):
        return _lines(raw)
    document = _parsed(raw)
    if isinstance(document, list):
        return _events(document, where="", names=STANDARD_NAMES, ignored=())
    if not isinstance(document, Mapping):
        raise EventRefused.of(
            document, expected="an EPCIS document, a list of events or an event", got="neither"
        )
    if document.get("type") not in _DOCUMENTS:
        return iter((Event.read(document, where=""),))
    if not isinstance(document.get("@context"), str | list | Mapping):
        raise EventRefused.of("a document", expected="its JSON-LD context", got="none", where="/@context")
    events, where, ignored = _event_list(document)
    return _events(events, where=where, names=names_in(document["@context"]), ignored=ignored)


def _is_lines(raw: bytes) -> bool:
    """Whether the first line is an object by itself and more follows."""
    first, _, rest = raw.partition(b"\n")
    try:
        return bool(rest.strip()) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _lines(raw: bytes) -> Iterator[Event]:
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line.strip():
            continue
        event = _parsed(line, where=f"line {number}")
        if not isinstance(event, Mapping):
            raise EventRefused.of(
                event, expected="an event", got=type(event).__name__, where=f"line {number}"
            )
        yield Event.read(event, where=f"line {number}: ")


def _parsed(raw: bytes, *, where: str | None = None) -> Any:
    try:
        text = raw.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise EventRefused.of(
            _start(raw), expected="JSON of sensible depth", got="a tower of it", where=where
        ) from None
    except ValueError as error:  # also what is no Unicode, and numbers of absurd length
        raise EventRefused.of(_start(raw), expected="JSON", got=str(error)[:120], where=where) from None
    if _SUSPECT.search(text) and not all(map(is_storable, _texts(document))):
        raise EventRefused.of(
            _start(raw), expected="Unicode text", got="a NUL or half a surrogate pair", where=where
        )
    return document


def _texts(document: Any) -> Iterator[str]:
    """Every text in a JSON document, keys too."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += [*node, *node.values()]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _start(raw: bytes) -> str:
    return raw[:40].decode("utf-8", "replace")


def _event_list(document: Mapping[str, Any]) -> tuple[list[Any], str, tuple[str, ...]]:
    """The list of events, where it stands, and the extensions that take no part in the hashes."""
    ignored = _ignored(document)
    node: Any = document
    where = ""
    for name in ("epcisBody", "queryResults", "resultsBody"):
        if isinstance(node, Mapping) and name in node:
            node, where = node[name], f"{where}/{name}"
            ignored += _ignored(node)
    events = node.get("eventList") if isinstance(node, Mapping) else None
    if events is None and isinstance(node, Mapping) and "event" in node:
        return [node["event"]], f"{where}/event", ignored
    if not isinstance(events, list):
        raise EventRefused.of(
            "a document", expected="a list of events", got=type(events).__name__, where=f"{where}/eventList"
        )
    return events, f"{where}/eventList", ignored


def _ignored(node: Any) -> tuple[str, ...]:
    if not isinstance(node, Mapping):
        return ()
    lists = [
        value for key, value in node.items() if key.endswith(":ignoreFields") and isinstance(value, list)
    ]
    return tuple(name for names in lists for name in names if isinstance(name, str))


def _events(
    events: list[Any], *, where: str, names: Mapping[str, str], ignored: tuple[str, ...]
) -> Iterator[Event]:
    for number, event in enumerate(events):
        place = f"{where}/{number}"
        if not isinstance(event, Mapping):
            raise EventRefused.of(event, expected="an event", got=type(event).__name__, where=place)
        yield Event.read(event, where=place, names=names, ignored=ignored)
