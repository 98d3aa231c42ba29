"""GS1 Digital Link: a web address whose path is an identity, read and written.

The domain means nothing for the syntax: who stands behind it is told beside the key, never inside it.
Rules after the GS1 Digital Link Standard: URI Syntax, 1.6.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote, unquote

from recall.codes.application_identifiers import TABLE
from recall.codes.compression import decompressed
from recall.codes.gs1 import Elements, checked
from recall.codes.profile import STRICT, Tolerance
from recall.errors import CodeRefused

HOME = "https://id.gs1.org"
"""The host of the canonical form."""

_URI = re.compile(
    r"(?:https?|HTTPS?)://"
    r"(?P<host>[A-Za-z0-9.:\[\]-]+)"
    r"(?P<path>/[A-Za-z0-9\-._~:/\[\]@!$&'()*+,;=%]*)?"
    r"(?:\?(?P<query>[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]*))?"
    r"(?:#[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%#]*)?"
)
_OLD_WORDS = {
    "cpid": "8010", "cpsn": "8011", "cpv": "22", "gcn": "255", "gdti": "253", "giai": "8004", "ginc": "401",
    "gln": "414", "glnx": "254", "gmn": "8013", "grai": "8003", "gsin": "402", "gsrn": "8018",
    "gsrnp": "8017", "gtin": "01", "itip": "8006", "lot": "10", "party": "417", "refno": "8020", "ser": "21",
    "srin": "8019", "sscc": "00",
}  # fmt: skip
_OLD_ATTRIBUTES = {"exp": "17"}
_SHORT_GTINS = (8, 12, 13)

_FINEST = {
    "01": ("235", "21", "10"), "8006": ("21", "10"), "414": ("254",), "8010": ("8011",),
}  # fmt: skip
_SAFE_IN_EVENTS = "';="
_KINDS_OF_CODES = 4_096

Path = list[tuple[str, str]]
"""Key and qualifiers with their values, in the order of the address."""


def read_uri(raw: str, *, tolerance: Tolerance = STRICT) -> tuple[str, Elements, tuple[str, ...]]:
    """Read a Digital Link, compressed or not, as (host, elements, warnings).

    The right-most primary key of the path opens the identity; what stands before it is the owner's stem.
    Raises `CodeRefused`.

    >>> read_uri("https://Shop.example/a/01/04006381333931/10/0012?linkType=all")
    ('shop.example', (('01', '04006381333931'), ('10', '0012')), ())
    """
    match = _URI.fullmatch(raw)
    if match is None:
        raise CodeRefused.of(raw, expected="a web address", got="characters that no address may hold")
    segments = (match["path"] or "").split("/")
    start = _key_position(segments, old_words=tolerance.old_words)
    if start is None:
        path, rest, warnings = _unpacked(segments, raw=raw, tolerance=tolerance)
    else:
        path, warnings = _path(segments[start:], raw=raw, tolerance=tolerance)
        rest = []
    if match["query"]:
        attributes, more = _attributes(match["query"], path=path, raw=raw, tolerance=tolerance)
        rest, warnings = [*rest, *attributes], [*warnings, *more]
    elements, forgiven = checked((*path, *rest), raw=raw, tolerance=tolerance)
    if len(dict(elements)) < len(elements):
        raise CodeRefused.of(raw, expected="each application identifier once", got="one of them twice")
    return match["host"].lower(), elements, (*warnings, *forgiven)


def opening_key(raw: str) -> str | None:
    """The GS1 key that the path of a web address holds, by number or by old word, right or wrong inside."""
    match = _URI.fullmatch(raw)
    segments = (match["path"] or "").split("/") if match else []
    start = _key_position(segments, old_words=True)
    return None if start is None else _OLD_WORDS.get(segments[start], segments[start])


def _key_position(segments: Sequence[str], *, old_words: bool) -> int | None:
    for i in range(len(segments) - 2, 0, -2):
        name = _OLD_WORDS.get(segments[i], segments[i]) if old_words else segments[i]
        known = TABLE.get(name)
        if known is not None and known.qualifiers is not None:
            return i
    return None


def _path(segments: Sequence[str], *, raw: str, tolerance: Tolerance) -> tuple[Path, list[str]]:
    path, warnings = [], []
    for name, text in zip(segments[::2], segments[1::2], strict=True):
        number = _OLD_WORDS.get(name) if tolerance.old_words else None
        if number is not None:
            warnings.append(f"the old word /{name}/ was read as /{number}/")
        ai, value = number or name, _decoded(text, raw=raw)
        path.append((ai, _restored(ai, value, tolerance=tolerance, warnings=warnings)))
    names = tuple(ai for ai, _ in path)
    if not _fits(names):
        ways = TABLE[names[0]].qualifiers or ((),)
        allowed = " or ".join("/".join(way) or "nothing" for way in ways)
        raise CodeRefused.of(
            raw, expected=f"after /{names[0]}/ in this order: {allowed}", got="/".join(names[1:])
        )
    return path, warnings


def _restored(ai: str, value: str, *, tolerance: Tolerance, warnings: list[str]) -> str:
    """A GTIN with the zeros that an older edition let out."""
    if ai != "01" or not tolerance.short_gtins or len(value) not in _SHORT_GTINS:
        return value
    warnings.append(f"the GTIN {value} was read with its leading zeros")
    return value.zfill(14)


def _decoded(text: str, *, raw: str) -> str:
    """A value without its percent signs; a percent sign without hexadecimal digits means itself."""
    if not text:
        raise CodeRefused.of(raw, expected="a value after each application identifier", got="an empty one")
    return unquote(text, errors="replace") if "%" in text else text


@lru_cache(maxsize=_KINDS_OF_CODES)
def _fits(path: tuple[str, ...]) -> bool:
    """Whether the qualifiers of a path may follow its key, in this order."""
    for way in TABLE[path[0]].qualifiers or ((),):
        rest = iter(way)
        if all(ai in rest for ai in path[1:]):
            return True
    return False


@lru_cache(maxsize=_KINDS_OF_CODES)
def _belongs_in(path: tuple[str, ...], ai: str) -> bool:
    """Whether an identifier could stand somewhere in this path, and hence may not stand in the query."""
    return any(_fits((*path[:at], ai, *path[at:])) for at in range(1, len(path) + 1))


def _attributes(query: str, *, path: Path, raw: str, tolerance: Tolerance) -> tuple[Path, list[str]]:
    names = tuple(ai for ai, _ in path)
    attributes, warnings = [], []
    for item in query.split("&"):
        name, equals, text = item.partition("=")
        if tolerance.old_words and name in _OLD_ATTRIBUTES:
            warnings.append(f"the old word {name}= was read as {_OLD_ATTRIBUTES[name]}=")
            name = _OLD_ATTRIBUTES[name]
        if not name.isdecimal() or not equals:
            continue
        known = TABLE.get(name)
        allowed = tolerance.unknown_in_links if known is None else known.attribute
        if not allowed or _belongs_in(names, name):
            raise CodeRefused.of(raw, expected="attributes of the identity in the query", got=repr(name[:60]))
        value = _decoded(text.replace("+", " "), raw=raw)
        attributes.append((name, _restored(name, value, tolerance=tolerance, warnings=warnings)))
    return attributes, warnings


def _unpacked(segments: Sequence[str], *, raw: str, tolerance: Tolerance) -> tuple[Path, Path, list[str]]:
    """A compressed link's (key and qualifiers, attributes by number, warnings).

    The last segment holds all, or all but the key, which may stand before it as it is.
    """
    start = _key_position(segments[:-1], old_words=tolerance.old_words)
    opening: Path = []
    warnings: list[str] = []
    if start is not None and start == len(segments) - 3:
        opening, warnings = _path(segments[start:-1], raw=raw, tolerance=tolerance)
    packed = decompressed(segments[-1])
    elements = None if packed is None else dict((*opening, *packed))
    plan = None if elements is None else _plan(tuple(elements), STRICT)
    if elements is None or packed is None or plan is None or len(elements) < len(opening) + len(packed):
        raise CodeRefused.of(raw, expected="a path with a GS1 key such as /01/ and a GTIN", got="none")
    path = [(ai, elements[ai]) for ai in plan[0]]
    rest = [(ai, elements[ai]) for ai in sorted(plan[1])]
    return path, rest, [*warnings, "the link was compressed"]


def write_uri(elements: Elements, *, stem: str = HOME, tolerance: Tolerance = STRICT) -> str | None:
    """The address of elements, never compressed: key, qualifiers in order, the rest as the query.

    In the query identifiers of fixed length come first; otherwise the order of the code is kept. On the
    GS1 host, which is the default, it is the canonical form.

    None when no element can open an address, or one of the rest may not stand in a query.

    >>> write_uri((("01", "04006381333931"), ("21", "7"), ("10", "A/B"), ("17", "280200")))
    'https://id.gs1.org/01/04006381333931/10/A%2FB/21/7?17=280200'
    """
    values = dict(elements)
    plan = _plan(tuple(values), tolerance)
    if plan is None:
        return None
    path = "".join(f"/{ai}/{_quoted(values[ai])}" for ai in plan[0])
    query = "&".join(f"{ai}={_quoted(values[ai])}" for ai in plan[1])
    return f"{stem.removesuffix('/')}{path}?{query}" if query else f"{stem.removesuffix('/')}{path}"


def _quoted(value: str) -> str:
    return value if value.isalnum() else quote(value, safe="")


@lru_cache(maxsize=_KINDS_OF_CODES)
def _plan(
    identifiers: tuple[str, ...], tolerance: Tolerance
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Which identifiers stand in the path and which in the query, each in order; None when they cannot."""
    rows = {ai: TABLE.get(ai) for ai in identifiers}
    key = next((ai for ai, row in rows.items() if row is not None and row.qualifiers is not None), None)
    if key is None:
        return None
    ways = [tuple(ai for ai in way if ai in rows) for way in TABLE[key].qualifiers or ()]
    path = (key, *max(ways, key=len, default=()))
    query = {ai: row for ai, row in rows.items() if ai not in path}
    if not all(tolerance.unknown_in_links if row is None else row.attribute for row in query.values()):
        return None
    return path, tuple(sorted(query, key=lambda ai: (row := query[ai]) is None or row.length is None))


def write_finest(elements: Elements) -> str | None:
    """The identity alone, at its finest level, as events name it: item before lot before class, no query.

    The form that the event hash of CBV 2.0 prescribes: a lot beside a serial is left out, so is a variant.
    None when no element can open an address.
    """
    values = dict(elements)
    key = next((ai for ai in values if (row := TABLE.get(ai)) and row.qualifiers is not None), None)
    if key is None:
        return None
    finest = next((ai for ai in _FINEST.get(key, ()) if ai in values), None)
    tail = f"/{finest}/{quote(values[finest], safe=_SAFE_IN_EVENTS)}" if finest else ""
    return f"{HOME}/{key}/{quote(values[key], safe=_SAFE_IN_EVENTS)}{tail}"
