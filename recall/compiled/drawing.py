"""The drawing: where on the goods a code stands, as a picture that is drawn and not photographed."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from recall.reading.stated import Place


@lru_cache
def drawing(place: Place) -> str:
    """The drawing of a place, as SVG 160 to 100, without words: they stand beside it, in every language."""
    return (resources.files("recall.compiled") / "places" / f"{place.value}.svg").read_text("utf-8")
