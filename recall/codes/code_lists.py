"""Lists of codes that others keep: countries, currencies, media, kinds of packages; and account numbers."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

from recall.codes.content import Check, Finding

_LISTS: dict[str, frozenset[str]] = {
    name: frozenset(text.split())
    for name, text in tomllib.loads(
        files("recall.codes").joinpath("code_lists.toml").read_text(encoding="utf-8")
    ).items()
}
_IBAN = re.compile("[0-9A-Z]{11,34}")


def listed(name: str, *also: str, noun: str) -> Check:
    """A check for a code of one of the lists, or one of a few others."""
    allowed = _LISTS[name] | set(also)

    def check(value: str) -> Finding | None:
        return None if value in allowed else (noun, value)

    return check


def account_number(value: str) -> Finding | None:
    """An IBAN (ISO 13616): a country, check digits by modulo 97, the account."""
    if value[:2] not in _LISTS["country_letters"] or _IBAN.fullmatch(value) is None:
        return "an IBAN", value
    number = "".join(str(int(c, 36)) for c in value[4:] + value[:4])
    return None if int(number) % 97 == 1 else ("an IBAN whose check digits agree", value[2:4])
