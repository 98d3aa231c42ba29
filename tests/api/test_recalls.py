"""Recalls over the API: four eyes, one recall as it stands, one line's chain, and what is open to all."""

from __future__ import annotations

from typing import Any

from recall.domain.confirmation import Outcome
from tests.api.conftest import ISSUER_KEY, Door
from tests.steps.acts import say, settled
from tests.world import FIRST, HARBOUR, REFERENCE, SECOND, notice


def proposed(door: Door, **parts: Any) -> Any:
    """The answer to a proposal by the first officer."""
    body = {"notice": notice(**parts), "policy": "cn-samr"}
    return door.client.post("/v1/recalls", headers=door.world.key(FIRST), json=body)


def test_one_officer_proposes_and_only_another_approves(any_door: Door) -> None:
    recall = proposed(any_door, reference="R-2").json()
    assert ("proposed", 0) == (recall["state"], recall["version"])
    path = f"/v1/recalls/{recall['id']}/approvals"
    assert 403 == any_door.client.post(path, headers=any_door.world.key(FIRST)).status_code
    approved = any_door.client.post(path, headers=any_door.world.key(SECOND))
    assert ("open", [recall["id"]]) == (approved.json()["state"], any_door.woken)


def test_a_recall_may_be_proposed_under_several_laws(door: Door) -> None:
    body = {"notice": notice(reference="R-3"), "policy": ["cn-samr", "eu-gpsr"]}
    recall = door.client.post("/v1/recalls", headers=door.world.key(FIRST), json=body)
    assert 201 == recall.status_code
    path = f"/v1/recalls/{recall.json()['id']}"
    whole = door.client.get(path, headers=door.world.key(FIRST)).json()
    assert ["cn-samr", "eu-gpsr"] == whole["policies"]
    none = body | {"policy": []}
    assert 422 == door.client.post("/v1/recalls", headers=door.world.key(FIRST), json=none).status_code


def test_the_same_notice_again_is_the_same_recall_and_another_content_is_not(door: Door) -> None:
    first, second = proposed(door, reference="R-2"), proposed(door, reference="R-2")
    assert (201, first.json()) == (second.status_code, second.json())
    assert 409 == proposed(door, reference="R-2", hazard="Another one").status_code


def test_an_amendment_waits_for_the_other_officer(door: Door) -> None:
    path, key = f"/v1/recalls/{door.world.recall_id}", door.world.key
    amended = door.client.post(
        f"{path}/amendments", headers=key(FIRST), json={"notice": notice(hazard="New")}
    )
    assert (201, 2) == (amended.status_code, amended.json()["version"])
    assert 2 == door.client.post(f"{path}/approvals", headers=key(SECOND)).json()["version"]


def test_withdrawing_takes_two_officers(door: Door) -> None:
    path, keys = f"/v1/recalls/{door.world.recall_id}/withdrawals", door.world.keys
    for second, status in ((FIRST, 403), (HARBOUR, 403), (SECOND, 200)):
        body = {"second_key": keys[second].text}
        assert status == door.client.post(path, headers=door.world.key(FIRST), json=body).status_code
    listed = door.client.get("/v1/recalls", headers=door.world.key(FIRST)).json()["recalls"]
    assert [(REFERENCE, "withdrawn")] == [(recall["reference"], recall["state"]) for recall in listed]


def test_one_recall_shows_its_figures_and_its_ledger_balances(any_door: Door) -> None:
    world = any_door.world
    seen = any_door.client.get(f"/v1/recalls/{world.recall_id}", headers=world.key(FIRST)).json()
    assert {"in_scope": 143, "located": 143, "notified": 143, "answered": 0, "recovered": 0,
            "disposed": 0} == seen["funnel"]  # fmt: skip
    assert (143, True) == (seen["ledger"]["affected"], seen["ledger"]["balances"])
    assert {"told": 4, "blanket": 5, "confirmed": 3, "possible": 1, "released": 1,
            "possible_units": 3} == seen["targeting"]  # fmt: skip
    rows = {row["id"]: (row["tasks"], row["lines"], row["units"]) for row in seen["parties"]}
    assert ((3, 3, 15), (1, 2, 12)) == (rows["party_harbour"], rows["party_seller"])
    assert ["notified"] == [stage["name"] for stage in seen["stages"] if stage["at"]][-1:]


def test_the_evidence_of_a_line_leads_from_the_notice_to_its_buyer(any_door: Door) -> None:
    path = f"/v1/recalls/{any_door.world.recall_id}/evidence?platform={HARBOUR}&line=L-1"
    seen = any_door.client.get(path, headers=any_door.world.key(FIRST)).json()
    assert ("confirmed", "exact_lot") == (seen["class"], seen["rule"])
    rules = [link["rule"] for link in seen["links"]]
    assert ["published", "named by the notice", "exact_lot", "notify_buyer delivered"] == rules
    assert all(link["event"] for link in seen["links"])


def test_a_code_is_read_for_everybody(door: Door) -> None:
    seen = door.client.get("/v1/decode", params={"code": "https://id.gs1.org/01/09521234500018/10/A1"}).json()
    assert (True, "09521234500018", "A1") == (seen["valid"], seen["gtin"], seen["lot"])
    assert not door.client.get("/v1/decode", params={"code": "7"}).json()["valid"]


def test_the_issuer_shows_its_public_key_and_its_health(door: Door) -> None:
    issuer = door.client.get("/.well-known/recall-issuer.json").json()
    assert ("1.0", [{"public": ISSUER_KEY, "algorithm": "ed25519"}]) == (issuer["protocol"], issuer["keys"])
    assert door.client.get("/healthz").json()["well"]


def test_what_waits_is_rejected_with_its_reason(door: Door) -> None:
    path, keys = f"/v1/recalls/{door.world.recall_id}", door.world
    wider = {"notice": notice(hazard="It may burn.")}
    assert 201 == door.client.post(f"{path}/amendments", json=wider, headers=keys.key(FIRST)).status_code
    for body, status in (({"reason": ""}, 422), ({"reason": "a typo"}, 200), ({"reason": "again"}, 409)):
        answer = door.client.post(f"{path}/rejections", json=body, headers=keys.key(SECOND))
        assert status == answer.status_code


def test_a_recall_is_closed_by_two_officers_once_it_rests(door: Door) -> None:
    path, world = f"/v1/recalls/{door.world.recall_id}/closings", door.world
    body = {"second_key": world.keys[SECOND].text}
    assert 409 == door.client.post(path, json=body, headers=world.key(FIRST)).status_code
    settled(world)
    say(world, HARBOUR, Outcome.RETURNED, 5, line_ref="L-1")
    own = {"second_key": world.keys[FIRST].text}
    assert 403 == door.client.post(path, json=own, headers=world.key(FIRST)).status_code
    refused = door.client.post(path, json=body, headers=world.key(FIRST))
    assert (409, True) == (refused.status_code, "in conflict" in refused.json()["got"])
    override = body | {"override": "the buyer wrote of another product"}
    answer = door.client.post(path, json=override, headers=world.key(FIRST))
    assert (200, "closed") == (answer.status_code, answer.json()["state"])


def test_an_amendment_may_bring_a_law(door: Door) -> None:
    path, keys = f"/v1/recalls/{door.world.recall_id}", door.world
    body = {"notice": notice(), "adding": ["eu-gpsr"]}
    assert 201 == door.client.post(f"{path}/amendments", json=body, headers=keys.key(FIRST)).status_code
    door.client.post(f"{path}/approvals", headers=keys.key(SECOND))
    told = door.client.get(path, headers=keys.key(FIRST)).json()
    assert ["cn-samr", "eu-gpsr"] == told["policies"]
