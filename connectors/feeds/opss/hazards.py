"""The kinds of hazard by the names that OPSS's database gives them; pure."""

from __future__ import annotations

KINDS = (
    "Asphyxiation", "Burns", "Chemical", "Choking", "Cuts", "Damage to hearing", "Damage to sight",
    "Drowning", "Electric shock", "Electromagnetic disturbance", "Energy consumption", "Entrapment",
    "Environment", "Fire", "Health risk", "Incorrect measurement", "Injuries", "Microbiological", "Security",
    "Strangulation", "Suffocation",
)  # fmt: skip
_BY_NAME = {kind.lower(): kind for kind in KINDS}


def kind_of(written: str) -> str | None:
    """The kind that a cell names, whatever its capitals; None for another word.

    >>> kind_of(" electric Shock")
    'Electric shock'
    """
    return _BY_NAME.get(" ".join(written.split()).lower())
