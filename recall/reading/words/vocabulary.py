"""What the reader must know of a language: its words, as parts of regular expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recall.reading.dates import Order
from recall.reading.values import ClauseKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one language; every value is the source of a regular expression, matched in either case.

    None of them may hold a group that captures, nor a repetition inside another: what a notice writes is
    read in the time that its length takes.
    """

    language: str
    order: Order
    """How its countries write a date in figures."""
    labels: Mapping[ClauseKind, str]
    """What stands before the codes or the days of a kind."""
    schemes: Mapping[str, str]
    """What stands before an identifier, by its scheme."""
    fill: str
    """Words that may stand between a label and its first code."""
    headings: Mapping[ClauseKind, str] = field(default_factory=dict)
    """What a line begins with, before a colon, and what the line then says."""
    made: str = ""
    """Words of making before a window of time; the same for `packed`, `expires` and `sold`."""
    packed: str = ""
    expires: str = ""
    sold: str = ""
    begins: str = r"(?!)"
    """Words that make the codes after them prefixes."""
    every: str = r"(?!)"
    """Words for all of a kind."""
    nothing: str = r"(?!)"
    """Words that say that there are no codes."""
    excluded: str = r"(?!)"
    """Words that make a sentence an exclusion."""
    hazard: str = r"(?!)"
    """Words that tell a sentence of danger; the same for `remedy`."""
    remedy: str = r"(?!)"
    units: str = r"(?!)"
    """Words for units, after their number."""
