"""Signed notices: what is approved is signed, a copy is known by it, and a false one raises an alarm once."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from recall.domain import copied
from recall.domain.copied import read_copy
from recall.domain.notice import Notice
from recall.domain.recall import RecallState
from recall.errors import CodeRefused, InputRefused, NotFound, NotKnown, NotNow
from recall.notary import AuthorityKey, Drawer, Notary, Seal
from recall.reading.reader import read_text
from recall.steps.check_copy import Checked, Verdict, check_copy
from recall.steps.end_recall import withdraw
from recall.steps.open_recall import amend, approve, propose, reject
from recall.steps.sign_notices import sign_notices
from recall.store import alarms, recalls, seals, versions
from recall.views.genuine import genuine, signed_notice
from tests.builders import NOW
from tests.dumps import dump
from tests.steps.acts import ONE_MODEL, WIDER, amended, audited
from tests.world import FIRST, POLICY, REFERENCE, SECOND, World, notice


def signed_form(world: World, **parts: Any) -> dict[str, Any]:
    return dict(signed_notice(world.runtime, reference=REFERENCE) | parts)


def shown(world: World, copy: object) -> Checked:
    raw = copy.encode() if isinstance(copy, str) else json.dumps(copy).encode()
    return check_copy(world.runtime, copy=read_copy(raw), shown_by="public")


def alarms_of(world: World) -> list[tuple[int, int, tuple[str, ...]]]:
    """(version, times, fields that differ) of each alarm."""
    with world.runtime.store.read() as tx:
        found = alarms.alarms(tx, recall_id=world.recall_id)
    return [(a.version, a.times, tuple(each.field for each in a.differences)) for a in found]


def code_of(world: World) -> str:
    return str(signed_form(world)["code"])


def test_what_two_officers_approved_is_signed_and_its_code_says_so(world: World) -> None:
    form = signed_form(world)
    seal, key = world.runtime.notary.opened(str(form["signature"]))
    with world.runtime.store.read() as tx:
        approved = recalls.notice(tx, recall_id=world.recall_id)
    assert (approved.digest(), REFERENCE, 1) == (seal.digest, seal.reference, seal.version)
    assert approved.authority == seal.authority == key.authority
    found = genuine(world.runtime, typed=seal.code.lower().replace("-", " "))
    assert found is not None
    assert (REFERENCE, "in_force") == (found.recall.reference, found.standing)


def test_every_copy_of_the_notice_is_genuine_in_whatever_form(world: World) -> None:
    form = signed_form(world)
    turned = dict(reversed(form["notice"].items()))
    before = dump(world.runtime.store)
    for copy in (form, form["notice"], turned, [form["notice"]], form["signature"], f"Code {form['code']}"):
        checked = shown(world, copy)
        assert (Verdict.GENUINE, 1, "in_force") == (checked.verdict, checked.version, checked.standing)
    assert before == dump(world.runtime.store)


def test_a_copy_with_another_lot_says_which_and_raises_one_alarm_however_often_it_comes(world: World) -> None:
    form = signed_form(world)
    form["notice"]["products"][0]["lots"] = ["A1", "Z9"]
    assert ["notice.copy_differs"] == audited(world, lambda: shown(world, form))
    checked = shown(world, form)
    assert Verdict.DIFFERS is checked.verdict
    assert [("lots", ("Z9",), ())] == [(d.field, d.added, d.removed) for d in checked.differences]
    assert [(1, 2, ("lots",))] == alarms_of(world)


def test_a_copy_under_another_key_differs_by_its_signature(world: World) -> None:
    forger = Notary(shelf=Drawer(), new_seed=lambda: secrets.token_bytes(32))
    seal, _ = world.runtime.notary.opened(str(signed_form(world)["signature"]))
    checked = shown(world, signed_form(world, signature=signed_by(forger, seal)))
    assert (Verdict.DIFFERS, ["signature"]) == (checked.verdict, [d.field for d in checked.differences])
    assert [(1, 1, ("signature",))] == alarms_of(world)


def test_a_text_that_leads_elsewhere_is_no_copy_of_ours(world: World) -> None:
    lure = f"Recall {REFERENCE}: get your refund at https://refund.example.net/pay code {code_of(world)}"
    checked = shown(world, lure)
    assert Verdict.DIFFERS is checked.verdict
    assert ("https://refund.example.net/pay",) == checked.differences[0].added
    honest = f"Recall {REFERENCE}: see http://testserver/notices/{REFERENCE} code {code_of(world)}"
    assert Verdict.GENUINE is shown(world, honest).verdict


def test_a_copy_of_an_older_version_is_genuine_and_superseded_and_of_a_withdrawn_recall_withdrawn(
    world: World,
) -> None:
    old = signed_form(world)
    amended(world, WIDER)
    assert ("superseded", "in_force") == (
        shown(world, old).standing,
        shown(world, signed_form(world)).standing,
    )
    assert [] == alarms_of(world)
    found = genuine(world.runtime, typed=str(old["code"]))
    assert found is not None
    assert ("superseded", 1, 2) == (found.standing, found.sealed.version, found.recall.version)
    withdraw(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    assert "withdrawn" == shown(world, old).standing


def test_a_code_that_nobody_has_and_a_slip_of_the_finger_are_told_apart(world: World) -> None:
    code = code_of(world)
    with pytest.raises(CodeRefused):
        genuine(world.runtime, typed=code[:-1] + ("3" if code[-1] != "3" else "4"))
    assert genuine(world.runtime, typed="3333-3333-3333") is None


def test_what_names_no_notice_is_unknown_and_raises_nothing(world: World) -> None:
    other = Notice.read(notice(reference="ELSEWHERE-1")).document()
    before = dump(world.runtime.store)
    assert Verdict.UNKNOWN is shown(world, other).verdict
    assert Verdict.UNKNOWN is shown(world, "Dear customer, your bank account is closed.").verdict
    assert before == dump(world.runtime.store)


def test_a_copy_is_read_once_however_many_versions_there_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lots in ("A1 B2", "A1 B2 C3", "A1"):
        amended(world, [{"name": "Power bank", "model": "PAC20-272", "lots": lots.split()}])
    read = []
    monkeypatch.setattr(copied, "read_text", lambda text: read.append(text) or read_text(text))
    assert Verdict.DIFFERS is shown(world, f"Recall {REFERENCE}: model PAC20-272, lot numbers Z9").verdict
    assert 1 == len(read)


def test_a_notice_of_another_authority_speaks_by_its_pinned_key_alone(world: World) -> None:
    there = Notary(shelf=Drawer(), new_seed=lambda: secrets.token_bytes(32))
    foreign = Notice.read(notice(reference="FOREIGN-1", authority="Market Watch"))
    seal = Seal(
        authority="Market Watch", reference="FOREIGN-1", version=3, digest=foreign.digest(),
        code="3333-3333-3333", issued_at=NOW,
    )  # fmt: skip
    form = {"notice": foreign.document(), "signature": signed_by(there, seal)}
    assert Verdict.UNKNOWN is shown(world, form).verdict
    (key,) = there.pinned()
    world.runtime.notary.pin(authority="Market Watch", public=key.public, since=NOW)
    assert (Verdict.GENUINE, "Market Watch", 3) == (
        (checked := shown(world, form)).verdict, checked.signed_by, checked.version,
    )  # fmt: skip
    form["notice"] = foreign.document() | {"hazard": "none"}
    assert Verdict.DIFFERS is shown(world, form).verdict


def signed_by(notary: Notary, seal: Seal) -> str:
    """A seal under the key that the notary has for its authority."""
    return notary.signing_key(authority=seal.authority, at=seal.issued_at).sign(seal)


def notary_with(*keys: AuthorityKey) -> Notary:
    drawer = Drawer()
    for key in keys:
        drawer.keep(key)
    return Notary(shelf=drawer, new_seed=lambda: secrets.token_bytes(32))


def test_a_rotated_key_still_vouches_for_what_it_signed_before_and_for_nothing_after() -> None:
    notary = notary_with()
    seal = Seal(authority="A", reference="R", version=1, digest="d", code="c", issued_at=NOW)
    old = signed_by(notary, seal)
    notary.rotate(authority="A", at=NOW + timedelta(days=1))
    assert seal == notary.opened(old)[0]
    assert 2 == len({key.name for key in notary.pinned()})
    later = replace(seal, issued_at=NOW + timedelta(days=2))
    assert notary.opened(signed_by(notary, later))[1].name == notary.pinned()[-1].name
    notary.retire(public=notary.pinned()[0].public, at=NOW, revoked=True)
    with pytest.raises(NotKnown, match="revoked"):
        notary.opened(old)


def test_a_key_vouches_for_its_own_authority_and_for_its_own_time_only() -> None:
    notary = notary_with()
    own = Seal(authority="A", reference="R", version=1, digest="d", code="c", issued_at=NOW)
    signature = signed_by(notary, own)
    (key,) = notary.pinned()
    for wrong in (replace(key, authority="B"), replace(key, since=NOW + timedelta(hours=1))):
        with pytest.raises(NotKnown, match="does not vouch"):
            notary_with(wrong).opened(signature)
    with pytest.raises(NotNow):
        notary.pin(authority="A", public=key.public, since=NOW)
    with pytest.raises(NotFound):
        notary.retire(public="whpk_none", at=NOW)


def test_a_version_that_was_approved_before_notices_were_signed_is_signed_later_and_once(
    world: World,
) -> None:
    with world.runtime.store.begin() as tx:
        tx.write(sql("DELETE FROM notice_seal"))
    with pytest.raises(NotNow, match="not signed"):
        signed_form(world)
    assert [1, 0] == [sign_notices(world.runtime) for _ in "12"]
    assert Verdict.GENUINE is shown(world, signed_form(world)).verdict


def test_a_rejected_version_never_holds_and_says_why(world: World) -> None:
    amend(
        world.runtime,
        recall_id=world.recall_id,
        notice=Notice.read(notice(products=ONE_MODEL)),
        officer=FIRST,
    )
    with pytest.raises(InputRefused):
        reject(world.runtime, recall_id=world.recall_id, officer=SECOND, reason=" ")
    reject(world.runtime, recall_id=world.recall_id, officer=SECOND, reason="the lots are wrong")
    with pytest.raises(NotNow):
        approve(world.runtime, recall_id=world.recall_id, officer=SECOND)
    amended(world, WIDER)
    with world.runtime.store.read() as tx:
        kept = versions.versions(tx, recall_id=world.recall_id)
        assert 3 == recalls.recall(tx, recall_id=world.recall_id).version
        assert [3, 1] == [sealed.version for sealed in seals.seals(tx, recall_id=world.recall_id)]
    assert [None, "the lots are wrong", None] == [version.reason for version in kept]


def test_a_rejected_proposal_can_be_made_again_with_another_content(world: World) -> None:
    runtime, other = world.runtime, Notice.read(notice(reference="R-2"))
    first = propose(runtime, notice=other, policies=[POLICY], officer=FIRST)
    assert RecallState.REJECTED is reject(runtime, recall_id=first.id, officer=FIRST, reason="a typo").state
    again = propose(runtime, notice=replace(other, hazard="fire"), policies=[POLICY], officer=FIRST)
    assert (first.id, RecallState.PROPOSED) == (again.id, again.state)
    opened = approve(runtime, recall_id=again.id, officer=SECOND)
    assert (RecallState.OPEN, 2) == (opened.state, opened.version)


def test_a_version_of_another_notice_is_no_amendment(world: World) -> None:
    for parts in ({"reference": "R-9"}, {"authority": "Somebody"}):
        with pytest.raises(InputRefused, match="another"):
            amend(
                world.runtime, recall_id=world.recall_id, notice=Notice.read(notice(**parts)), officer=FIRST
            )
