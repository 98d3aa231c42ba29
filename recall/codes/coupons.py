"""Coupon codes of North America: AI 8110 and, for offers on file, AI 8112.

Fields run together, many of them led by one digit that tells their length. After the North American Coupon
Application Guideline and the AI (8112) Coupon Data Specification.
"""

from __future__ import annotations

import re

from recall.codes.content import Finding, day_date


def _sized(first: int, last: int, *, plus: int) -> str:
    """One digit from `first` to `last`, and as many digits as it says and `plus` more."""
    return "(?:" + "|".join(f"{n}[0-9]{{{n + plus}}}" for n in range(first, last + 1)) + ")"


_COMPANY = _sized(0, 6, plus=6)
_OFFER = "[0-9]{6}"
_SAVE = _sized(1, 5, plus=0)
_PURCHASE = _sized(1, 5, plus=0) + "[0-49][0-9]{3}"
_OTHER_COMPANY = f"(?:{_COMPANY}|9)"

_COUPON = re.compile(
    f"{_COMPANY}{_OFFER}{_SAVE}{_PURCHASE}"
    f"(?:1[0-3]{_PURCHASE}{_OTHER_COMPANY})?"
    f"(?:2{_PURCHASE}{_OTHER_COMPANY})?"
    "(?:3(?P<expires>[0-9]{6}))?"
    "(?:4(?P<starts>[0-9]{6}))?"
    f"(?:5{_sized(0, 9, plus=6)})?"
    f"(?:6{_sized(1, 7, plus=6)})?"
    "(?:9[01256][0-2][0-9][01])?"
)
_OFFER_ON_FILE = re.compile(f"[01]{_COMPANY}{_OFFER}{_sized(0, 9, plus=6)}")


def coupon(value: str) -> Finding | None:
    """A coupon's whole content: who gives it, what it saves, what must be bought, when, where."""
    match = _COUPON.fullmatch(value)
    if match is None:
        return "the fields of a North American coupon in their lengths", value
    expires, starts = match["expires"], match["starts"]
    for day in (expires, starts):
        found = None if day is None else day_date(day)
        if found is not None:
            return found
    if expires is not None and starts is not None and starts > expires:
        return f"a coupon that starts by its last day {expires}", starts
    return None


def offer_on_file(value: str) -> Finding | None:
    """A coupon whose terms are on file: format, funder, offer, serial."""
    right = _OFFER_ON_FILE.fullmatch(value) is not None
    return None if right else ("the fields of a coupon on file in their lengths", value)
