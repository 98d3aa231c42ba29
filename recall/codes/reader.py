"""The one door for codes: any string in, a product code out, or a refusal."""

from __future__ import annotations

import re
from typing import Literal, TypedDict

from recall.codes.digital_link import HOME, read_uri, write_uri
from recall.codes.epc import read_urn
from recall.codes.gs1 import SEPARATOR, Elements, read_bracketed, read_gtin, read_separated
from recall.codes.product_code import ProductCode, Scheme, granularity_of
from recall.errors import CodeRefused

Profile = Literal["strict", "lenient", "cn"]
"""`strict`: GS1's rules. `lenient`: also old forms, with warnings. `cn`: GB/T 33993's narrower alphabet."""

LONGEST = 8000
"""Characters; no code carrier holds more."""

_HOME_HOST = HOME.removeprefix("https://")
_SYMBOLOGY = re.compile(r"\]([A-Za-z])([0-9])")
_ELEMENT_CARRIERS = frozenset({"C1", "e0", "e1", "e2", "d2", "Q3", "J1"})
_TEXT_CARRIERS = frozenset({"Q1", "d1", "J0"})
_GTIN_CARRIERS = {"E0": 13, "E4": 8}
_NARROWER = frozenset("%&/<>?")


class DecodedCode(TypedDict):
    """One line of `recall decode --json`."""

    input: str
    valid: bool
    scheme: str | None
    canonical: str | None
    elements: list[list[str]]
    gtin: str | None
    lot: str | None
    serial: str | None
    error: str | None


def read_code(raw: str, *, profile: Profile = "strict") -> ProductCode:
    """Read any string as a product code.

    Takes bare GTINs, GS1 element strings (bracketed, scanned with a symbology identifier, with the separator
    0x1D or `^`), GS1 Digital Links and EPC URNs. Raises `CodeRefused`, and nothing else, whatever the string.
    """
    if len(raw) > LONGEST:
        raise CodeRefused.of(raw, expected=f"at most {LONGEST} characters", got=f"{len(raw)}")
    scheme, elements, host, warnings = _read(raw, lenient=profile == "lenient")
    if profile == "cn":
        warnings = (*warnings, *_narrower(elements))
    values = dict(elements)
    return ProductCode(
        scheme=scheme,
        canonical=write_uri(elements) or bracketed(elements),
        elements=elements,
        gtin=_gtin(values),
        lot=values.get("10"),
        serial=values.get("21"),
        granularity=granularity_of(values),
        host=host,
        trust="issuer" if host is None or host == _HOME_HOST else "claimed",
        warnings=warnings,
        raw=raw,
    )


def bracketed(elements: Elements) -> str:
    """Elements as people read them: `(01)04006381333931(10)LOT7`."""
    return "".join(f"({ai}){value.replace('(', chr(92) + '(')}" for ai, value in elements)


def decode_document(raw: str, *, profile: Profile = "strict") -> DecodedCode:
    """The answer of `recall decode` for one string: the code's parts, or why it was refused."""
    try:
        code = read_code(raw, profile=profile)
    except CodeRefused as refusal:
        return DecodedCode(
            input=raw, valid=False, scheme=None, canonical=None, elements=[],
            gtin=None, lot=None, serial=None, error=str(refusal),
        )  # fmt: skip
    return DecodedCode(
        input=raw, valid=True, scheme=code.scheme, canonical=code.canonical,
        elements=[[ai, value] for ai, value in code.elements],
        gtin=code.gtin, lot=code.lot, serial=code.serial, error=None,
    )  # fmt: skip


_Read = tuple[Scheme, Elements, str | None, tuple[str, ...]]


def _read(raw: str, *, lenient: bool) -> _Read:
    first = raw[:1]
    if first == "]":
        return _read_scan(raw, lenient=lenient)
    if first in ("^", SEPARATOR):
        data = raw[1:].replace("^", SEPARATOR) if first == "^" else raw[1:]
        return "gs1-element-string", read_separated(data, raw=raw), None, ()
    if first == "(":
        return "gs1-element-string", read_bracketed(raw), None, ()
    if raw[:4] in ("http", "HTTP"):
        return _read_address(raw, lenient=lenient)
    if raw.startswith("urn:epc:"):
        return "epc-urn", read_urn(raw), None, ()
    if raw.isascii() and raw.isdigit() and len(raw) <= 14:
        return "gtin", read_gtin(raw), None, ()
    if SEPARATOR in raw:
        return "gs1-element-string", read_separated(raw, raw=raw), None, ()
    if lenient:
        return _read_loosely(raw)
    raise CodeRefused.of(
        raw, expected="a GTIN, a GS1 element string, a GS1 Digital Link or an EPC URN", got="none"
    )


def _read_address(raw: str, *, lenient: bool) -> _Read:
    host, elements, warnings = read_uri(raw, lenient=lenient)
    return "gs1-digital-link", elements, host, warnings


def _read_loosely(raw: str) -> _Read:
    """What people type: blanks around the code, or an element string without its first separator."""
    text = raw.strip()
    if text != raw and text:
        scheme, elements, host, warnings = _read(text, lenient=True)
        return scheme, elements, host, (*warnings, "blanks around the code were left out")
    elements = read_separated(raw.replace("^", SEPARATOR), raw=raw)
    return "gs1-element-string", elements, None, ("the leading separator was missing",)


def _read_scan(raw: str, *, lenient: bool) -> _Read:
    match = _SYMBOLOGY.match(raw)
    carrier = match[1] + match[2] if match else ""
    data = raw[3:]
    if carrier in _ELEMENT_CARRIERS:
        return "gs1-element-string", read_separated(data, raw=raw), None, ()
    if carrier in _TEXT_CARRIERS and data[:4] in ("http", "HTTP"):
        return _read_address(data, lenient=lenient)
    if carrier in _GTIN_CARRIERS:
        return _read_retail_scan(data, digits=_GTIN_CARRIERS[carrier], raw=raw)
    raise CodeRefused.of(raw, expected="a symbology identifier of a GS1 carrier", got=repr(raw[:3]))


def _read_retail_scan(data: str, *, digits: int, raw: str) -> _Read:
    """EAN and UPC, perhaps with a composite component after `|]e0`."""
    number, mark, composite = data.partition("|]e0")
    if len(number) != digits or not (number.isascii() and number.isdigit()):
        raise CodeRefused.of(
            raw, expected=f"{digits} digits after the symbology identifier", got=repr(number[:40])
        )
    elements = read_gtin(number)
    if not mark:
        return "gtin", elements, None, ()
    return "gs1-element-string", read_separated(f"01{elements[0][1]}{composite}", raw=raw), None, ()


def _narrower(elements: Elements) -> tuple[str, ...]:
    """GB/T 33993: lot and serial without % & / < > ?, and the GTIN first."""
    for ai, value in elements:
        if ai in ("10", "21") and not _NARROWER.isdisjoint(value):
            raise CodeRefused.of(value, expected="none of % & / < > ?", got="one of them", where=f"AI ({ai})")
    return () if elements[0][0] == "01" else ("the code does not begin with a GTIN",)


def _gtin(values: dict[str, str]) -> str | None:
    gtin = values.get("01") or values.get("03")
    if gtin is None and "8006" in values:
        return values["8006"][:14]
    return gtin
