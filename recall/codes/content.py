"""Content checks: what a part of a GS1 value must be beyond its length and its alphabet.

A check takes the part and gives nothing when it is right, or the pair (expected, got) in words.
`CHECKS` names them as `application_identifiers.toml` does.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

Finding = tuple[str, str]
"""What was expected, and what stands there instead."""

Check = Callable[[str], Finding | None]

REFERENCE_YEAR = 2026
"""The year from which the century of a two-digit year is told, unless a caller hands in another."""

_ALPHABET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_VALUE_82 = {character: value for value, character in enumerate(_ALPHABET_82)}
_ALPHABET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


def check_digit(body: str) -> str:
    """The GS1 check digit (modulo 10, weights 3 and 1 from the right) of a run of digits without it."""
    return str(-(3 * sum(map(int, body[::-2])) + sum(map(int, body[-2::-2]))) % 10)


def check_pair(body: str) -> str:
    """The two check characters (modulo 1021, prime weights) of a model number without them."""
    total = sum(_VALUE_82[c] * prime for c, prime in zip(reversed(body), _PRIMES, strict=False)) % 1021
    return _ALPHABET_32[total >> 5] + _ALPHABET_32[total & 31]


def calendar_date(text: str, *, reference_year: int = REFERENCE_YEAR) -> date:
    """A checked `YYMMDD` as a date: day 00 is the last of the month; the century is the nearest one.

    GS1 General Specifications 7.12: a year 51 to 99 ahead of the reference belongs to the last century,
    one 50 to 99 behind it to the next.
    """
    year, month, day = reference_year // 100 * 100 + int(text[:2]), int(text[2:4]), int(text[4:6])
    ahead = year - reference_year
    if ahead >= 51:
        year -= 100
    elif ahead <= -50:
        year += 100
    return date(year, month, day or monthrange(year, month)[1])


def _check(value: str) -> Finding | None:
    expected = check_digit(value[:-1])
    return None if value[-1] == expected else (f"check digit {expected}", value[-1])


def _check_pair(value: str) -> Finding | None:
    if len(value) < 3:
        return "a model number with two check characters", f"{len(value)} characters"
    expected = check_pair(value[:-2])
    return None if value[-2:] == expected else (f"check characters {expected}", value[-2:])


def _prefix(value: str) -> Finding | None:
    head = value[:4]
    right = len(head) == 4 and head.isascii() and head.isdigit()
    return None if right else ("four digits of a company prefix", head)


def _prefix_after_one(value: str) -> Finding | None:
    return _prefix(value[1:])


def _date_of(year: int, month: int, day: int, *, value: str) -> Finding | None:
    if not 1 <= month <= 12:
        return "a month from 01 to 12", value
    last = monthrange(year, month)[1]
    return None if 1 <= day <= last else (f"a day from 01 to {last}", value)


def _date(value: str) -> Finding | None:
    return _date_of(2000 + int(value[:2]), int(value[2:4]), int(value[4:6]), value=value)


def _date_or_month(value: str) -> Finding | None:
    return _date_of(2000 + int(value[:2]), int(value[2:4]), int(value[4:6]) or 1, value=value)


def _long_date(value: str) -> Finding | None:
    year = int(value[:4])
    return _date_of(year, int(value[4:6]), int(value[6:8]), value=value) if year else ("a year", value)


def _below(limit: int, *, noun: str) -> Check:
    def check(value: str) -> Finding | None:
        return None if int(value) < limit else (noun, value)

    return check


def _one_of(*allowed: str) -> Check:
    def check(value: str) -> Finding | None:
        return None if value in allowed else (" or ".join(allowed), value)

    return check


def _time(value: str) -> Finding | None:
    right = int(value[:2]) < 24 and int(value[2:]) < 60
    return None if right else ("a time from 0000 to 2359", value)


def _piece(value: str) -> Finding | None:
    piece, total = int(value[:2]), int(value[2:])
    return None if 1 <= piece <= total else ("a piece number from 01 to the number of pieces", value)


def _sequence(value: str) -> Finding | None:
    right = re.fullmatch("[1-9]/[1-9]", value) is not None and value[0] <= value[2]
    return None if right else ("a place in a sequence such as 1/3", value)


def _nonzero(value: str) -> Finding | None:
    return None if value.strip("0") else ("a number above zero", value)


def _no_leading_zero(value: str) -> Finding | None:
    return ("a number without leading zeros", value) if value[0] == "0" else None


def _percent(value: str) -> Finding | None:
    found = _BAD_ESCAPE.search(value)
    return (
        None if found is None else ("a percent sign with two hexadecimal digits", value[found.start() :][:3])
    )


def _has_nondigit(value: str) -> Finding | None:
    right = not all(c in "0123456789" for c in value)
    return None if right else ("at least one character that is not a digit", value)


def _iban(value: str) -> Finding | None:
    if re.fullmatch("[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}", value) is None or len(value) < 10:
        return "an IBAN", value
    number = "".join(str(int(c, 36)) for c in value[4:] + value[:4])
    return None if int(number) % 97 == 1 else ("an IBAN whose check digits agree", value[2:4])


def _importer(value: str) -> Finding | None:
    right = re.fullmatch("[0-9A-Za-z_-]", value) is not None
    return None if right else ("a letter, a digit, - or _", value)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "check": _check,
        "check_pair": _check_pair,
        "prefix1": _prefix,
        "prefix2": _prefix_after_one,
        "date": _date,
        "date0": _date_or_month,
        "long_date": _long_date,
        "time": _time,
        "hour": _below(24, noun="an hour from 00 to 23"),
        "minute": _below(60, noun="a minute from 00 to 59"),
        "second": _below(60, noun="a second from 00 to 59"),
        "latitude": _below(1_800_000_001, noun="at most 1800000000"),
        "longitude": _below(3_600_000_001, noun="at most 3600000000"),
        "piece": _piece,
        "sequence": _sequence,
        "zero": _one_of("0"),
        "nonzero": _nonzero,
        "no_leading_zero": _no_leading_zero,
        "nondigit": _has_nondigit,
        "winding": _one_of("0", "1", "9"),
        "flag": _one_of("0", "1"),
        "hyphen": _one_of("-"),
        "sex": _one_of("0", "1", "2", "9"),
        "percent": _percent,
        "iban": _iban,
        "importer": _importer,
    }
)
