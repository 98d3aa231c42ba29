"""A JSON object read field by field: each value has its kind, each refusal its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from recall.errors import InputRefused, NoticeRefused
from recall.reading.text import is_clean

_MOST_UNITS = 10**12
_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "a truth value", type(None): "null"}


def kind_of(value: object) -> str:
    """The JSON kind of a value in words: `a list`, `null`, `a number`."""
    return _NAMES.get(type(value), "a number")


def pointed(where: str, key: str | int) -> str:
    """The JSON pointer of `key` under `where` (RFC 6901)."""
    return f"{where}/{str(key).replace('~', '~0').replace('/', '~1')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One JSON object and where it stands in its document; an absent field is read as empty."""

    fields: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, value: object, *, where: str = "") -> Form:
        """The object at `where`; NoticeRefused when it is not an object."""
        if not isinstance(value, Mapping):
            raise NoticeRefused.of(value, expected="an object", got=kind_of(value), where=where or "/")
        return cls(fields=value, where=where)

    def refused(self, key: str, *, expected: str, got: str) -> InputRefused:
        """The refusal of a field, to be raised by its reader."""
        return NoticeRefused.of(
            self.fields.get(key), expected=expected, got=got, where=pointed(self.where, key)
        )

    def text(self, key: str) -> str:
        """A string without control characters; empty when absent or null."""
        value = self.fields.get(key)
        return "" if value is None else _words(value, where=pointed(self.where, key))

    def needed(self, key: str) -> str:
        """A string that must say something."""
        value = self.text(key).strip()
        if not value:
            raise self.refused(key, expected="a string that is not empty", got=kind_of(self.fields.get(key)))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings that all say something."""
        place = pointed(self.where, key)
        words = [_words(value, where=pointed(place, number)) for number, value in enumerate(self.items(key))]
        if "" in words:
            raise self.refused(key, expected="strings that are not empty", got="an empty one")
        return tuple(words)

    def items(self, key: str) -> list[Any]:
        """A list of anything; empty when absent or null."""
        value = self.fields.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.refused(key, expected="a list", got=kind_of(value))
        return value

    def forms(self, key: str) -> Iterator[Form]:
        """A list of objects, each with its own place."""
        place = pointed(self.where, key)
        for number, value in enumerate(self.items(key)):
            yield Form.of(value, where=pointed(place, number))

    def units(self, key: str) -> int | None:
        """A whole number of at least 0, or None when absent or null."""
        value = self.fields.get(key)
        if value is None:
            return None
        if type(value) is not int or not 0 <= value <= _MOST_UNITS:
            raise self.refused(
                key, expected=f"a whole number from 0 to {_MOST_UNITS:,}", got=repr(value)[:40]
            )
        return value

    def share(self, key: str) -> float:
        """A number from 0 to 1."""
        value = self.fields.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.refused(key, expected="a number from 0 to 1", got=repr(value)[:40])
        return float(value)

    def day(self, key: str) -> date | None:
        """A day as `2025-06-17`, or None when absent, null or empty."""
        value = self.text(key)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.refused(key, expected="a day as 2025-06-17", got=repr(value)[:40]) from None


def _words(value: object, *, where: str) -> str:
    if not isinstance(value, str):
        raise NoticeRefused.of(value, expected="a string", got=kind_of(value), where=where)
    if not is_clean(value):
        raise NoticeRefused.of(value, expected="text without control characters", got="some", where=where)
    return value
