"""The fields of an EPC on a tag: how each part becomes bits, and bits a part.

A field takes its parts from the front of a list and gives the rest on; the bits are a text of 0 and 1. After
the EPC Tag Data Standard 2.3, section 14.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from recall.errors import CodeRefused

_NUMBER = re.compile("0|[1-9][0-9]{0,24}")
_PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)
"""Bits of a company prefix by its partition: 12 digits down to 6."""


def refused(value: str, *, expected: str) -> CodeRefused:
    """A refusal of a part or of bits."""
    return CodeRefused.of(value, expected=expected, got=repr(value[:60]))


@dataclass(slots=True)
class Bits:
    """Bits that are read from the front."""

    text: str
    at: int = 0

    def take(self, count: int) -> str:
        """The next bits. Raises `CodeRefused` when there are not so many left."""
        taken = self.text[self.at : self.at + count]
        if len(taken) < count:
            raise refused(self.text, expected=f"{count} more bits after {self.at}")
        self.at += count
        return taken

    def number(self, count: int) -> int:
        """The next bits as a number."""
        return int(self.take(count), 2)


class Field(Protocol):
    """One field."""

    @property
    def parts(self) -> int:
        """How many parts of the URN it holds."""

    def encode(self, parts: Sequence[str]) -> str:
        """The bits of its parts. Raises `CodeRefused` when they do not fit."""

    def decode(self, bits: Bits) -> tuple[str, ...]:
        """Its parts from the front of the bits. Raises `CodeRefused`."""


def binary(number: int, count: int, *, shown: str) -> str:
    """A number in so many bits. Raises `CodeRefused` when it needs more."""
    if number >> count:
        raise refused(shown, expected=f"a number of at most {count} bits")
    return format(number, f"0{count}b")


def number_of(text: str) -> int:
    """A number without leading zeros. Raises `CodeRefused`."""
    if _NUMBER.fullmatch(text) is None:
        raise refused(text, expected="a number without leading zeros")
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number without leading zeros."""

    bits: int
    parts: int = 1

    def encode(self, parts: Sequence[str]) -> str:
        """See `Field`."""
        return binary(number_of(parts[0]), self.bits, shown=parts[0])

    def decode(self, bits: Bits) -> tuple[str, ...]:
        """See `Field`."""
        return (str(bits.number(self.bits)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Padded:
    """A fixed number of digits."""

    bits: int
    digits: int
    parts: int = 1

    def encode(self, parts: Sequence[str]) -> str:
        """See `Field`."""
        return binary(int(parts[0] or "0"), self.bits, shown=parts[0])

    def decode(self, bits: Bits) -> tuple[str, ...]:
        """See `Field`."""
        number = bits.number(self.bits)
        text = str(number).zfill(self.digits) if self.digits else ""
        if len(text) > self.digits or (number and not self.digits):
            raise refused(str(number), expected=f"{self.digits} digits")
        return (text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """Digits whose leading zeros count: a one is written before them."""

    bits: int
    parts: int = 1

    def encode(self, parts: Sequence[str]) -> str:
        """See `Field`."""
        if not (parts[0].isascii() and parts[0].isdigit()):
            raise refused(parts[0], expected="digits")
        return binary(int("1" + parts[0]), self.bits, shown=parts[0])

    def decode(self, bits: Bits) -> tuple[str, ...]:
        """See `Field`."""
        text = str(bits.number(self.bits))
        if text[0] != "1" or len(text) < 2:
            raise refused(text, expected="digits after a one")
        return (text[1:],)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Characters of GS1's alphabet, seven bits each, filled up with zeros; the scheme limits how many."""

    bits: int
    parts: int = 1

    def encode(self, parts: Sequence[str]) -> str:
        """See `Field`."""
        written = "".join(binary(ord(letter), 7, shown=parts[0]) for letter in parts[0])
        return written.ljust(self.bits, "0")

    def decode(self, bits: Bits) -> tuple[str, ...]:
        """See `Field`."""
        taken = bits.take(self.bits)
        whole = self.bits // 7 * 7
        codes = [int(taken[i : i + 7], 2) for i in range(0, whole, 7)]
        text = "".join(map(chr, codes)).rstrip("\0")
        if "\0" in text or "1" in taken[whole:]:
            raise refused(text, expected="characters, then nothing but zeros")
        return (text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capitals:
    """Capitals, digits and a few signs, six bits each, ended by six zeros."""

    parts: int = 1

    def encode(self, parts: Sequence[str]) -> str:
        """See `Field`."""
        return "".join(six_bits(letter) for letter in parts[0]) + "000000"

    def decode(self, bits: Bits) -> tuple[str, ...]:
        """See `Field`."""
        text = ""
        while code := bits.number(6):
            text += letter_of(code)
        return (text,)


def six_bits(letter: str) -> str:
    """The six bits of a capital, a digit or a sign."""
    return format(ord(letter) & 63, "06b")


def letter_of(code: int) -> str:
    """The other way of `six_bits`."""
    return chr(code + 64) if code < 32 else chr(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A code of the US Department of Defense: five or six characters, the shorter after a blank."""

    bits: int
    """Of one character: 8, or 6."""
    parts: int = 1

    def encode(self, parts: Sequence[str]) -> str:
        """See `Field`."""
        letters = parts[0].rjust(6)
        return "".join(format(ord(letter) & ((1 << self.bits) - 1), f"0{self.bits}b") for letter in letters)

    def decode(self, bits: Bits) -> tuple[str, ...]:
        """See `Field`."""
        codes = [bits.number(self.bits) for _ in range(6)]
        text = "".join(chr(code) if self.bits == 8 else letter_of(code) for code in codes)
        return (text[1:] if text[0] == " " else text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The company prefix and its reference: three bits say how the rest is shared between the two."""

    bits: int
    """Of prefix and reference together; of `Capitals` no more than the prefix's are counted."""
    digits: int
    """Of prefix and reference together, or at most."""
    reference: str = "padded"
    """`padded` digits, a `number`, `text`, or `capitals`."""
    parts: int = 2

    def encode(self, parts: Sequence[str]) -> str:
        """See `Field`."""
        prefix, reference = parts
        size = len(prefix)
        self._check(reference, size=size)
        head = binary(12 - size, 3, shown=prefix) + binary(int(prefix), _PREFIX_BITS[12 - size], shown=prefix)
        return head + self._field(size).encode((reference,))

    def decode(self, bits: Bits) -> tuple[str, ...]:
        """See `Field`."""
        partition = bits.number(3)
        if partition >= len(_PREFIX_BITS):
            raise refused(str(partition), expected="a partition from 0 to 6")
        size = 12 - partition
        (prefix,) = Padded(bits=_PREFIX_BITS[partition], digits=size).decode(bits)
        (reference,) = self._field(size).decode(bits)
        self._check(reference, size=size)
        return prefix, reference

    def _check(self, reference: str, *, size: int) -> None:
        if self.reference == "number" and len(reference) > self.digits - size:
            raise refused(reference, expected=f"at most {self.digits - size} digits")

    def _field(self, size: int) -> Field:
        bits = self.bits - _PREFIX_BITS[12 - size]
        if self.reference == "text":
            return Text(bits=bits)
        if self.reference == "number":
            return Number(bits=bits)
        return Capitals() if self.reference == "capitals" else Padded(bits=bits, digits=self.digits - size)
