"""What was found: an event where it stands in its document, and what holds around it, not yet read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from recall.epcis.event import Event
from recall.epcis.vocabulary import STANDARD_NAMES
from recall.errors import EventRefused


def as_object(told: Any, where: str) -> Mapping[str, Any]:
    """An event of a JSON document, which must be an object. Raises `EventRefused`."""
    if not isinstance(told, Mapping):
        raise EventRefused.of(told, expected="an event", got=type(told).__name__, where=where)
    return told


class Found(NamedTuple):
    """An event of a document."""

    told: Any
    where: str
    names: Mapping[str, str] = STANDARD_NAMES
    ignored: Iterable[str] = ()
    closed: bool = True
    form: Callable[[Any, str], Mapping[str, Any]] = as_object
    """Gives the JSON form of what was told."""
    said: str | None = None
    """Its JSON as it came, where that is the whole of it."""

    def read(self) -> Event:
        """Read it. Raises `EventRefused`."""
        body = self.form(self.told, self.where)
        return Event.read(
            body, where=self.where, names=self.names, ignored=self.ignored, closed=self.closed, said=self.said
        )
