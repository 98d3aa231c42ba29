"""The EPC schemes as a table: which parts a URN has, and how they make a GS1 key.

A URN cuts a key behind the company prefix and leaves the check digit out; both are put back without any table
of companies. Grammar and correspondence after the EPC Tag Data Standard 2.3, sections 5 to 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from recall.codes.content import check_digit
from recall.codes.gs1 import Elements

_LETTER = (
    r"(?:[!'()*+,\-.0-9:;=A-Za-z_]"
    r"|%(?:2[125-9A-Fa-f]|3[0-9A-Fa-f]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9Aa]))"
)
"""A character of GS1's alphabet, or its escape."""
_PREFIX = re.compile("[0-9]{6,12}")
_DIGITS = re.compile("[0-9]*")
_CAGE = re.compile("[0-9A-HJ-NP-Z]{5,6}")
NO_EXTENSION = "0"
"""The extension of a location that has none."""
_EXTENSION = "254"
_NUMBER = re.compile("0|[1-9][0-9]{0,11}")


def _text(limit: int) -> re.Pattern[str]:
    return re.compile(f"{_LETTER}{{1,{limit}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part between the dots of a URN."""

    pattern: re.Pattern[str]
    below: int | None = None
    """For a number: the first that is too large."""

    def takes(self, text: str) -> bool:
        """Whether the text may stand here."""
        if self.pattern.fullmatch(text) is None:
            return False
        return self.below is None or int(text) < self.below


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the parts stand inside a GS1 key."""

    ai: str
    lead: str = ""
    """What the key has before its company prefix and no URN has."""
    moved: bool = False
    """Whether the first digit of the reference stands before the prefix, as in GTIN and SSCC."""
    checked: bool = True
    """Whether a check digit ends the key."""
    serial_ai: str | None = None
    """The identifier of the last part, when it stands beside the key; None: it continues the key."""
    serial: bool = True
    """Whether the last part is a serial (or a lot) at all."""

    @property
    def names_class(self) -> bool:
        """Whether the key alone, without the serial, names a class of objects."""
        return self.serial and self.serial_ai != _EXTENSION

    def key(self, prefix: str, reference: str) -> str:
        """The key of a prefix and a reference, with its check digit."""
        body = reference[:1] + prefix + reference[1:] if self.moved else prefix + reference
        return self.lead + body + (check_digit(body) if self.checked else "")

    def cut(self, key: str, *, prefix_length: int) -> tuple[str, str]:
        """The prefix and the reference of a key; the other way of `key`."""
        body = key[len(self.lead) : -1 if self.checked else None]
        if self.moved:
            return body[1 : 1 + prefix_length], body[:1] + body[1 + prefix_length :]
        return body[:prefix_length], body[prefix_length:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One scheme: its parts in order, and the GS1 key that they make, if they make one."""

    name: str
    form: str = "id"
    """`id`, or `class` when a URN of the scheme names many objects."""
    parts: tuple[Part, ...]
    digits: int | None = None
    """How many digits the first two parts have together; None: no rule."""
    at_most: int | None = None
    """How many characters the first two parts may have together; None: no rule."""
    layout: Layout | None = None

    def takes(self, parts: tuple[str, ...]) -> bool:
        """Whether these parts, still escaped, make a URN of the scheme."""
        if len(parts) != len(self.parts):
            return False
        if not all(part.takes(text) for part, text in zip(self.parts, parts, strict=True)):
            return False
        if self.digits is not None:
            return len(parts[0]) + len(parts[1]) == self.digits
        return self.at_most is None or len(parts[0]) + len(unescaped(parts[1])) <= self.at_most

    def elements(self, parts: tuple[str, ...]) -> Elements:
        """The GS1 elements of unescaped parts; none when they name no GS1 key.

        Without the serial, as in a pattern, the elements name the class.
        """
        layout, missing = self.layout, len(self.parts) - len(parts)
        if layout is None or missing > 1 or (missing and not layout.names_class):
            return ()
        key = layout.key(parts[0], parts[1]) + "".join(parts[2:4] if len(self.parts) == 5 else ())
        if missing or not layout.serial:
            return ((layout.ai, key),)
        if layout.serial_ai is None:
            return ((layout.ai, key + parts[-1]),)
        if layout.serial_ai == _EXTENSION and parts[-1] == NO_EXTENSION:
            return ((layout.ai, key),)
        return (layout.ai, key), (layout.serial_ai, parts[-1])


def unescaped(text: str) -> str:
    """A part as GS1 writes it: `32a%2Fb` is `32a/b`."""
    if "%" not in text:
        return text
    return re.sub("%(..)", lambda escape: chr(int(escape[1], 16)), text)


def escaped(text: str) -> str:
    """A part as a URN writes it: the characters that no URN may hold as a percent sign and two digits."""
    return re.sub('["#%&/<>?]', lambda found: f"%{ord(found[0]):02X}", text)


def _two(serial: Part | None, *, pattern: re.Pattern[str] = _DIGITS) -> tuple[Part, ...]:
    head = (Part(pattern=_PREFIX), Part(pattern=pattern))
    return head if serial is None else (*head, serial)


def _text_part(limit: int) -> Part:
    return Part(pattern=_text(limit))


def _gtin(name: str, *, ai: str, limit: int = 20, form: str = "id") -> Scheme:
    layout = Layout(ai="01", moved=True, serial_ai=ai)
    return Scheme(name=name, form=form, parts=_two(_text_part(limit)), digits=13, layout=layout)


def _plain(name: str, *, digits: int, ai: str, moved: bool = False) -> Scheme:
    return Scheme(name=name, parts=_two(None), digits=digits,
                  layout=Layout(ai=ai, moved=moved, serial=False))  # fmt: skip


def _serialised(name: str, *, ai: str, serial: Part, lead: str = "", serial_ai: str | None = None) -> Scheme:
    layout = Layout(ai=ai, lead=lead, serial_ai=serial_ai)
    return Scheme(name=name, parts=_two(serial), digits=12, layout=layout)


def _open(name: str, *, ai: str) -> Scheme:
    """A prefix and a text of the owner's own, at most 30 characters together."""
    layout = Layout(ai=ai, checked=False, serial=False)
    return Scheme(name=name, parts=_two(None, pattern=_text(24)), at_most=30, layout=layout)


_PAIR = Part(pattern=re.compile("[0-9]{2}"))
_GTIN_PIECE = Scheme(
    name="itip", parts=(*_two(None), _PAIR, _PAIR, _text_part(20)), digits=13,
    layout=Layout(ai="8006", moved=True, serial_ai="21"),
)  # fmt: skip
_COMPONENT = Scheme(
    name="cpi", parts=_two(Part(pattern=_NUMBER), pattern=re.compile("(?:[0-9A-Z-]|%2[Ff]|%23){1,24}")),
    at_most=30, layout=Layout(ai="8010", checked=False, serial_ai="8011"),
)  # fmt: skip
_GENERAL = Scheme(
    name="gid",
    parts=tuple(Part(pattern=_NUMBER, below=1 << bits) for bits in (28, 24, 36)),
)
_DEFENCE = Scheme(name="usdod", parts=(Part(pattern=_CAGE), Part(pattern=_NUMBER, below=1 << 36)))
_AEROSPACE = Scheme(
    name="adi",
    parts=(
        Part(pattern=_CAGE),
        Part(pattern=re.compile("(?:[0-9A-Z-]|%2[Ff]){0,32}")),
        Part(pattern=re.compile("(?:%23(?:[0-9A-Z-]|%2[Ff]){1,29}|(?:[0-9A-Z-]|%2[Ff]){1,30})")),
    ),
)
_CONTAINER = Scheme(name="bic", parts=(Part(pattern=re.compile("[A-HJ-NP-Z]{3}[JUZ][0-9]{7}")),))
_VESSEL = Scheme(name="imovn", parts=(Part(pattern=re.compile("[0-9]{7}")),))

SCHEMES: Mapping[str, Scheme] = MappingProxyType({
    scheme.name: scheme
    for scheme in (
        _gtin("sgtin", ai="21"),
        _gtin("upui", ai="235", limit=28),
        _gtin("lgtin", ai="10", form="class"),
        Scheme(name="gtin", form="class", parts=_two(None), digits=13,
               layout=Layout(ai="01", moved=True, serial=False)),
        _GTIN_PIECE,
        _plain("sscc", digits=17, ai="00", moved=True),
        _plain("gsrn", digits=17, ai="8018"),
        _plain("gsrnp", digits=17, ai="8017"),
        _plain("gsin", digits=16, ai="402"),
        _plain("pgln", digits=12, ai="417"),
        _serialised("sgln", ai="414", serial=_text_part(20), serial_ai="254"),
        _serialised("grai", ai="8003", serial=_text_part(16), lead="0"),
        _serialised("gdti", ai="253", serial=_text_part(17)),
        _serialised("sgcn", ai="255", serial=Part(pattern=re.compile("[0-9]{1,12}"))),
        _open("giai", ai="8004"),
        _open("ginc", ai="401"),
        _COMPONENT, _GENERAL, _DEFENCE, _AEROSPACE, _CONTAINER, _VESSEL,
    )
})  # fmt: skip
"""Every scheme by its name inside a URN."""
