"""The names of months in the languages that notices are read in, short and long."""

from __future__ import annotations

import re
import unicodedata

_NAMES = (
    "January February March April May June July August September October November December",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Jän Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
)


def _plain(name: str) -> str:
    """The name in small letters, without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", name.lower()) if sign.isalpha())


_NUMBERS = {
    spelling: number
    for names in _NAMES
    for number, name in enumerate(names.split(), start=1)
    for spelling in (name.lower(), _plain(name))
}

MONTH = rf"(?:{'|'.join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True))})(?![^\W\d_])\.?"
"""A month's name as a regular expression, to be matched in either case."""

_CANADIAN_NAMES = "JA FE MR AL MA JN JL AU SE OC NO DE"
_CANADIAN = {name: number for number, name in enumerate(_CANADIAN_NAMES.split(), start=1)}
"""Canada's months in two letters, the same in both languages (Food and Drug Regulations B.01.007)."""
CANADIAN_MONTH = rf"(?-i:{'|'.join(_CANADIAN)})"
"""Such a month as a regular expression: in capitals only."""


def month_number(name: str) -> int:
    """Which month a name that `MONTH` or `CANADIAN_MONTH` matched is, from 1.

    >>> month_number("févr.")
    2
    """
    return _CANADIAN.get(name) or _NUMBERS[name.lower().removesuffix(".")]
