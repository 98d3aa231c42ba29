"""A query document gives its parameters, or is refused with the one that is wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.epcis.document import read_document
from recall.epcis.query import read_query_document
from recall.errors import EventRefused


def poll(*params: str, name: str = "SimpleEventQuery") -> bytes:
    """An XML poll of parameters."""
    return (
        '<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2"><EPCISBody><q:Poll>'
        f"<queryName>{name}</queryName><params>{''.join(params)}</params>"
        "</q:Poll></EPCISBody></q:EPCISQueryDocument>"
    ).encode()


def param(name: str, value: str) -> str:
    """A parameter with its value's XML."""
    return f"<param><name>{name}</name><value>{value}</value></param>"


def test_json_and_xml_ask_the_same() -> None:
    asked = {
        "eventType": ["ObjectEvent", "AggregationEvent"],
        "GE_quantity": 1,
        "EXISTS_errorDeclaration": True,
    }
    kinds = "<string>ObjectEvent</string><string>AggregationEvent</string>"
    expected = (
        ("eventType", "ObjectEvent|AggregationEvent"),
        ("GE_quantity", "1"),
        ("EXISTS_errorDeclaration", "true"),
    )
    assert expected == read_query_document(json.dumps({"@context": "x", **asked}).encode())
    assert expected == read_query_document(json.dumps({"name": "mine", "query": asked}).encode())
    assert expected == read_query_document(
        poll(param("eventType", kinds), param("GE_quantity", "1"), param("EXISTS_errorDeclaration", ""))
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EQ_bizStep", "shipping"),
        ("EQ_disposition", "https://plant.example/disp/wet"),
        ("EQ_persistentDisposition_set", "recalled"),
        ("LT_recordTime", "2026-03-01T08:00:00+01:00"),
        ("MATCH_anyEPCClass", "urn:epc:class:lgtin:4012345.011111.0L7"),
        ("EQ_bizTransaction_po", "urn:epcglobal:cbv:bt:4012345000009:4711"),
        ("GE_maxValue_CEL", -4.5),
        ("EQ_hexBinaryValue", "0aF"),
        ("EQ_ILMD_https://plant.example/#grade", "A"),
        ("EXISTS_https://plant.example/#grade", True),
        ("orderBy", "https://plant.example/#grade"),
        ("orderDirection", "ASC"),
        ("perPage", 30),
    ],
)
def test_the_parameters_of_the_standard_are_taken(name: str, value: Any) -> None:
    text = "true" if value is True else str(value)
    assert ((name, text),) == read_query_document(json.dumps({name: value}).encode())


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"EQ_colour": "red"}, "EQ_colour"),
        ({"GE_eventTime": "not-a-date"}, "GE_eventTime"),
        ({"GE_eventTime": "2026-03-01T08:00:00"}, "GE_eventTime"),
        ({"EQ_action": ["SHIPPED"]}, "EQ_action"),
        ({"EQ_action": []}, "EQ_action"),
        ({"EQ_bizStep": "transforming"}, "EQ_bizStep"),
        ({"EQ_quantity": "many"}, "EQ_quantity"),
        ({"MATCH_epc": "item seven"}, "MATCH_epc"),
        ({"orderDirection": "SIDEWAYS"}, "orderDirection"),
        ({"orderBy": "colour"}, "orderBy"),
        ({"eventCountLimit": 0, "orderBy": "eventTime"}, "eventCountLimit"),
        ({"eventCountLimit": 5}, "eventCountLimit"),
        ({"eventCountLimit": 5, "maxEventCount": 5, "orderBy": "eventTime"}, "maxEventCount"),
        ({"eventType": {"a": 1}}, "eventType"),
    ],
)
def test_a_wrong_parameter_is_named(query: dict[str, Any], where: str) -> None:
    with pytest.raises(EventRefused) as refusal:
        read_query_document(json.dumps(query).encode())
    assert where == refusal.value.where


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "JSON or XML"),
        (b"[7]", "a query with its parameters"),
        (b"<", "XML"),
        (b"<EPCISDocument/>", "a poll"),
        (poll(param("eventType", "ObjectEvent"), name="SimpleMasterDataQuery"), "SimpleEventQuery"),
        (poll("<param><name>EQ_readPoint</name></param>"), "its value"),
        (poll("<param><value>1</value></param>"), "its name"),
        (poll(param("perPage", "1"), param("perPage", "2")), "each parameter once"),
    ],
)
def test_what_is_no_query_is_refused(raw: bytes, expected: str) -> None:
    with pytest.raises(EventRefused) as refusal:
        read_query_document(raw)
    assert expected == refusal.value.expected


@given(
    st.binary(max_size=60)
    | st.dictionaries(st.text(max_size=12), st.text(max_size=8)).map(json.dumps).map(str.encode)
)
def test_no_bytes_raise_anything_but_a_refusal(raw: bytes) -> None:
    with suppress(EventRefused):
        assert isinstance(read_query_document(raw), tuple)


def test_a_query_is_no_event() -> None:
    with pytest.raises(EventRefused, match="ObjectEvent"):
        tuple(read_document(poll(param("perPage", "1"))))


def test_queries_that_others_call_valid_are_read_and_invalid_ones_refused(shared: Path) -> None:
    folder = shared / "vectors/openepcis-test-resources"
    if not folder.is_dir():
        pytest.skip("the OpenEPCIS documents are not beside the project")
    surprises = []
    files = [file for file in folder.rglob("Queries/**/*") if file.suffix in (".json", ".xml")]
    for file in files:
        try:
            accepted = bool(read_query_document(file.read_bytes()))
        except EventRefused:
            accepted = False
        if accepted is ("Invalid" in file.parts):
            surprises.append(file.name)
    assert [] == surprises
    assert files
