"""The confirming page where an extractor looked too: its clauses bear its name, and wait by themselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from fastapi.testclient import TestClient

from recall.app import create_app
from recall.domain.notice import Notice
from recall.domain.proposed import merged
from recall.reading.proposals import Proposal
from recall.steps.work_draft import start_draft
from recall.store import drafts
from tests.web.test_confirming import proposed
from tests.world import FIRST, POLICY, World, notice

PLACE = "/recalls/{}/versions"


def test_what_an_extractor_proposed_waits_for_a_confirmation_of_its_own(world: World) -> None:
    found = merged(proposed(), proposals=[Proposal(kind="lot", quote="B2", confidence=1)], by="chat:small")
    draft = start_draft(world.runtime, notice=found, policies=[POLICY], officer=FIRST)
    app = create_app(world.runtime, issuer_key="whpk_")
    with TestClient(app, follow_redirects=False) as client:
        client.post("/login", data={"key": world.keys[FIRST].text})
        assert "chat:small" in client.get(f"/drafts/{draft.id}").text
        client.post(f"/drafts/{draft.id}/confirm")
        with world.runtime.store.read() as tx:
            after = drafts.draft(tx, draft_id=draft.id)
        assert ((3,), ("A1",)) == (after.waiting, after.notice.products[0].lots)
        client.post(f"/drafts/{draft.id}/confirm", data={"clause": "4"})
        with world.runtime.store.read() as tx:
            assert ("A1", "B2") == drafts.draft(tx, draft_id=draft.id).notice.products[0].lots


def test_a_reader_that_waits_for_a_service_is_asked_outside_the_servers_own_loop(world: World) -> None:
    async def found(raw: bytes) -> Sequence[Notice]:
        return [Notice.read(json.loads(raw))]

    app = create_app(world.runtime, issuer_key="whpk_", read=lambda raw: asyncio.run(found(raw)))
    with TestClient(app, follow_redirects=False) as client:
        client.post("/login", data={"key": world.keys[FIRST].text})
        for place, given in (("/drafts", notice(reference="R-2")), (PLACE.format(world.recall_id), notice())):
            handed = {"text": json.dumps(given), "policy": POLICY}
            assert 303 == client.post(place, data=handed).status_code
