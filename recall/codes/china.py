"""Chinese codes: MA (IDcode) and Ecode, told as far as their public grammar tells them.

GS1 data on Chinese goods is GS1 data, read under the profile `cn`. MA is issued under ISO/IEC 15459 (agency
`MA`); its segments for medical devices are documented, those of other trades belong to their owners. Ecode is
that of GB/T 31866: a version, a numbering scheme, and a main code that only the scheme understands.
"""

from __future__ import annotations

import re
from datetime import date

from recall.codes.content import calendar_date
from recall.codes.form import Form
from recall.codes.product_code import Granularity, ProductCode
from recall.codes.profile import Profile
from recall.errors import CodeRefused

_NODE = r"[0-9A-Za-z_\-]{1,64}"
_MA = re.compile(rf"MA\.[0-9]{{3}}(?:\.{_NODE}){{1,16}}(?:/{_NODE}(?:[./]{_NODE}){{0,16}})?")
_MEDICAL = re.compile(
    rf"(?P<class>MA\.[0-9]{{3}}\.M0\.{_NODE}\.{_NODE})(?P<segments>(?:\.[SMLDEVC]{_NODE})*)"
)
_DATES = {"M": "production", "E": "expiration", "V": "valid_until"}
_DATE = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[012][0-9]|3[01])")
_ECODE = re.compile(r"ecode:(?P<main>[1-9][0-9]{4}\S{1,100})", re.IGNORECASE)
_BARE_ECODE = re.compile(r"[1-4][0-9]{4}[0-9A-Z]{10,39}")


def _is_ma(raw: str) -> bool:
    return raw.startswith("MA.")


def _read_ma(raw: str, profile: Profile) -> ProductCode:
    """Read `MA.156.M0.…`; the canonical form is the code as it stands. Raises `CodeRefused`."""
    del profile
    if _MA.fullmatch(raw) is None:
        raise CodeRefused.of(raw, expected="an MA code such as MA.156.M0.100761.21234561", got=repr(raw[:60]))
    medical = _MEDICAL.fullmatch(raw)
    if medical is None:
        warning = "an MA code of a trade whose segments are its owner's own: no lot or serial was told"
        return ProductCode(scheme="ma", canonical=raw, raw=raw, warnings=(warning,))
    segments = [(text[0], text[1:]) for text in medical["segments"].split(".")[1:]]
    values = dict(segments)
    if len(values) < len(segments):
        raise CodeRefused.of(raw, expected="each segment once", got="one of them twice")
    dates, warnings = _dates(segments)
    return ProductCode(
        scheme="ma",
        canonical=raw,
        raw=raw,
        class_id=medical["class"],
        lot=values.get("L"),
        serial=values.get("S"),
        dates=dates,
        granularity=_granularity(values),
        warnings=warnings,
    )


def _granularity(values: dict[str, str]) -> Granularity:
    return "item" if "S" in values else "batch" if "L" in values else "model"


def _dates(segments: list[tuple[str, str]]) -> tuple[tuple[tuple[str, date], ...], tuple[str, ...]]:
    """The days that segments tell as YYMMDD, and a warning for each that is no day."""
    dates, warnings = [], []
    for letter, text in segments:
        if letter not in _DATES:
            continue
        try:
            if _DATE.fullmatch(text) is None or text.endswith("00"):
                raise ValueError(text)
            dates.append((_DATES[letter], calendar_date(text)))
        except ValueError:
            warnings.append(f"segment {letter}: {text!r} is no day written YYMMDD")
    return tuple(dates), tuple(warnings)


def _is_ecode(raw: str) -> bool:
    return raw[:6].lower() == "ecode:"


def _read_ecode(raw: str, profile: Profile) -> ProductCode:
    """Read `ecode:` with version, numbering scheme and main code. Raises `CodeRefused`."""
    del profile
    match = _ECODE.fullmatch(raw)
    if match is None:
        raise CodeRefused.of(
            raw,
            expected="ecode: with a version from 1, a scheme of 4 digits and a main code",
            got=repr(raw[:60]),
        )
    return _ecode(match["main"], raw=raw)


def read_bare_ecode(raw: str) -> ProductCode | None:
    """A string of digits and capitals as an Ecode, if it has the shape of one; it cannot be told for sure.

    >>> read_bare_ecode("100036930136800000").canonical
    'ecode:100036930136800000'
    """
    if _BARE_ECODE.fullmatch(raw) is None:
        return None
    return _ecode(raw, raw=raw, warnings=("read as an Ecode by its shape alone",))


def _ecode(main: str, *, raw: str, warnings: tuple[str, ...] = ()) -> ProductCode:
    return ProductCode(scheme="ecode", canonical=f"ecode:{main}", raw=raw, warnings=warnings)


CHINESE_FORMS: tuple[Form, ...] = (Form("MA code", _is_ma, _read_ma), Form("Ecode", _is_ecode, _read_ecode))
"""The forms that a string is tried against after GS1's."""
