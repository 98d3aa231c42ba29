"""Patterns that cannot run away: a small part of regular expressions, checked before it is compiled.

Letters, sets (`[0-9A-Z]`, `\\d`), named groups (`(?P<lot>…)`), counted repeats of one letter or set (`{8}`,
`{1,20}`, `?`). Nothing is repeated as a whole, so the ways in which a text can be divided are at most
the product of the repeats' choices; that product is limited.
"""

from __future__ import annotations

import re

from recall.errors import InputRefused

LONGEST_PATTERN = 500
"""Characters of a pattern."""
MOST_REPEATS = 200
"""The largest count of one repeat."""
MOST_WAYS = 2_000
"""In how many ways one text may be divided among the repeats."""

_TOKEN = re.compile(
    r"(?P<open>\(\?P<[a-z][a-z0-9_]{0,30}>)"
    r"|(?P<close>\))"
    r"|(?:(?P<set>\[\^?(?:[^\[\]\\^&|~\s]|\\[\]\[\\.\-^/d])+\]|\\d)|(?P<letter>[^\\.^$*+?{}\[\]|()\s]|\\[.^$*+?{}\[\]|()\\/\-]))"
    r"(?P<repeat>\{(?P<low>[0-9]{1,3})(?:,(?P<high>[0-9]{1,3}))?\}|\?)?"
)


def read_pattern(text: str, *, where: str = "") -> re.Pattern[str]:
    """Compile a pattern of the small kind; it is to be matched whole. Raises `InputRefused`.

    >>> read_pattern(r"Q(?P<lot>[0-9]{8})(?P<serial>[0-9A-Z]{1,12})").groupindex["serial"]
    2
    """
    if len(text) > LONGEST_PATTERN:
        raise _refused(
            text, expected=f"at most {LONGEST_PATTERN} characters", got=f"{len(text)}", where=where
        )
    at, ways, inside = 0, 1, False
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise _refused(text, expected="letters, sets, named groups and counted repeats",
                           got=repr(text[at : at + 12]), where=where)  # fmt: skip
        if token["open"] or token["close"]:
            if bool(token["open"]) == inside:
                raise _refused(
                    text, expected="groups side by side", got=repr(text[at : at + 12]), where=where
                )
            inside = not inside
        ways *= _choices(token, text, where=where)
        at = token.end()
    if ways > MOST_WAYS:
        expected = f"repeats that divide a text in at most {MOST_WAYS} ways"
        raise _refused(text, expected=expected, got=f"{ways}", where=where)
    try:
        return re.compile(text, re.ASCII)
    except (re.error, OverflowError) as error:
        raise _refused(text, expected="a pattern", got=str(error), where=where) from None


def _choices(token: re.Match[str], text: str, *, where: str) -> int:
    """How many lengths a token may have."""
    if token["repeat"] is None:
        return 1
    if token["low"] is None:
        return 2
    low = int(token["low"])
    high = int(token["high"]) if token["high"] is not None else low
    if not low <= high <= MOST_REPEATS:
        raise _refused(text, expected=f"a count of at most {MOST_REPEATS}", got=token["repeat"], where=where)
    return high - low + 1


def _refused(text: str, *, expected: str, got: str, where: str) -> InputRefused:
    return InputRefused.of(text, expected=expected, got=got, where=where)
