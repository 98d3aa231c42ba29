"""XML documents: EPCIS 1.2 and 2.0, each event as the JSON form of EPCIS 2.0 as soon as its element ends.

Written against hostile input: a document type, which entities would need, is refused, nothing is ever
fetched, and depth, size and the number of namespaces are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from xml.parsers import expat

from recall.epcis.found import Found
from recall.epcis.json_text import LARGEST
from recall.epcis.vocabulary import STANDARD_NAMES
from recall.epcis.xml_event import Element, form_of, ignored_in
from recall.errors import EventRefused

DEEPEST = 100
"""Levels of elements; real documents have about fifteen."""
MOST_NAMESPACES = 1_000

_FRAMES = {
    "EPCISDocument", "EPCISQueryDocument", "EPCISBody", "QueryResults", "resultsBody", "EventList",
}  # fmt: skip
_EPCIS = ("urn:epcglobal:epcis:xsd:", "urn:epcglobal:epcis-query:xsd:")
_TYPED = "http://www.w3.org/2001/XMLSchema-instance"


def read_xml(head: bytes, *, file: BinaryIO, part: int) -> Iterator[Found]:
    """Read the events of an XML file, of which `head` was read already. Raises `EventRefused`."""
    reader = _Reader()
    number = 0
    while head:
        reader.feed(head, last=False)
        for element in reader.taken():
            yield _found(element, reader=reader, number=number)
            number += 1
        head = file.read(part)
    reader.feed(b"", last=True)
    if not reader.listed:
        raise EventRefused.of(
            "a document", expected="a list of events", got="none", where="/EPCISBody/EventList"
        )


def elements_in(file: BinaryIO) -> Iterator[Element]:
    """The elements of a small file's events, or of its poll, as they stand. Raises `EventRefused`."""
    reader = _Reader()
    reader.feed(file.read(LARGEST), last=True)
    return reader.taken()


def _found(element: Element, *, reader: _Reader, number: int) -> Found:
    where = f"/EPCISBody/EventList/{number}" if reader.framed else ""
    own = {prefix: uri for prefix, uri in reader.names.items() if prefix not in STANDARD_NAMES}

    def form(told: Element, where: str) -> dict[str, Any]:
        body = form_of(told, in_order=reader.in_order, where=where)
        return {"@context": own, **body} if own else body

    closed = reader.in_order or not reader.framed
    return Found(element, where, reader.names, reader.ignored, closed, form)


class _Reader:
    """Follows the elements of a document, and builds those of its events."""

    def __init__(self) -> None:
        self.names: dict[str, str] = dict(STANDARD_NAMES)
        self.ignored: tuple[str, ...] = ()
        self.listed = self.framed = self.in_order = False
        self._prefixes = {uri: prefix for prefix, uri in self.names.items()}
        self._path: list[str] = []
        self._open: list[Element] = []
        self._ready: list[Element] = []
        self._fed = self._began = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, raw: bytes, *, last: bool) -> None:
        """Read on. Raises `EventRefused` for what is no XML, or larger than any event."""
        self._fed += len(raw)
        try:
            self._parser.Parse(raw, last)
        except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: unknown encodings
            raise EventRefused.of("a document", expected="XML", got=str(error)) from None
        since = self._began if self._open else self._parser.CurrentByteIndex
        if self._fed - since > LARGEST:
            raise EventRefused.of("a document", expected=f"at most {LARGEST} bytes in one event", got="more")

    def taken(self) -> Iterator[Element]:
        """The elements of the events that ended since the last time."""
        ready, self._ready = self._ready, []
        return iter(ready)

    def _doctype(self, *_: object) -> None:
        raise EventRefused.of("a document", expected="XML without a document type", got="one")

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        """Give each namespace one prefix for the whole document: its own where that is free."""
        self.in_order = self.in_order or uri == "urn:epcglobal:epcis:xsd:2"
        if not uri or uri == _TYPED or uri in self._prefixes or uri.startswith(_EPCIS):
            return
        if len(self._prefixes) > MOST_NAMESPACES:
            raise EventRefused.of("a document", expected=f"at most {MOST_NAMESPACES} namespaces", got="more")
        name = prefix or "ns"
        if name in self.names or name in ("http", "https", "urn"):
            name = f"{name}{len(self.names)}"
        self.names[name], self._prefixes[uri] = uri, name

    def _name(self, name: str) -> str:
        """`uri local` as the key of the JSON form: bare for EPCIS's own, else with its prefix."""
        uri, _, local = name.rpartition(" ")
        return local if not uri or uri.startswith(_EPCIS) else f"{self._prefixes.get(uri, 'xml')}:{local}"

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        key = self._name(name)
        self._path.append(key)
        if len(self._path) > DEEPEST:
            raise EventRefused.of(key, expected=f"at most {DEEPEST} levels of elements", got="more")
        if self._open or self._is_event(key) or key.endswith(":ignoreFields"):
            told = {self._name(n): value for n, value in attributes.items() if not n.startswith(_TYPED)}
            element = Element(key, told)
            if self._open:
                self._open[-1].children.append(element)
            else:
                self._began = self._parser.CurrentByteIndex
            self._open.append(element)
        elif key == "EventList" and self._in_frames():
            self.listed = True

    def _is_event(self, key: str) -> bool:
        """Whether an event begins: in the list (in 1.2 in its extensions too), or as the whole document."""
        if len(self._path) == 1:
            self.framed = key in _FRAMES
            self.listed = self.listed or not self.framed
            return not self.framed
        outer = self._path[:-1]
        while outer[-1] == "extension":
            outer.pop()
        if key == "Poll" and outer[-1] == "EPCISBody":
            return True  # a query: no event, and refused as one
        return outer[-1] == "EventList" and key != "extension" and _FRAMES.issuperset(outer)

    def _in_frames(self) -> bool:
        return _FRAMES.issuperset(self._path)

    def _end(self, _: str) -> None:
        self._path.pop()
        if not self._open:
            return
        element = self._open.pop()
        if self._open:
            return
        if element.name.endswith(":ignoreFields") and self._path:
            self.ignored += ignored_in(element)
        else:
            self._ready.append(element)

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text
