"""The document: the envelope that events travel in, recognised by its content and read as a stream.

EPCIS 2.0 as JSON-LD, EPCIS 1.2 and 2.0 as XML, a bare list, JSON lines, or one event alone. However long the
document is, no more of it than a part and one event is held in memory.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

from recall.epcis.event import Event
from recall.epcis.found import Found
from recall.epcis.json_document import read_json
from recall.epcis.xml_document import read_xml
from recall.errors import EventRefused

PART = 1 << 20
"""Bytes that are read at a time."""

_XML_STARTS = (
    b"<", BOM_UTF16_LE + "<".encode("utf-16-le"), BOM_UTF16_BE + "<".encode("utf-16-be"),
)  # fmt: skip


def read_document(raw: bytes) -> Iterator[Event]:
    """Read the events of a document one by one, in order.

    Takes an `EPCISDocument`, an `EPCISQueryDocument`, one event (each as JSON-LD or XML), a list of events,
    or JSON lines with an event or a document each. Raises `EventRefused` at the first thing that cannot be
    read: all or nothing is `tuple(read_document(raw))`.
    """
    return read_stream(BytesIO(raw))


def read_stream(file: BinaryIO, *, refused: Callable[[EventRefused], None] | None = None) -> Iterator[Event]:
    """Read the events of an open file as `read_document` does, in memory that does not grow with the file.

    With `refused`, an event that cannot be read is told to it and the next one is read; what is wrong with
    the document around the events is raised all the same. A JSON-LD document that tells its `@context` only
    after its events is read twice and must be seekable.
    """
    for found in _found(file):
        try:
            event = found.read()
        except EventRefused as refusal:
            if refused is None:
                raise
            refused(refusal)
        else:
            yield event


def _found(file: BinaryIO) -> Iterator[Found]:
    start = file.tell() if file.seekable() else None
    head = file.read(PART)
    if head.removeprefix(BOM_UTF8).lstrip().startswith(_XML_STARTS):
        return read_xml(head, file=file, part=PART)
    return read_json(head, file=file, part=PART, start=start)
