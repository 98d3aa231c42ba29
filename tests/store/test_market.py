"""The market of the sandbox, read back from the store as its truth says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from connectors.sandbox.market import make_market
from recall.domain.goods import LotKey, lot_in_words
from recall.epcis.document import read_document
from recall.store import events
from recall.store.database import Store
from recall.store.event_tables import EVENT, SAYINGS
from tests.builders import NOW
from tests.connectors.sandbox.market_reading import World, read_lines, read_world
from tests.store import goods

Documents = list[dict[str, Any]]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Every event of a small market."""
    folder = tmp_path_factory.mktemp("market")
    make_market(seed=3, lines=600, until=datetime(2025, 6, 16, tzinfo=UTC), into=folder)
    return read_lines(Path(folder) / "events.jsonl")


@pytest.fixture(scope="module")
def world(documents: Documents) -> World:
    """What the events tell, read with other eyes."""
    return read_world(documents)


def capture(store: Store, documents: Documents) -> None:
    some = [event for document in documents for event in read_document(json.dumps(document).encode())]
    with store.begin() as tx:
        events.capture(tx, some, captured_by="party_maker", at=NOW)


def test_every_lot_step_and_serial_is_found(store: Store, documents: Documents, world: World) -> None:
    capture(store, documents)
    with store.read() as tx:
        found = {fact.key: fact.units for fact in events.lot_facts(tx)}
        steps = goods.made_of(tx, *(LotKey(*source) for source, _, _ in world.made_from))
        serials = events.serial_lots(tx, serials=world.serial_lot)
    assert {LotKey(*key): units for key, units in world.lot_units.items()} == found
    assert steps == {
        (lot_in_words(LotKey(*source)), lot_in_words(LotKey(*product)))
        for source, product, _ in world.made_from
    }
    assert {item: LotKey(*key) for item, key in world.serial_lot.items()} == {
        item: key for item, (key, _) in serials.items()
    }


def test_pallets_that_are_opened_give_what_was_stated(store: Store, documents: Documents) -> None:
    """The same events without the contents that the senders stated: the containers alone must tell them."""
    silent = [
        {name: value for name, value in document.items() if name != "quantityList"}
        if document.get("bizStep") in ("shipping", "receiving") and document.get("epcList")
        else document
        for document in documents
    ]
    assert silent != documents
    capture(store, documents)
    stated = moves(store)
    with store.begin() as tx:
        for table in (*SAYINGS, EVENT):
            tx.write(delete(table))
    capture(store, silent)
    assert stated == moves(store)


def moves(store: Store) -> set[tuple[object, ...]]:
    """Every movement but for the event's hash, which names what was said."""
    with store.read() as tx:
        gtins = {fact.key.gtin for fact in events.lot_facts(tx)}
        return {(m.site, m.key, m.at, m.units) for m in goods.moves(tx, gtins)}
