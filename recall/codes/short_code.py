"""The short code: twelve signs that anybody can read out and type, and no slip turns into another's.

Eleven signs of 23 (about 49 bits) and a check sign, in groups of four: `K7MX-4DA9-PTRC`. Of signs that look
alike the alphabet has one at most (0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V), and what is typed for it is read
as it. 23 is a prime: the check sign finds every wrong sign and every two signs that changed places.
"""

from __future__ import annotations

import re

from recall.errors import CodeRefused

ALPHABET = "346789ACDEFHJKMNPRTVWXY"
LENGTH = 12
_ALIKE = str.maketrans("GBU", "68V")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—−.·]+")
_CODE = re.compile(rf"(?<![A-Z0-9])(?:[{ALPHABET}GBU]{{4}}[-‐‑–— ]){{2}}[{ALPHABET}GBU]{{4}}(?![A-Z0-9])")


def short_code(seed: bytes) -> str:
    """The code that `seed` (16 random bytes or more) stands for, in its written form.

    >>> short_code(bytes(16))
    '3333-3333-3333'
    """
    if len(seed) < 16:
        raise ValueError(f"The seed of a short code: expected at least 16 bytes, got {len(seed)}")
    number, signs = int.from_bytes(seed) % 23 ** (LENGTH - 1), []
    for _ in range(LENGTH - 1):
        number, sign = divmod(number, 23)
        signs.append(sign)
    return written([*signs, _check(signs)])


def written(signs: list[int]) -> str:
    """Twelve values (0 to 22) as people read them: three groups of four."""
    text = "".join(ALPHABET[sign] for sign in signs)
    return "-".join(text[start : start + 4] for start in range(0, LENGTH, 4))


def read_short_code(typed: str) -> str:
    """The code that somebody typed, in its written form; case, blanks and dashes do not matter.

    Raises CodeRefused for another length, a sign that is none, or a check sign that does not fit.
    """
    text = _BETWEEN.sub("", typed).upper().translate(_ALIKE)
    if len(text) != LENGTH:
        raise CodeRefused.of(typed, expected=f"{LENGTH} letters and digits", got=str(len(text)))
    strange = next((sign for sign in text if sign not in ALPHABET), None)
    if strange is not None:
        raise CodeRefused.of(typed, expected=f"only signs of {ALPHABET}", got=repr(strange))
    signs = [ALPHABET.index(sign) for sign in text]
    if _check(signs[:-1]) != signs[-1]:
        raise CodeRefused.of(
            typed, expected="a last sign that fits the others", got=text[-1],
            advice="Compare the code sign by sign, and type it again.",
        )  # fmt: skip
    return written(signs)


def codes_in(text: str) -> tuple[str, ...]:
    """Every short code that stands in a text, each once, in order; what only looks like one is not."""
    found = dict[str, None]()
    for match in _CODE.finditer(text.upper()):
        try:
            found[read_short_code(match.group())] = None
        except CodeRefused:
            continue
    return tuple(found)


def _check(signs: list[int]) -> int:
    """The sign that makes the sum of place times value a multiple of 23, all places counted from 1."""
    total = sum(place * sign for place, sign in enumerate(signs, start=1))
    return -total * pow(LENGTH, -1, 23) % 23
