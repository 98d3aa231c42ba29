"""XML tells the same events as JSON, in either edition, and cannot bring the reader down."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.epcis.document import read_document
from recall.epcis.event import Event
from recall.errors import EventRefused
from tests.epcis.events import ITEM, ITEM_KEY, LOT, LOT_KEY, PALLET, PLACE, made, packed, turned

NEW = "urn:epcglobal:epcis:xsd:2"
OLD = "urn:epcglobal:epcis:xsd:1"
WHEN = "<eventTime>2026-03-01T08:00:00+01:00</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
GOODS = f"<epcList><epc>{ITEM}</epc></epcList>"
AMOUNT = f"<quantityElement><epcClass>{LOT}</epcClass><quantity>4.0</quantity></quantityElement>"
WHERE = f"<readPoint><id>{PLACE['id']}</id></readPoint>"
MADE = f"{WHEN}{GOODS}<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>{WHERE}"


def document(*events: str, space: str = NEW, declared: str = "", before: str = "") -> bytes:
    """A capture document around the XML of events."""
    body = f"<EPCISBody><EventList>{''.join(events)}</EventList></EPCISBody>"
    return (
        f'{before}<epcis:EPCISDocument xmlns:epcis="{space}" schemaVersion="2.0" {declared}>'
        f"{body}</epcis:EPCISDocument>"
    ).encode()


def read(raw: bytes) -> tuple[Event, ...]:
    return tuple(read_document(raw))


def told(event: dict[str, object]) -> str:
    """The name of the same event in JSON."""
    return read(json.dumps(event).encode())[0].hash


def test_an_event_has_the_same_name_in_xml_as_in_json() -> None:
    (event,) = read(document(f"<ObjectEvent>{MADE}</ObjectEvent>"))
    assert (ITEM_KEY,) == event.epcs
    assert told(made()) == event.hash


def test_an_event_may_stand_alone_and_under_a_prefix() -> None:
    alone = f"<ObjectEvent>{MADE}</ObjectEvent>"
    prefixed = alone.replace("</", "</e:").replace("<", "<e:").replace("<e:/e:", "</e:")
    prefixed = prefixed.replace("<e:ObjectEvent>", f'<e:ObjectEvent xmlns:e="{NEW}">', 1)
    assert told(made()) == read(alone.encode())[0].hash == read(prefixed.encode())[0].hash


def test_the_extensions_of_the_old_edition_are_unfolded() -> None:
    old = (
        f"<extension><TransformationEvent>{WHEN}<baseExtension><eventID>urn:x:1</eventID></baseExtension>"
        f"<inputQuantityList>{AMOUNT}</inputQuantityList><outputEPCList><epc>{ITEM}</epc></outputEPCList>"
        "</TransformationEvent></extension>"
    )
    (event,) = read(document(old, space=OLD))
    assert ("urn:x:1", told(turned())) == (event.event_id, event.hash)
    assert (LOT_KEY, Decimal(4)) == (event.input_quantities[0].epc_class, event.input_quantities[0].quantity)


def test_master_data_conditions_and_declarations_are_read() -> None:
    more = (
        "<persistentDisposition><set>urn:epcglobal:cbv:disp:recalled</set></persistentDisposition>"
        "<ilmd><m:lotNumber>0L7</m:lotNumber></ilmd>"
        "<errorDeclaration><declarationTime>2026-03-02T08:00:00Z</declarationTime>"
        "<reason>urn:epcglobal:cbv:er:incorrect_data</reason>"
        "<correctiveEventIDs><correctiveEventID>urn:x:2</correctiveEventID></correctiveEventIDs>"
        "</errorDeclaration>"
    )
    raw = document(f"<ObjectEvent>{MADE}{more}</ObjectEvent>", declared='xmlns:m="urn:epcglobal:cbv:mda"')
    (event,) = read(raw)
    assert event.ilmd is not None
    assert event.error is not None
    assert event.persistent_disposition is not None
    assert "0L7" == event.ilmd.lot
    assert ("incorrect_data", ("urn:x:2",)) == (event.error.reason, event.error.corrected_by)
    assert ("recalled",) == event.persistent_disposition.set
    assert told(made(ilmd={"cbvmda:lotNumber": "0L7"}, persistentDisposition={"set": ["recalled"]})) == (
        event.hash
    )


def test_an_owners_fields_keep_their_namespaces_wherever_these_are_declared() -> None:
    inner = '<p:line xmlns:p="https://plant.example/"><p:no>7</p:no><p:no>8</p:no></p:line>'
    outer = "<q:line><q:no>8</q:no><q:no>7</q:no></q:line>"
    first, second = read(
        document(
            f"<ObjectEvent>{MADE}{inner}</ObjectEvent>",
            f"<ObjectEvent>{MADE}{outer}</ObjectEvent>",
            declared='xmlns:q="https://plant.example/"',
        )
    )
    fields = {"@context": {"p": "https://plant.example/"}, "p:line": {"p:no": ["7", "8"]}}
    assert told(made(**fields)) == first.hash == second.hash
    assert first.hash == read(json.dumps(first.body).encode())[0].hash


def test_a_declared_prefix_of_the_standard_with_another_meaning_does_not_mislead() -> None:
    (event,) = read(
        document(
            f"<ObjectEvent>{MADE}<gs1:x>1</gs1:x></ObjectEvent>",
            declared='xmlns:gs1="https://plant.example/"',
        )
    )
    assert told(made(**{"https://plant.example/x": "1"})) == event.hash


def test_marks_to_ignore_take_no_part() -> None:
    raw = (
        f'<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2" xmlns:d="https://depot.example/">'
        f"<d:ignoreFields><d:mark/></d:ignoreFields><resultsBody><EventList><ObjectEvent>{MADE}"
        "<d:mark>7</d:mark></ObjectEvent></EventList></resultsBody></q:EPCISQueryDocument>"
    )
    assert told(made()) == read(raw.encode())[0].hash


def test_the_old_edition_keeps_words_and_places_that_it_left_open() -> None:
    open_ended = MADE.replace("commissioning", "dipping").replace("4012345.00005.0", "4012345.5.0")
    (event,) = read(document(f"<ObjectEvent>{open_ended}</ObjectEvent>", space=OLD))
    assert ("urn:epcglobal:cbv:bizstep:dipping", "urn:epc:id:sgln:4012345.5.0") == (
        event.biz_step,
        event.read_point,
    )
    with pytest.raises(EventRefused):
        read(document(f"<ObjectEvent>{open_ended}</ObjectEvent>"))


ENTITY = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<", "expected XML"),
        (b"<a>", "expected XML"),
        (document("<ObjectEvent/>", before=ENTITY), "without a document type"),
        (b'<!DOCTYPE d SYSTEM "file:///etc/hostname"><d/>', "without a document type"),
        (b'<?xml version="1.0" encoding="none"?><a/>', "unknown encoding"),
        (b'<?xml version="1.0" encoding="gb18030"?><a/>', "encodings"),
        (b"<a>" * 5_000, "levels of elements"),
        (b'<a b="' + b"x" * 20_000_000 + b'"/>', "bytes in one event"),
        (document("<ObjectEvent>" + "<a>x</a>" * 2_500_000), "bytes in one event"),
        (b"<d " + b"".join(b'xmlns:n%d="u:%d" ' % (n, n) for n in range(2_000)) + b"/>", "namespaces"),
        (b"<EPCISDocument><EPCISBody/></EPCISDocument>", "a list of events"),
        (b"<html><body/></html>", "ObjectEvent"),
        (document("<SightingEvent/>"), "ObjectEvent"),
        (document(f"<ObjectEvent>{MADE}<action>ADD</action></ObjectEvent>"), "the element once"),
        (document(f"<ObjectEvent>{MADE}<madeUp>1</madeUp></ObjectEvent>"), "a field of EPCIS"),
        (document(f"<ObjectEvent><action>ADD</action>{WHEN}{GOODS}</ObjectEvent>"), "eventTime before"),
        (document(f"<ObjectEvent>{WHEN}<epcList><id>1</id></epcList></ObjectEvent>"), "only epc"),
        (
            document(
                f"<ObjectEvent>{MADE}<quantityList>{AMOUNT}</quantityList></ObjectEvent>".replace(
                    "4.0", "four"
                )
            ),
            "a number",
        ),
        (
            document(f"<ObjectEvent>{MADE}<persistentDisposition><x/></persistentDisposition></ObjectEvent>"),
            "set or unset",
        ),
    ],
)
def test_hostile_documents_are_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(EventRefused, match=reason):
        read(raw)


@given(st.binary(max_size=80) | st.text(max_size=60).map(str.encode), st.integers(0, 400))
def test_no_bytes_raise_anything_but_a_refusal(noise: bytes, place: int) -> None:
    whole = document(f"<ObjectEvent>{MADE}</ObjectEvent>")
    with suppress(EventRefused):
        assert all(isinstance(event, Event) for event in read(whole[:place] + noise + whole[place:]))


def test_files_of_one_name_tell_the_same_events_in_xml_and_in_json(shared: Path) -> None:
    folder = shared / "vectors/openepcis-test-resources"
    if not folder.is_dir():
        pytest.skip("the OpenEPCIS documents are not beside the project")
    twins = 0
    for xml in sorted(folder.rglob("*.xml")):
        twin = Path(str(xml).replace("/XML/", "/JSON/")).with_suffix(".json")
        if twin.is_file() and not {"Invalid", "Queries"} & set(xml.parts):
            twins += 1
            names = [event.hash for event in read(xml.read_bytes())]
            assert names == [event.hash for event in read(twin.read_bytes())], xml.name
    assert 30 <= twins


def test_a_pack_of_the_old_edition_is_an_aggregation() -> None:
    pack = (
        f"<AggregationEvent>{WHEN}<parentID>{PALLET}</parentID><childEPCs><epc>{ITEM}</epc></childEPCs>"
        "<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep></AggregationEvent>"
    )
    assert told(packed()) == read(document(pack, space=OLD))[0].hash
