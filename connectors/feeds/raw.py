"""A file as it came: its bytes recognised by content, and read as far as every feed needs it read.

Whatever a file holds, it is refused or opened within seconds: sizes, depths and counts are bounded before
anything is built, and the two forms whose readers are large programs (PDF, XLSX) are read aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element

from connectors.feeds import aside, parsing
from connectors.feeds.decoding import decoded
from connectors.feeds.parsing import Rows
from recall.errors import NoticeRefused

LARGEST = 64_000_000
"""The most bytes of a file: the whole of CPSC's recalls is 27 million."""

_ADVICE = "Give the notice as text, HTML, JSON, XML, CSV, XLSX or PDF."
_PDF, _ZIP, _OLD_OFFICE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Kind(StrEnum):
    """What a file is, seen from its content and never from its name."""

    JSON = "json"
    XML = "xml"
    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """What a feed looks at to recognise its own.

    `text` is the decoded file, for a PDF the words of its pages, for a workbook empty. `document` is there
    for JSON, `xml` (the root) for XML, `rows` for CSV, tabs and XLSX: of a workbook, those of the first
    visible sheet that is not empty. `name` is only for messages.
    """

    name: str
    text: str
    kind: Kind = Kind.TEXT
    document: Any = None
    xml: Element | None = None
    rows: Rows = ()


def opened(raw: bytes, *, name: str) -> Raw:
    """Recognise a file and read it.

    Raises NoticeRefused for a file that is too large or of no form that is read here, and for one that two
    readers could read differently or that would grow without bound: JSON with a key twice or NaN, XML with
    entities of its own, archives that unpack to far more than they are, whatever is nested too deep.
    """
    if len(raw) > LARGEST:
        raise NoticeRefused.of(name, expected=f"at most {LARGEST:,} bytes", got=f"{len(raw):,}")
    if _PDF in raw[:1_024]:
        return Raw(name=name, kind=Kind.PDF, text=aside.text_of_pdf(raw, name=name))
    if raw.startswith(_ZIP):
        return Raw(name=name, kind=Kind.XLSX, text="", rows=aside.rows_of_xlsx(raw, name=name))
    text = None if raw.startswith(_OLD_OFFICE) else decoded(raw)
    if text is None:
        got = f"bytes that begin {raw[:8].hex(' ')}"
        raise NoticeRefused.of(name, expected="a form that is read here", got=got, advice=_ADVICE)
    return _of_text(text, name=name)


def _of_text(text: str, *, name: str) -> Raw:
    first = parsing.beginning(text)
    if first in ("{", "["):
        return Raw(name=name, kind=Kind.JSON, text=text, document=parsing.json_of(text, name=name))
    if first == "<" and parsing.is_html(text):
        parsing.refuse_large_page(text, name=name)
        return Raw(name=name, kind=Kind.HTML, text=text)
    if first == "<" and parsing.is_xml(text):
        return Raw(name=name, kind=Kind.XML, text=text, xml=parsing.xml_of(text, name=name))
    rows = parsing.rows_of(text, name=name)
    return Raw(name=name, kind=Kind.CSV if rows else Kind.TEXT, text=text, rows=rows)
