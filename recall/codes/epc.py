"""EPC URNs: pure identities, classes and patterns, as GS1 keys and back.

A URN always becomes a key. The way back needs to know where the company prefix ends, which no key tells: it
is asked for. After the EPC Tag Data Standard 2.3, sections 6 to 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from recall.codes.epc_schemes import NO_EXTENSION, SCHEMES, Layout, Scheme, escaped, unescaped
from recall.codes.gs1 import Elements
from recall.errors import CodeRefused

Form = Literal["id", "class", "idpat"]
STAR = "*"
_START = "urn:epc:"
_FORMS: tuple[Form, ...] = ("id", "class", "idpat")
_GTIN_8_PREFIX = 8
"""The prefix length of every GTIN-8: five zeros and its first three digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epc:
    """One EPC: `id` names an object, `class` a lot or a trade item, `idpat` every object that fits.

    Equal EPCs are equal values, however their URNs were escaped.
    """

    form: Form
    scheme: str
    """`sgtin`, `sscc`, `lgtin` and so on."""
    parts: tuple[str, ...]
    """The parts as GS1 writes them, without escapes; of a pattern those before its first star."""

    @property
    def uri(self) -> str:
        """The URN, each character escaped that must be."""
        stars = len(SCHEMES[self.scheme].parts) - len(self.parts)
        return f"{_START}{self.form}:{self.scheme}:{'.'.join([*map(escaped, self.parts), *[STAR] * stars])}"

    @property
    def elements(self) -> Elements:
        """The GS1 elements that it names; none for a scheme or a pattern without a GS1 key."""
        return SCHEMES[self.scheme].elements(self.parts)

    @property
    def gs1_key(self) -> str | None:
        """The key without a serial that has an identifier of its own, and a GRAI without its filler."""
        layout, elements = SCHEMES[self.scheme].layout, self.elements
        return elements[0][1].removeprefix(layout.lead) if elements and layout else None


def is_known_kind(urn: str) -> bool:
    """Whether the URN belongs to a scheme that names a GS1 key (right or wrong inside)."""
    form, name = _kind(urn)
    return form is not None and name in SCHEMES and SCHEMES[name].layout is not None


def read_urn(urn: str) -> Elements:
    """Read `urn:epc:id:sgtin:4012345.011111.9876` and its like as GS1 elements.

    None come back for a scheme or a pattern that names no GS1 key. Raises `CodeRefused`.

    >>> read_urn("urn:epc:class:lgtin:4012345.011111.L%2F1")
    (('01', '04012345111118'), ('10', 'L/1'))
    """
    return read_epc(urn).elements


def read_epc(urn: str) -> Epc:
    """Read a URN of the forms `id`, `class` and `idpat`. Raises `CodeRefused`.

    >>> read_epc("urn:epc:idpat:sgtin:4012345.*.*").parts
    ('4012345',)
    """
    form, name = _kind(urn)
    scheme = SCHEMES.get(name)
    if form is None or scheme is None:
        raise CodeRefused.of(urn, expected="an EPC URN such as urn:epc:id:sgtin:…", got=repr(urn[:40]))
    pieces = tuple(urn.split(":", 4)[4].split(".", len(scheme.parts) - 1))
    right = _fits_pattern(scheme, pieces) if form == "idpat" else scheme.takes(pieces)
    if not right or (form != "idpat" and form != scheme.form):
        raise CodeRefused.of(
            urn, expected=f"the parts of urn:epc:{scheme.form}:{name} in their lengths",
            got=repr(".".join(pieces)[:80]),
        )  # fmt: skip
    if form == "idpat":
        pieces = _before_stars(pieces)
    return Epc(form=form, scheme=name, parts=tuple(map(unescaped, pieces)))


def _kind(urn: str) -> tuple[Form | None, str]:
    pieces = urn.split(":", 4)
    if len(pieces) < 5 or not urn.startswith(_START):
        return None, ""
    return next((form for form in _FORMS if form == pieces[2]), None), pieces[3]


def _before_stars(pieces: tuple[str, ...]) -> tuple[str, ...]:
    kept = len(pieces)
    while kept and pieces[kept - 1] == STAR:
        kept -= 1
    return pieces[:kept]


def _fits_pattern(scheme: Scheme, pieces: tuple[str, ...]) -> bool:
    """Stars stand at the end only, and what stands before them is right."""
    if scheme.form != "id" or len(pieces) != len(scheme.parts):
        return False
    kept = _before_stars(pieces)
    if len(kept) == len(pieces):
        return scheme.takes(pieces)
    parts = zip(scheme.parts, kept, strict=False)
    if not all(part.takes(text) for part, text in parts):
        return False
    known = scheme.digits is None or len(kept) < 2 or len(kept[0]) + len(kept[1]) == scheme.digits
    return known and (scheme.at_most is None or sum(map(len, kept[:2])) <= scheme.at_most)


def write_epc(elements: Elements, *, prefix_length: int | None = None) -> Epc:
    """The EPC of GS1 elements: of the item where there is a serial, else of the lot, else the pattern.

    `prefix_length` is that of the company prefix, 6 to 12 digits; only a GTIN-8 does without. A lot beside a
    serial is left out, as the standard has it: keep it apart. Raises `CodeRefused`.

    >>> write_epc((("01", "04012345111118"), ("21", "9")), prefix_length=7).uri
    'urn:epc:id:sgtin:4012345.011111.9'
    """
    values = dict(elements)
    shown = " ".join(f"({ai}){value}" for ai, value in elements)
    scheme = _scheme_for(values)
    if scheme is None or scheme.layout is None:
        raise CodeRefused.of(shown, expected="elements with a key that has an EPC scheme", got="none")
    if prefix_length is None:
        prefix_length = _GTIN_8_PREFIX if values.get("01", "").startswith("000000") else 0
    parts = _parts(scheme, scheme.layout, values, prefix_length=prefix_length)
    whole = len(parts) == len(scheme.parts)
    form: Form = "idpat" if not whole else "class" if scheme.form == "class" else "id"
    stars = [STAR] * (len(scheme.parts) - len(parts))
    pieces = (*map(escaped, parts), *stars)
    if not (scheme.takes(pieces) if whole else _fits_pattern(scheme, pieces)):
        raise CodeRefused.of(
            shown, expected=f"a {scheme.name} with a company prefix of 6 to 12 digits",
            got=f"{prefix_length} digits",
        )  # fmt: skip
    ai = scheme.layout.ai
    if scheme.elements(tuple(parts))[:1] != ((ai, values[ai]),):
        raise CodeRefused.of(shown, expected=f"a {scheme.name} with its check digit", got=repr(values[ai]))
    return Epc(form=form, scheme=scheme.name, parts=tuple(parts))


def _scheme_for(values: dict[str, str]) -> Scheme | None:
    """The scheme of the finest thing that these elements name."""
    if "01" in values:
        return SCHEMES["upui" if "235" in values else "lgtin" if _is_lot(values) else "sgtin"]
    return next((s for s in SCHEMES.values() if s.layout is not None and s.layout.ai in values), None)


def _is_lot(values: dict[str, str]) -> bool:
    return "10" in values and "21" not in values


def _parts(scheme: Scheme, layout: Layout, values: dict[str, str], *, prefix_length: int) -> Sequence[str]:
    key, tail, between = values[layout.ai], values.get(layout.serial_ai or ""), []
    if scheme.name == "itip":
        key, between = key[:14], [key[14:16], key[16:18]]
    elif layout.serial and layout.serial_ai is None:
        length = (scheme.digits or 0) + len(layout.lead) + 1
        key, tail = key[:length], key[length:] or None
    elif scheme.name == "sgln":
        tail = tail or NO_EXTENSION
    head = layout.cut(key, prefix_length=prefix_length)
    return [*head, *between, tail] if tail else [*head, *between]


def shorter_gtin(gtin: str, *, length: int) -> str:
    """A GTIN of 14 digits written with 8, 12 or 13. Raises `CodeRefused` where it has no such form.

    >>> shorter_gtin("00000095010939", length=8)
    '95010939'
    """
    zeros = len(gtin) - length
    if not 0 <= zeros < len(gtin) or gtin[:zeros].strip("0"):
        raise CodeRefused.of(gtin, expected=f"a GTIN that {length} digits can hold", got=repr(gtin[:zeros]))
    return gtin[zeros:]
