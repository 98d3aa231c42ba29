"""The movements: what came to a site and left it, in containers too, and each unit counted once."""

from __future__ import annotations

import pytest

from recall.codes.keys import key_of
from recall.domain.goods import LotKey
from recall.domain.party import Role
from recall.store import events, parties
from recall.store.database import Store
from recall.store.sites import ToldSites
from tests.builders import DAY, GTIN, HOUR, NOW, make_party
from tests.store.goods import (
    CASE,
    CELL,
    FACTORY,
    HUB,
    PALLET,
    a_pallet,
    begun,
    capture,
    item,
    lot,
    made_of,
    moved,
    moves,
    packed,
    ways,
)


def test_goods_come_by_receiving_and_leave_by_shipping(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx,
            begun(quantityList=[lot("A1", 10)]),
            moved("shipping", FACTORY, quantityList=[lot("A1", 8)], at=NOW + HOUR),
            moved("departing", FACTORY, quantityList=[lot("A1", 8)], at=NOW + 2 * HOUR),
            moved("receiving", HUB, quantityList=[lot("A1", 8)], at=NOW + 3 * HOUR),
        )
        assert [("0016", "A1", 10), ("0016", "A1", -8), ("0023", "A1", 8)] == ways(tx)
        told = ToldSites(tx)
        assert FACTORY["id"] in told
        assert HUB["id"] in told
        assert f"{HUB['id']}0" not in told
        assert () == moves(tx, {CELL})


def test_whoever_runs_a_site_is_believed_of_what_came_there_and_nowhere_else(store: Store) -> None:
    shop = make_party(id="party_shop", role=Role.SELLER, reference="shop", sites=(key_of(HUB["id"]),))
    other = make_party(id="party_other", role=Role.SELLER, reference="other")
    here, there = (moved("receiving", site, quantityList=[lot("A1", 8)]) for site in (HUB, FACTORY))
    with store.begin() as tx:
        for party in (shop, other):
            parties.add_party(tx, party, at=NOW - DAY)
        for said in (here, there):
            for party in (other, shop):
                events.capture(tx, [said], captured_by=party.id, at=NOW)
        assert {"0023": True, "0016": False} == {m.site[-4:]: m.trusted for m in moves(tx, {GTIN})}


def test_a_container_is_opened_as_it_stood_when_it_was_seen(store: Store) -> None:
    out = packed(CASE, action="DELETE", childEPCs=[item("S2")], at=NOW + 5 * HOUR)
    with store.begin() as tx:
        capture(
            tx, *a_pallet(), out,
            moved("receiving", HUB, epcList=[PALLET], at=NOW + 4 * HOUR),
            moved("shipping", HUB, epcList=[PALLET], at=NOW + 6 * HOUR),
        )  # fmt: skip
        there = [("0023", "A1", 2), ("0023", "B2", 3), ("0023", "A1", -1), ("0023", "B2", -3)]
        assert [("0016", "A1", 2), *there] == ways(tx)


@pytest.mark.parametrize("emptied", [CASE, PALLET])
def test_a_container_that_was_emptied_holds_nothing(store: Store, emptied: str) -> None:
    with store.begin() as tx:
        capture(
            tx, *a_pallet(), packed(emptied, action="DELETE", at=NOW + 3 * HOUR),
            moved("receiving", HUB, epcList=[PALLET], at=NOW + 4 * HOUR),
        )  # fmt: skip
        assert [("0016", "A1", 2)] == ways(tx)


def test_loose_units_that_were_taken_out_are_fewer_inside(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, *a_pallet(),
            packed(CASE, action="DELETE", childQuantityList=[lot("B2", 1)], at=NOW + 3 * HOUR),
            moved("receiving", HUB, epcList=[CASE], at=NOW + 4 * HOUR),
        )  # fmt: skip
        assert ("0023", "B2", 2) in ways(tx)


def test_contents_that_are_stated_by_lot_too_count_once(store: Store) -> None:
    stated = [lot("A1", 2), lot("B2", 3)]
    with store.begin() as tx:
        capture(tx, *a_pallet(), moved("receiving", HUB, epcList=[PALLET], quantityList=stated, at=NOW + DAY))
        assert [("0016", "A1", 2), ("0023", "A1", 2), ("0023", "B2", 3)] == ways(tx)


def test_containers_that_are_said_to_hold_each_other_end_the_search(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, *a_pallet(), packed(CASE, childEPCs=[PALLET], at=NOW + HOUR),
            moved("receiving", HUB, epcList=[PALLET], at=NOW + DAY),
        )  # fmt: skip
        assert [("0023", "A1", 2), ("0023", "B2", 3)] == ways(tx)[1:]


def test_packing_beside_an_affected_lot_infects_nothing(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, *a_pallet())
        assert set() == made_of(tx, LotKey(GTIN, "A1"), LotKey(GTIN, "B2"))
