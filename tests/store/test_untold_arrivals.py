"""The arrivals: where goods came of which nobody told the lot, no line shipped since is let off."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, inspect

from recall.domain.match import MatchClass
from recall.domain.recall import Recall
from recall.epcis.event import Event
from recall.store import migrations
from recall.store.database import Store
from recall.store.sites import ToldSites
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.goods import CASE, FACTORY, HUB, PALLET, begun, capture, lot, moved, packed
from tests.store.test_never_missed import A1, BEGAN, INNOCENT, KIT, OF_A1, amount, bare, by_seller, ruled
from tests.store.tracing import thing


def came(*codes: str, gtin: str | None = None) -> Event:
    """Goods that the hub received, by their codes, or as an amount of a trade item."""
    told = {"quantityList": [amount(gtin, 3)]} if gtin else {"epcList": [*codes]}
    return moved("receiving", HUB, at=BEGAN + 2 * DAY, **told)


def put(parent: str, **inside: Any) -> Event:
    return packed(parent, at=BEGAN + DAY, **inside)


UNTOLD = [
    pytest.param((came(gtin=GTIN),), id="an amount of the trade item"),
    pytest.param((came(thing(GTIN, "U7")),), id="an item without a lot"),
    pytest.param((came(CASE),), id="a case that nobody packed"),
    pytest.param((put(CASE, childQuantityList=[amount(GTIN, 3)]), came(CASE)), id="an amount in a case"),
    pytest.param((put(CASE, childEPCs=[thing(GTIN, "U7")]), came(CASE)), id="an item in a case"),
    pytest.param((put(PALLET, childEPCs=[CASE]), came(PALLET)), id="a case on a pallet"),
]
"""What may be affected by all that events tell of it."""
TOLD = [
    pytest.param((), id="nothing else"),
    pytest.param((came(gtin=KIT), came(thing(KIT, "U7"))), id="another trade item"),
    pytest.param((moved("receiving", FACTORY, at=BEGAN + DAY, epcList=[CASE]),), id="another site"),
    pytest.param((put(CASE, childQuantityList=[lot("B2", 3)]), came(CASE)), id="a case that was packed"),
    pytest.param(
        (
            begun(epcList=[thing(GTIN, "U7")], ilmd={"cbvmda:lotNumber": "B2"}),
            put(CASE, childEPCs=[thing(GTIN, "U7")]),
            put(PALLET, childEPCs=[CASE]),
            came(PALLET),
            came(thing(GTIN, "U7")),
        ),
        id="an item of a lot",
    ),
    pytest.param(
        (
            put(CASE, childQuantityList=[lot("B2", 3)]),
            came(CASE),
            packed(CASE, at=BEGAN + 3 * DAY, action="DELETE"),
            put(PALLET, childQuantityList=[lot("B2", 3)]),
            moved("receiving", HUB, at=BEGAN + 4 * DAY, epcList=[PALLET]),
        ),
        id="a case that was emptied before another came",
    ),
]
"""What is not affected, by what events tell of it."""


@pytest.mark.parametrize("some", UNTOLD)
def test_goods_of_no_told_lot_that_came_to_a_site_may_be_affected(
    store: Store, recall: Recall, some: tuple[Event, ...]
) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, *some)
        assert MatchClass.POSSIBLE is ruled(tx, recall, A1, bare()).cls


@pytest.mark.parametrize("some", TOLD)
def test_a_site_of_whose_goods_all_is_told_lets_off(
    store: Store, recall: Recall, some: tuple[Event, ...]
) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, *some)
        assert MatchClass.EXCLUDED is ruled(tx, recall, A1, bare()).cls


@pytest.mark.parametrize("some", UNTOLD)
def test_what_was_shipped_before_goods_of_no_told_lot_came_is_let_off(
    store: Store, recall: Recall, some: tuple[Event, ...]
) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, *some)
        early = bare(shipped_at=BEGAN + DAY + HOUR)
        assert MatchClass.EXCLUDED is ruled(tx, recall, A1, early).cls


def test_a_seller_alone_does_not_tell_what_came_inside_a_case(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, came(CASE))
        by_seller(tx, put(CASE, childQuantityList=[lot("B2", 3)]))
        assert MatchClass.POSSIBLE is ruled(tx, recall, A1, bare()).cls


def indexes(connection: Connection) -> set[str | None]:
    """The names of the indexes of the sightings."""
    return {index["name"] for index in inspect(connection).get_indexes("sighting")}


def test_the_index_of_untold_arrivals_goes_and_comes_again_with_events_present(empty_url: str) -> None:
    store, engine = Store(empty_url), create_engine(empty_url)
    store.upgrade()
    with store.begin() as tx:
        capture(tx, came(gtin=GTIN), came(CASE))
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0016")
        assert "ix_sighting_unnamed" not in indexes(connection)
    store.upgrade()
    with engine.connect() as connection:
        assert "ix_sighting_unnamed" in indexes(connection)
    with store.read() as tx:
        assert BEGAN + 2 * DAY == ToldSites(tx).untold_since(gtin=GTIN, site=HUB["id"])
    store.close()
    engine.dispose()


def test_an_earlier_answer_knows_of_no_later_arrivals(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, came(gtin=GTIN), came(CASE))
        before = ToldSites(tx, as_of=NOW - HOUR)
        assert None is before.untold_since(gtin=GTIN, site=HUB["id"])
        then = ToldSites(tx, as_of=NOW)
        assert BEGAN + 2 * DAY == then.untold_since(gtin=GTIN, site=HUB["id"])
