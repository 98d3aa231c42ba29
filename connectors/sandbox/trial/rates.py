"""The rates of a trial market: how often each thing goes wrong that goes wrong in real markets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from recall.errors import InputRefused

EVERY = "all"
MOST_RETURNS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Shares from 0 to 1; with all of them 0 every event is told in order and every code recorded right."""

    missing: float = 0.005
    """Of events: never captured, whatever they tell."""
    late: float = 0.005
    """Of events: captured only after the recall was opened."""
    disorder: float = 0.05
    """Of events: captured up to ten days after others that happened later."""
    wrong: float = 0.02
    """Of events that make lots from others: first told with another input, and later declared wrong."""
    mixed: float = 0.3
    """Of truckloads: told by their pallets alone, each of mixed lots, without quantities by lot."""
    rework: float = 0.03
    """Of the lines of a reworked product: units that were reworked into another lot."""
    replaced: float = 0.05
    """Of devices: the part was replaced by another before the device was sold."""
    returns: float = 0.02
    """Of lines: a unit that an earlier line sold, returned and sold again."""
    unrecorded: float = 0.12
    """Of lines whose platform records codes: nothing was recorded."""
    folded: float = 0.03
    """Of recorded lots: in another case, with O for 0, or without separators."""
    zeros: float = 0.03
    """Of recorded lots and serials with leading zeros: lost."""
    slips: float = 0.02
    """Of recorded lots: one character mistyped."""
    cut: float = 0.02
    """Of recorded serials: cut short."""
    unplaced: float = 0.02
    """Of lines: where they were shipped from is not recorded."""

    @classmethod
    def read(cls, texts: Iterable[str]) -> Rates:
        """The usual rates but for `name=share`, in order; `all=0` sets every one.

        Raises InputRefused for an unknown name, and for a share that is no number from 0 to 1 (returns: 0.2).
        """
        names = [field.name for field in fields(cls)]
        shares: dict[str, float] = {}
        for text in texts:
            name, _, written = text.partition("=")
            if name not in (*names, EVERY):
                expected = f"one of {', '.join(names)}, {EVERY}"
                raise InputRefused.of(text, expected=expected, got=repr(name)[:40])
            share = _share(written, text=text)
            shares |= dict.fromkeys(names, share) if name == EVERY else {name: share}
        if shares.get("returns", 0) > MOST_RETURNS:
            got = f"{shares['returns']}"
            raise InputRefused.of("returns", expected=f"at most {MOST_RETURNS}", got=got)
        return cls(**shares)


def _share(written: str, *, text: str) -> float:
    try:
        share = float(written)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise InputRefused.of(text, expected="name=share, a number from 0 to 1", got=repr(written)[:40])
    return share
