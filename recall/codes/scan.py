"""What scanners send: data behind a symbology identifier (ISO/IEC 15424), read and written.

GS1's own notation of the same is the message: `^` for FNC1 where data is element strings, `|` before the
second part of a composite symbol, and a backslash before text that would look like element strings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from recall.codes.content import check_digit, is_digits
from recall.codes.digital_link import read_uri
from recall.codes.gs1 import SEPARATOR, read_gtin, read_separated, separated
from recall.codes.profile import Tolerance
from recall.errors import CodeRefused


class Carrier(NamedTuple):
    """What an identifier of three characters says about the data behind it."""

    symbology: str
    kind: Literal["elements", "text", "digits"]
    digits: int = 0
    """How many, when the data is digits alone."""


CARRIERS: Mapping[str, Carrier] = MappingProxyType(
    {
        "]C1": Carrier("GS1_128_CCA", "elements"),
        "]e0": Carrier("DataBarExpanded", "elements"),
        "]d2": Carrier("DM", "elements"),
        "]Q3": Carrier("QR", "elements"),
        "]J1": Carrier("DotCode", "elements"),
        "]d1": Carrier("DM", "text"),
        "]Q1": Carrier("QR", "text"),
        "]J0": Carrier("DotCode", "text"),
        "]E0": Carrier("EAN13", "digits", 13),
        "]E4": Carrier("EAN8", "digits", 8),
        "]I1": Carrier("ITF14", "digits", 14),
    }
)
"""By identifier; one that several symbologies share names the first of them."""

COMPOSITE = "|]e0"
"""What stands between a retail barcode and the composite component above it."""

_APART = Tolerance(apart=True)
_ADDRESS = ("http://", "https://", "HTTP://", "HTTPS://")
_ESCAPED = re.compile(r"\\+\^")
_LOOKS_LIKE_ELEMENTS = re.compile(r"\\*\^")
_TEXT = {"QR": "]Q1", "DM": "]d1", "DotCode": "]J0"}
_ELEMENTS = {"QR": "]Q3", "DM": "]d2", "DotCode": "]J1", "DataBarExpanded": "]e0"}
_LINEAR = frozenset({"GS1_128_CCA", "GS1_128_CCC"})
_DATABAR = frozenset(f"DataBar{name}" for name in ("Omni", "Truncated", "Stacked", "StackedOmni", "Limited"))
_RETAIL = {"UPCA": ("]E0", 12), "UPCE": ("]E0", 12), "EAN13": ("]E0", 13), "EAN8": ("]E4", 8)}
_MOST_LIMITED = "19999999999999"


def carrier_of(raw: str) -> tuple[Carrier, str]:
    """(carrier, the data behind its identifier). Raises `CodeRefused` for one that is not GS1's."""
    carrier = CARRIERS.get(raw[:3])
    if carrier is None:
        raise CodeRefused.of(raw, expected="a symbology identifier of a GS1 carrier", got=repr(raw[:3]))
    return carrier, raw[3:]


def retail_parts(data: str, *, digits: int, raw: str) -> tuple[str, str | None]:
    """(the digits of an EAN or UPC, the data of its composite component if it has one), digits checked."""
    number, mark, composite = data.partition(COMPOSITE)
    if not is_digits(number, length=digits):
        raise CodeRefused.of(
            raw, expected=f"{digits} digits after the symbology identifier", got=repr(number[:40])
        )
    read_gtin(number)
    if mark and not composite:
        raise CodeRefused.of(raw, expected=f"element strings after {COMPOSITE}", got="none")
    return number, composite if mark else None


def read_scan(raw: str) -> tuple[str, str]:
    """What a scanner sent, as (symbology, message); element strings and Digital Links inside are checked.

    Identifiers may lack those that GS1 wants beside them. Raises `CodeRefused`.

    >>> read_scan("]E402345673|]e099COMPOSITE")
    ('EAN8', '02345673|^99COMPOSITE')
    """
    carrier, data = carrier_of(raw)
    if carrier.kind == "elements":
        return carrier.symbology, _message(data, raw=raw)
    if carrier.kind == "digits":
        number, composite = retail_parts(data, digits=carrier.digits, raw=raw)
        return carrier.symbology, number if composite is None else f"{number}|{_message(composite, raw=raw)}"
    if data.startswith(_ADDRESS):
        read_uri(data, tolerance=_APART)
    return carrier.symbology, f"\\{data}" if _LOOKS_LIKE_ELEMENTS.match(data) else data


def _message(data: str, *, raw: str) -> str:
    read_separated(data, raw=raw, tolerance=_APART)
    return f"^{data.replace(SEPARATOR, '^')}"


def write_scan(symbology: str, message: str) -> str:
    """What a scanner would send for a message in a symbology, by GS1's names of both.

    A retail number one digit short gets its check digit. Raises `CodeRefused`.

    >>> write_scan("EAN13", "211234567890")
    ']E02112345678900'
    """
    if symbology in _TEXT and not message.startswith("^"):
        if message.startswith(_ADDRESS):
            read_uri(message, tolerance=_APART)
        return _TEXT[symbology] + (message[1:] if _ESCAPED.match(message) else message)
    first, bar, second = message.partition("|")
    composite = _data(second, raw=message) if bar else None
    if symbology in _RETAIL:
        opening, digits = _RETAIL[symbology]
        number = _primary(first, digits=digits, raw=message)
        number = number.zfill(8 if digits == 8 else 13)
        return f"{opening}{number}" + (f"{COMPOSITE}{composite}" if composite else "")
    if symbology in _DATABAR:
        number = _primary(first, digits=14, raw=message)
        if symbology == "DataBarLimited" and number > _MOST_LIMITED:
            raise CodeRefused.of(message, expected=f"at most {_MOST_LIMITED}", got=number)
        return f"]e001{number}{composite or ''}"
    data = _data(first, raw=message)
    if symbology in _LINEAR and composite is None:
        return f"]C1{data}"
    if symbology not in _ELEMENTS and symbology not in _LINEAR:
        raise CodeRefused.of(symbology, expected="a symbology that carries GS1 data", got=repr(symbology))
    opening = _ELEMENTS.get(symbology, "]e0")
    return f"{opening}{data}" if composite is None else f"{opening}{_joined(data, composite)}"


def _data(message: str, *, raw: str) -> str:
    if not message.startswith("^"):
        raise CodeRefused.of(raw, expected="element strings that begin with ^", got=repr(message[:20]))
    data = message[1:].replace("^", SEPARATOR)
    read_separated(data, raw=raw, tolerance=_APART)
    return data


def _joined(data: str, composite: str) -> str:
    """Two runs of element strings as one: a separator between them when the first ends open."""
    elements, _ = read_separated(data, raw=data, tolerance=_APART)
    follower = (("00", ""),)
    ends_open = separated((*elements, *follower)).endswith(f"{SEPARATOR}00")
    return data.removesuffix(SEPARATOR) + (SEPARATOR if ends_open else "") + composite


def _primary(message: str, *, digits: int, raw: str) -> str:
    """The digits of a linear symbol, given alone or as AI (01) with its leading zeros."""
    zeros = "^01" + "0" * (14 - digits)
    number = message.removeprefix(zeros)
    if is_digits(number, length=digits - 1):
        number += check_digit(number)
    if not is_digits(number, length=digits):
        raise CodeRefused.of(raw, expected=f"{digits} digits", got=repr(number[:20]))
    read_gtin(number)
    return number
