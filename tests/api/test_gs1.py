"""GS1's messages at the door: a notification for whoever has a part, a removal confirmation of its own."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from connectors.gs1.identifiers import gdti_of
from connectors.gs1.messages import Gs1Messages
from recall.app import create_app
from recall.store import tasks
from tests.api.conftest import DOCUMENT_TYPE as TYPE
from tests.api.conftest import ENGINE, ISSUER_KEY, Door
from tests.builders import make_party
from tests.dumps import dump
from tests.world import FACTORY, FIRST, GTIN, HARBOUR, HAULIER, HUB, MAKER, OTHER_GTIN, REFERENCE, World

KEEPER, PLANT = HUB[-13:], FACTORY[-13:]
LINE = """<productRecallItem><gtin>{gtin}</gtin><productTracking>
<productTrackingKeyCode>BATCH_LOT_CODE</productTrackingKeyCode>
<productTrackingKeyValue>{lot}</productTrackingKeyValue></productTracking>
<productRemovalLocation><gln>{site}</gln></productRemovalLocation>
<quantityReturned>{units}</quantityReturned></productRecallItem>"""
MESSAGE = """<productRemovalConfirmation><creationDateTime>2025-06-20T08:00:00+08:00</creationDateTime>
<originalPRNIdentification>{original}</originalPRNIdentification>
<pRCIdentification>4012345000030{serial}</pRCIdentification>
<productRemovalParty><gln>{gln}</gln></productRemovalParty>{lines}</productRemovalConfirmation>"""


def removed(units: int, *, serial: str = "RC1", gln: str = KEEPER, plant: bool = False, **parts: str) -> str:
    """Units of the hub, or of the plant, that were sent back."""
    named = {"gtin": OTHER_GTIN, "lot": "D4", "site": PLANT} if plant else {
        "gtin": GTIN, "lot": "A1", "site": KEEPER,
    }  # fmt: skip
    facts = {"original": gdti_of(REFERENCE, document_type=TYPE)} | parts
    return MESSAGE.format(serial=serial, gln=gln, lines=LINE.format(units=units, **named), **facts)


def path(door: Door, what: str) -> str:
    return f"/v1/recalls/{door.world.recall_id}/gs1/{what}"


def send(door: Door, xml: str, *, by: str = HAULIER, **query: Any) -> Any:
    """Hand a removal confirmation in."""
    headers = door.world.key(by) | {"content-type": "application/xml"}
    return door.client.post(path(door, "removal-confirmations"), headers=headers, content=xml, params=query)


def fetching(door: Door) -> str:
    """How far the haulier's task to fetch the goods is."""
    with door.world.runtime.store.read() as tx:
        known = tasks.tasks(tx, recall_id=door.world.recall_id, party_id=HAULIER)
    return next(task.state.value for task in known if task.duty == "retrieve")


def test_whoever_has_a_part_gets_the_notice_in_force_addressed_to_it(door: Door) -> None:
    for by, receiver in ((HAULIER, f">{KEEPER}<"), (HARBOUR, ">ORIGINAL<"), (FIRST, ">ORIGINAL<")):
        answer = door.client.get(path(door, "notification"), headers=door.world.key(by))
        assert (200, "application/xml") == (answer.status_code, answer.headers["content-type"])
        assert ">PAC20-272</additionalTradeItemIdentification>" in answer.text
        assert receiver in answer.text


def test_what_the_message_cannot_say_stands_in_a_header(door: Door) -> None:
    answer = door.client.get(path(door, "notification"), headers=door.world.key(HAULIER))
    assert "product 1: made" in answer.headers["recall-left-out"]


def test_a_removal_is_recorded_once_and_ends_the_task_when_all_sites_have_told(door: Door) -> None:
    for _ in "12":
        said = send(door, removed(81))
        assert 200 == said.status_code
        assert [("collected", 81, "posted")] == [
            (one["outcome"], one["units"], one["kept"]) for one in said.json()["statements"]
        ]
    assert "issued" == fetching(door)
    assert "posted" == send(door, removed(40, serial="RC2", plant=True)).json()["statements"][0]["kept"]
    assert "done" == fetching(door)
    assert [door.world.recall_id] * 3 == door.woken


def test_a_message_is_taken_whole_or_refused_whole(door: Door) -> None:
    send(door, removed(81))
    before = dump(door.world.runtime.store)
    changed = removed(80).replace(
        "<quantityReturned>", "<quantityRemoved>5</quantityRemoved><quantityReturned>"
    )
    assert 422 == send(door, changed).status_code
    assert before == dump(door.world.runtime.store)


def test_a_party_may_say_that_nothing_more_comes(door: Door) -> None:
    send(door, removed(80), final=True)
    assert "done" == fetching(door)


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ("{}", "one productRemovalConfirmation"),
        ("<productRecallNotification/>", "one productRemovalConfirmation"),
        (removed(3, original=gdti_of("R-1", document_type=TYPE)), "the notice SAMR-2025-06-17"),
        (removed(3, gln=ENGINE), "a GLN of yours"),
        (removed(3).replace(">3<", ">three<"), "a whole number of units"),
    ],
)
def test_a_message_that_is_none_of_the_callers_about_this_recall_is_refused(
    door: Door, xml: str, why: str
) -> None:
    said = send(door, xml)
    assert 422 == said.status_code
    assert why in said.json()["detail"]
    assert [] == door.woken


def test_without_a_part_nothing_is_given_or_taken(door: Door) -> None:
    assert 404 == send(door, removed(81), by=FIRST).status_code
    nowhere = {"headers": door.world.key(HAULIER), "content": removed(81)}
    assert 404 == door.client.post("/v1/recalls/rcl_absent/gs1/removal-confirmations", **nowhere).status_code


def test_an_engine_without_a_name_of_its_own_says_who_can_help(world: World) -> None:
    app = create_app(world.runtime, issuer_key=ISSUER_KEY, messages=Gs1Messages(gln="", document_type=""))
    with TestClient(app) as client:
        answer = client.get(f"/v1/recalls/{world.recall_id}/gs1/notification", headers=world.key(MAKER))
    assert 409 == answer.status_code
    assert "RECALL_GS1_GLN" in answer.json()["advice"]


def test_a_partys_glns_are_its_own_and_its_sites() -> None:
    party = make_party(reference=PLANT, sites=(HUB, HUB[:-1] + "9", "dock 7"))
    assert (PLANT, KEEPER) == party.glns
