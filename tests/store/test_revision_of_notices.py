"""The revisions of signed notices and of drafts, up and down, with rows present."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import create_engine, text

from recall.domain.difference import Difference
from recall.domain.draft import Draft, Mark, Said
from recall.domain.recall import RecallAct
from recall.domain.sender import Counted, Sender
from recall.links import Links
from recall.notary import Drawer, Notary
from recall.store import (
    added_laws,
    alarms,
    drafts,
    endings,
    guesses,
    migrations,
    parties,
    recalls,
    seals,
    versions,
)
from recall.store.database import Store
from recall.store.endings import Asked
from tests.builders import NOW, make_notice, make_recall
from tests.world import PARTIES

LINKS = Links(secret="a secret of the tests, thirty-two long", base_url="http://testserver")

SOMEONE = Sender(of=Counted.GUESS, name="someone", since=NOW)


@pytest.fixture
def held(empty_url: str) -> Store:
    """A store with a recall whose first version is approved and whose second waits."""
    store = Store(empty_url)
    store.upgrade()
    recall, notice = make_recall(proposed_by=PARTIES[0].id), make_notice(reference="R-1")
    with store.begin() as tx:
        for party in PARTIES[:2]:
            parties.add_party(tx, party, at=NOW)
        recalls.add_recall(tx, recall)
        for version in (1, 2):
            recalls.add_notice(
                tx, recall_id=recall.id, version=version, notice=notice, submitted_by=PARTIES[0].id, at=NOW
            )
        recalls.approve_notice(tx, recall_id=recall.id, version=1, approved_by=PARTIES[1].id, at=NOW)
        notary = Notary(shelf=Drawer(), new_seed=lambda: secrets.token_bytes(32))
        key = notary.signing_key(authority=recall.authority, at=NOW)
        seals.sign(tx, recall, version=1, key=key, links=LINKS, at=NOW)
        versions.reject_notice(
            tx, recall_id=recall.id, version=2, rejected_by=PARTIES[1].id, reason="a typo", at=NOW
        )
        false = (Difference(product="", field="hazard", added=("none",)),)
        alarms.raise_alarm(tx, recall_id=recall.id, digest="d", version=1, differences=false, at=NOW)
        mark = Mark(said=Said.ADDED, by=PARTIES[0].id, at=NOW)
        draft = Draft(
            id="drf_1", notice=notice, policies=("cn-samr",), maker=PARTIES[0].id, marks=(mark, None),
            created_at=NOW, changed_at=NOW, amends=recall.id,
        )  # fmt: skip
        drafts.save_draft(tx, draft)
        assert draft == drafts.draft(tx, draft_id="drf_1")
    return store


def test_the_notices_stay_when_signatures_rejections_and_drafts_go_and_come_again(
    held: Store, empty_url: str
) -> None:
    engine = create_engine(empty_url)
    with held.read() as tx:
        (recall,) = recalls.recalls(tx)
        before = [recalls.document_of(tx, recall_id=recall.id, version=n) for n in (1, 2)]
        assert ["a typo"] == [v.reason for v in versions.versions(tx, recall_id=recall.id) if v.reason]
        assert None is recalls.pending_version(tx, recall_id=recall.id)
    held.close()
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0011")
        assert 2 == connection.execute(text("SELECT count(*) FROM notice")).scalar()
    again = Store(empty_url)
    again.upgrade()
    with again.read() as tx:
        assert before == [recalls.document_of(tx, recall_id=recall.id, version=n) for n in (1, 2)]
        assert 2 == recalls.pending_version(tx, recall_id=recall.id)
        assert ((recall.id, 1),) == seals.unsigned(tx)
        assert ((), ()) == (alarms.alarms(tx, recall_id=recall.id), drafts.drafts(tx))
    again.close()
    engine.dispose()


def test_the_recall_stays_when_ends_that_wait_and_laws_that_came_later_go(
    held: Store, empty_url: str
) -> None:
    with held.begin() as tx:
        (recall,) = recalls.recalls(tx)
        first = Asked(
            recall_id=recall.id, act=RecallAct.CLOSE, reason="all is done", override=False, version=1,
            asked_by=PARTIES[0].id, asked_at=NOW,
        )  # fmt: skip
        endings.ask(tx, first)
        added_laws.add_laws(tx, recall_id=recall.id, version=2, policies=["us-cpsc", "eu-gpsr"])
        assert first == endings.asked(tx, recall_id=recall.id)
        assert 3 == guesses.count(tx, by=SOMEONE, more=3).all
        assert ("us-cpsc", "eu-gpsr") == added_laws.laws_added(tx, recall_id=recall.id, version=2)
    held.close()
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0017")
    again = Store(empty_url)
    again.upgrade()
    with again.read() as tx:
        assert (recall,) == recalls.recalls(tx)
        assert None is endings.asked(tx, recall_id=recall.id)
        assert 0 == guesses.misses(tx, by=SOMEONE).all
        assert () == added_laws.laws_added(tx, recall_id=recall.id, version=2)
    again.close()
    engine.dispose()
