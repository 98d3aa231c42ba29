"""Text as JSON, XML or rows: bounded in size, depth and count before anything is built."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from html.entities import html5
from itertools import chain, islice
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from recall.errors import NoticeRefused

Rows = tuple[tuple[str, ...], ...]

MOST_OBJECTS, MOST_VALUES = 1_000_000, 4_000_000
"""Of a JSON text: the whole of openFDA's device recalls has 39,000 objects and a million values."""
LARGEST_TREE = 20_000_000
"""Characters of an XML text."""
MOST_TAGS = 400_000
"""And as many attributes, and as many entities."""
MOST_CELLS = 2_000_000
LARGEST_PAGE = 4_000_000
"""Characters of an HTML page."""
DEEPEST = 100

_COMMENTED = re.compile(r"\s*(?://[^\n]*\n\s*){0,20}")
_FIRST_TAG = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(!doctype\s+html|[a-z][a-z0-9]*)", re.I | re.S
)
_HTML_TAGS = {
    *(
        "html",
        "head",
        "body",
        "title",
        "meta",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "div",
        "p",
        "span",
        "h1",
    ),
    *("h2", "h3", "h4", "ul", "ol", "dl", "section", "article", "main", "header", "form", "br", "a", "b"),
    *("strong", "em", "font", "center"),
}
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_DECLARED = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_DELIMITERS = "\t,;"
_LOOKED_AT, _WIDE = 20, 5


def beginning(text: str) -> str:
    """The first sign of a text that is no blank and no line of comment before JSON."""
    start = _COMMENTED.match(text)
    return text[start.end() : start.end() + 1] if start else ""


def json_of(text: str, *, name: str) -> Any:
    """The JSON of a text; lines that begin with `//` may stand before it. Raises NoticeRefused."""
    objects, values = text.count("{"), text.count(",") + text.count("[")
    if objects > MOST_OBJECTS or values > MOST_VALUES:
        expected = f"at most {MOST_OBJECTS:,} objects and {MOST_VALUES:,} values"
        raise NoticeRefused.of(name, expected=expected, got=f"{objects:,} and {values:,}")
    start = _COMMENTED.match(text)
    try:
        return json.loads(
            text[start.end() :] if start else text, object_pairs_hook=_each_once, parse_constant=_no_constant
        )
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise NoticeRefused.of(name, expected="JSON", got=problem.msg.lower(), where=where) from None
    except RecursionError:
        raise NoticeRefused.of(
            name, expected="JSON of a reasonable depth", got="one nested too deep"
        ) from None
    except ValueError as problem:
        raise NoticeRefused.of(name, expected="plain JSON", got=str(problem)[:120]) from None


def is_html(text: str) -> bool:
    """Whether a text that begins with `<` is a page or a part of one."""
    first = _FIRST_TAG.match(text)
    return first is not None and first[1].lower().split()[0] in ("!doctype", *_HTML_TAGS)


def is_xml(text: str) -> bool:
    """Whether a text that begins with `<` has a tag that ends: mails of METI begin with a title in `<…>`."""
    return "</" in text or "/>" in text or text.lstrip().startswith("<?xml")


def refuse_large_page(text: str, *, name: str) -> None:
    """Raises NoticeRefused for a page that no notice needs."""
    tags = text.count("<")
    if len(text) > LARGEST_PAGE or tags > MOST_TAGS:
        expected = f"a page of at most {LARGEST_PAGE:,} characters and {MOST_TAGS:,} tags"
        raise NoticeRefused.of(name, expected=expected, got=f"{len(text):,} and {tags:,}")


def xml_of(text: str, *, name: str) -> Element:
    """The root of an XML text; the named entities of HTML are read, others refused. Raises NoticeRefused."""
    signs = max(text.count("<"), text.count("="), text.count("&"))
    if signs > MOST_TAGS or len(text) > LARGEST_TREE:
        expected = f"at most {LARGEST_TREE:,} characters and {MOST_TAGS:,} tags, attributes or entities"
        raise NoticeRefused.of(name, expected=expected, got=f"{len(text):,} and {signs:,}")
    plain = _ENTITY.sub(lambda found: html5.get(found[1], found[0]), _DECLARED.sub("", text, count=1)).strip()
    parser = DefusedXMLParser(target=_Shallow())
    try:
        parser.feed(plain)
        root: Element = parser.close()
    except ParseError as problem:
        line, column = problem.position
        where = f"line {line}, column {column}"
        raise NoticeRefused.of(
            name, expected="XML", got=str(problem).partition(":")[0], where=where
        ) from None
    except DefusedXmlException as problem:
        got = type(problem).__name__
        raise NoticeRefused.of(name, expected="XML without entities of its own", got=got) from None
    except _TooDeep:
        raise NoticeRefused.of(name, expected=f"XML of at most {DEEPEST} levels", got="more") from None
    return root


def rows_of(text: str, *, name: str) -> Rows:
    """The rows of a text that is a table with tabs, commas or semicolons; none when it is prose.

    A table has several rows, the first of them of one width, and no blanks behind its commas. Cells with tabs
    between them are not quoted; rows that say nothing are left out. Raises NoticeRefused for a table with a
    cell that is too long.
    """
    head = text.lstrip("\n").partition("\n")[0][:20_000]
    mark = max(_DELIMITERS, key=head.count)
    if head.count(mark) < 2 or (mark != "\t" and 2 * head.count(f"{mark} ") > head.count(mark)):
        return ()
    cells = text.count(mark) + text.count("\n")
    if cells > MOST_CELLS:
        raise NoticeRefused.of(name, expected=f"a table of at most {MOST_CELLS:,} cells", got=f"{cells:,}")
    source = io.StringIO(text, newline="")
    reader = (
        csv.reader(source, delimiter=mark, quoting=csv.QUOTE_NONE)
        if mark == "\t"
        else csv.reader(source, delimiter=mark)
    )
    try:
        first = [row for row in islice(reader, _LOOKED_AT) if row]
        if not _even(first, alone=mark == "\t"):
            return ()
        rows = (tuple(cell.strip() for cell in row) for row in chain(first, reader))
        return tuple(row for row in rows if any(row))
    except csv.Error as problem:
        where = f"line {reader.line_num}"
        raise NoticeRefused.of(name, expected="rows of cells", got=str(problem), where=where) from None


def _even(rows: list[list[str]], *, alone: bool) -> bool:
    """Whether nearly all rows are of one width, one may differ in a wide table; a single row is a table only
    where it cannot be prose."""
    widths = Counter(map(len, rows))
    odd = len(rows) - max(widths.values())
    wide = max(widths) >= _WIDE
    return (len(rows) > 1 or alone) and odd <= max(wide, len(rows) // 10)


class _TooDeep(Exception):  # the parser hands it through
    pass


class _Shallow(TreeBuilder):
    """Builds a tree that nobody's stack needs to fear."""

    _depth = 0

    def start(self, tag: Any, attrs: Any) -> Element:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _TooDeep
        return super().start(tag, attrs)

    def end(self, tag: Any) -> Element:
        self._depth -= 1
        return super().end(tag)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError(f"the key {_twice(pairs)[:60]!r} twice in one object")
    return fields


def _twice(pairs: list[tuple[str, Any]]) -> str:
    seen = set[str]()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    return ""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name}, which is no JSON number")
