"""Packed-in: containers locate affected goods and infect none, whatever is missing or used again."""

from __future__ import annotations

from typing import Any

import pytest

from recall.epcis.event import Event
from recall.store.database import Store
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.goods import (
    CASE,
    FACTORY,
    HUB,
    PALLET,
    begun,
    capture,
    item,
    lot,
    moved,
    packed,
    turned,
)
from tests.store.tracing import CASE_GTIN, found, items, lots, odd, scope


def test_a_mixed_pallet_locates_affected_goods_and_infects_none(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, begun(epcList=[item("S1"), item("S2")]),
            packed(CASE, childEPCs=[item("S1"), item("S2")], childQuantityList=[lot("B2", 3)], at=NOW + HOUR),
            packed(PALLET, childEPCs=[CASE], at=NOW + 2 * HOUR),
            moved("receiving", HUB, epcList=[PALLET], at=NOW + DAY),
        )  # fmt: skip
        answer = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"})))
        assert {"A1"} == lots(answer)
        (held,) = answer.containers
        assert (CASE, PALLET, HUB["id"], 2) == (held.code, held.outer, held.site, held.units)


def test_a_named_container_brings_in_what_stands_in_it(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, begun(epcList=[item("S1"), item("S2")]),
            packed(CASE, childEPCs=[item("S1")], childQuantityList=[lot("B2", 3)], at=NOW + HOUR),
            packed(PALLET, childEPCs=[CASE], at=NOW + 2 * HOUR),
        )  # fmt: skip
        answer = found(tx, scope(gtins=frozenset(), containers=frozenset({PALLET})))
        assert {"S1": False} == items(answer)
        assert [("B2", True)] == [(one.key.lot, one.inspect) for one in answer.lots]


@pytest.mark.parametrize(
    "ending",
    [
        packed(CASE, action="DELETE", at=NOW + 2 * HOUR),
        moved("decommissioning", HUB, epcList=[CASE], at=NOW + 2 * HOUR).body | {"action": "DELETE"},
    ],
    ids=["emptied", "decommissioned"],
)
def test_a_container_that_is_used_again_holds_what_came_since(store: Store, ending: Any) -> None:
    over = ending if isinstance(ending, Event) else Event.read(ending, where="/0")
    with store.begin() as tx:
        capture(
            tx, begun(epcList=[item("S1")]),
            packed(CASE, childEPCs=[item("S1")], at=NOW + HOUR), over,
            packed(CASE, childQuantityList=[lot("B2", 3)], at=NOW + DAY),
            moved("receiving", HUB, epcList=[CASE], at=NOW + 2 * DAY),
        )  # fmt: skip
        first = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"})))
        second = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"B2"})))
        assert (() == first.containers, 3) == (True, second.containers[0].units)
        assert ([FACTORY["id"]], [HUB["id"]]) == (
            [one.site for one in first.stocks], [one.site for one in second.stocks],
        )  # fmt: skip
        named = found(tx, scope(gtins=frozenset(), containers=frozenset({CASE})))
        assert ({"B2"}, {}) == (lots(named), items(named))


def test_to_see_a_container_neither_opens_nor_closes_it(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, begun(epcList=[item("S1")]), packed(CASE, childEPCs=[item("S1")], at=NOW + HOUR),
            packed(CASE, action="OBSERVE", childEPCs=[item("S2")], at=NOW + 2 * HOUR),
        )  # fmt: skip
        (held,) = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))).containers
        assert (CASE, 1) == (held.code, held.units)


def test_an_item_that_is_packed_elsewhere_has_left_its_case_and_that_is_flagged(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, begun(epcList=[item("S1")]), packed(CASE, childEPCs=[item("S1")], at=NOW + HOUR),
            packed(PALLET, childEPCs=[item("S1")], at=NOW + DAY),
        )  # fmt: skip
        answer = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"})))
        assert [PALLET] == [one.code for one in answer.containers]
        assert {"missing_unpacking"} == odd(answer)


def test_goods_that_were_sent_and_never_received_are_at_large(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, begun(quantityList=[lot("A1", 10)]),
            moved("shipping", FACTORY, quantityList=[lot("A1", 8)], at=NOW + HOUR),
            moved("receiving", HUB, quantityList=[lot("A1", 5)], at=NOW + DAY),
        )  # fmt: skip
        (loose,) = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))).at_large
        assert ("A1", 3, NOW + HOUR) == (loose.key.lot, loose.units, loose.since)


def test_a_lost_shipping_hides_no_goods_that_were_never_received(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, begun(quantityList=[lot("A1", 20)]),
            moved("shipping", FACTORY, quantityList=[lot("A1", 8)], at=NOW + HOUR),
            moved("receiving", HUB, quantityList=[lot("A1", 9)], at=NOW + DAY),
        )  # fmt: skip
        (loose,) = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))).at_large
        assert ("A1", 8, NOW + HOUR) == (loose.key.lot, loose.units, loose.since)


def test_what_came_in_two_deliveries_is_all_there_wherever_it_was_before(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, moved("receiving", FACTORY, quantityList=[lot("A1", 50)], at=NOW),
            moved("shipping", FACTORY, quantityList=[lot("A1", 8)], at=NOW + HOUR),
            moved("receiving", HUB, quantityList=[lot("A1", 5)], at=NOW + DAY),
            moved("receiving", HUB, quantityList=[lot("A1", 3)], at=NOW + 2 * DAY),
        )  # fmt: skip
        assert () == found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))).at_large


def test_what_is_used_up_is_not_on_its_way(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, begun(quantityList=[lot("A1", 10)]),
            turned(
                readPoint=FACTORY, inputQuantityList=[lot("A1", 10)], outputQuantityList=[lot("R1", 10)],
                at=NOW + HOUR,
            ),
        )  # fmt: skip
        loose = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))).at_large
        assert ["R1"] == [one.key.lot for one in loose]


def test_a_case_is_another_trade_item_than_what_stands_in_it(store: Store) -> None:
    boxed = lot("A1", 2, gtin=CASE_GTIN)
    with store.begin() as tx:
        capture(tx, begun(quantityList=[lot("A1", 10)]), packed(PALLET, childQuantityList=[boxed]))
        answer = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"})))
        assert [(GTIN, "A1")] == [one.key for one in answer.lots]
        assert () == answer.containers
