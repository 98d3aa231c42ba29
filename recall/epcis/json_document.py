"""JSON documents: EPCIS 2.0 JSON-LD, a list, JSON lines, or one event; each event as it is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from recall.epcis.fields import Fields
from recall.epcis.found import Found
from recall.epcis.json_text import JsonText
from recall.epcis.vocabulary import STANDARD_NAMES, names_in
from recall.errors import EventRefused

DOCUMENTS = ("EPCISDocument", "EPCISQueryDocument")
"""The types of envelopes."""

_INNER = frozenset({"epcisBody", "queryResults", "resultsBody"})

Items = Iterator[tuple[str, Any, str]]
"""Where a value stands, the value, and its text."""


@dataclass(slots=True, kw_only=True)
class _Envelope:
    """What a document says around its events."""

    where: str = ""
    """What stands before every pointer: `line 3: ` in JSON lines."""
    fields: dict[str, Any] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    opened: bool = False
    """Whether its events were reached: what bears on them comes too late then."""
    known: bool = False
    """Whether it was read to its end before, for the sake of what comes too late."""

    def add(self, key: str, value: Any, *, outermost: bool) -> None:
        """Keep one member. Raises `EventRefused` when it ought to have stood before the events."""
        bears = (key == "@context" and outermost) or key.endswith(":ignoreFields")
        if bears and self.opened and not self.known:
            raise EventRefused.of(
                "a document",
                expected=f"{key} before the events",
                got="it after them",
                where=self.where or None,
            )
        if outermost:
            self.fields[key] = value
        if bears and key != "@context" and isinstance(value, list):
            self.ignored += [name for name in value if isinstance(name, str)]

    def events(self, items: Items) -> Iterator[Found]:
        """Its events; each takes with it what it owes to the document's context."""
        self.opened = True
        context = self.fields.get("@context")
        if not isinstance(context, str | list | Mapping):
            place = f"{self.where}/@context"
            raise EventRefused.of("a document", expected="its JSON-LD context", got="none", where=place)
        names = names_in(context)
        own = [
            part
            for part in (context if isinstance(context, list) else [context])
            if isinstance(part, Mapping)
        ]
        for place, value, said in items:
            if own and isinstance(value, dict):
                inner = value.get("@context", [])
                value["@context"] = [*own, *(inner if isinstance(inner, list) else [inner])]
            yield Found(value, self.where + place, names, self.ignored, said=None if own else said)

    def close(self) -> None:
        """Check what can only be told at the end. Raises `EventRefused`."""
        kind = self.fields.get("type")
        if kind not in DOCUMENTS:
            expected, place = " or ".join(DOCUMENTS), f"{self.where}/type"
            raise EventRefused.of(kind, expected=expected, got="another type", where=place)
        if not self.opened:
            place = f"{self.where}/epcisBody/eventList"
            raise EventRefused.of("a document", expected="a list of events", got="none", where=place)
        told = Fields(self.fields, self.where, STANDARD_NAMES)
        told.text("schemaVersion")
        told.moment("creationDate")


Reading = Callable[[_Envelope, Items], Iterator[Found]]


def read_json(head: bytes, *, file: BinaryIO, part: int, start: int | None) -> Iterator[Found]:
    """Read the events of a JSON file: `head` was read from it at `start` (None: there is no way back).

    Raises `EventRefused`.
    """
    text = JsonText(head, file=file, part=part)
    if not text.peek():
        raise EventRefused(
            "There is nothing to read", expected="events as JSON, JSON lines or XML", got="an empty document"
        )
    if text.peek() == "[":
        for place, value, said in _items(text, ""):
            yield Found(value, place, said=said)
        if text.peek():
            raise text.refused("more after its end")
    elif text.holds('"epcisBody"'):
        yield from _document(text, where="", read=_twice(file, start=start, part=part))
        yield from _lines(text, several=True)
    else:
        yield from _lines(text, several=False)


def _lines(text: JsonText, *, several: bool) -> Iterator[Found]:
    """The events of one value after another."""
    while text.peek():
        line = text.line
        text.place = f"line {line}" if several else None
        value = text.whole()
        if value is None or (isinstance(value, dict) and value.get("type") in DOCUMENTS):
            yield from _document(text, where=f"line {line}: " if several else "", read=_Envelope.events)
            several = True
            continue
        text.value()
        several = several or bool(text.peek())
        place = f"line {line}" if several else None
        if not isinstance(value, dict):
            kinds = "an event" if several else "an EPCIS document, a list of events or an event"
            raise EventRefused.of(value, expected=kinds, got=type(value).__name__, where=place)
        yield Found(value, f"{place}: " if place else "", said=text.said)


def _document(text: JsonText, *, where: str, read: Reading) -> Iterator[Found]:
    """The events of a document, or the one event that this object turns out to be."""
    envelope = _Envelope(where=where)
    yield from _members(text, envelope, path="", read=read)
    if envelope.opened or envelope.fields.get("type") in DOCUMENTS:
        envelope.close()
    else:
        yield Found(envelope.fields, where)


def _members(text: JsonText, envelope: _Envelope, *, path: str, read: Reading) -> Iterator[Found]:
    """Read the events inside an object of the envelope, and keep its other members."""
    text.expect("{")
    if text.take("}"):
        return
    while True:
        key = text.value()
        if not isinstance(key, str):
            raise text.refused("a name was expected")
        text.expect(":")
        mark, place = text.peek(), f"{path}/{key}"
        if key in _INNER and mark == "{":
            envelope.add(key, {}, outermost=not path)
            yield from _members(text, envelope, path=place, read=read)
        elif key == "eventList" and mark == "[":
            yield from read(envelope, _items(text, place))
        elif key == "event" and path:
            yield from read(envelope, iter([(place, text.value(), text.said)]))
        else:
            envelope.add(key, text.value(), outermost=not path)
        if text.take("}"):
            return
        text.expect(",")


def _items(text: JsonText, where: str) -> Items:
    """The values of a list, each when it is asked for."""
    text.expect("[")
    number = 0
    while number or not text.take("]"):
        yield f"{where}/{number}", text.value(), text.said
        number += 1
        if text.take("]"):
            return
        text.expect(",")


def _twice(file: BinaryIO, *, start: int | None, part: int) -> Reading:
    """Read the events; where the context may stand behind them, or marks to ignore, look there first."""

    def read(envelope: _Envelope, items: Items) -> Iterator[Found]:
        late = "@context" not in envelope.fields or envelope.fields.get("type") != "EPCISDocument"
        if late and start is not None:
            here = file.tell()
            file.seek(start)
            ahead = _Envelope()
            text = JsonText(file.read(part), file=file, part=part)
            tuple(_members(text, ahead, path="", read=_passed))  # no events: they are passed by
            file.seek(here)
            envelope.fields, envelope.ignored, envelope.known = ahead.fields, ahead.ignored, True
        return envelope.events(items)

    return read


def _passed(_envelope: _Envelope, items: Items) -> Iterator[Found]:
    """No event: the values are taken one by one and left."""
    for _ in items:
        yield from ()
