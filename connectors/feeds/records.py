"""Records of open-data portals: found in whatever envelope they come, and read field by field; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recall.errors import InputRefused, NoticeRefused
from recall.reading.json_form import kind_of
from recall.reading.text import clean

_ENVELOPES = ("results", "records", "content", "data", "items")
_LOOKED_AT = 50


def records_of(document: Any) -> Iterator[tuple[Any, str]]:
    """Every record of a list, of an envelope (`results`, `records`...) or alone, with its JSON pointer.

    A record that hides its fields under `fields` (the portals' first API) is given as those.
    """
    where = ""
    if isinstance(document, Mapping):
        held = next((name for name in _ENVELOPES if isinstance(document.get(name), list)), None)
        if held is None:
            yield _bare(document), ""
            return
        document, where = document[held], f"/{held}"
    if isinstance(document, list):
        for number, value in enumerate(document):
            yield _bare(value), f"{where}/{number}"


def any_has(document: Any, marks: frozenset[str], *, least: int = 2) -> bool:
    """Whether one of the first records has at least so many of these fields."""
    for number, (record, _) in enumerate(records_of(document)):
        if isinstance(record, Mapping) and len(marks & record.keys()) >= least:
            return True
        if number >= _LOOKED_AT:
            break
    return False


def record_at(value: Any, *, where: str) -> Mapping[str, Any]:
    """The record, which must be an object. Raises NoticeRefused with its JSON pointer."""
    if not isinstance(value, Mapping):
        raise NoticeRefused.of(value, expected="a record", got=kind_of(value), where=where or "/")
    return value


def told(record: Mapping[str, Any], *keys: str, join: str = "|") -> str:
    """What the first of these fields that says something says: words, a number, or a list joined by `|`."""
    return next((words for key in keys if (words := _words(record.get(key), join=join))), "")


def absent(record: Mapping[str, Any], key: str, *, where: str) -> InputRefused:
    """The refusal of a record without a field that it needs."""
    got = kind_of(record.get(key))
    return NoticeRefused.of(
        record.get(key), expected=f"{key} that says something", got=got, where=f"{where}/{key}"
    )


def _bare(value: Any) -> Any:
    inner = value.get("fields") if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else value


def _words(value: Any, *, join: str) -> str:
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return join.join(words for one in value if (words := _words(one, join=join)))
    if isinstance(value, Mapping):
        return _words(value.get("name"), join=join)
    return ""
