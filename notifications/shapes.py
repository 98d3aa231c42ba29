"""The shapes: what stands where in each kind of message, the same in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recall.domain.message import MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The parts of a message besides its headline, its lead and its bullets."""

    button: str
    """The name of the button that opens the recipient's page."""
    tail: tuple[str, ...] = ()
    """The names of the sentences below the bullets."""
    greets: bool = True
    """Whether the recipient is named; a buyer never is, for nobody here knows who it is."""
    numbered: bool = True
    """Whether the headline ends with the recall's number."""
    calm: bool = False
    """Whether it is good news."""
    offers: bool = False
    """Whether the remedies stand under the last bullet."""
    shows: bool = False
    """Whether a picture shows where the code stands."""


_TASK = Shape(button="task", tail=("due", "why", "basis"))
_LATE = Shape(button="task", tail=("due", "basis"))

SHAPES: Mapping[MessageKind, Shape] = {
    MessageKind.STOP_SALE: _TASK,
    MessageKind.QUARANTINE: _TASK,
    MessageKind.RETRIEVE: _TASK,
    MessageKind.DISPOSE: _TASK,
    MessageKind.REPORT: _LATE,
    MessageKind.NOTIFY_BUYERS: _TASK,
    MessageKind.NOTIFY_BUYER: Shape(
        button="answer",
        tail=("sold", "share", "again"),
        greets=False,
        numbered=False,
        offers=True,
        shows=True,
    ),
    MessageKind.REMINDER: Shape(button="task", tail=("due", "basis", "again")),
    MessageKind.ESCALATION: _LATE,
    MessageKind.RECEIPT: Shape(button="details", calm=True),
    MessageKind.ALL_CLEAR: Shape(button="details", calm=True),
    MessageKind.ALL_CLEAR_BUYER: Shape(button="details", greets=False, calm=True),
    MessageKind.CLOSING: Shape(button="details", calm=True),
}
