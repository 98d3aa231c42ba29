"""Has-part: a defect is in the parent while the part is, and what is repaired is itself."""

from __future__ import annotations

from recall.domain.party import Role
from recall.store import events, parties
from recall.store.database import Store
from tests.builders import DAY, HOUR, NOW, make_party
from tests.store.goods import (
    CELL,
    HUB,
    capture,
    event,
    moved,
    turned,
)
from tests.store.tracing import PHONE, cells, found, items, joined, odd, scope, thing


def test_a_part_that_is_in_its_parent_makes_it_affected(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, joined(thing(PHONE, "P1"), thing(CELL, "C1")))
        assert {"C1": False, "P1": False} == items(found(tx, cells("C1")))


def test_a_parent_that_held_the_part_once_is_to_be_inspected_and_the_part_goes_its_own_way(
    store: Store,
) -> None:
    with store.begin() as tx:
        capture(
            tx,
            joined(thing(PHONE, "P1"), thing(CELL, "C1")),
            joined(thing(PHONE, "P1"), thing(CELL, "C1"), action="DELETE", at=NOW + DAY),
            joined(thing(PHONE, "P1"), thing(CELL, "C2"), at=NOW + DAY),
            joined(thing(PHONE, "P2"), thing(CELL, "C1"), at=NOW + 2 * DAY),
        )
        answer = found(tx, cells("C1"))
        assert {"C1": False, "P1": True, "P2": False} == items(answer)
        assert "formerly part of" in {link.rule for one in answer.items for link in one.chain}
        assert set() == odd(answer)


def test_what_was_put_into_a_parent_after_the_part_had_left_it_is_not_affected(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx,
            joined(thing(PHONE, "P1"), thing(CELL, "C1")),
            joined(thing(PHONE, "P1"), thing(CELL, "C1"), action="DELETE", at=NOW + DAY),
            joined("urn:uuid:car", thing(PHONE, "P1"), at=NOW + 2 * DAY),
        )
        assert {"C1": False, "P1": True, "urn:uuid:car": True} == items(found(tx, cells("C1")))


def test_a_detaching_without_children_detaches_every_part(store: Store) -> None:
    all_off = event("AssociationEvent", action="DELETE", parentID=thing(PHONE, "P1"), at=NOW + DAY)
    with store.begin() as tx:
        capture(tx, joined(thing(PHONE, "P1"), thing(CELL, "C1"), thing(CELL, "C2")), all_off)
        assert {"C1": False, "P1": True} == items(found(tx, cells("C1")))


def test_a_detaching_that_nobody_told_is_inferred_from_the_part_elsewhere_and_flagged(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx,
            joined(thing(PHONE, "P1"), thing(CELL, "C1")),
            joined(thing(PHONE, "P2"), thing(CELL, "C1"), at=NOW + DAY),
        )
        answer = found(tx, cells("C1"))
        assert {"C1": False, "P1": True, "P2": False} == items(answer)
        assert {"missing_detaching"} == odd(answer)


def test_a_part_without_a_name_leaves_no_parent_by_another_of_its_kind(store: Store) -> None:
    some = {"epcClass": f"https://id.gs1.org/01/{CELL}", "quantity": 1}
    with store.begin() as tx:
        capture(
            tx,
            joined(thing(PHONE, "P1"), childQuantityList=[some]),
            joined(thing(PHONE, "P2"), childQuantityList=[some], at=NOW + DAY),
        )
        answer = found(tx, scope())
        assert {"part of"} == {one.chain[-1].rule for one in answer.items if one.key is not None}
        assert set() == odd(answer)


def test_a_part_that_was_sold_alone_has_left_its_parent(store: Store) -> None:
    sold = moved("retail_selling", HUB, epcList=[thing(CELL, "C1")], at=NOW + DAY)
    with store.begin() as tx:
        capture(tx, joined(thing(PHONE, "P1"), thing(CELL, "C1")), sold)
        answer = found(tx, cells("C1"))
        assert ({"C1": False, "P1": True}, {"missing_detaching"}) == (items(answer), odd(answer))


def test_a_part_that_is_seen_with_its_parent_has_not_left_it(store: Store) -> None:
    together = [thing(CELL, "C1"), thing(PHONE, "P1")]
    with store.begin() as tx:
        capture(
            tx, joined(thing(PHONE, "P1"), thing(CELL, "C1")),
            moved("shipping", HUB, epcList=together, at=NOW + DAY),
        )  # fmt: skip
        assert {"C1": False, "P1": False} == items(found(tx, cells("C1")))


def test_a_seller_cannot_detach_a_part(store: Store) -> None:
    off = joined(thing(PHONE, "P1"), thing(CELL, "C1"), action="DELETE", at=NOW + DAY)
    with store.begin() as tx:
        parties.add_party(tx, make_party(id="party_shop"), at=NOW)
        parties.add_party(
            tx, make_party(id="party_seller", role=Role.SELLER, platform_id="party_shop"), at=NOW
        )
        capture(tx, joined(thing(PHONE, "P1"), thing(CELL, "C1")))
        events.capture(tx, [off], captured_by="party_seller", at=NOW)
        assert {"C1": False, "P1": False} == items(found(tx, cells("C1")))


def test_a_repaired_thing_is_itself_and_its_new_part_is_not_made_from_the_old(store: Store) -> None:
    phone, old, new = thing(PHONE, "P1"), thing(CELL, "C1"), thing(CELL, "C2")
    repair = turned(bizStep="repairing", inputEPCList=[phone, old], outputEPCList=[phone, new], at=NOW + DAY)
    with store.begin() as tx:
        capture(tx, joined(phone, old), repair)
        answer = items(found(tx, cells("C1")))
        assert "C2" not in answer
        assert {"C1", "P1"} == set(answer)


def test_things_that_go_through_one_repair_together_do_not_infect_one_another(store: Store) -> None:
    both = [thing(PHONE, "P1"), thing(PHONE, "P2")]
    with store.begin() as tx:
        capture(tx, turned(bizStep="repairing", inputEPCList=both, outputEPCList=both))
        assert {"P1": False} == items(found(tx, scope(gtins=frozenset({PHONE}), serials=frozenset({"P1"}))))


def test_a_component_that_is_told_as_an_input_and_as_a_part_is_one_piece_of_evidence(store: Store) -> None:
    phone, cell = thing(PHONE, "P1"), thing(CELL, "C1")
    with store.begin() as tx:
        capture(
            tx,
            turned(bizStep="creating_class_instance", inputEPCList=[cell], outputEPCList=[phone]),
            joined(phone, cell, at=NOW + HOUR),
        )
        answer = found(tx, cells("C1"))
        assert {"C1": False, "P1": False} == items(answer)
        assert [2] == [len(one.chain) for one in answer.items if one.key and one.key.serial == "P1"]
