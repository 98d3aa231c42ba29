"""EPC URNs: pure identities, lots, and patterns, as GS1 keys.

A URN splits a key behind the company prefix and leaves the check digit out; both are put back here, which
needs no table. The other way would need the prefix lengths of all companies: URNs are read, never written.
Grammar after the EPC Tag Data Standard 1.13 and 2.0, section 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import unquote

from recall.codes.content import check_digit
from recall.codes.gs1 import Elements
from recall.errors import CodeRefused

_TEXT = r"(?:[!'()*+,\-.0-9:;=A-Za-z_]|%(?:2[2569FfCc]|3[CcEeFf]))"
_COMPONENT = r"(?:[0-9A-Z\-]|%2[3Ff])"

Reader = Callable[[re.Match[str]], Elements]


def _parts(total: int) -> str:
    """The company prefix (6 to 12 digits), a dot and the reference; together `total` digits."""
    lengths = "|".join(rf"[0-9]{{{n}}}\.[0-9]{{{total - n}}}" for n in range(6, 13))
    return rf"(?=(?:{lengths})(?:\.|$))(?P<prefix>[0-9]+)\.(?P<ref>[0-9]*)"


def _moved(match: re.Match[str]) -> str:
    """Indicator digit, prefix, rest of the reference, check digit: the order inside GTIN and SSCC."""
    body = match["ref"][0] + match["prefix"] + match["ref"][1:]
    return body + check_digit(body)


def _plain(match: re.Match[str]) -> str:
    body = match["prefix"] + match["ref"]
    return body + check_digit(body)


def _serial(match: re.Match[str]) -> str:
    return unquote(match["serial"])


def _gtin_with(ai: str) -> Reader:
    return lambda match: (("01", _moved(match)), (ai, _serial(match)))


def _location(match: re.Match[str]) -> Elements:
    extension = _serial(match)
    place = ("414", _plain(match))
    return (place,) if extension == "0" else (place, ("254", extension))


def _piece(match: re.Match[str]) -> str:
    return _moved(match) + match["piece"] + match["total"]


def _joined(ai: str) -> Reader:
    return lambda match: ((ai, match["prefix"] + _serial(match)),)


def _short(limit: int) -> str:
    """A company prefix and a text reference; together at most `limit` characters."""
    choices = "|".join(rf"[0-9]{{{n}}}\.{_TEXT}{{1,{limit - n}}}" for n in range(6, 13))
    return rf"(?=(?:{choices})$)(?P<prefix>[0-9]+)\.(?P<serial>.+)"


_COMPONENT_KEY = rf"(?P<prefix>[0-9]{{6,12}})\.(?P<ref>{_COMPONENT}{{1,24}})"


def _component(match: re.Match[str]) -> str:
    return match["prefix"] + unquote(match["ref"])


_GRAMMAR: Mapping[str, tuple[str, Reader]] = {
    "id:sgtin": (rf"{_parts(13)}\.(?P<serial>{_TEXT}{{1,20}})", _gtin_with("21")),
    "class:lgtin": (rf"{_parts(13)}\.(?P<serial>{_TEXT}{{1,20}})", _gtin_with("10")),
    "class:gtin": (_parts(13), lambda m: (("01", _moved(m)),)),
    "id:upui": (rf"{_parts(13)}\.(?P<serial>{_TEXT}{{1,28}})", _gtin_with("235")),
    "id:itip": (
        rf"{_parts(13)}\.(?P<piece>[0-9]{{2}})\.(?P<total>[0-9]{{2}})\.(?P<serial>{_TEXT}{{1,20}})",
        lambda m: (("8006", _piece(m)), ("21", _serial(m))),
    ),
    "id:sscc": (_parts(17), lambda m: (("00", _moved(m)),)),
    "id:sgln": (rf"{_parts(12)}\.(?P<serial>{_TEXT}{{1,20}})", _location),
    "id:pgln": (_parts(12), lambda m: (("417", _plain(m)),)),
    "id:gsrn": (_parts(17), lambda m: (("8018", _plain(m)),)),
    "id:gsrnp": (_parts(17), lambda m: (("8017", _plain(m)),)),
    "id:gsin": (_parts(16), lambda m: (("402", _plain(m)),)),
    "id:grai": (
        rf"{_parts(12)}\.(?P<serial>{_TEXT}{{1,16}})",
        lambda m: (("8003", f"0{_plain(m)}{_serial(m)}"),),
    ),
    "id:gdti": (rf"{_parts(12)}\.(?P<serial>{_TEXT}{{1,17}})", lambda m: (("253", _plain(m) + _serial(m)),)),
    "id:sgcn": (rf"{_parts(12)}\.(?P<serial>[0-9]{{1,12}})", lambda m: (("255", _plain(m) + m["serial"]),)),
    "id:giai": (_short(30), _joined("8004")),
    "id:ginc": (_short(30), _joined("401")),
    "id:cpi": (
        rf"{_COMPONENT_KEY}\.(?P<serial>[0-9]{{1,12}})",
        lambda m: (("8010", _component(m)), ("8011", m["serial"])),
    ),
    "idpat:sgtin": (rf"{_parts(13)}\.\*", lambda m: (("01", _moved(m)),)),
    "idpat:upui": (rf"{_parts(13)}\.\*", lambda m: (("01", _moved(m)),)),
    "idpat:itip": (
        rf"{_parts(13)}\.(?P<piece>[0-9]{{2}})\.(?P<total>[0-9]{{2}})\.\*",
        lambda m: (("8006", _piece(m)),),
    ),
    "idpat:grai": (rf"{_parts(12)}\.\*", lambda m: (("8003", f"0{_plain(m)}"),)),
    "idpat:gdti": (rf"{_parts(12)}\.\*", lambda m: (("253", _plain(m)),)),
    "idpat:sgcn": (rf"{_parts(12)}\.\*", lambda m: (("255", _plain(m)),)),
    "idpat:cpi": (rf"{_COMPONENT_KEY}\.\*", lambda m: (("8010", _component(m)),)),
}

_KINDS: Mapping[str, tuple[re.Pattern[str], Reader]] = MappingProxyType(
    {kind: (re.compile(source), reader) for kind, (source, reader) in _GRAMMAR.items()}
)


def is_known_kind(urn: str) -> bool:
    """Whether the URN belongs to a scheme that names a GS1 key (right or wrong inside)."""
    return urn.startswith("urn:epc:") and ":".join(urn.split(":", 4)[2:4]) in _KINDS


def read_urn(urn: str) -> Elements:
    """Read `urn:epc:id:sgtin:4012345.011111.9876` and its like as GS1 elements.

    Raises `CodeRefused` when the scheme names no GS1 key or its parts are wrong.
    """
    pieces = urn.split(":", 4)
    kind = ":".join(pieces[2:4])
    if len(pieces) < 5 or pieces[:2] != ["urn", "epc"] or kind not in _KINDS:
        raise CodeRefused.of(urn, expected="an EPC URN such as urn:epc:id:sgtin:…", got=repr(kind[:40]))
    pattern, reader = _KINDS[kind]
    match = pattern.fullmatch(pieces[4])
    if match is None:
        raise CodeRefused.of(
            urn, expected=f"the parts of urn:epc:{kind} in their lengths", got=repr(pieces[4][:80])
        )
    return reader(match)
