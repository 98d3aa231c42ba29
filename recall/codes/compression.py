"""Compressed Digital Links: read, never written.

A compressed link packs identifiers and values into bits and the bits into base64url. Each identifier is its
digits, four bits each, or one of the pairs of hexadecimal digits that stand for a whole series; each value is
packed by the shape of its parts. A run of digits tells its length before its bits, so its leading zeros come
back: where the published tool drops them (a lot 0320887525 becomes 320887525), this reader does not.
Layout after the GS1 Digital Link Standard: Compression, and its published tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from recall.codes.application_identifiers import LENGTH_OF_AI, TABLE, Part

Pairs = list[tuple[str, str]]

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SEGMENT = re.compile("[A-Za-z0-9_-]{4,}")
_HEX = "0123456789abcdef"
_TEXTS: Mapping[int, tuple[int, str]] = MappingProxyType(
    {
        1: (4, _HEX),
        2: (4, _HEX.upper()),
        3: (6, _BASE64),
        4: (7, "".join(map(chr, range(128)))),
    }
)
"""How text is packed, by the three bits before it: bits of one character, and the characters. 0: digits."""

_FOREIGN = 15
"""The four bits before a key and a value that are no GS1 identifier."""


def _series() -> Iterator[tuple[str, str]]:
    """The pairs of hexadecimal digits that stand for a series of identifiers."""
    yield from {
        "0A": "01 22", "0B": "01 10", "0C": "01 21", "0D": "01 17", "0E": "01 7003", "0F": "01 30",
        "1A": "01 10 21 17", "1B": "01 15", "1C": "01 11", "1D": "01 16", "1E": "01 91", "1F": "01 10 15",
        "9A": "8010 8011", "9B": "8017 8019", "9C": "8018 8019", "9D": "414 254",
    }.items()  # fmt: skip
    for digit in range(6):
        yield f"2{10 + digit:X}", f"01 310{digit}"
        yield f"3{10 + digit:X}", f"01 320{digit}"
    for digit in range(10):
        yield f"A{digit}", f"01 392{digit}"
        yield f"C{digit}", f"255 390{digit}"
    for digit in range(4):
        yield f"C{10 + digit:X}", f"255 394{digit}"


_SERIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: tuple(text.split()) for name, text in _series()}
)


class _NotPacked(Exception):
    """The bits are no compressed link."""


class _Bits:
    """The bits of a segment, taken from the left."""

    def __init__(self, segment: str) -> None:
        self._number = 0
        for character in segment:
            self._number = self._number << 6 | _BASE64.index(character)
        self.left = 6 * len(segment)

    def take(self, count: int) -> int:
        """The next bits as a number."""
        if count > self.left:
            raise _NotPacked
        self.left -= count
        taken = self._number >> self.left
        self._number &= (1 << self.left) - 1
        return taken

    def only_padding(self) -> bool:
        """Whether nothing but the zeros that fill the last character is left."""
        return self.left < 8 and self._number == 0


def decompressed(segment: str) -> Pairs | None:
    """The (application identifier, value) pairs of a path's compressed segment; None when it is none.

    The values are not checked further than their shapes go.
    """
    if _SEGMENT.fullmatch(segment) is None:
        return None
    bits = _Bits(segment)
    pairs: Pairs = []
    try:
        while not bits.only_padding():
            pairs += _next(bits)
    except _NotPacked:
        return None
    return pairs or None


def _next(bits: _Bits) -> Pairs:
    first = bits.take(4)
    if first == _FOREIGN:
        _skip_foreign(bits)
        return []
    opening = f"{first:X}{bits.take(4):X}"
    if opening in _SERIES:
        return [(ai, _value(ai, bits)) for ai in _SERIES[opening]]
    ai = opening + "".join(f"{bits.take(4):X}" for _ in range(LENGTH_OF_AI.get(opening, 2) - 2))
    if ai not in TABLE:
        raise _NotPacked
    return [(ai, _value(ai, bits))]


def _skip_foreign(bits: _Bits) -> None:
    """A key of six bits a character and a value that belong to the owner of the address."""
    bits.take(6 * bits.take(7))
    packing = bits.take(3)
    _text(packing, size=bits.take(7), bits=bits)


def _value(ai: str, bits: _Bits) -> str:
    return "".join(_part(part, bits) for part in _layout(ai))


def _part(part: Part, bits: _Bits) -> str:
    packing = 0 if part.kind == "n" else bits.take(3)
    size = bits.take(_bits_of_length(part.size)) if part.up_to else part.size
    return _text(packing, size=size, bits=bits)


def _text(packing: int, *, size: int, bits: _Bits) -> str:
    if packing == 0:
        digits = str(bits.take(_bits_of_digits(size)))
        if size == 0:
            return ""
        if len(digits) > size:
            raise _NotPacked
        return digits.zfill(size)
    if packing not in _TEXTS:
        raise _NotPacked
    width, characters = _TEXTS[packing]
    return "".join(characters[bits.take(width)] for _ in range(size))


def _bits_of_length(most: int) -> int:
    return most.bit_length()


def _bits_of_digits(size: int) -> int:
    """How many bits hold any number of so many digits."""
    most: int = 10**size - 1
    return most.bit_length()


@cache
def _layout(ai: str) -> tuple[Part, ...]:
    """The parts of a value as compression sees them: neighbours of one kind are one part.

    Digits of fixed length join; digits that may be missing make one part of variable length; text joins text.
    """
    merged: list[Part] = []
    for part in TABLE[ai].parts:
        kind = "n" if part.kind == "n" else "x"
        up_to = part.up_to or part.optional
        last = merged[-1] if merged else None
        joins = last is not None and last.kind == kind and (last.up_to == up_to or (kind == "x" and up_to))
        if last is not None and joins:
            merged[-1] = Part(kind=kind, size=last.size + part.size, up_to=up_to, optional=False)
        else:
            merged.append(Part(kind=kind, size=part.size, up_to=up_to, optional=False))
    return tuple(merged)
