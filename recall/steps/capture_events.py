"""Capture events: supply-chain events enter the store once each, however often they are sent."""

from __future__ import annotations

from collections.abc import Sequence

from recall.epcis.event import Event
from recall.runtime import Runtime
from recall.store import audit
from recall.store import events as store_events
from recall.store.events import Captured


def capture_events(runtime: Runtime, *, events: Sequence[Event], captured_by: str) -> Captured:
    """Capture events of one document in one transaction: all of them or none."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        captured = store_events.capture(tx, events, captured_by=captured_by, at=now)
        if captured.new:
            audit.append(
                tx, at=now, actor=captured_by, action="events.captured", subject=captured_by,
                detail={"new": captured.new, "known": captured.known},
            )  # fmt: skip
        return captured
