"""What the reader must know of a language: its words, as parts of regular expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recall.reading.values import ClauseKind

_NEVER = r"(?!)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one language; every value is the source of a regular expression, matched in either case.

    None of them holds a group that captures, nor a repetition inside another: what a notice writes is read
    in the time that its length takes.
    """

    labels: Mapping[ClauseKind, str]
    """What stands before the codes of a kind: models, lots, serials, date codes, trade items."""
    schemes: Mapping[str, str]
    """What stands before an identifier, by its scheme."""
    number: str
    """`number`, `no.` and the like, which may stand behind a label."""
    fill: str
    """Words that may stand between a label and its first code."""
    windows: Mapping[ClauseKind, str]
    """Words before a window of time that say what happened in it: made, packed, sold, expires."""
    headings: Mapping[ClauseKind, str] = field(default_factory=dict)
    """What a line begins with, before a colon, that says what the whole line is."""
    starts: str = r"\w"
    """How the labels can begin: what rules most places of a text out at once."""
    begins: str = _NEVER
    """Words that make the codes after them prefixes."""
    between: str = _NEVER
    """Words after which `and` joins the two ends of a range."""
    years: str = _NEVER
    """What stands before model years."""
    every: str = _NEVER
    """Words for all of a kind."""
    excluded: str = _NEVER
    """Words that make a sentence an exclusion."""
    hazard: str = _NEVER
    """Words that tell a sentence of danger."""
    remedy: str = _NEVER
    """Words that tell a sentence of what is offered."""
    unit: str = _NEVER
    """Words for units, behind their number."""
    total: str = _NEVER
    """Words before the number of all units."""
    price: str = _NEVER
    """Where the sellers of a line end and its price begins."""
