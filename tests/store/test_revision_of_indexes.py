"""The revision of indexes: scans stay as they were; indexes and hints go, and may come again."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import create_engine

from recall.ports import Blind, Event
from recall.store import hints, migrations, parties, recalls, scans
from recall.store.database import Store
from recall.store.hints import Hint
from recall.store.scans import EVERY_ITEM, NO_RECALL, Scan
from tests.builders import GTIN, NOW, make_party, make_recall

PLATFORM = make_party()
RECALL = make_recall()
SCAN = Scan(
    recall_id=RECALL.id, version=1, platform_id=PLATFORM.id, gtin=GTIN, rows=40, at=NOW, complete=True,
    sure=NOW, indexed=NOW, indexed_alone=NOW,
)  # fmt: skip
INDEX = replace(
    SCAN, recall_id=NO_RECALL, version=0, gtin=EVERY_ITEM, blind=(Blind(why="sixty days"),), indexed=None,
    indexed_alone=None,
)  # fmt: skip
EVENT = Event(id="1", kind="order", ref="7", at=NOW)


def test_scans_stay_when_indexes_and_hints_go_and_come_again(store: Store, database_url: str) -> None:
    with store.begin() as tx:
        for party_id in {PLATFORM.id, RECALL.proposed_by}:
            parties.add_party(tx, replace(PLATFORM, id=party_id), at=NOW)
        recalls.add_recall(tx, RECALL)
        for one in (SCAN, INDEX):
            scans.save_scan(tx, one)
        hints.keep(tx, platform_id=PLATFORM.id, event=EVENT, at=NOW)
    with store.read() as tx:
        assert (INDEX,) == scans.indexes(tx, platform_id=PLATFORM.id)
        assert (Hint(platform_id=PLATFORM.id, event=EVENT),) == hints.waiting(tx)
    store.close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0021")
    again = Store(database_url)
    again.upgrade()
    with again.read() as tx:
        kept = replace(SCAN, indexed=None, indexed_alone=None)
        assert (kept,) == scans.scans(tx, recall_id=RECALL.id, version=1)
        assert ((), ()) == (scans.indexes(tx), hints.waiting(tx))
    again.close()
    engine.dispose()
