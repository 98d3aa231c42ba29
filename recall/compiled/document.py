"""The document: a compiled notice as its parts in order, before it is a page, a sheet or a record."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from recall.domain.lint import Written, plain
from recall.errors import InputRefused

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_MARKER, _SCAN = 0xFF, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers that a JPEG's frame begins with."""
_MOST_MARKERS = 10_000
_LARGEST, _MOST_DOTS = 5_000_000, 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words in one language (ISO 639-1)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A fact: what it is called, in the document's language, and its values."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One product with what it is known by."""

    title: Said
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """The bytes of a photograph."""

    data: bytes
    kind: str
    """`png` or `jpeg`."""

    @classmethod
    def read(cls, data: bytes) -> Photo:
        """A photograph from its file. Raises InputRefused for what is none, or too large to be laid out."""
        kind = "png" if data.startswith(_PNG) else "jpeg" if data.startswith(_JPEG) else ""
        if not kind:
            raise InputRefused("A picture cannot be read", expected="PNG or JPEG", got=repr(data[:8]))
        if len(data) > _LARGEST:
            raise InputRefused(
                "A picture is too large", expected=f"at most {_LARGEST:,} bytes", got=f"{len(data):,}"
            )
        width, height = _size_of_png(data) if kind == "png" else _size_of_jpeg(data)
        if not 0 < width * height <= _MOST_DOTS:
            raise InputRefused(
                "A picture cannot be laid out", expected=f"1 to {_MOST_DOTS:,} dots",
                got=f"{width} times {height}", advice="Make it smaller, or save it anew.",
            )  # fmt: skip
        return cls(data=data, kind=kind)


def _size_of_png(data: bytes) -> tuple[int, int]:
    """Width and height in dots, of the header chunk that a PNG begins with."""
    width, height = struct.unpack(">II", data[16:24].ljust(8, b"\0"))
    return width, height


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Width and height in dots, of the largest frame (ITU-T T.81, B.2.2); 0 and 0 where none begins."""
    place, frames = 2, [(0, 0)]
    for _ in range(_MOST_MARKERS):
        if data[place : place + 1] != bytes([_MARKER]) or place + 9 > len(data):
            break
        kind, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if kind in _FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            frames.append((width, height))
        if kind == _SCAN:
            break
        place += 1 if kind == _MARKER else 2 + length  # a marker may be filled up before it
    return max(frames, key=lambda frame: frame[0] * frame[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with the words that belong to it: a drawing of ours (SVG), or a photograph."""

    words: tuple[Said, ...]
    drawing: str = ""
    photo: Photo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the notice has to say for an element."""

    said: tuple[Said, ...] = ()
    values: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    items: tuple[Item, ...] = ()
    figures: tuple[Figure, ...] = ()

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.said or self.values or self.rows or self.items or self.figures)

    def words(self) -> Iterator[Said]:
        """All that has a language."""
        yield from self.said
        yield from (item.title for item in self.items)
        yield from (said for figure in self.figures for said in figure.words)

    def lines(self) -> Iterator[str]:
        """All that it says but its pictures."""
        yield from (said.text for said in self.said)
        yield from self.values
        yield from map(_line, self.rows)
        for item in self.items:
            yield item.title.text
            yield from map(_line, item.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An element of the law under its heading."""

    element: str
    heading: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How a reader finds out whether the notice is genuine: its page, and its short code at another one."""

    page: str
    verify: str
    code: str
    """Empty where the version was never signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A notice in the form of one law, in one language."""

    profile: str
    language: str
    headline: str
    """The words that the law puts above a notice."""
    title: Said
    opening: tuple[Said, ...]
    sections: tuple[Section, ...]
    about: tuple[Row, ...]
    proof: Proof
    proving: tuple[str, ...]
    """What is said about the proof, beside its square."""
    lacking: tuple[str, ...]
    """The elements that the law requires and of which the notice says nothing."""
    foreign: tuple[str, ...]
    """The elements that stand there in another language, as the notice has no words in this one."""

    def written(self) -> Written:
        """What a reader sees, for the lint; the square is no picture of anything."""
        lines = [self.headline, self.title.text, *(said.text for said in self.opening)]
        pictures = list[str]()
        for section in self.sections:
            lines += [section.heading, *section.part.lines()]
            pictures += [" ".join(said.text for said in figure.words) for figure in section.part.figures]
        lines += [*pictures, *map(_line, self.about), *self.proving]
        return Written(text=plain("\n".join(lines)).text, pictures=tuple(pictures))

    def words_in(self, language: str) -> str:
        """The notice's own words in a language, a line each."""
        parts = (said for section in self.sections for said in section.part.words())
        return "\n".join(said.text for said in (self.title, *parts) if said.language == language)


def _line(row: Row) -> str:
    return f"{row.label}: {', '.join(row.values)}"
