"""What a notice states beyond its scope: where the code is, what its pictures show, words for an element."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where on the goods a code stands, as a drawing can show it."""

    BACK = "back"
    BATTERY = "battery"
    """In the battery's compartment, under its lid."""
    BOTTLE = "bottle"
    """On the neck of a bottle."""
    BOTTOM = "bottom"
    CARTON = "carton"
    COLLAR = "collar"
    """On the label in the neck of a garment."""
    LABEL = "label"
    LID = "lid"
    NAMEPLATE = "nameplate"
    SEAM = "seam"
    """On a tag that is sewn in."""
    SIDE = "side"
    WINDSCREEN = "windscreen"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePlace:
    """Where the code stands on a product, and how the notice says it, in the notice's language."""

    place: Place
    words: str = ""

    def document(self) -> dict[str, str]:
        """The value of `code_place` in the form of answer for notices."""
        return {"place": self.place.value} | ({"words": self.words} if self.words else {})


class Shown(StrEnum):
    """What a picture shows."""

    PRODUCT = "product"
    CODE = "code"
    """Where the code stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A photograph that belongs to a notice: its sha256 (64 hex digits), and what it shows, in words."""

    sha256: str
    shows: Shown
    words: str

    def document(self) -> dict[str, str]:
        """One element of `pictures` in the form of answer for notices."""
        return {"sha256": self.sha256, "shows": self.shows.value, "words": self.words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The notice's own words for one element that a law requires, in one language (ISO 639-1)."""

    element: str
    language: str
    text: str

    def document(self) -> dict[str, str]:
        """One element of `statements` in the form of answer for notices."""
        return {"element": self.element, "language": self.language, "text": self.text}
