"""GS1 element strings: bracketed text and scanned data with separators, as pairs of identifier and value."""

from __future__ import annotations

import re

from recall.codes.application_identifiers import LENGTH_OF_AI, TABLE
from recall.codes.content import check_digit
from recall.errors import CodeRefused

Elements = tuple[tuple[str, str], ...]
"""(application identifier, value) in the order of the code."""

SEPARATOR = "\x1d"
"""FNC1 as scanners send it (ASCII group separator)."""

_BRACKET = re.compile(r"\(([0-9]{2,4})\)((?:[^(\\]|\\\(|\\(?!\())*)")
_GTIN_LENGTHS = (8, 12, 13, 14)
_SIGNATURE = "8030"
_UNSERIALISED = {"253": 13, "255": 13, "8003": 14}
"""Length of a key that may carry a serial, when it carries none: nothing that a signature could seal."""


def read_bracketed(raw: str) -> Elements:
    """Read `(01)04006381333931(10)LOT7`; an opening bracket inside a value is written `\\(`.

    Raises `CodeRefused` for anything that is not identifiers in brackets with right values.
    """
    elements, at = [], 0
    while at < len(raw):
        match = _BRACKET.match(raw, at)
        if match is None:
            raise CodeRefused.of(
                raw, expected="an application identifier in brackets", got=repr(raw[at : at + 12])
            )
        elements.append((match[1], match[2].replace("\\(", "(")))
        at = match.end()
    return checked(tuple(elements), raw=raw)


def read_separated(data: str, *, raw: str) -> Elements:
    """Read element strings run together, each of variable length ended by a separator or the end.

    `data` starts at the first identifier. Raises `CodeRefused`.
    """
    elements, at = [], 0
    while at < len(data):
        ai = data[at : at + LENGTH_OF_AI.get(data[at : at + 2], 2)]
        known = TABLE.get(ai)
        if known is None:
            raise CodeRefused.of(raw, expected="a known application identifier", got=repr(ai))
        start = at + len(ai)
        end = data.find(SEPARATOR, start)
        end = len(data) if end < 0 else end
        if known.length is not None:
            end = min(end, start + known.length)
        elements.append((ai, data[start:end]))
        at = end + 1 if data[end : end + 1] == SEPARATOR else end
    return checked(tuple(elements), raw=raw)


def read_gtin(digits: str) -> Elements:
    """Read a bare GTIN of 8, 12, 13 or 14 digits; it is kept as 14.

    Raises `CodeRefused`, naming the expected check digit.
    """
    if len(digits) not in _GTIN_LENGTHS:
        raise CodeRefused.of(digits, expected="8, 12, 13 or 14 digits of a GTIN", got=f"{len(digits)} digits")
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        raise CodeRefused.of(digits, expected=f"check digit {expected}", got=digits[-1])
    return (("01", digits.zfill(14)),)


def bracketed(elements: Elements) -> str:
    """Elements as people read them: `(01)04006381333931(10)LOT7`."""
    return "".join(f"({ai}){value.replace('(', chr(92) + '(')}" for ai, value in elements)


def checked(elements: Elements, *, raw: str) -> Elements:
    """The same elements, when each value is right and all may stand together; else `CodeRefused`."""
    if not elements:
        raise CodeRefused.of(raw, expected="at least one element", got="none")
    for ai, value in elements:
        known = TABLE.get(ai)
        if known is None:
            raise CodeRefused.of(raw, expected="a known application identifier", got=repr(ai))
        found = known.finding(value)
        if found is not None:
            raise CodeRefused.of(value, expected=found[0], got=found[1], where=f"AI ({ai})")
    if len(elements) > 1 or TABLE[elements[0][0]].needs:
        _check_together(elements, raw=raw)
    return elements


def _check_together(elements: Elements, *, raw: str) -> None:
    values = dict(elements)
    if len(values) < len(elements):
        for ai, value in elements:
            if values[ai] != value:
                raise CodeRefused.of(
                    raw, expected=f"one value of AI ({ai})", got=f"{value!r} and {values[ai]!r}"
                )
    present = frozenset(values)
    for ai in values:
        known = TABLE[ai]
        clash = known.excludes & present
        if clash:
            raise CodeRefused.of(raw, expected=f"AI ({ai}) without AI ({min(clash)})", got="both")
        if known.missing_beside(present):
            wanted = " or ".join("+".join(min(choice) for choice in group) for group in known.needs)
            raise CodeRefused.of(raw, expected=f"AI ({ai}) together with {wanted}", got="it alone")
    if _SIGNATURE in values:
        for ai, length in _UNSERIALISED.items():
            if len(values.get(ai, "")) == length:
                raise CodeRefused.of(raw, expected=f"a serial in AI ({ai}) under a signature", got="none")
