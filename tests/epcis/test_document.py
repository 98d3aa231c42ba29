"""A document gives its events in order, or is refused; it never brings the reader down."""

from __future__ import annotations

import json
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recall.epcis.document import read_document, read_stream
from recall.epcis.event import Event
from recall.errors import EventRefused
from tests.epcis.events import CONTEXT, LOT, document, made, packed, turned


def read(raw: bytes) -> tuple[Event, ...]:
    return tuple(read_document(raw))


def test_the_events_of_a_document_come_in_order() -> None:
    events = read(document(made(), packed(), turned()))
    assert ["ObjectEvent", "AggregationEvent", "TransformationEvent"] == [event.type for event in events]


def test_a_bare_list_and_a_single_event_are_read_too() -> None:
    listed = read(json.dumps([made(), packed()]).encode())
    alone = read(json.dumps({"@context": CONTEXT, **made()}).encode())
    assert read(document(made(), packed())) == listed
    assert read(document(made())) == alone


def test_json_lines_carry_an_event_each_and_blank_lines_none() -> None:
    lines = [json.dumps(made() | {"@context": CONTEXT}), "", json.dumps(packed() | {"@context": CONTEXT}), ""]
    alone = [read(line.encode())[0].hash for line in lines if line]
    assert alone == [event.hash for event in read("\n".join(lines).encode())]


def test_what_an_event_said_is_its_body_unless_the_document_adds_to_it() -> None:
    plain, listed = document(made(), packed()), json.dumps([made(), packed()]).encode()
    lines = "\n".join(json.dumps(one | {"@context": CONTEXT}) for one in (made(), packed())).encode()
    for raw in (plain, listed, lines):
        assert [event.body for event in read(raw)] == [json.loads(event.said or "") for event in read(raw)]
    owing = {**json.loads(plain), "@context": [CONTEXT, {"own": "https://plant.example/"}]}
    assert [None, None] == [event.said for event in read(json.dumps(owing).encode())]


@pytest.mark.parametrize(
    ("second", "where"),
    [("{", "line 2"), ("7", "line 2"), (json.dumps({"type": "ObjectEvent"}), "line 2: /eventTime")],
)
def test_a_line_that_cannot_be_read_is_named(second: str, where: str) -> None:
    first = json.dumps(made() | {"@context": CONTEXT})
    with pytest.raises(EventRefused) as refusal:
        read(f"{first}\n{second}\n".encode())
    assert where == refusal.value.where


def test_text_beyond_the_basic_plane_is_read_in_either_spelling() -> None:
    field = {"https://plant.example/mark": "\U0001f50b"}
    escaped = document(made(**field))
    plain = json.dumps(json.loads(escaped), ensure_ascii=False).encode()
    assert read(escaped) == read(plain)
    assert read(document(made(eventID="urn:x:\\u0000", quantityList=[{"epcClass": LOT, "quantity": 2}])))


def test_a_query_document_is_read_and_its_own_marks_take_no_part_in_the_names() -> None:
    marked = made(**{"depot:mark": "7"})
    results = {"resultsBody": {"eventList": [marked]}, "depot:ignoreFields": ["depot:mark"]}
    raw = document(type="EPCISQueryDocument", epcisBody={"queryResults": results})
    assert [event.hash for event in read(document(made()))] == [event.hash for event in read(raw)]
    assert [event.hash for event in read(document(made()))] != [
        event.hash for event in read(document(marked))
    ]


def test_a_context_behind_the_events_holds_for_them_too() -> None:
    field = {"own:shift": "night"}
    envelope = json.loads(
        document(made(**field), **{"@context": [CONTEXT, {"own": "https://plant.example/"}]})
    )
    late = {key: envelope[key] for key in ("epcisBody", "type", "schemaVersion", "@context")}
    assert read(json.dumps(envelope).encode()) == read(json.dumps(late).encode())


def test_an_event_takes_along_what_it_owes_to_the_context_of_its_document() -> None:
    raw = document(
        made(**{"own:shift": "night"}), **{"@context": [CONTEXT, {"own": "https://plant.example/"}]}
    )
    (event,) = read(raw)
    assert event == read(json.dumps(event.body).encode())[0]


class Pipe(BytesIO):
    """A stream that cannot go back, and gives a few bytes at a time."""

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 7) if size and size > 0 else 7)


@given(st.integers(1, 3))
def test_a_stream_in_pieces_reads_as_the_whole(count: int) -> None:
    raw = document(*[made(**{"https://plant.example/mark": f"\U0001f50b{n}"}) for n in range(count)])
    lines = b"\n".join(json.dumps(event).encode() for event in (made(), packed()))
    for whole in (raw, lines, b"[" + lines.replace(b"\n", b",") + b"]", lines + b"\n" + raw):
        assert read(whole) == tuple(read_stream(Pipe(whole)))


def test_a_pipe_whose_context_comes_too_late_is_refused() -> None:
    late = {"type": "EPCISDocument", "epcisBody": {"eventList": [made()]}, "@context": CONTEXT}
    with pytest.raises(EventRefused, match="context"):
        tuple(read_stream(Pipe(json.dumps(late).encode())))


def test_what_cannot_be_read_may_be_told_while_the_rest_is_read() -> None:
    lines = "\n".join(json.dumps(event) for event in (made(), {}, packed())).encode()
    xml = (
        b"<EPCISDocument><EPCISBody><EventList><ObjectEvent><epcList><x/></epcList></ObjectEvent><ObjectEvent>"
        b"<eventTime>2026-03-01T08:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
        b"<epcList/><action>ADD</action></ObjectEvent></EventList></EPCISBody></EPCISDocument>"
    )
    for raw, good, place in (
        (document(made(), made(action="CREATE"), packed()), 2, "/epcisBody/eventList/1/action"),
        (document(made(), 7), 1, "/epcisBody/eventList/1"),  # type: ignore[arg-type] # no event at all
        (lines, 2, "line 2: /type"),
        (xml, 1, "/EPCISBody/EventList/0/epcList"),
    ):
        told: list[EventRefused] = []
        assert good == len(tuple(read_stream(BytesIO(raw), refused=told.append)))
        assert [place] == [refusal.where for refusal in told]


def test_marks_to_ignore_behind_the_events_of_a_pipe_are_refused() -> None:
    results = {"resultsBody": {"eventList": [made()], "depot:ignoreFields": ["depot:mark"]}}
    raw = document(type="EPCISQueryDocument", epcisBody={"queryResults": results})
    with pytest.raises(EventRefused, match="before the events"):
        tuple(read_stream(Pipe(raw)))


def test_a_document_of_no_events_has_none() -> None:
    assert () == read(document()) == read(b"[]")


def test_the_standards_schema_alone_agrees_less_often(shared: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="the schema needs the library jsonschema")
    schema = shared / "vectors/gs1-epcis/EPCIS-JSON-Schema.json"
    folder = shared / "vectors/openepcis-test-resources/2.0/EPCIS/JSON"
    if not schema.is_file() or not folder.is_dir():
        pytest.skip("the standard's schema is not beside the project")
    validator = jsonschema.Draft7Validator(
        json.loads(schema.read_bytes()), format_checker=jsonschema.FormatChecker()
    )
    files = [file for file in sorted(folder.rglob("*.json")) if "Queries" not in file.parts]
    theirs = sum(
        validator.is_valid(json.loads(file.read_bytes())) is not ("Invalid" in file.parts) for file in files
    )
    print(f"the schema alone: {theirs} of {len(files)}")
    assert theirs < len(files)


def test_an_event_beyond_all_size_is_refused() -> None:
    with pytest.raises(EventRefused, match="in one event"):
        read(document(made(**{"https://plant.example/x": "x" * 40_000_000})))


def test_namespaces_hold_from_the_document_and_from_the_event() -> None:
    field = {"own:shift": "night"}
    outside = document(made(**field), **{"@context": [CONTEXT, {"own": "https://plant.example/"}]})
    inside = document(made(**field, **{"@context": {"own": "https://plant.example/"}}))
    spelled = document(made(**{"https://plant.example/shift": "night"}))
    assert 1 == len({event.hash for raw in (outside, inside, spelled) for event in read(raw)})


def test_a_fault_says_which_event_and_which_field() -> None:
    with pytest.raises(EventRefused) as refusal:
        read(document(made(), made(action="CREATE")))
    assert "/epcisBody/eventList/1/action" == refusal.value.where


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "an empty document"),
        (b"{", "expected JSON"),
        (b"\xff\xfe\x00", "bytes that are none"),
        (b'{"quantity": NaN}', "NaN is no JSON number"),
        (b'{"quantity": ' + b"9" * 5000 + b"}", "expected JSON"),
        (b"[" * 200_000, "expected JSON"),
        (document(made(eventID="urn:x:\0")), "Unicode text"),
        (document(made(eventID="urn:x:\ud800")), "Unicode text"),
        (b"7", "an EPCIS document"),
        (b'"text"', "an EPCIS document"),
        (b"[7]", "expected an event"),
        (document(type="EPCISDocument", **{"@context": None}), "its JSON-LD context"),
        (document(epcisBody={}), "a list of events"),
        (document(epcisBody={"eventList": {}}), "a list of events"),
        (document(epcisBody=[]), "a list of events"),
        (document(type="EPCISQueryDocument", epcisBody={"event": 7}), "expected an event"),
        (document(made(), type="Sighting"), "EPCISDocument or EPCISQueryDocument"),
        (document(made(), creationDate="today"), "a time"),
        (document(made()) + b"x", "expected an event|expected JSON"),
        (b"[" + json.dumps(made()).encode() + b"] 7", "more after its end"),
        (b'{"epcisBody": {7: 8}}', "expected JSON"),
    ],
)
def test_hostile_documents_are_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(EventRefused, match=reason):
        read(raw)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
@example(b'{"type": "EPCISDocument", "@context": "x", "epcisBody": {"queryResults": {"resultsBody": 1}}}')
@example(b'{"type": ["ObjectEvent"], "@context": {"@vocab": 7, "a": null}}')
@example(b'{"type": {"a": 1}}')
def test_no_bytes_raise_anything_but_a_refusal(raw: bytes) -> None:
    with suppress(EventRefused):
        assert all(isinstance(event, Event) for event in read(raw))


def test_documents_that_others_call_valid_are_read_and_invalid_ones_refused(shared: Path) -> None:
    folder = shared / "vectors/openepcis-test-resources"
    if not folder.is_dir():
        pytest.skip("the OpenEPCIS documents are not beside the project")
    surprises = []
    files = [
        file
        for file in sorted(folder.rglob("*.*"))
        if file.suffix in (".json", ".xml") and "Queries" not in file.parts
    ]
    for file in files:
        try:
            accepted = bool(read(file.read_bytes()))
        except EventRefused:
            accepted = False
        if accepted is ("Invalid" in file.parts):
            surprises.append(file.name)
    print(f"{len(files) - len(surprises)} of {len(files)} agree")
    assert [] == surprises


def test_the_standards_own_examples_are_read(shared: Path) -> None:
    folder = shared / "vectors/gs1-epcis/JSON"
    if not folder.is_dir():
        pytest.skip("the examples of the standard are not beside the project")
    for file in folder.rglob("*.jsonld"):
        assert read(file.read_bytes()), file.name
