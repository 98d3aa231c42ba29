"""Events that are taken back: what they said counts no more, and the audit trail says so."""

from __future__ import annotations

import json

from recall.epcis.document import read_document
from recall.steps.capture_events import capture_events
from tests.builders import NOW
from tests.steps.acts import audited
from tests.world import MAKER, World, supply


def test_events_taken_back_are_in_the_audit_trail_once(world: World) -> None:
    wrong = [event | {"errorDeclaration": {"declarationTime": NOW.isoformat()}} for event in supply()[:1]]
    events = tuple(read_document(json.dumps(wrong).encode()))

    def take_back() -> None:
        capture_events(world.runtime, events=events, captured_by=MAKER)

    assert ["events.captured"] == audited(world, take_back)
    assert [] == audited(world, take_back)
