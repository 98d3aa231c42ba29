"""EPCIS 2.0 over HTTP: documents in, as jobs that outlive a restart."""

from __future__ import annotations

import json
import time

import pytest
from fastapi.testclient import TestClient

from recall.api import capture_worker
from recall.app import create_app
from recall.steps import capture_events
from recall.steps.capture_events import Intake, work_off_captures
from recall.store import audit, capture_jobs, leases
from recall.store.kept_document import KeptDocument
from tests.api.conftest import ISSUER_KEY, Door
from tests.api.epcis import BAD, EVENT, ITEM, ask, captured, found, seen, send, until
from tests.world import FIRST, HAULIER, MAKER


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
    work_off_captures(runtime)  # or the engine itself, which looks for such documents as it starts
    assert until(lambda: not ask(door, f"capture/{job}").json()["running"])
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
