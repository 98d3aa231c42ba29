"""An event is read whole, into one form, or refused whole with the place of its fault."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.epcis.event import Action, Event, EventType
from recall.epcis.parts import Quantity
from recall.errors import EventRefused
from tests.epcis.events import (
    GTIN,
    ITEM,
    ITEM_KEY,
    LOT,
    LOT_KEY,
    PALLET_KEY,
    PLACE_KEY,
    fitted,
    made,
    ordered,
    packed,
    turned,
)

ALL = (made, packed, fitted, turned, ordered)


def read(document: dict[str, Any]) -> Event:
    return Event.read(document, where="/epcisBody/eventList/0")


def test_an_object_event_tells_what_where_when_and_why() -> None:
    event = read(
        made(disposition="active", recordTime="2026-03-01T07:05:00Z", bizLocation={"id": "urn:site:7"})
    )
    assert EventType.OBJECT is event.type
    assert Action.ADD is event.action
    assert (ITEM_KEY,) == event.epcs
    assert ("commissioning", "active") == (event.biz_step, event.disposition)
    assert (PLACE_KEY, "urn:site:7") == (event.read_point, event.biz_location)
    assert datetime(2026, 3, 1, 7, tzinfo=UTC) == event.event_time
    assert timedelta(hours=1) == event.event_time.utcoffset()
    assert datetime(2026, 3, 1, 7, 5, tzinfo=UTC) == event.record_time


def test_an_aggregation_names_its_parent_and_children() -> None:
    event = read(packed(childQuantityList=[{"epcClass": LOT, "quantity": 12}]))
    assert (PALLET_KEY, (ITEM_KEY,)) == (event.parent, event.epcs)
    assert (Quantity(epc_class=LOT_KEY, quantity=Decimal(12), uom=None),) == event.quantities
    assert {PALLET_KEY, ITEM_KEY, LOT_KEY} == set(event.goods)


def test_an_aggregation_may_take_all_children_away() -> None:
    event = read(packed(action="DELETE", childEPCs=[]))
    assert ((), Action.DELETE) == (event.epcs, event.action)


def test_a_transformation_has_inputs_outputs_and_no_action() -> None:
    event = read(turned(ilmd={"cbvmda:lotNumber": "R0"}))
    assert event.action is None
    assert ((), (ITEM_KEY,)) == (event.inputs, event.outputs)
    assert (4,) == tuple(one.units for one in event.input_quantities)


def test_inputs_may_stand_alone_when_an_id_joins_them_to_their_outputs() -> None:
    event = read(turned(outputEPCList=[], transformationID="urn:epc:id:gdti:4012345.11111.123"))
    assert "https://id.gs1.org/253/4012345111118123" == event.transformation_id


def test_an_association_and_a_transaction_are_read() -> None:
    assert ("https://id.gs1.org/8004/4000001111",) == read(fitted()).epcs
    assert (("po", "urn:epcglobal:cbv:bt:4012345000009:4711"),) == read(ordered()).transactions


def test_master_data_gives_lot_and_dates_under_any_of_its_gs1_names() -> None:
    for ilmd in (
        {
            "cbvmda:lotNumber": "0L7",
            "gs1:productionDate": "2026-02-28",
            "cbvmda:itemExpirationDate": "2028-02-29",
        },
        {
            "https://gs1.org/voc/hasBatchLotNumber": "0L7",
            "https://ref.gs1.org/voc/productionDate": {"@type": "xsd:date", "@value": "2026-02-28"},
            "gs1:expirationDate": "2028-02-29T00:00:00Z",
        },
    ):
        told = read(made(ilmd=ilmd)).ilmd
        assert told is not None
        assert ("0L7", date(2026, 2, 28), date(2028, 2, 29)) == (told.lot, told.produced, told.expires)


def test_an_owners_own_field_of_the_same_name_is_not_master_data() -> None:
    for key in ("https://plant.example/lotNumber", "plant:lotNumber"):
        told = read(made(ilmd={key: "X"})).ilmd
        assert told is not None
        assert told.lot is None


def test_a_lot_beside_a_serial_is_told_apart_from_the_key() -> None:
    event = read(made(epcList=[f"https://shop.example/01/{GTIN}/10/0L7/21/0007"]))
    assert (ITEM_KEY,) == event.epcs
    assert {ITEM_KEY: "0L7"} == event.told_lots


def test_the_lot_of_goods_is_told_by_name_beside_a_serial_or_by_master_data() -> None:
    bare, named = (
        read(made(ilmd={"cbvmda:lotNumber": "0L7"})),
        read(packed(childQuantityList=[{"epcClass": LOT}])),
    )
    beside = read(made(action="OBSERVE", epcList=[f"https://shop.example/01/{GTIN}/10/0L8/21/0007"]))
    assert (GTIN, "0L7") == bare.lot_of(ITEM_KEY)
    assert (GTIN, "0L7") == read(turned(ilmd={"cbvmda:lotNumber": "0L7"})).lot_of(ITEM_KEY)
    assert (GTIN, "0L7") == named.lot_of(LOT_KEY)
    assert (GTIN, "0L8") == beside.lot_of(ITEM_KEY)
    assert named.lot_of(ITEM_KEY) is None
    assert bare.lot_of(PALLET_KEY) is None


def test_master_data_of_goods_that_exist_already_tells_nothing() -> None:
    assert read(made(action="OBSERVE", ilmd={"cbvmda:lotNumber": "0L7"})).lot_of(ITEM_KEY) is None


def test_a_path_that_only_looks_like_a_lot_tells_none() -> None:
    assert {} == read(made(epcList=["https://plant.example/10/7"])).told_lots


@pytest.mark.parametrize(
    "spelling",
    [
        "shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "https://ns.gs1.org/voc/Bizstep-shipping",
        "cbv:BizStep-shipping",
    ],
)
def test_a_vocabulary_word_has_one_form(spelling: str) -> None:
    assert "shipping" == read(made(bizStep=spelling)).biz_step
    assert read(made(bizStep="shipping")).hash == read(made(bizStep=spelling)).hash


def test_an_owners_own_word_is_kept_as_its_address() -> None:
    assert "https://plant.example/steps/dip" == read(made(bizStep="https://plant.example/steps/dip")).biz_step


def test_persistent_dispositions_are_set_and_unset() -> None:
    event = read(
        made(persistentDisposition={"set": ["recalled"], "unset": ["urn:epcglobal:cbv:disp:available"]})
    )
    assert event.persistent_disposition is not None
    assert (("recalled",), ("available",)) == (
        event.persistent_disposition.set,
        event.persistent_disposition.unset,
    )


def test_a_declared_error_is_told_and_keeps_the_name_of_the_event() -> None:
    declaration = {
        "declarationTime": "2026-03-02T08:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:1"],
    }
    wrong = read(made(errorDeclaration=declaration))
    assert wrong.error is not None
    assert ("incorrect_data", ("urn:uuid:1",)) == (wrong.error.reason, wrong.error.corrected_by)
    assert read(made()).hash == wrong.hash


def test_weights_are_no_units() -> None:
    event = read(made(quantityList=[{"epcClass": LOT, "quantity": 2.5, "uom": "KGM"}, {"epcClass": LOT}]))
    assert [Decimal("2.5"), None] == [one.quantity for one in event.quantities]
    assert [None, None] == [one.units for one in event.quantities]


@pytest.mark.parametrize(
    ("event", "pointer", "expected"),
    [
        (made(type="Sighting"), "/type", "ObjectEvent"),
        (made(action="CREATE"), "/action", "ADD or DELETE or OBSERVE"),
        (made(action=None), "/action", "a text"),
        (made(eventTime="01-03-2026"), "/eventTime", "a time such as"),
        (made(eventTime="2026-03-01T08:00:00"), "/eventTime", "a time such as"),
        (made(eventTime="2026-02-30T08:00:00Z"), "/eventTime", "a time such as"),
        (made(eventTime=None), "/eventTime", "a time such as"),
        (made(eventTime="0001-01-01T00:00:00+14:00"), "/eventTime", "a time such as"),
        (made(eventTimeZoneOffset="CET"), "/eventTimeZoneOffset", "an offset"),
        (made(bizStep="transforming"), "/bizStep", "a word of CBV"),
        (made(disposition=["active"]), "/disposition", "a text"),
        (made(epcList=[ITEM, "urn:epc:id:sgtin:4012345.0111111.1"]), "/epcList/1", "the parts of"),
        (made(epcList=[f"https://id.gs1.org/01/{GTIN[:-1]}9/21/1"]), "/epcList/0", "check digit 8"),
        (made(epcList=["item seven"]), "/epcList/0", "an identifier in URI form"),
        (made(epcList=[7]), "/epcList/0", "a text"),
        (made(persistentDisposition={"set": ["gone"]}), "/persistentDisposition/set/0", "a word of CBV"),
        (made(readPoint={}), "/readPoint/id", "the place's identifier"),
        (made(readPoint="urn:x"), "/readPoint", "an object"),
        (made(weight=5), "/weight", "a field of EPCIS 2.0"),
        (made(ilmd={"material": "steel"}), "/ilmd/material", "a field of EPCIS 2.0"),
        (made(ilmd={"cbvmda:lotNumber": 7}), "/ilmd/cbvmda:lotNumber", "a text"),
        (made(ilmd={"gs1:productionDate": "spring"}), "/ilmd/gs1:productionDate", "a date"),
        (made(quantityList=[{"epcClass": LOT, "quantity": "ten"}]), "/quantityList/0/quantity", "a number"),
        (made(quantityList=[{"epcClass": LOT, "quantity": -1}]), "/quantityList/0/quantity", "a number"),
        (made(quantityList=[{"quantity": 1}]), "/quantityList/0/epcClass", "a class or a lot"),
        (made(quantityList=[LOT]), "/quantityList/0", "an object"),
        (made(quantityList={"epcClass": LOT}), "/quantityList", "a list of objects"),
        (made(certificationInfo="trust me"), "/certificationInfo", "a web address"),
        (made(sourceList=[{"type": "place", "source": "urn:x:1"}]), "/sourceList/0/type", "a word of CBV"),
        (made(sourceList=[{"type": "location"}]), "/sourceList/0/source", "an identifier"),
        (made(sensorElementList=["hot"]), "/sensorElementList/0", "an object"),
        (made(errorDeclaration={"reason": "incorrect_data"}), "/errorDeclaration/declarationTime", "a time"),
        (packed(parentID=None), "/parentID", "the parent"),
        (packed(childEPCs=[]), "/childEPCs", "children"),
        (fitted(action="OBSERVE", parentID=None), "/parentID", "the parent"),
        (ordered(bizTransactionList=[]), "/bizTransactionList", "at least one"),
        (ordered(epcList=None), "/epcList", "goods"),
        (turned(outputEPCList=[]), "/inputEPCList", "inputs and outputs"),
        (turned(action="ADD"), "/action", "a field of EPCIS 2.0"),
    ],
)  # fmt: skip
def test_a_wrong_event_is_refused_whole_with_its_place(
    event: dict[str, Any], pointer: str, expected: str
) -> None:
    document = {key: value for key, value in event.items() if value is not None}
    with pytest.raises(EventRefused) as refusal:
        read(document)
    assert f"/epcisBody/eventList/0{pointer}" == refusal.value.where
    assert expected in (refusal.value.expected or "")


def test_an_object_event_without_goods_is_refused_unless_a_sensor_speaks() -> None:
    bare = made()
    del bare["epcList"]
    with pytest.raises(EventRefused, match="goods in epcList"):
        read(bare)
    sensed = read({**bare, "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 9}]}]})
    assert () == sensed.epcs


def test_lots_that_the_hash_takes_for_one_are_told_apart_by_the_fingerprint() -> None:
    short, long = (read(made(ilmd={"cbvmda:lotNumber": lot})) for lot in ("12", "0012"))
    assert (short.hash, True) == (long.hash, short.fingerprint != long.fingerprint)
    beside = [read(made(epcList=[f"https://id.gs1.org/01/{GTIN}/10/{lot}/21/0007"])) for lot in ("A", "B")]
    assert 1 == len({event.hash for event in beside})
    assert 2 == len({event.fingerprint for event in beside})
    assert "" == read(made()).fingerprint
    assert (
        short.fingerprint
        == read(made(recordTime="2026-03-02T08:00:00Z", ilmd={"gs1:hasBatchLotNumber": "12"})).fingerprint
    )


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.just(ITEM),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(ALL),
    st.dictionaries(st.sampled_from(sorted({k for f in ALL for k in f()})), VALUES),
    VALUES,
)
def test_no_event_raises_anything_but_a_refusal(start: Any, changes: dict[str, Any], extra: Any) -> None:
    document = start(**changes) | {"example:extra": extra, "ilmd": extra}
    with suppress(EventRefused):
        assert read(document).hash.startswith("ni:///sha-256;")
