"""The demo's place: where it stands in its own time, kept in a file so that a killed demo goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

HISTORY_ENDS = timedelta(days=45)
"""How long before the real day the recall is opened, so that its last day is not in the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a demo is, and how far it has come."""

    seed: int
    lines: int
    opened: str
    """When the recall is opened, in the demo's time (ISO, UTC)."""
    ports: Mapping[str, int]
    """The ports of the engine and its partners: links in messages name them, so they stay."""
    hours: float = 0.0
    """Hours of the demo's time since then."""
    keys: bool = False
    """Whether the market is made and everybody is known to the engine."""
    finished: bool = False

    @property
    def start(self) -> datetime:
        """When the recall is opened."""
        return datetime.fromisoformat(self.opened)

    @property
    def now(self) -> datetime:
        """The demo's time."""
        return self.start + timedelta(hours=self.hours)


class Diary:
    """Keeps the place, whole or not at all; its `now` is the clock of the demo."""

    def __init__(self, *, home: Path) -> None:
        """`home` is the demo's folder."""
        self._path = home / "demo.json"
        self.place: Place | None = None
        if self._path.exists():
            self.place = Place(**json.loads(self._path.read_text("utf-8")))

    def begin(self, *, seed: int, lines: int, today: datetime, ports: Mapping[str, int]) -> None:
        """Start a new demo that opens its recall six weeks before today, at nine in the morning in China."""
        opened = (today - HISTORY_ENDS).astimezone(UTC).replace(hour=1, minute=0, second=0, microsecond=0)
        self._keep(Place(seed=seed, lines=lines, opened=opened.isoformat(), ports=ports))

    def move(self, **changes: object) -> None:
        """Change the place and keep it."""
        self._keep(replace(self.at, **changes))  # type: ignore[arg-type] # names are those of Place

    @property
    def at(self) -> Place:
        """The place of a demo that was begun."""
        if self.place is None:
            raise ValueError("The demo has not begun")
        return self.place

    def now(self) -> datetime:
        """The demo's time, as the runtime asks for it."""
        return self.at.now

    def _keep(self, place: Place) -> None:
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(asdict(place)), "utf-8")
        part.replace(self._path)
        self.place = place
