"""GS1 Digital Link: a web address whose path is an identity, read and written.

The domain means nothing for the syntax: who stands behind it is told beside the key, never inside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

from recall.codes.application_identifiers import TABLE
from recall.codes.gs1 import Elements, checked
from recall.errors import CodeRefused

HOME = "https://id.gs1.org"
"""The host of the canonical form."""

_URI = re.compile(
    r"(?:https?|HTTPS?)://"
    r"(?P<host>[A-Za-z0-9.:%\[\]_~-]+)"
    r"(?P<path>/[A-Za-z0-9\-._~:/\[\]@!$&'()*+,;=%]*)?"
    r"(?:\?(?P<query>[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]*))?"
    r"(?:#[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%#]*)?"
)
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_OLD_WORDS = {
    "gtin": "01", "lot": "10", "ser": "21", "cpv": "22", "sscc": "00", "gln": "414", "glnx": "254",
    "grai": "8003", "giai": "8004", "itip": "8006", "gdti": "253", "gsrn": "8018",
    "cpid": "8010", "cpsn": "8011",
}  # fmt: skip

_FINEST = {
    "01": ("235", "21", "10"), "8006": ("21", "10"), "414": ("254",), "8010": ("8011",),
}  # fmt: skip
_SAFE_IN_EVENTS = "';="


def read_uri(raw: str, *, lenient: bool = False) -> tuple[str, Elements, tuple[str, ...]]:
    """Read a Digital Link as (host, elements, warnings).

    The right-most primary key of the path opens the identity; what stands before it is the owner's stem.
    `lenient` also takes GTINs without their leading zeros and the words of the first edition
    (`/gtin/…/lot/…`), each with a warning. Raises `CodeRefused`.
    """
    match = _URI.fullmatch(raw)
    if match is None:
        raise CodeRefused.of(raw, expected="a web address", got="characters that no address may hold")
    warnings: list[str] = []
    segments = (match["path"] or "").split("/")
    if lenient:
        segments = _in_new_words(segments, warnings=warnings)
    start = _key_position(segments)
    if start is None:
        raise CodeRefused.of(raw, expected="a path with a GS1 key such as /01/ and a GTIN", got="none")
    path = [(segments[i], _decoded(segments[i + 1], raw=raw)) for i in range(start, len(segments), 2)]
    if lenient:
        path = _zeros_restored(path, warnings=warnings)
    _check_qualifiers([ai for ai, _ in path], raw=raw)
    query = _query_elements(match["query"] or "", path=path, raw=raw)
    elements = checked((*path, *query), raw=raw)
    if len(dict(elements)) < len(elements):
        raise CodeRefused.of(raw, expected="each application identifier once", got="one of them twice")
    return match["host"].lower(), elements, tuple(warnings)


def opening_key(raw: str) -> str | None:
    """The GS1 key that the path of a web address holds, by number or by old word, right or wrong inside."""
    match = _URI.fullmatch(raw)
    segments = _in_new_words((match["path"] or "").split("/") if match else (), warnings=[])
    start = _key_position(segments)
    return None if start is None else segments[start]


def _key_position(segments: Sequence[str]) -> int | None:
    for i in range(len(segments) - 2, 0, -2):
        known = TABLE.get(segments[i])
        if known is not None and known.qualifiers is not None:
            return i
    return None


def _in_new_words(segments: Sequence[str], *, warnings: list[str]) -> list[str]:
    words = list(segments)
    for i in range(len(words) - 2, 0, -2):
        number = _OLD_WORDS.get(words[i])
        if number is None:
            continue
        warnings.append(f"the old word /{words[i]}/ was read as /{number}/")
        words[i] = number
    return words


def _zeros_restored(path: list[tuple[str, str]], *, warnings: list[str]) -> list[tuple[str, str]]:
    ai, value = path[0]
    if ai == "01" and len(value) in (8, 12, 13):
        warnings.append(f"the GTIN {value} was read with its leading zeros")
        return [(ai, value.zfill(14)), *path[1:]]
    return path


def _decoded(text: str, *, raw: str) -> str:
    if not text:
        raise CodeRefused.of(raw, expected="a value after each application identifier", got="an empty one")
    if "%" not in text:
        return text
    if _BAD_ESCAPE.search(text):
        raise CodeRefused.of(
            raw, expected="two hexadecimal digits after each percent sign", got=repr(text[:60])
        )
    return unquote(text, errors="replace")


def _check_qualifiers(path: Sequence[str], *, raw: str) -> None:
    ways = TABLE[path[0]].qualifiers or ((),)
    for way in ways:
        rest = iter(way)
        if all(ai in rest for ai in path[1:]):
            return
    allowed = " or ".join("/".join(way) or "nothing" for way in ways)
    raise CodeRefused.of(raw, expected=f"after /{path[0]}/ in this order: {allowed}", got="/".join(path[1:]))


def _query_elements(query: str, *, path: list[tuple[str, str]], raw: str) -> list[tuple[str, str]]:
    barred = {ai for way in TABLE[path[0][0]].qualifiers or () for ai in way}
    elements = []
    for item in query.split("&"):
        name, equals, text = item.partition("=")
        if not name.isdigit() or not equals:
            continue
        known = TABLE.get(name)
        if known is None or not known.attribute or name in barred:
            raise CodeRefused.of(raw, expected="attributes of the identity in the query", got=repr(name[:60]))
        elements.append((name, _decoded(text.replace("+", " "), raw=raw)))
    return elements


def write_uri(elements: Elements) -> str | None:
    """The canonical address of elements, on the GS1 host: key, qualifiers in order, the rest as the query.

    In the query identifiers of fixed length come first; otherwise the order of the code is kept.

    None when no element can open an address, or one of the rest may not stand in a query.
    """
    values = dict(elements)
    key = next((ai for ai in values if TABLE[ai].qualifiers is not None), None)
    if key is None:
        return None
    way = _best_way(key, values)
    path = "".join(f"/{ai}/{quote(values[ai], safe='')}" for ai in (key, *way))
    rest = [ai for ai in values if ai != key and ai not in way]
    if not all(TABLE[ai].attribute for ai in rest):
        return None
    rest.sort(key=lambda ai: TABLE[ai].length is None)
    query = "&".join(f"{ai}={quote(values[ai], safe='')}" for ai in rest)
    return f"{HOME}{path}?{query}" if query else f"{HOME}{path}"


def write_finest(elements: Elements) -> str | None:
    """The identity alone, at its finest level, as events name it: item before lot before class, no query.

    The form that the event hash of CBV 2.0 prescribes: a lot beside a serial is left out, so is a variant.
    None when no element can open an address.
    """
    values = dict(elements)
    key = next((ai for ai in values if TABLE[ai].qualifiers is not None), None)
    if key is None:
        return None
    finest = next((ai for ai in _FINEST.get(key, ()) if ai in values), None)
    tail = f"/{finest}/{quote(values[finest], safe=_SAFE_IN_EVENTS)}" if finest else ""
    return f"{HOME}/{key}/{quote(values[key], safe=_SAFE_IN_EVENTS)}{tail}"


def _best_way(key: str, values: dict[str, str]) -> tuple[str, ...]:
    ways = [tuple(ai for ai in way if ai in values) for way in TABLE[key].qualifiers or ()]
    return max(ways, key=len, default=())
