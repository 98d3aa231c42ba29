"""EPCIS 2.0 over HTTP: events out to whoever may see them, by the standard's query."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.api.conftest import Door
from tests.api.epcis import AT, EVENT, ITEM, ask, captured, found, page_token, seen
from tests.world import FIRST, HAULIER, MAKER


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
