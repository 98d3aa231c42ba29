"""Tasks over the API: what a party sees, takes on and confirms."""

from __future__ import annotations

from recall.views.overview import overview
from tests.api.conftest import Door
from tests.world import GTIN, HARBOUR, HAULIER, HUB, LANTERN, SELLER

AT = "2025-06-16T08:00:00+08:00"
COLLECTED = {"outcome": "collected", "units": 81, "at": AT, "lot": "A1", "place": HUB}


def tasks_of(door: Door, party: str) -> dict[str, str]:
    """The ids of a party's tasks by duty; a seller's task under `seller/<duty>`."""
    answer = door.client.get("/v1/tasks", headers=door.world.key(party))
    assert 200 == answer.status_code
    return {
        ("seller/" if task["seller"] else "") + task["duty"]: task["id"] for task in answer.json()["tasks"]
    }


def test_a_platform_sees_its_own_tasks_and_those_of_its_sellers(door: Door) -> None:
    assert {"stop_sale", "notify_buyers", "report", "seller/stop_sale"} == set(tasks_of(door, HARBOUR))
    assert {"stop_sale", "notify_buyers", "report"} == set(tasks_of(door, LANTERN))


def test_a_task_says_what_until_when_by_what_right_and_about_which_goods(door: Door) -> None:
    task = tasks_of(door, HARBOUR)["stop_sale"]
    document = door.client.get(f"/v1/tasks/{task}", headers=door.world.key(HARBOUR)).json()
    assert {"gtin": GTIN, "model": "PAC20-272", "lots": ["A1"],
            "made": [{"from": "2023-06-05", "to": "2023-07-28"}]} == document["affected"][0]  # fmt: skip
    assert "2025-06-17T01:00:00Z" == document["due_at"]
    assert "guidance" in document["basis"]
    assert ["O-S-07", "O-S-08"] == [listing["ref"] for listing in document["listings"]]
    assert ["replace", "refund", "return", "repair"] == document["remedies"]


def test_a_task_is_taken_on_once_however_often_it_is_said(any_door: Door) -> None:
    task, key = tasks_of(any_door, HARBOUR)["stop_sale"], any_door.world.key(HARBOUR)
    for _ in range(2):
        said = any_door.client.post(f"/v1/tasks/{task}/acknowledgements", headers=key, json={"accept": True})
        assert (200, "acknowledged") == (said.status_code, said.json()["state"])
    assert [any_door.world.recall_id] * 2 == any_door.woken


def test_a_platform_declines_for_its_seller_and_cannot_take_it_on_after_all(door: Door) -> None:
    task = tasks_of(door, HARBOUR)["seller/stop_sale"]
    path, key = f"/v1/tasks/{task}/acknowledgements", door.world.key(HARBOUR)
    declined = door.client.post(path, headers=key, json={"accept": False, "reason": "gone"})
    assert "declined" == declined.json()["state"]
    again = door.client.post(path, headers=key, json={"accept": True})
    assert (409, "not-now") == (again.status_code, again.json()["type"].rsplit("/", 1)[-1])


def test_a_confirmation_moves_the_units_once_and_its_answer_is_replayed(any_door: Door) -> None:
    world, path = any_door.world, f"/v1/tasks/{tasks_of(any_door, HAULIER)['retrieve']}/confirmations"
    headers = world.key(HAULIER) | {"idempotency-key": "pickup-1"}
    answers = [any_door.client.post(path, headers=headers, json=COLLECTED) for _ in "12"]
    assert [200, 200] == [answer.status_code for answer in answers]
    assert "posted" == answers[0].json()["kept"]
    assert answers[0].json() == answers[1].json()
    ledger = overview(world.runtime, recall_id=world.recall_id).ledger
    assert (81, True) == (ledger.recovered, ledger.balances)


def test_the_same_key_with_another_body_is_refused(door: Door) -> None:
    path = f"/v1/tasks/{tasks_of(door, HAULIER)['retrieve']}/confirmations"
    headers = door.world.key(HAULIER) | {"idempotency-key": "pickup-1"}
    assert 200 == door.client.post(path, headers=headers, json=COLLECTED | {"units": 5}).status_code
    other = door.client.post(path, headers=headers, json=COLLECTED | {"units": 6})
    assert (422, "/key") == (other.status_code, other.json()["where"])


def test_more_units_than_stand_there_are_kept_for_a_person_and_answered_alike(door: Door) -> None:
    path = f"/v1/tasks/{tasks_of(door, HAULIER)['retrieve']}/confirmations"
    headers = door.world.key(HAULIER) | {"idempotency-key": "pickup-1"}
    body = COLLECTED | {"units": 82}
    first, second = (door.client.post(path, headers=headers, json=body).json() for _ in "12")
    assert ("conflict", True) == (first["kept"], "82" in first["conflict"])
    assert first == second
    seen = overview(door.world.runtime, recall_id=door.world.recall_id)
    assert (0, 1) == (seen.ledger.recovered, len(seen.conflicts))


def test_a_platform_says_what_a_buyer_did_by_its_own_line(door: Door) -> None:
    path = f"/v1/recalls/{door.world.recall_id}/confirmations"
    headers = door.world.key(HARBOUR) | {"idempotency-key": "buyer-1"}
    body = {"outcome": "returned", "units": 2, "at": AT, "line": "L-1"}
    assert "posted" == door.client.post(path, headers=headers, json=body).json()["kept"]
    assert 2 == overview(door.world.runtime, recall_id=door.world.recall_id).ledger.recovered


def test_a_seller_confirms_nothing_of_anothers(door: Door) -> None:
    task = tasks_of(door, LANTERN)["stop_sale"]
    headers = door.world.key(SELLER) | {"idempotency-key": "k"}
    answer = door.client.post(
        f"/v1/tasks/{task}/confirmations", headers=headers, json={"outcome": "delisted", "at": AT}
    )
    assert 404 == answer.status_code


def test_a_party_pulls_its_events_without_a_gap(door: Door) -> None:
    key = door.world.key(HARBOUR)
    page = door.client.get("/v1/events?limit=2", headers=key).json()
    assert ([1, 2], 3) == ([event["seq"] for event in page["events"]], page["highest"])
    assert "task.issued" == page["events"][0]["type"]
    rest = door.client.get("/v1/events?after=2", headers=key).json()
    assert [3] == [event["seq"] for event in rest["events"]]
