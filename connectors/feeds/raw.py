"""A file as it came: its bytes as text, and as a document when it is JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from recall.errors import NoticeRefused

LARGEST = 64_000_000
"""The most bytes of a file: the whole of CPSC's recalls is 27 million."""

_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """What a feed looks at to recognise its own: `document` is None when the text is not JSON."""

    name: str
    text: str
    document: Any = None


def opened(raw: bytes, *, name: str) -> Raw:
    """Decode a file (UTF-8 with or without its mark, UTF-16 with it, GB18030) and read JSON where it is.

    Raises NoticeRefused for a file that is too large, is binary, or is JSON that two readers could read
    differently: a key twice, NaN, or nested too deep.
    """
    if len(raw) > LARGEST:
        raise NoticeRefused.of(name, expected=f"at most {LARGEST:,} bytes", got=f"{len(raw):,}")
    text = _decoded(raw, name=name)
    looks_like_json = text.lstrip()[:1] in ("{", "[")
    return Raw(name=name, text=text, document=_parsed(text, name=name) if looks_like_json else None)


def _decoded(raw: bytes, *, name: str) -> str:
    encodings = ("utf-16",) if raw.startswith(_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NoticeRefused.of(
        name, expected="text in UTF-8, UTF-16 or GB18030", got=f"bytes that begin {raw[:8].hex(' ')}",
        advice="Give the notice as text or JSON.",
    )  # fmt: skip


def _parsed(text: str, *, name: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise NoticeRefused.of(name, expected="JSON", got=problem.msg.lower(), where=where) from None
    except RecursionError:
        raise NoticeRefused.of(
            name, expected="JSON of a reasonable depth", got="one nested too deep"
        ) from None
    except ValueError as problem:
        raise NoticeRefused.of(name, expected="plain JSON", got=str(problem)[:120]) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise ValueError(f"the key {twice[:60]!r} twice in one object")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name}, which is no JSON number")
