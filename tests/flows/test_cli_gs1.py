"""`recall notice gs1` and `recall task take`: GS1's recall messages out of a recall, and into one."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.gs1.closeout import closeout
from connectors.gs1.identifiers import gdti_of
from flows.cli import Code
from recall.store import audit, recalls
from tests.builders import GTIN, NOW, SITE
from tests.flows.command import Said
from tests.flows.small_recall import BAD, REFERENCE, Small

AUTHORITY, TYPE, KEEPER = "4012345000009", "4012345000023", "6901234000016"
NAMED = ("--document-type", TYPE, "--sender", AUTHORITY)
MESSAGE = f"""<productRemovalConfirmation>
<creationDateTime>2025-06-20T08:00:00+08:00</creationDateTime>
<originalPRNIdentification>{gdti_of(REFERENCE, document_type=TYPE)}</originalPRNIdentification>
<pRCIdentification>4012345000030RC1</pRCIdentification>
<productRemovalParty><gln>{KEEPER}</gln></productRemovalParty>
<productRecallItem><gtin>{GTIN}</gtin><productTracking>
<productTrackingKeyCode>BATCH_LOT_CODE</productTrackingKeyCode>
<productTrackingKeyValue>{BAD}</productTrackingKeyValue></productTracking>
<productRemovalLocation><gln>{KEEPER}</gln></productRemovalLocation>
<quantityRemoved>6</quantityRemoved></productRecallItem></productRemovalConfirmation>"""


def take(small: Small, message: str, *words: object) -> Said:
    return small.recall("task", "take", "-", *words, "--json", given=message.encode())


def test_a_notification_is_written_and_read_again(small: Small, tmp_path: Path) -> None:
    file = tmp_path / "notification.xml"
    said = small.recall("notice", "gs1", REFERENCE, *NAMED, "--out", file, "--json")
    assert (Code.OK, f"{TYPE}{REFERENCE}", []) == (
        said.code,
        said.document["gdti"],
        said.document["left_out"],
    )
    (notice,) = small.recall("notice", "read", file, "--json").document["notices"]
    assert (GTIN, [BAD], 10) == tuple(notice["products"][0][name] for name in ("gtin", "lots", "quantity"))
    assert ("The cells may overheat.", "Market Supervision") == (notice["hazard"], notice["authority"])
    assert file.read_text("utf-8") == small.recall("notice", "gs1", REFERENCE, *NAMED).out


def test_the_settings_name_documents_and_sender(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Code.ERROR == small.recall("notice", "gs1", REFERENCE).code
    monkeypatch.setenv("RECALL_GS1_DOCUMENT_TYPE", TYPE)
    monkeypatch.setenv("RECALL_GS1_GLN", AUTHORITY)
    assert (
        small.recall("notice", "gs1", REFERENCE, *NAMED).out == small.recall("notice", "gs1", REFERENCE).out
    )
    assert Code.ERROR == small.recall("notice", "gs1", REFERENCE, "--receiver", "4012345000008").code


def test_a_removal_confirmation_is_recorded_for_its_party_once(small: Small) -> None:
    first = take(small, MESSAGE, "--party", "party_northgate")
    assert (Code.OK, []) == (first.code, first.document["warnings"])
    assert [("quarantined", 6, SITE, True, None)] == [
        tuple(one[name] for name in ("what", "units", "place", "new", "conflict"))
        for one in first.document["taken"]
    ]
    assert ["issued"] == counts(small)
    again = take(small, MESSAGE, "--party", "party_northgate", "--recall", REFERENCE)
    assert [False] == [one["new"] for one in again.document["taken"]]


def counts(small: Small) -> list[str]:
    """How far the counting of stock is."""
    return [task["state"] for task in small.tasks() if task["duty"] == "quarantine"]


def test_a_second_message_with_the_rest_ends_the_task_or_one_that_is_final(small: Small) -> None:
    rest = MESSAGE.replace("30RC1", "30RC2").replace(">6<", ">4<")
    for message in (MESSAGE, rest):
        assert ["issued"] == counts(small)
        take(small, message, "--party", "party_northgate")
    assert ["done"] == counts(small)


def test_a_party_may_say_that_a_message_is_its_last(small: Small) -> None:
    take(small, MESSAGE, "--party", "party_northgate", "--final")
    assert ["done"] == counts(small)


def test_what_a_party_confirmed_can_be_handed_on(small: Small) -> None:
    take(small, MESSAGE, "--party", "party_northgate")
    words = ("notice", "gs1", REFERENCE, "--message", "confirmation", "--document-type", TYPE)
    said = small.recall(*words, "--party", "party_northgate", "--sender", KEEPER)
    assert Code.OK == said.code
    assert "<quantityRemoved>6</quantityRemoved>" in said.out
    assert f"<productTrackingKeyValue>{BAD}</productTrackingKeyValue>" in said.out
    assert KEEPER in said.out
    assert "Say --party" in small.recall(*words).err


def test_units_that_the_books_cannot_take_wait_for_a_person(small: Small) -> None:
    said = take(small, MESSAGE.replace(">6<", ">11<"), "--party", "party_northgate")
    assert Code.CONFLICT == said.code
    assert "at most" in said.document["taken"][0]["conflict"]


def test_a_message_says_by_its_gln_whose_it_is(small: Small) -> None:
    nobody = take(small, MESSAGE)
    assert Code.ERROR == nobody.code
    assert KEEPER in nobody.problem["detail"]
    small.recall("party", "add", "--id", "party_keeper", "--role", "logistics", "--name", "Keeper",
                 "--reference", KEEPER)  # fmt: skip
    assert ["party_keeper"] == [one["party"] for one in take(small, MESSAGE).document["taken"]]


def test_a_message_of_an_unknown_recall_or_of_none_is_refused(small: Small) -> None:
    other = take(small, MESSAGE.replace(REFERENCE, "R-1999-9"), "--party", "party_northgate")
    assert (Code.ERROR, True) == (other.code, "--recall" in other.err)
    assert Code.ERROR == take(small, "no message at all", "--party", "party_northgate").code
    assert Code.ERROR == take(small, "<productRecallNotification/>", "--party", "party_northgate").code


def test_a_closeout_is_evidence_and_ends_nothing(small: Small) -> None:
    gdti = gdti_of(REFERENCE, document_type=TYPE)
    message = closeout(gdti=gdti, sender=KEEPER, authority="Northgate", receiver="", at=NOW)
    first, again = (take(small, message, "--party", "party_northgate") for _ in range(2))
    assert [("closeout", True), ("closeout", False)] == [
        (one["what"], one["new"]) for said in (first, again) for one in said.document["taken"]
    ]
    with small.recall.house().runtime.store.read() as tx:
        kept = [e for e in audit.entries(tx, recall_id=small.recall_id) if e.action == "closeout.received"]
        assert "open" == recalls.recall(tx, recall_id=small.recall_id).state
    assert ["party_northgate"] == [entry.actor for entry in kept]
    assert NOW.isoformat() == kept[0].detail["said_at"]


def test_a_closeout_is_written_when_the_recall_is_over(small: Small) -> None:
    words = ("notice", "gs1", REFERENCE, *NAMED, "--message", "closeout")
    assert Code.CONFLICT == small.recall(*words).code
    small.recall("notice", "withdraw", REFERENCE, "--officer", "party_officer1", "--second", "party_officer2",
                 "--yes")  # fmt: skip
    said = small.recall(*words)
    assert Code.OK == said.code
    assert f"<pRCNIdentification>{TYPE}{REFERENCE}-end</pRCNIdentification>" in said.out
