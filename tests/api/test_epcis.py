"""EPCIS 2.0 over HTTP: documents in as jobs that outlive a restart, events out to whoever may see them."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from recall.api import capture_worker
from recall.app import create_app
from recall.steps import capture_events
from recall.steps.capture_events import Intake, work_off_captures
from recall.store import audit, capture_jobs, leases
from recall.store.kept_document import KeptDocument
from tests.api.conftest import ISSUER_KEY, Door
from tests.world import FIRST, HAULIER, MAKER

ITEM = "https://id.gs1.org/01/09521234500018/21/7"
EVENT: dict[str, Any] = {
    "type": "ObjectEvent", "eventTime": "2025-06-16T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE", "bizStep": "inspecting", "epcList": [ITEM],
}  # fmt: skip
BAD = EVENT | {"eventTime": "yesterday"}
JSON = {"content-type": "application/json"}


def seen(number: int) -> dict[str, Any]:
    """One of many events, a minute apart."""
    return EVENT | {"eventTime": f"2025-06-16T{8 + number // 60:02}:{number % 60:02}:00+08:00"}


AT = "2025-06-16T00:00:00+00:00"


def page_token(place: Any) -> str:
    """A token such as nobody was given."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def send(door: Door, body: Any, *, by: str = HAULIER, path: str = "capture", **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = door.world.key(by) | JSON | headers
    return door.client.post(f"/v1/epcis/{path}", content=content, headers=given)


def ask(door: Door, path: str, *, by: str = HAULIER) -> Any:
    return door.client.get(path if path.startswith("/") else f"/v1/epcis/{path}", headers=door.world.key(by))


def until(come_true: Callable[[], bool]) -> bool:
    """Wait for what another thread does."""
    for _ in range(400):
        if come_true():
            return True
        time.sleep(0.05)
    return False


def captured(door: Door, body: Any, *, by: str = HAULIER, **headers: str) -> dict[str, Any]:
    """What the job says when it is done."""
    taken = send(door, body, by=by, **headers)
    assert 202 == taken.status_code, taken.text
    job: dict[str, Any] = {}

    def done() -> bool:
        job.update(ask(door, taken.headers["location"], by=by).json())
        return not job["running"]

    assert until(done)
    return job


def found(door: Door, path: str = "events", *, by: str = HAULIER) -> list[dict[str, Any]]:
    answer = ask(door, path, by=by)
    assert 200 == answer.status_code, answer.text
    events: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


def test_a_document_is_captured_behind_the_door_and_wakes_the_recalls(door: Door) -> None:
    job = captured(door, [seen(1), seen(2), seen(1)])
    assert (True, [], "rollback", 3, 2) == tuple(
        job[name] for name in ("success", "errors", "captureErrorBehaviour", "events", "new")
    )
    assert job["createdAt"] <= job["finishedAt"]
    assert until(lambda: door.world.recall_id in door.woken)
    assert 2 == len(found(door))


def test_all_or_nothing_keeps_nothing_and_says_what_was_wrong(door: Door) -> None:
    job = captured(door, [seen(1), BAD])
    assert (False, 0) == (job["success"], job["new"])
    assert ("event-refused", "/1/eventTime") == (job["errors"][0]["type"], job["errors"][0]["where"])
    assert [] == found(door)


def test_proceeding_keeps_what_can_be_captured(door: Door) -> None:
    job = captured(door, [seen(1), BAD, seen(2)], **{"gs1-capture-error-behaviour": "proceed"})
    assert (False, 2, "proceed") == (job["success"], job["new"], job["captureErrorBehaviour"])
    assert ["/1/eventTime"] == [error["where"] for error in job["errors"]]
    assert 2 == len(found(door))


def test_a_body_of_garbage_is_told_by_its_job(door: Door) -> None:
    for garbage in (b"", b"{", b"[" * 100_000, b'{"type": "Party"}', b"\xff\xfe"):
        job = captured(door, garbage)
        assert (False, ["event-refused"]) == (job["success"], [error["type"] for error in job["errors"]])


def test_a_body_of_another_kind_is_refused(door: Door) -> None:
    answer = send(door, EVENT, **{"content-type": "text/html"})
    assert (415, "media-refused") == (answer.status_code, answer.json()["type"].rpartition("/")[2])


def test_xml_is_taken_too(door: Door) -> None:
    xml = f"""<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0"
        creationDate="2025-06-16T08:00:00Z"><EPCISBody><EventList><ObjectEvent>
        <eventTime>2025-06-16T08:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
        <epcList><epc>{ITEM}</epc></epcList><action>OBSERVE</action><bizStep>inspecting</bizStep>
        </ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>""".encode()
    assert captured(door, xml, **{"content-type": "application/xml"})["success"]
    assert [ITEM] == found(door)[0]["epcList"]


def test_a_job_is_its_partys_and_the_regulators(door: Door) -> None:
    job = captured(door, [EVENT])["captureID"]
    assert [200, 200, 404] == [
        ask(door, f"capture/{job}", by=by).status_code for by in (HAULIER, FIRST, MAKER)
    ]
    assert [] == ask(door, "capture", by=MAKER).json()
    captured(door, [seen(1)])
    first = ask(door, "capture?perPage=1")
    assert [job] == [one["captureID"] for one in first.json()]
    following = first.headers["link"].partition(">")[0].removeprefix("<")
    assert [True] == [one["captureID"] > job for one in ask(door, following).json()]


def test_one_event_is_captured_when_the_door_answers_and_is_one_when_it_comes_twice(door: Door) -> None:
    named = EVENT | {"eventID": "urn:uuid:8e2f8a3c-0000-4000-8000-000000000001"}
    first, again = (send(door, named, path="events") for _ in "12")
    assert (201, 409) == (first.status_code, again.status_code)
    assert [named["eventID"]] == [one["eventID"] for one in found(door, first.headers["location"])]
    assert 422 == send(door, BAD, path="events").status_code
    assert 422 == send(door, [EVENT, seen(1)], path="events").status_code


def test_who_said_an_event_before_is_not_told(door: Door) -> None:
    assert [201, 201] == [send(door, EVENT, by=by, path="events").status_code for by in (HAULIER, MAKER)]


def test_who_says_what_another_said_finds_it_as_its_own(door: Door) -> None:
    send(door, EVENT | {"eventID": "urn:uuid:00000000-0000-4000-8000-00000000000a"}, path="events")
    door.world.clock.forward(hours=1)
    mine = EVENT | {"eventID": "urn:uuid:00000000-0000-4000-8000-00000000000b"}
    taken = send(door, mine, by=MAKER, path="events")
    own = found(door, taken.headers["location"], by=MAKER)
    assert ["2025-06-16T02:00:00+00:00"] == [one["recordTime"] for one in own]
    assert "00000000000a" not in str(own)


def test_a_party_finds_its_own_events_and_a_regulator_all(door: Door) -> None:
    captured(door, [seen(1)], by=HAULIER)
    captured(door, [seen(2)], by=MAKER)
    looked_at = "events?EQ_bizStep=inspecting"
    assert [1, 1, 2] == [len(found(door, looked_at, by=by)) for by in (HAULIER, MAKER, FIRST)]
    (own,) = found(door)
    assert 404 == ask(door, f"events/{quote(own['eventID'], safe='')}", by=MAKER).status_code


def test_an_event_is_answered_with_its_record_time_and_its_hash(door: Door) -> None:
    captured(door, [EVENT])
    (one,) = found(door)
    assert EVENT == {name: value for name, value in one.items() if name not in ("recordTime", "eventID")}
    assert one["eventID"].startswith("ni:///sha-256;")
    assert one["recordTime"] == door.world.clock().isoformat()
    (again,) = found(door, f"events/{quote(one['eventID'], safe='')}")
    assert one == again


def test_pages_lead_to_the_next_by_their_link(door: Door) -> None:
    captured(door, [seen(number) for number in range(7)])
    path, pages = "events?perPage=3&eventCountLimit=5&orderDirection=ASC", []
    while path:
        answer = ask(door, path)
        page = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        pages.append([one["eventTime"][14:16] for one in page])
        path = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert [["00", "01", "02"], ["03", "04"]] == pages


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("events?EQ_bizStep=shipping|inspecting&EQ_action=OBSERVE", 1),
        (f"events?MATCH_anyEPC={quote(ITEM)}", 1), ("events?MATCH_epc=urn:epc:id:sgtin:9521234.050001.7", 1),
        ("events?MATCH_parentID=urn:epc:id:sscc:6901234.0000000002", 0),
        ("events?GE_eventTime=2025-06-16T00:00:00Z&LT_eventTime=2025-06-16T00:00:01+00:00", 1),
        ("events?LT_recordTime=2000-01-01T00:00:00Z", 0), ("events?EXISTS_errorDeclaration=true", 0),
        ("eventTypes/ObjectEvent/events", 1), ("bizSteps/inspecting/events", 1),
        ("dispositions/recalled/events", 0), (f"epcs/{quote(ITEM, safe='')}/events", 1),
    ],
)  # fmt: skip
def test_the_standards_parameters_and_resources_find_events(door: Door, path: str, count: int) -> None:
    captured(door, [EVENT])
    assert count == len(found(door, path))


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("EQ_colour=red", "EQ_colour"), ("eventType=Party", "eventType"), ("EQ_action=MOVE", "EQ_action"),
        ("GE_eventTime=yesterday", "GE_eventTime"), ("LT_recordTime=2025-06-16T00:00:00", "LT_recordTime"),
        ("MATCH_epc=https://id.gs1.org/01/09521234500019", "MATCH_epc"), ("orderBy=price", "orderBy"),
        ("orderDirection=UP", "orderDirection"), ("perPage=0", "perPage"),
        ("nextPageToken=x", "nextPageToken"),
        ("nextPageToken=WyIyMDI1IiwxLG51bGxd", "nextPageToken"), ("EQ_bizStep=", "EQ_bizStep"),
        ("EXISTS_errorDeclaration=maybe", "EXISTS_errorDeclaration"),
        ("eventCountLimit=1&maxEventCount=1", "maxEventCount"),
        ("GE_eventTime=0001-01-01T00:00:00%2B14:00", "GE_eventTime"),
        ("EQ_eventID=" + "|".join(map(str, range(501))), "EQ_eventID"),
        *((f"nextPageToken={page_token(place)}", "nextPageToken") for place in (
            ["0001-01-01T00:00:00+14:00", 1, None], [AT, 10**30, None], [AT, float("inf"), None], [AT, 1, -5],
        )),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_read_is_a_problem_that_names_it(
    door: Door, query: str, where: str
) -> None:
    answer = ask(door, f"events?{query}")
    assert (400, "query-refused", where) == (
        answer.status_code, answer.json()["type"].rpartition("/")[2], answer.json()["where"]
    )  # fmt: skip


def test_as_many_codes_as_may_be_asked_for_at_once_are_found(any_door: Door) -> None:
    captured(any_door, [EVENT])
    codes = [f"https://id.gs1.org/01/09521234500018/{ai}/{n}" for n in range(250) for ai in ("21", "10")]
    assert 1 == len(found(any_door, f"events?MATCH_anyEPC={'|'.join(codes)}&MATCH_epc={'|'.join(codes)}"))
    places = [f"https://id.gs1.org/414/9521234000013/254/{n}" for n in range(500)]
    assert [] == found(any_door, f"events?WD_readPoint={'|'.join(places)}")


@pytest.mark.parametrize(
    "path", ["events?EQ_eventID=%00", "events?MATCH_epc=%00", "events/%00", "capture/a%00", "/notices/%00"]
)
def test_an_address_with_the_character_0_is_refused(any_door: Door, path: str) -> None:
    assert 400 == ask(any_door, path).status_code


def test_more_events_than_asked_for_are_a_problem(door: Door) -> None:
    captured(door, [seen(1), seen(2)])
    assert 2 == len(found(door, "events?maxEventCount=2"))
    answer = ask(door, "events?maxEventCount=1")
    assert (413, "query-too-large") == (answer.status_code, answer.json()["type"].rpartition("/")[2])


def test_the_settings_of_the_capture_are_told(door: Door) -> None:
    told = door.client.options("/v1/epcis/capture", headers=door.world.key(HAULIER))
    assert (204, "2.0.0", "64000000") == (
        told.status_code, told.headers["gs1-epcis-version"], told.headers["gs1-epcis-capture-file-size-limit"]
    )  # fmt: skip


def test_a_document_that_a_stopped_engine_left_is_captured_by_the_next(door: Door) -> None:
    runtime = door.world.runtime
    intake = Intake(runtime, party=HAULIER, proceed=False)
    intake.add(json.dumps([EVENT]).encode())
    job = intake.finish()
    with runtime.store.begin() as tx:  # the one that died was at it
        capture_jobs.tell_progress(tx, job=job, new=0, known=0, errors=[])
    assert 1 == work_off_captures(runtime)
    assert not ask(door, f"capture/{job}").json()["running"]
    assert 1 == len(found(door))
    assert 0 == work_off_captures(runtime)


def test_a_document_of_many_parts_is_read_back_as_it_came(door: Door) -> None:
    runtime = door.world.runtime
    content = bytes(range(256)) * (3 * capture_jobs.PART // 256) + b"end"
    intake = Intake(runtime, party=HAULIER, proceed=False)
    for start in range(0, len(content), 700_000):
        if intake.add(content[start : start + 700_000]):
            intake.keep()
    file = KeptDocument(runtime.store, job=intake.finish())
    assert content == file.readall()
    assert capture_jobs.PART - 3 == file.seek(capture_jobs.PART - 3)
    assert content[-3 - 2 * capture_jobs.PART - 3 :] == file.read()
    with runtime.store.read() as tx:
        assert 4 == capture_jobs.kept_parts(tx, job=intake.job)


def test_parts_of_a_document_that_broke_off_are_let_go(door: Door) -> None:
    runtime = door.world.runtime
    broken = Intake(runtime, party=HAULIER, proceed=False)
    broken.add(b" " * capture_jobs.PART)
    broken.keep()
    door.world.clock.forward(hours=7)
    captured(door, [EVENT])
    with runtime.store.read() as tx:
        assert 0 == capture_jobs.kept_parts(tx, job=broken.job)
        assert "events.captured" in {entry.action for entry in audit.entries(tx)}


def test_a_fault_of_the_engine_ends_the_job_and_keeps_its_inside_to_itself(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(capture_events.store_events, "capture", fail)
    job = captured(door, [EVENT])
    assert (False, "error") == (job["success"], job["errors"][0]["type"])
    assert "secret" not in str(job)


def test_an_application_that_starts_carries_on_what_waits(door: Door) -> None:
    intake = Intake(door.world.runtime, party=HAULIER, proceed=False)
    intake.add(json.dumps([EVENT]).encode())
    job = intake.finish()
    with TestClient(create_app(door.world.runtime, issuer_key=ISSUER_KEY)):
        assert until(lambda: not running(door, job))


def test_a_document_over_which_a_process_died_is_captured_when_its_time_has_run_out(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_worker, "_PATIENCE", 0.01)
    runtime = door.world.runtime
    intake = Intake(runtime, party=HAULIER, proceed=False)
    intake.add(json.dumps([EVENT]).encode())
    job = intake.finish()
    with runtime.store.begin() as tx:
        leases.take(tx, name="capture", holder="the dead one", now=runtime.now(), seconds=180)
    with TestClient(create_app(runtime, issuer_key=ISSUER_KEY)):
        time.sleep(0.1)
        assert running(door, job)
        door.world.clock.forward(hours=1)
        assert until(lambda: not running(door, job))


def running(door: Door, job: str) -> bool:
    with door.world.runtime.store.read() as tx:
        kept = capture_jobs.capture_job(tx, job=job, party=HAULIER)
    assert kept is not None
    return bool(kept["running"])
