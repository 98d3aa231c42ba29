"""The mask: codes of one width, told place by place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from recall.errors import NoticeRefused

_LONGEST = 90
_DIGITS = frozenset("0123456789")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_PLACES = {"#": _DIGITS, "@": _LETTERS, "?": _DIGITS | _LETTERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A pattern of fixed width: `#` is a digit, `@` a letter, `?` either, `\\` makes the next sign itself.

    Every other sign stands for itself. There is no repetition and no choice, so whatever a notice writes here
    is read in the time that its length takes.
    """

    pattern: str
    places: tuple[frozenset[str], ...]

    @classmethod
    def parse(cls, pattern: str) -> Mask:
        """Read a pattern; NoticeRefused when it is empty, too long, or ends in a lonely `\\`.

        >>> Mask.parse("A##@").holds("A07x")
        True
        """
        if not 0 < len(pattern) <= _LONGEST:
            expected = f"a mask of 1 to {_LONGEST} signs"
            raise NoticeRefused.of(pattern[:40], expected=expected, got=f"{len(pattern)}")
        places, quoted = list[frozenset[str]](), False
        for sign, after in pairwise((*pattern, "")):
            if quoted or sign != "\\":
                places.append(frozenset(sign) if quoted else _PLACES.get(sign, frozenset(sign)))
                quoted = False
            elif not after:
                raise NoticeRefused.of(pattern, expected="a sign after the last '\\'", got="the end")
            else:
                quoted = True
        return cls(pattern=pattern, places=tuple(places))

    def holds(self, code: str) -> bool:
        """Whether `code` has the width of the mask and fits at every place."""
        return len(code) == len(self.places) and all(
            sign in place for sign, place in zip(code, self.places, strict=True)
        )

    def __str__(self) -> str:
        return self.pattern
