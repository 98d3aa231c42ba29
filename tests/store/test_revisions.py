"""The revisions: what a database held before is held after, up and down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from recall.domain.ground import Confidence
from recall.domain.trace import LotKey
from recall.store import events, matches, migrations, orders, recalls, tasks
from recall.store.database import Store
from tests.builders import GTIN, NOW
from tests.store.goods import CELL, begun, event, item, lot, made_of, moved, turned

HUB = {"id": "https://id.gs1.org/414/6901234000023"}
RUN = "urn:epcglobal:cbv:bt:6901234000016:run-7"
MADE = begun(quantityList=[lot("A1", 10)], epcList=[item("S1"), item("S2")], eventID="urn:uuid:made")
WRONG = begun(quantityList=[lot("A1", 77)])
TURNED = turned(
    transformationID=RUN, inputQuantityList=[lot("C1", 9, gtin=CELL)], outputQuantityList=[lot("A1", 10)]
)
JOINED = event(
    "AssociationEvent", action="ADD", parentID=item("S1"),
    childEPCs=[f"https://id.gs1.org/01/{CELL}/10/C1/21/X7"], childQuantityList=[lot("C2", 1, gtin=CELL)],
)  # fmt: skip
CAME = moved("receiving", HUB, epcList=[item("S1")])
OLD = {
    "made": [{"event": MADE.hash, "gtin": GTIN, "lot": "A1", "units": 10, "serials": 2, "at": NOW}],
    "serial": [{"gtin": GTIN, "serial": s, "event": MADE.hash, "lot": "A1"} for s in ("S1", "S2")],
    "content": [
        {
            "event": MADE.hash, "number": 0, "parent": "case", "child": item("S1"), "gtin": GTIN,
            "serial": "S1", "units": 1, "inside": True, "at": NOW,
        }
    ],
    "sighting": [
        {
            "event": CAME.hash, "number": 0, "code": item("S1"), "gtin": GTIN, "serial": "S1", "units": 1,
            "sign": 1, "site": HUB["id"], "at": NOW,
        }
    ],
    "turned": [
        {
            "event": TURNED.hash, "number": number, "run": RUN, "is_output": gtin == GTIN, "gtin": gtin,
            "code": lot(code, gtin=gtin)["epcClass"], "lot": code, "at": NOW,
        }
        for number, (gtin, code) in enumerate(((CELL, "C1"), (GTIN, "A1")))
    ],
}  # fmt: skip


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """A database of the first release, with events that say something."""
    Store(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        migrations.upgrade(connection, revision="0003")
        for number, one in enumerate((MADE, TURNED, JOINED, CAME, WRONG)):
            insert(connection, "event", {
                "hash": one.hash, "type": one.type.value, "event_time": NOW, "captured_by": "party_maker",
                "declared_wrong": one is WRONG, "captured_at": f"2026-11-21 0{number}:00:00",
                "body": json.dumps(dict(one.body)),
            })  # fmt: skip
        for table, rows in OLD.items():
            for row in rows:
                insert(connection, table, row)
    yield engine
    engine.dispose()


def insert(connection: Connection, table: str, row: dict[str, object]) -> None:
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)  # noqa: S608 - ours


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_events_keep_what_they_say_when_they_get_numbers(engine: Engine, empty_url: str) -> None:
    store = Store(empty_url)
    store.upgrade()
    assert [
        (1, MADE.hash, "urn:uuid:made", None), (2, TURNED.hash, None, RUN), (3, JOINED.hash, None, None),
        (4, CAME.hash, None, None), (5, WRONG.hash, None, None),
    ] == rows(engine, "SELECT number, hash, event_id, transformation_id FROM event ORDER BY 1")  # fmt: skip
    assert [(5,)] == rows(engine, "SELECT number FROM event WHERE withdrawn_at IS NOT NULL")
    with store.read() as tx:
        assert [(LotKey(GTIN, "A1"), 10, MADE.hash)] == [
            (fact.key, fact.units, fact.event) for fact in events.lot_facts(tx)
        ]
        assert {(f"lot C1 of {CELL}", f"lot A1 of {GTIN}")} == made_of(tx, LotKey(CELL, "C1"))
        known = events.serial_lots(tx, serials=[(GTIN, "S1"), (GTIN, "S2")])
        assert {MADE.hash} == {event for _, event in known.values()}
        assert dict(CAME.body) == events.event(tx, hash=CAME.hash)
    store.close()


def test_parts_that_were_told_before_there_was_a_table_for_them_are_found_again(
    engine: Engine, empty_url: str
) -> None:
    Store(empty_url).upgrade()
    whole = (item("S1"), GTIN, "S1", True)
    assert [
        (f"https://id.gs1.org/01/{CELL}/21/X7", CELL, "C1", "X7", *whole),
        (f"https://id.gs1.org/01/{CELL}/10/C2", CELL, "C2", None, *whole),
    ] == [
        (*row[:-1], bool(row[-1]))
        for row in rows(
            engine,
            "SELECT child, gtin, lot, serial, parent, parent_gtin, parent_serial, attached "
            "FROM part WHERE event = 3 ORDER BY number",
        )
    ]


def test_what_the_first_release_held_is_there_again_after_going_back(engine: Engine, empty_url: str) -> None:
    kept = ("event", *OLD)
    before = {table: sorted(map(repr, rows(engine, f"SELECT * FROM {table}"))) for table in kept}  # noqa: S608 - ours
    Store(empty_url).upgrade()
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0003")
    assert before == {table: sorted(map(repr, rows(engine, f"SELECT * FROM {table}"))) for table in kept}  # noqa: S608 - ours
    assert all(before.values())


LINE = {
    "platform_id": "party_platform", "listing_ref": "LST-1", "seller_ref": "S07", "gtin": GTIN, "lot": "A1",
    "units": 2, "sold_at": "2025-01-02 03:04:05.678901", "shipped_at": "2025-01-03 00:00:00.000000",
    "digest": "d",
}  # fmt: skip
SOLD: list[dict[str, object]] = [
    LINE | {"line_ref": "L1", "ship_from": HUB["id"]},
    LINE | {"line_ref": "L2", "serial": "S1", "lot": None, "shipped_at": None},
    LINE | {"line_ref": "L3", "seller_ref": "S08"},
]
MATCHED: list[dict[str, object]] = [
    {
        "recall_id": "rcl_1", "platform_id": "party_platform", "line_ref": ref, "version": 1, "cls": cls,
        "rule": "exact_lot", "reason": "The lot is named", "units_lo": units, "units_hi": units,
        "lot_gtin": GTIN, "lot": "A1", "chain": "[]", "digest": "",
    }
    for ref, cls, units in (("L1", "confirmed", 2), ("L3", "confirmed", 2), ("L2", "excluded", 0))
]  # fmt: skip


RECALL: dict[str, object] = {
    "id": "rcl_1", "reference": "R1", "title": "", "authority": "", "policy": "cn-samr", "state": "open",
    "version": 1, "proposed_by": "party_officer", "proposed_at": NOW,
}  # fmt: skip


def test_order_lines_and_matches_are_there_again_after_going_up_and_back(
    engine: Engine, empty_url: str
) -> None:
    party = {"id": "party_officer", "role": "regulator", "name": "", "language": "en", "timezone": "UTC"}
    with engine.begin() as connection:
        insert(connection, "party", party | {"created_at": NOW})
        insert(connection, "recall", RECALL)
        for table, given in (("order_line", SOLD), ("match", MATCHED)):
            for row in given:
                insert(connection, table, row)
    lines = "SELECT * FROM order_line ORDER BY line_ref"
    kept = "SELECT * FROM match WHERE cls <> 'excluded' ORDER BY line_ref"
    before = rows(engine, lines), rows(engine, kept)
    store = Store(empty_url)
    store.upgrade()
    with store.read() as tx:
        found = {line.line_ref: line for line in orders.lines(tx, gtins={GTIN})}
        assert (None, "S1", None, HUB["id"]) == (
            found["L2"].lot, found["L2"].serial, found["L2"].shipped_at, found["L1"].ship_from,
        )  # fmt: skip
        assert "2025-01-02T03:04:05.678901+00:00" == found["L1"].sold_at.isoformat()
        told = matches.match_summary(tx, recall_id="rcl_1")
        assert [("S07", 1, 2), ("S08", 1, 2)] == [(c.seller_ref, c.lines, c.units) for c in told]
    store.close()
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0003")
    assert before == (rows(engine, lines), rows(engine, kept))


TASK: dict[str, object] = {
    "id": "tsk_1", "recall_id": "rcl_1", "version": 1, "party_id": "party_officer", "duty": "stop_sale",
    "place": "", "units": 3, "issued_at": NOW, "due_at": NOW, "basis": "art. 7 (law, unverified)",
    "state": "issued", "done_units": 0, "escalation": 50,
}  # fmt: skip


def test_a_task_knows_its_law_after_going_up_and_stands_once_after_going_back(
    engine: Engine, empty_url: str
) -> None:
    party = {"id": "party_officer", "role": "platform", "name": "", "language": "en", "timezone": "UTC"}
    with engine.begin() as connection:
        insert(connection, "party", party | {"created_at": NOW})
        insert(connection, "recall", RECALL)
        insert(connection, "task", TASK)
    before = rows(engine, "SELECT * FROM task"), rows(engine, "SELECT id, policy FROM recall")
    store = Store(empty_url)
    store.upgrade()
    with store.begin() as tx:
        task = tasks.task(tx, task_id="tsk_1")
        assert ("cn-samr/platform-stop-sale", Confidence.UNVERIFIED) == (task.clock, task.confidence)
        recall = recalls.recall(tx, recall_id="rcl_1")
        assert ("cn-samr",) == recall.policies
        recalls.save_recall(tx, replace(recall, policies=("cn-samr", "eu-gpsr")))
        tasks.add_tasks(tx, [replace(task, id="tsk_2", clock="eu-gpsr/platform-stop-sale")])
        assert 2 == len(tasks.tasks(tx, recall_id="rcl_1"))
    store.close()
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0003")
    assert before == (rows(engine, "SELECT * FROM task"), rows(engine, "SELECT id, policy FROM recall"))


def test_the_kinds_and_the_lots_of_untold_making_are_found_in_the_events_that_were_there(
    engine: Engine, empty_url: str
) -> None:
    store = Store(empty_url)
    store.upgrade()
    kinds = [(CELL, GTIN, False), (CELL, GTIN, True)]
    lots = [(GTIN, "A1", True), (CELL, "C1", False), (CELL, "C2", False)]
    for _ in range(2):
        assert kinds == [
            (*row[:2], bool(row[2])) for row in rows(engine, "SELECT * FROM kind ORDER BY source, holds")
        ]
        assert lots == [
            (*row[:2], bool(row[2])) for row in rows(engine, "SELECT * FROM lot_origin ORDER BY gtin, lot")
        ]
        with engine.begin() as connection:
            migrations.downgrade(connection, revision="0012")
        store.upgrade()
    store.close()
