"""The revision of answers in time: what was found before is the answer since, and survives going back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine

from recall.domain.link import Link
from recall.domain.trace import LotKey
from recall.store import matches, migrations
from recall.store.database import Store
from tests.builders import GTIN, HOUR, NOW
from tests.store.goods import begun, lot
from tests.store.test_revisions import HUB, LINE, MATCHED, insert, rows

MADE = begun(
    quantityList=[lot("A1", 10)], ilmd={"cbvmda:lotNumber": "A1", "cbvmda:itemExpirationDate": "2027-05-31"}
)
TRACED = NOW - timedelta(days=30)
CHAIN = [
    {"rule": "named by the notice", "source": "clause 1", "target": f"lot A1 of {GTIN}", "event": MADE.hash,
     "at": "2023-06-05T00:00:00+00:00"}
]  # fmt: skip
OF = {"recall_id": "rcl_1", "version": 1}
FOUND: dict[str, list[dict[str, object]]] = {
    "affected_lot": [
        OF | {"gtin": GTIN, "lot": "A1", "position": 0, "clause": 1, "units": 10, "chain": json.dumps(CHAIN)},
        OF | {"gtin": GTIN, "lot": "B2", "position": 1, "clause": 2, "units": 4, "chain": json.dumps(CHAIN)},
    ],
    "stock": [
        OF | {"site": HUB["id"], "gtin": GTIN, "lot": "A1", "received": 9, "sent_on": 2,
              "first_arrival": "2024-01-02 03:04:05.000000"},
    ],
    "order_line": [LINE | {"line_ref": "L1", "ship_from": HUB["id"]}],
    "match": [MATCHED[0] | {"chain": json.dumps(CHAIN)}],
}  # fmt: skip


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """A database before that revision, with a recall whose goods were traced and matched."""
    Store(empty_url)
    engine = create_engine(empty_url)
    party = {"id": "party_officer", "role": "regulator", "name": "", "language": "en", "timezone": "UTC"}
    recall = {
        "id": "rcl_1", "reference": "R1", "title": "", "authority": "", "policy": "cn-samr", "state": "open",
        "version": 1, "proposed_by": "party_officer", "proposed_at": NOW - timedelta(days=40),
    }  # fmt: skip
    stage = OF | {"name": "trace", "began_at": TRACED, "ended_at": TRACED, "seconds": 0.5, "result": "{}"}
    made = {"event": MADE.hash, "gtin": GTIN, "lot": "A1", "units": 10, "serials": 0, "at": NOW}
    with engine.begin() as connection:
        migrations.upgrade(connection, revision="0003")
        insert(connection, "event", {
            "hash": MADE.hash, "type": MADE.type.value, "event_time": NOW, "captured_by": "party_maker",
            "declared_wrong": False, "captured_at": NOW, "body": json.dumps(dict(MADE.body)),
        })  # fmt: skip
        insert(connection, "made", made)
        insert(connection, "party", party | {"created_at": NOW})
        insert(connection, "recall", recall)
        insert(connection, "stage", stage)
        migrations.upgrade(connection, revision="0007")
        for table, given in FOUND.items():
            for row in given:
                insert(connection, table, row)
    yield engine
    engine.dispose()


def test_what_was_found_is_the_answer_since_the_goods_were_traced(engine: Engine, empty_url: str) -> None:
    store = Store(empty_url)
    store.upgrade()
    with store.read() as tx:
        now = matches.trace(tx, recall_id="rcl_1")
        assert [(LotKey(GTIN, "A1"), 1, 10, False), (LotKey(GTIN, "B2"), 2, 4, False)] == [
            (one.key, one.clause, one.units, one.inspect) for one in now.lots
        ]
        at = NOW.replace(year=2023, month=6, day=5, hour=0)
        told = Link(
            rule="named by the notice", start="clause 1", end=f"lot A1 of {GTIN}", event=MADE.hash, at=at
        )
        assert (told,) == now.lots[0].chain
        assert [(HUB["id"], 9, 2, 7)] == [(s.site, s.received, s.sent_on, s.units) for s in now.stocks]
        assert now == matches.trace(tx, recall_id="rcl_1", as_of=TRACED)
        assert () == matches.trace(tx, recall_id="rcl_1", as_of=TRACED - HOUR).lots
        told_lines = matches.affected(tx, recall_id="rcl_1")
        assert [("L1", told)] == [(match.line.line_ref, match.chain[0]) for match in told_lines]
    store.close()
    (expiry,) = rows(engine, "SELECT expires_first, expires_last FROM made")
    assert ["2027-05-31"] * 2 == [*map(str, expiry)], "told by the event before there was a column for it"


def test_what_was_found_is_there_again_after_going_back(engine: Engine, empty_url: str) -> None:
    kept = {
        "affected_lot": "SELECT * FROM affected_lot ORDER BY position",
        "stock": "SELECT * FROM stock",
        "match": "SELECT * FROM match",
        "made": "SELECT * FROM made",
    }
    before = {table: [repr(row) for row in rows(engine, query)] for table, query in kept.items()}
    Store(empty_url).upgrade()
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0007")
    after = {table: [repr(row) for row in rows(engine, query)] for table, query in kept.items()}
    for table in ("affected_lot", "stock", "made"):
        assert sorted(before[table]) == sorted(after[table])
    assert 1 == len(before["match"]) == len(after["match"])
