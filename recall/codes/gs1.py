"""GS1 element strings: bracketed text and scanned data with separators, as pairs of identifier and value."""

from __future__ import annotations

import re
from functools import lru_cache

from recall.codes.application_identifiers import (
    LENGTH_OF_AI,
    TABLE,
    ApplicationIdentifier,
    unknown_identifier,
)
from recall.codes.content import check_digit
from recall.codes.profile import STRICT, Tolerance
from recall.errors import CodeRefused

Elements = tuple[tuple[str, str], ...]
"""(application identifier, value) in the order of the code."""

Said = tuple[Elements, tuple[str, ...]]
"""The elements, and the warnings: what a tolerance forgave."""

SEPARATOR = "\x1d"
"""FNC1 as scanners send it (ASCII group separator)."""

_BRACKET = re.compile(r"\(([0-9]{2,4})\)((?:[^(\\]|\\\(|\\(?!\())*)")
_GTIN_LENGTHS = (8, 12, 13, 14)
_SIGNATURE = "8030"
_UNSERIALISED = {"253": 13, "255": 13, "8003": 14}
"""Length of a key that may carry a serial, when it carries none: nothing that a signature could seal."""
_KINDS_OF_CODES = 4_096


def read_bracketed(raw: str, *, tolerance: Tolerance = STRICT) -> Said:
    r"""Read `(01)04006381333931(10)LOT7`; an opening bracket inside a value is written `\(`.

    Raises `CodeRefused` for anything that is not identifiers in brackets with right values.

    >>> read_bracketed("(01)04006381333931(10)0012")
    ((('01', '04006381333931'), ('10', '0012')), ())
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
    return checked(tuple(elements), raw=raw, tolerance=tolerance)


def read_separated(data: str, *, raw: str, tolerance: Tolerance = STRICT) -> Said:
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
    return checked(tuple(elements), raw=raw, tolerance=tolerance)


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
    r"""Elements as people read them.

    >>> print(bracketed((("01", "04006381333931"), ("10", "A(7"))))
    (01)04006381333931(10)A\(7
    """
    return "".join(f"({ai}){value.replace('(', chr(92) + '(')}" for ai, value in elements)


def separated(elements: Elements, *, separator: str = SEPARATOR) -> str:
    """Elements as a barcode carries them, without the first separator.

    >>> separated((("01", "04006381333931"), ("10", "L7"), ("21", "9")), separator="^")
    '010400638133393110L7^219'
    """
    parts, open_ended = [], False
    for ai, value in elements:
        parts.append(separator if open_ended else "")
        parts.append(ai + value)
        open_ended = _known(ai, tolerance=None).length is None
    return "".join(parts)


def checked(elements: Elements, *, raw: str, tolerance: Tolerance = STRICT) -> Said:
    """The same elements, when each value is right and all may stand together; else `CodeRefused`."""
    if not elements:
        raise CodeRefused.of(raw, expected="at least one element", got="none")
    warnings: tuple[str, ...] = ()
    for ai, value in elements:
        known = TABLE.get(ai)
        if known is None:
            known = _known(ai, tolerance=tolerance, raw=raw)
            warnings += (f"the application identifier ({ai}) is not known",)
        found = known.finding(value)
        if found is not None:
            raise CodeRefused.of(value, expected=found[0], got=found[1], where=f"AI ({ai})")
    if len(elements) > 1 or ai not in _ALONE:
        warnings += _check_together(elements, raw=raw, tolerance=tolerance)
    return elements, warnings


_ALONE = frozenset(ai for ai, known in TABLE.items() if not known.needs)


def _known(ai: str, *, tolerance: Tolerance | None, raw: str = "") -> ApplicationIdentifier:
    """The identifier, or what an unknown one may be; `tolerance` None when it was checked before."""
    known = TABLE.get(ai)
    if known is None and (tolerance is None or tolerance.unknown):
        known = unknown_identifier(ai)
    if known is None:
        raise CodeRefused.of(raw, expected="a known application identifier", got=repr(ai))
    return known


def _check_together(elements: Elements, *, raw: str, tolerance: Tolerance) -> tuple[str, ...]:
    values = dict(elements)
    if len(values) < len(elements):
        for ai, value in elements:
            if values[ai] != value:
                raise CodeRefused.of(
                    raw, expected=f"one value of AI ({ai})", got=f"{value!r} and {values[ai]!r}"
                )
    clash, missing = _company(tuple(values))
    if clash is not None:
        raise CodeRefused.of(raw, expected=clash, got="both")
    if missing and not tolerance.apart:
        raise CodeRefused.of(raw, expected=missing[0], got="it alone")
    if _SIGNATURE in values:
        for ai, length in _UNSERIALISED.items():
            if len(values.get(ai, "")) == length:
                raise CodeRefused.of(raw, expected=f"a serial in AI ({ai}) under a signature", got="none")
    return tuple(f"GS1 wants {wish}" for wish in missing)


@lru_cache(maxsize=_KINDS_OF_CODES)
def _company(identifiers: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Whether these identifiers may stand together: (what clashes, what is missing), each in words."""
    present = frozenset(identifiers)
    missing = []
    for ai in identifiers:
        known = TABLE.get(ai)
        if known is None:
            continue
        clash = known.excludes & present
        if clash:
            return f"AI ({ai}) without AI ({min(clash)})", ()
        if known.missing_beside(present):
            wanted = " or ".join("+".join(min(choice) for choice in group) for group in known.needs)
            missing.append(f"AI ({ai}) together with {wanted}")
    return None, tuple(missing)
