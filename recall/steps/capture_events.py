"""Capture events: supply-chain events enter the store once each, however often they are sent."""

from __future__ import annotations

from collections.abc import Sequence

from recall.epcis.event import Event
from recall.runtime import Runtime
from recall.store import audit
from recall.store import events as store_events
from recall.store.events import Captured, Product


def capture_events(runtime: Runtime, *, events: Sequence[Event], captured_by: str) -> Captured:
    """Capture events of one document in one transaction: all of them or none."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        captured = store_events.capture(tx, events, captured_by=captured_by, at=now)
        if captured.new or captured.withdrawn:
            audit.append(
                tx, at=now, actor=captured_by, action="events.captured", subject=captured_by,
                detail={"new": captured.new, "known": captured.known, "withdrawn": captured.withdrawn},
            )  # fmt: skip
        return captured


def keep_catalogue(runtime: Runtime, *, products: Sequence[Product], kept_by: str) -> None:
    """Keep trade items; the same GTIN again is the same trade item as it is called now."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        store_events.add_products(tx, products)
        audit.append(
            tx, at=now, actor=kept_by, action="catalogue.kept", subject=kept_by,
            detail={"products": len(products)},
        )  # fmt: skip
