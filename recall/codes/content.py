"""Content checks: what a part of a GS1 value must be beyond its length and its alphabet.

A check takes any string whatever and gives nothing when it is right, or the pair (expected, got) in words.
Rules after the GS1 General Specifications, sections 3 and 7.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

Finding = tuple[str, str]
"""What was expected, and what stands there instead."""

Check = Callable[[str], Finding | None]

REFERENCE_YEAR = 2026
"""The year from which the century of a two-digit year is told, unless a caller hands in the present one.

A door with a clock does (`read_code(..., reference_year=now.year)`); without one an answer never changes.
"""

_ALPHABET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_VALUE_82 = {character: value for value, character in enumerate(_ALPHABET_82)}
_ALPHABET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = tuple(n for n in range(2, 510) if all(n % d for d in range(2, int(n**0.5) + 1)))
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_DIGITS = re.compile("[0-9]+")
_PLACE = re.compile("([1-9][0-9]*)/([1-9][0-9]*)")


def check_digit(body: str) -> str:
    """The GS1 check digit (modulo 10, weights 3 and 1 from the right) of a run of digits without it.

    >>> check_digit("400638133393")
    '1'
    """
    digits = body.encode()  # summed as bytes, each 48 above its digit
    threes, ones = digits[::-2], digits[-2::-2]
    return str((144 * len(threes) + 48 * len(ones) - 3 * sum(threes) - sum(ones)) % 10)


def check_pair(body: str) -> str:
    """The two check characters (modulo 1021, prime weights) of a model number without them.

    >>> check_pair("1987654Ad4X4bL5ttr2310c")
    '2K'
    """
    total = sum(_VALUE_82[c] * prime for c, prime in zip(reversed(body), _PRIMES, strict=False)) % 1021
    return _ALPHABET_32[total >> 5] + _ALPHABET_32[total & 31]


def calendar_date(text: str, *, reference_year: int = REFERENCE_YEAR) -> date:
    """A checked `YYMMDD` as a date: day 00 is the last of the month; the century is the nearest one.

    GS1 General Specifications 7.12: a year 51 to 99 ahead of the reference belongs to the last century,
    one 50 to 99 behind it to the next.

    >>> calendar_date("280200")
    datetime.date(2028, 2, 29)
    """
    year, month, day = reference_year // 100 * 100 + int(text[:2]), int(text[2:4]), int(text[4:6])
    ahead = year - reference_year
    if ahead >= 51:
        year -= 100
    elif ahead <= -50:
        year += 100
    return date(year, month, day or monthrange(year, month)[1])


def is_digits(value: str, *, length: int | None = None) -> bool:
    """Whether a string is made of the digits 0 to 9, at least one, and of so many if told."""
    return _DIGITS.fullmatch(value) is not None and length in (None, len(value))


def right_check_digit(value: str) -> Finding | None:
    """The last digit is the check digit of those before it."""
    if not is_digits(value):
        return "digits", value
    expected = check_digit(value[:-1])
    return None if value[-1] == expected else (f"check digit {expected}", value[-1])


def right_check_pair(value: str) -> Finding | None:
    """The last two characters are the check pair of a model number."""
    if len(value) < 2 or len(value) > len(_PRIMES) + 2:
        return "a model number with two check characters", f"{len(value)} characters"
    if not set(value[:-2]) <= _VALUE_82.keys():
        return "characters of the GS1 alphabet", value
    expected = check_pair(value[:-2])
    return None if value[-2:] == expected else (f"check characters {expected}", value[-2:])


def company_prefix(value: str) -> Finding | None:
    """It begins with at least four digits, as every GS1 Company Prefix does."""
    return None if is_digits(value[:4], length=4) else ("four digits of a company prefix", value[:4])


def company_prefix_after_one(value: str) -> Finding | None:
    """The same, behind an indicator or extension digit."""
    return company_prefix(value[1:])


def _date_of(*, year: int, month: int, day: int, value: str) -> Finding | None:
    if not 1 <= month <= 12:
        return "a month from 01 to 12", value
    last = monthrange(year, month)[1]
    return None if 1 <= day <= last else (f"a day from 01 to {last}", value)


def _date(value: str, *, digits: int, or_month: bool) -> Finding | None:
    if not is_digits(value, length=digits):
        return f"{digits} digits of a date", value
    year, day = int(value[:-4]), int(value[-2:])
    year = 2000 + year if digits == 6 else year
    return _date_of(year=year, month=int(value[-4:-2]), day=1 if or_month and not day else day, value=value)


def day_date(value: str) -> Finding | None:
    """`YYMMDD`."""
    return _date(value, digits=6, or_month=False)


def day_or_month_date(value: str) -> Finding | None:
    """`YYMMDD`, where day 00 means the whole month."""
    return _date(value, digits=6, or_month=True)


def long_date(value: str) -> Finding | None:
    """`YYYYMMDD`."""
    return _date(value, digits=8, or_month=False)


def long_day_or_month_date(value: str) -> Finding | None:
    """`YYYYMMDD`, where day 00 means the whole month."""
    return _date(value, digits=8, or_month=True)


def number_below(limit: int, *, digits: int, noun: str) -> Check:
    """A check for a number of so many digits, smaller than a limit."""

    def check(value: str) -> Finding | None:
        return None if is_digits(value, length=digits) and int(value) < limit else (noun, value)

    return check


def one_of(*allowed: str) -> Check:
    """A check for one of a few values."""

    def check(value: str) -> Finding | None:
        return None if value in allowed else (" or ".join(allowed), value)

    return check


def time_of_day(value: str) -> Finding | None:
    """`HHMM`."""
    right = is_digits(value, length=4) and int(value[:2]) < 24 and int(value[2:]) < 60
    return None if right else ("a time from 0000 to 2359", value)


def piece_of_total(value: str) -> Finding | None:
    """The number of a piece and of all pieces, in as many digits each."""
    half = len(value) // 2
    right = is_digits(value) and len(value) % 2 == 0 and 1 <= int(value[:half]) <= int(value[half:])
    return None if right else ("a piece number from 01 to the number of pieces", value)


def place_in_sequence(value: str) -> Finding | None:
    """A place and the number of places, such as 1/3."""
    match = _PLACE.fullmatch(value)
    right = match is not None and int(match[1]) <= int(match[2])
    return None if right else ("a place in a sequence such as 1/3", value)


def all_zeros(value: str) -> Finding | None:
    """Nothing but zeros."""
    return None if value and not value.strip("0") else ("0", value)


def all_hyphens(value: str) -> Finding | None:
    """Nothing but hyphens."""
    return None if value and not value.strip("-") else ("-", value)


def above_zero(value: str) -> Finding | None:
    """A number above zero."""
    return None if is_digits(value) and value.strip("0") else ("a number above zero", value)


def no_leading_zero(value: str) -> Finding | None:
    """A number that is written without leading zeros."""
    right = not value or (is_digits(value) and value[0] != "0")
    return None if right else ("a number without leading zeros", value)


def percent_encoded(value: str) -> Finding | None:
    """Two hexadecimal digits follow every percent sign."""
    found = _BAD_ESCAPE.search(value)
    if found is None:
        return None
    return "a percent sign with two hexadecimal digits", value[found.start() :][:3]


def with_a_nondigit(value: str) -> Finding | None:
    """At least one character is not a digit."""
    right = value != "" and not is_digits(value)
    return None if right else ("at least one character that is not a digit", value)


def padded_in_threes(value: str) -> Finding | None:
    """At most two `=` at the end of base64url, and then a length that three divides, as GS1 checks it."""
    pads = len(value) - len(value.rstrip("="))
    right = "=" not in value.rstrip("=") and (not pads or (pads <= 2 and len(value) % 3 == 0))
    return None if right else ("base64url with at most two =, at its end", value)
