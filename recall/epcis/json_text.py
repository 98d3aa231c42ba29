"""JSON text: one value after another out of a file of any length, with no more of it in memory than that."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from recall.epcis.identity import is_storable
from recall.errors import EventRefused

LARGEST = 1 << 24
"""Bytes that one event, or one other part of a document, may have."""

_BLANK = " \t\n\r"
_BLANKS = re.compile(r"[ \t\n\r]*")
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes behind which text may stand that no store can hold; most of them are harmless."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


_decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode


class JsonText:
    """A file's JSON, taken from the front."""

    def __init__(self, head: bytes, *, file: BinaryIO, part: int) -> None:
        self._file, self._part = file, part
        self._unicode = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at, self._ended = "", 0, False
        self._line, self._counted = 1, 0
        self.place: str | None = None
        """Where the value stands that is being taken, for refusals."""
        self.said = ""
        """The text of the value that was taken last."""
        self._append(head)

    @property
    def line(self) -> int:
        """The line of what is next, from 1."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The next character that is no blank, or nothing at the end."""
        while True:
            mark = self._text[self._at : self._at + 1]
            if mark and mark not in _BLANK:
                return mark
            match = _BLANKS.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at == len(self._text) and not self._more():
                return ""

    def take(self, mark: str) -> bool:
        """Whether the next character is this mark; it is taken then."""
        if self.peek() != mark:
            return False
        self._at += 1
        return True

    def expect(self, mark: str) -> None:
        """Take this mark. Raises `EventRefused` when another stands there."""
        if not self.take(mark):
            raise self.refused(f"{mark!r} was expected")

    def value(self) -> Any:
        """Take the next value whole. Raises `EventRefused` when it is no JSON, or too large."""
        self.peek()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except RecursionError:
                raise self._refused(expected="JSON of sensible depth", got="a tower of it") from None
            except ValueError as error:  # also numbers of absurd length
                if not self._more():
                    raise self.refused(str(error)) from None
            else:
                if end < len(self._text) or not self._more():
                    return self._taken(value, end)

    def whole(self) -> Any | None:
        """The next value if it ends within what was read already; not taken, None otherwise."""
        self.peek()
        try:
            return _decode(self._text, self._at)[0]
        except (ValueError, RecursionError):
            return None

    def holds(self, text: str) -> bool:
        """Whether what was read already, and not yet taken, holds a text."""
        return self._text.find(text, self._at) >= 0

    def refused(self, reason: str) -> EventRefused:
        """The refusal of what stands here."""
        return self._refused(expected="JSON", got=reason[:120])

    def _refused(self, *, expected: str, got: str) -> EventRefused:
        shown = self._text[self._at : self._at + 40]
        return EventRefused.of(shown, expected=expected, got=got, where=self.place)

    def _taken(self, value: Any, end: int) -> Any:
        if self._text.find("\\u", self._at, end) >= 0:
            suspect = _SUSPECT.search(self._text, self._at, end)
            if suspect and not all(map(is_storable, _texts(value))):
                raise self._refused(expected="Unicode text", got="a NUL or half a surrogate pair")
        self.said = self._text[self._at : end]
        self._at = end
        return value

    def _more(self) -> bool:
        """Read on, in parts that double while one value does not end, so that all costs stay linear."""
        if self._ended:
            return False
        waiting = len(self._text) - self._at
        if waiting > LARGEST:
            raise self._refused(expected=f"at most {LARGEST} characters in one event", got="more")
        self._append(self._file.read(max(self._part, waiting)))
        return True

    def _append(self, raw: bytes) -> None:
        self._ended = not raw
        try:
            text = self._unicode.decode(raw, final=self._ended)
        except UnicodeDecodeError as error:
            shown = raw[error.start : error.start + 8].hex(" ")
            raise EventRefused.of(
                shown, expected="events as text (UTF-8)", got="bytes that are none", where=self.place,
                advice="Give JSON, JSON lines or XML.",
            ) from None  # fmt: skip
        self._line = self.line
        self._text, self._at, self._counted = self._text[self._at :] + text, 0, 0


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
