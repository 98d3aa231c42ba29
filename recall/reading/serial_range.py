"""The serial range: numbers of one shape, counted by the digits that end them.

In the prefix `*` or `?` stands for any one sign: `VF7******AZ025918 - VF7******AZ030421`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from recall.errors import NoticeRefused

_WILD = "*?"
_LAST_SIGN = "\U0010ffff"
_COUNTED = re.compile(r"(.*?)([0-9]{1,18})", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialRange:
    """Serial numbers of one shape, counted by their last digits: prefix + `width` digits, `lo` to `hi`."""

    prefix: str
    width: int
    lo: int
    hi: int

    @classmethod
    def between(cls, *, first: str, last: str) -> SerialRange:
        """The range from `first` to `last`; NoticeRefused when the two are not of one shape and prefix.

        >>> SerialRange.between(first="SQC200034980", last="SQC202319171").prefix
        'SQC'
        """
        one, two = _COUNTED.fullmatch(first), _COUNTED.fullmatch(last)
        shown = f"{first} - {last}"
        if one is None or two is None:
            raise NoticeRefused.of(shown, expected="two serial numbers that end in digits", got="other ends")
        if one[1] != two[1]:
            expected, got = "one prefix before the counter", f"{one[1]!r} and {two[1]!r}"
            raise NoticeRefused.of(shown, expected=expected, got=got)
        if len(one[2]) != len(two[2]):
            got = f"{len(one[2])} and {len(two[2])} digits"
            raise NoticeRefused.of(shown, expected="counters of one width", got=got)
        if int(one[2]) > int(two[2]):
            raise NoticeRefused.of(shown, expected="the lower serial number first", got="the higher first")
        return cls(prefix=one[1], width=len(one[2]), lo=int(one[2]), hi=int(two[2]))

    @classmethod
    def parse(cls, text: str) -> SerialRange:
        """Read back what `str()` wrote: `A - B`; NoticeRefused when it is not that."""
        first, dash, last = text.partition(" - ")
        if not dash:
            raise NoticeRefused.of(text, expected="a range 'A - B'", got="no ' - '")
        return cls.between(first=first, last=last)

    @property
    def count(self) -> int:
        """How many serial numbers the range holds."""
        return self.hi - self.lo + 1

    def holds(self, serial: str) -> bool:
        """Whether `serial` has the prefix, the width and a counter inside."""
        head, counter = serial[: len(self.prefix)], serial[len(self.prefix) :]
        plain = len(counter) == self.width and counter.isascii() and counter.isdigit()
        return plain and self._begins(head) and self.lo <= int(counter) <= self.hi

    def _begins(self, head: str) -> bool:
        if head == self.prefix or not self.has_wildcards:
            return head == self.prefix
        return len(head) == len(self.prefix) and all(
            known in _WILD or known == sign for known, sign in zip(self.prefix, head, strict=True)
        )

    @property
    def has_wildcards(self) -> bool:
        """Whether some sign of the prefix stands for any."""
        return any(sign in self.prefix for sign in _WILD)

    def span(self) -> tuple[str, str]:
        """The first and the last of all texts, in the order of signs, between which its serials stand."""
        if not self.has_wildcards:
            first, _, last = str(self).partition(" - ")
            return first, last
        head = self.prefix[: min(place for place, sign in enumerate(self.prefix) if sign in _WILD)]
        return head, head + _LAST_SIGN

    def __str__(self) -> str:
        return f"{self.prefix}{self.lo:0{self.width}d} - {self.prefix}{self.hi:0{self.width}d}"


def shape_of(serial: str) -> str:
    """A serial with its signs left out: every digit as 9, every letter as A or a, all else as it is.

    >>> shape_of("LMP-0120b")
    'AAA-9999a'
    """
    return "".join(
        "9" if c.isdigit() else ("A" if c.isupper() else "a") if c.isalpha() else c for c in serial
    )
