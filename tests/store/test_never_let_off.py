"""Nobody is let off by a party that gains by it, nor by an amount that nobody can tell the units of."""

from __future__ import annotations

from typing import Any

import pytest

from recall.codes.keys import key_of
from recall.domain.match import MatchClass
from recall.domain.party import Role
from recall.domain.recall import Recall
from recall.epcis.event import Event
from recall.reading.serial_range import SerialRange
from recall.store import events, parties
from recall.store.database import Store, Tx
from tests.builders import DAY, GTIN, HOUR, NOW, make_party
from tests.store.goods import (
    CASE,
    FACTORY,
    HUB,
    PALLET,
    begun,
    capture,
    event,
    item,
    lot,
    moved,
    packed,
    turned,
)
from tests.store.test_never_missed import A1, BEGAN, INNOCENT, KIT, OF_A1, bare, by_seller, ruled
from tests.store.tracing import found, lots, scope

SHOP = {"id": "https://id.gs1.org/414/6901234000306"}
LOADED = BEGAN + HOUR
BEFORE_IT_LEFT = BEGAN + 2 * HOUR


def a_pallet_to_the_hub(tx: Tx, **goods: Any) -> None:
    """A pallet with affected goods from the factory to the hub, where innocent goods came too."""
    capture(
        tx,
        *INNOCENT,
        OF_A1,
        packed(PALLET, at=LOADED, **goods),
        moved("shipping", FACTORY, at=BEGAN + 3 * HOUR, epcList=[PALLET]),
        moved("receiving", HUB, at=BEGAN + DAY, epcList=[PALLET]),
    )


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            packed(PALLET, action="DELETE", at=BEFORE_IT_LEFT, childQuantityList=[lot("A1", 9)]),
            id="taken out",
        ),
        pytest.param(packed(PALLET, action="DELETE", at=BEFORE_IT_LEFT), id="emptied"),
        pytest.param(
            event("ObjectEvent", action="DELETE", at=BEFORE_IT_LEFT, epcList=[PALLET]), id="out of service"
        ),
    ],
)
def test_a_seller_does_not_empty_a_pallet(store: Store, recall: Recall, said: Event) -> None:
    with store.begin() as tx:
        a_pallet_to_the_hub(tx, childQuantityList=[lot("A1", 9)])
        by_seller(tx, said)
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare()).cls


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            packed(PALLET, action="DELETE", at=BEFORE_IT_LEFT, childEPCs=[item("S1")]), id="taken out"
        ),
        pytest.param(packed(CASE, at=BEFORE_IT_LEFT, childEPCs=[item("S1")]), id="packed elsewhere"),
        pytest.param(moved("retail_selling", SHOP, at=BEFORE_IT_LEFT, epcList=[item("S1")]), id="sold"),
    ],
)
def test_a_seller_does_not_take_a_unit_from_its_pallet(store: Store, recall: Recall, said: Event) -> None:
    with store.begin() as tx:
        a_pallet_to_the_hub(tx, childEPCs=[item("S1")])
        capture(tx, begun(at=BEGAN, epcList=[item("S1")]))
        by_seller(tx, said)
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare()).cls


def test_a_maker_takes_goods_from_its_pallet(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        a_pallet_to_the_hub(tx, childQuantityList=[lot("A1", 9)])
        capture(tx, packed(PALLET, action="DELETE", at=BEFORE_IT_LEFT, childQuantityList=[lot("A1", 9)]))
        assert MatchClass.EXCLUDED is ruled(tx, recall, A1, bare()).cls


def test_a_seller_does_not_begin_a_named_pallet_anew(store: Store, recall: Recall) -> None:
    del recall  # its seller is known as one
    with store.begin() as tx:
        capture(tx, begun(quantityList=[lot("A1", 9), lot("B2", 9)], at=BEGAN))
        capture(tx, packed(PALLET, at=LOADED, childQuantityList=[lot("A1", 9)]))
        by_seller(
            tx,
            packed(PALLET, action="DELETE", at=BEFORE_IT_LEFT),
            packed(PALLET, at=BEFORE_IT_LEFT + HOUR, childQuantityList=[lot("B2", 9)]),
        )
        of = scope(gtins=frozenset({GTIN}), containers=frozenset({key_of(PALLET)}))
        assert {"A1", "B2"} == lots(found(tx, of))


SENT = moved("shipping", FACTORY, at=BEGAN + HOUR, quantityList=[lot("A1", 9)])


def test_a_seller_does_not_take_goods_off_the_road(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, SENT)
        by_seller(tx, moved("receiving", SHOP, at=BEGAN + DAY, quantityList=[lot("A1", 9)]))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare()).cls


def test_a_seller_takes_goods_off_the_road_to_its_own_site(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        shop = make_party(id="party_shop", role=Role.SELLER, reference="S08", sites=(key_of(SHOP["id"]),))
        parties.add_party(tx, shop, at=NOW)
        capture(tx, *INNOCENT, OF_A1, SENT)
        came = moved("receiving", SHOP, at=BEGAN + DAY, quantityList=[lot("A1", 9)])
        events.capture(tx, [came], captured_by="party_shop", at=NOW)
        assert MatchClass.EXCLUDED is ruled(tx, recall, A1, bare()).cls


def test_a_seller_alone_does_not_tell_where_a_lot_came(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, begun(at=BEGAN, quantityList=[lot("A1", 9)], bizLocation=None))
        by_seller(tx, moved("receiving", SHOP, at=BEGAN + DAY, quantityList=[lot("A1", 9)]))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare()).cls


def test_an_amount_of_a_lot_may_be_an_item_of_a_named_range(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(
            tx,
            begun(epcList=[item("U101"), item("U102")]),
            turned(inputQuantityList=[lot("A1", 2)], outputQuantityList=[lot("K1", 2, gtin=KIT)]),
        )
        of = scope(gtins=frozenset({GTIN}), serial_ranges=(SerialRange.between(first="U100", last="U199"),))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, of, bare(gtin=KIT, lot="K1")).cls


def test_what_was_made_of_an_amount_of_a_whole_product_is_in(store: Store, recall: Recall) -> None:
    """Nobody told any lot of the named product, only that an amount of it went in."""
    amount = {"epcClass": f"https://id.gs1.org/01/{GTIN}", "quantity": 3}
    made = turned(inputQuantityList=[amount], outputQuantityList=[lot("K1", 3, gtin=KIT)], at=BEGAN)
    with store.begin() as tx:
        capture(tx, made)
        match = ruled(tx, recall, scope(gtins=frozenset({GTIN})), bare(gtin=KIT, lot="K1"))
    assert MatchClass.CONFIRMED is match.cls
    assert "made from" in {link.rule for link in match.chain}
