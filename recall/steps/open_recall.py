"""Open a recall: one officer proposes a notice, another approves it; the same for every later version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from recall.domain.laws import laws_of
from recall.domain.notice import Notice
from recall.domain.party import Role
from recall.domain.recall import (
    ACTIVE_STATES,
    Recall,
    RecallAct,
    RecallState,
    check_four_eyes,
    check_of,
    recall_after,
)
from recall.errors import InputRefused, NotAllowed, NotNow
from recall.runtime import Runtime
from recall.store import added_laws, audit, drafts, outbox, parties, recalls, seals, versions
from recall.store.database import Tx


def propose(runtime: Runtime, *, notice: Notice, policies: Sequence[str], officer: str) -> Recall:
    """Propose a recall under the policies of its laws; nothing happens until another officer approves.

    A notice of the same reference and the same content is the same proposal; another content is NotNow, but
    for a recall that was rejected: it is proposed again.
    Raises NotFound for an unknown policy, NotAllowed where `officer` is no regulator.
    """
    laws_of(policies)
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        return _proposed(runtime, tx, notice=notice, policies=policies, officer=officer)


def submit_draft(runtime: Runtime, *, draft_id: str, officer: str) -> Recall:
    """Submit a draft of which every clause is settled: as a proposal, or as the next version of its recall.

    Another officer approves or rejects it; rejected, it lies on its maker's desk again.
    Raises NotNow while a clause is only proposed, NotAllowed for anybody but its maker.
    """
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        draft = drafts.draft(tx, draft_id=draft_id)
        if draft.recall_id is not None:
            return recalls.recall(tx, recall_id=draft.recall_id)
        if draft.maker != officer:
            raise NotAllowed("Only its maker submits a draft", expected=draft.maker, got=officer)
        draft.check_settled()
        if draft.amends is None:
            recall = _proposed(runtime, tx, notice=draft.notice, policies=draft.policies, officer=officer)
        else:
            _amended(
                runtime, tx, recall_id=draft.amends, notice=draft.notice, officer=officer,
                adding=draft.policies,
            )  # fmt: skip
            recall = recalls.recall(tx, recall_id=draft.amends)
        drafts.save_draft(tx, replace(draft, recall_id=recall.id, changed_at=runtime.now()))
        return recall


def _proposed(runtime: Runtime, tx: Tx, *, notice: Notice, policies: Sequence[str], officer: str) -> Recall:
    now = runtime.now()
    known = recalls.recall_by_reference(tx, reference=notice.reference)
    if known is not None and known.state is not RecallState.REJECTED:
        return _same(tx, known, notice)
    proposed = Recall(
        id=known.id if known else runtime.new_id("rcl"), reference=notice.reference, title=notice.title,
        authority=notice.authority, policies=tuple(dict.fromkeys(policies)),
        state=RecallState.PROPOSED, version=0, proposed_by=officer, proposed_at=now,
    )  # fmt: skip
    if known is None:
        recalls.add_recall(tx, proposed)
    else:
        recalls.save_recall(tx, replace(proposed, state=recall_after(known.state, act=RecallAct.PROPOSE)))
    version = versions.newest_version(tx, recall_id=proposed.id) + 1
    recalls.add_notice(
        tx, recall_id=proposed.id, version=version, notice=notice, submitted_by=officer, at=now
    )
    audit.append(
        tx, at=now, actor=officer, action="recall.proposed", subject=proposed.id, recall_id=proposed.id,
        detail={"reference": notice.reference, "digest": notice.digest(), "policy": " ".join(policies)},
    )  # fmt: skip
    return proposed


def amend(
    runtime: Runtime, *, recall_id: str, notice: Notice, officer: str, adding: Sequence[str] = ()
) -> int:
    """Propose the next version of a recall's notice; returns its number.

    `adding` names policies under which the recall runs too from its approval on; none is ever taken away.
    Raises NotNow while one waits, and for a notice that says what the version in force says, under no new
    policy; InputRefused for a notice of another reference or authority, and NotFound
    for an unknown policy.
    """
    laws_of(adding)
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        return _amended(runtime, tx, recall_id=recall_id, notice=notice, officer=officer, adding=adding)


def _amended(
    runtime: Runtime, tx: Tx, *, recall_id: str, notice: Notice, officer: str, adding: Sequence[str]
) -> int:
    now, recall = runtime.now(), recalls.recall(tx, recall_id=recall_id)
    _check_active(recall)
    if recalls.pending_version(tx, recall_id=recall_id) is not None:
        raise NotNow("An amendment already waits for approval", advice="Approve or reject it first.")
    check_of(notice, recall)
    new = [policy for policy in dict.fromkeys(adding) if policy not in recall.policies]
    if not new:
        _check_differs(notice, recalls.notice(tx, recall_id=recall_id, version=recall.version), recall=recall)
    version = versions.newest_version(tx, recall_id=recall_id) + 1
    recalls.add_notice(tx, recall_id=recall_id, version=version, notice=notice, submitted_by=officer, at=now)
    added_laws.add_laws(tx, recall_id=recall_id, version=version, policies=new)
    detail = {"version": version, "digest": notice.digest()} | ({"policy": " ".join(new)} if new else {})
    audit.append(
        tx, at=now, actor=officer, action="recall.amendment_proposed", subject=recall_id,
        recall_id=recall_id, detail=detail,
    )  # fmt: skip
    return version


def approve(runtime: Runtime, *, recall_id: str, officer: str, version: int | None = None) -> Recall:
    """Approve the version that waits: it is signed, and in force from now on.

    What waits to leave of the version before is superseded. Raises NotAllowed for the version's own proposer,
    NotNow where another waits than the `version` that the officer has seen (None: whichever does).
    """
    now = runtime.now()
    with runtime.store.read() as tx:
        _check_officer(tx, officer)
        authority = recalls.recall(tx, recall_id=recall_id).authority
    key = runtime.notary.signing_key(authority=authority, at=now)
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        version = _waiting(tx, recall, seen=version)
        check_four_eyes(
            proposed_by=recalls.submitter(tx, recall_id=recall_id, version=version), approved_by=officer
        )
        recalls.approve_notice(tx, recall_id=recall_id, version=version, approved_by=officer, at=now)
        added = added_laws.laws_added(tx, recall_id=recall_id, version=version)
        opened = _in_force(recall, version=version, officer=officer, at=now, added=added)
        recalls.save_recall(tx, opened)
        sealed = seals.sign(tx, opened, version=version, key=key, links=runtime.links, at=now)
        is_first = recall.state is RecallState.PROPOSED
        if not is_first:
            outbox.supersede(tx, recall_id=recall_id, version=version)
        audit.append(
            tx, at=now, actor=officer, action="recall.opened" if is_first else "recall.amended",
            subject=recall_id, recall_id=recall_id, detail={"version": version, "digest": sealed.digest},
        )  # fmt: skip
        return opened


def reject(
    runtime: Runtime, *, recall_id: str, officer: str, reason: str, version: int | None = None
) -> Recall:
    """Reject the version that waits: it never comes into force; a recall that never opened is rejected.

    Any officer may, its proposer too: nothing happens by it. Raises NotNow where nothing waits, or another
    than the `version` that the officer has seen (None: whichever does).
    """
    if not reason.strip():
        raise InputRefused("A rejection needs its reason", expected="why", got="nothing")
    now = runtime.now()
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        recall = recalls.recall(tx, recall_id=recall_id)
        version = _waiting(tx, recall, seen=version)
        versions.reject_notice(
            tx, recall_id=recall_id, version=version, rejected_by=officer, reason=reason.strip(), at=now
        )
        if recall.state is RecallState.PROPOSED:
            recall = replace(recall, state=recall_after(recall.state, act=RecallAct.REJECT))
            recalls.save_recall(tx, recall)
        drafts.give_back(
            tx, recall_id=recall_id, notice=recalls.notice(tx, recall_id=recall_id, version=version)
        )
        audit.append(
            tx, at=now, actor=officer, action="recall.rejected", subject=recall_id, recall_id=recall_id,
            detail={"version": version, "reason": reason.strip()[:200]},
        )  # fmt: skip
        return recall


def _check_officer(tx: Tx, officer: str) -> None:
    if parties.party(tx, party_id=officer).role is not Role.REGULATOR:
        raise NotAllowed("Only an officer of a regulator may do this", value=officer)


def _waiting(tx: Tx, recall: Recall, *, seen: int | None) -> int:
    version = recalls.pending_version(tx, recall_id=recall.id)
    if version is None:
        raise NotNow("No version of the notice waits for approval", value=recall.reference)
    if seen not in (None, version):
        raise NotNow(
            "Another version of the notice waits by now", value=recall.reference,
            expected=f"version {seen}", got=f"version {version}", advice="Look at it before you decide.",
        )  # fmt: skip
    return version


def _same(tx: Tx, known: Recall, notice: Notice) -> Recall:
    version = max(known.version, 1)
    if recalls.notice(tx, recall_id=known.id, version=version).digest() == notice.digest():
        return known
    raise NotNow(
        f"Notice {notice.reference} is already known with another content",
        value=notice.reference,
        advice="Amend it: recall notice amend.",
    )


def _check_differs(notice: Notice, known: Notice, *, recall: Recall) -> None:
    if notice.digest() == known.digest():
        raise NotNow(
            f"Nothing differs from version {recall.version}, which is in force", value=recall.reference,
            advice="Change the notice, or name another law that it is to run under.",
        )  # fmt: skip


def _in_force(recall: Recall, *, version: int, officer: str, at: datetime, added: tuple[str, ...]) -> Recall:
    if recall.state is RecallState.PROPOSED:
        state = recall_after(recall.state, act=RecallAct.APPROVE)
        return replace(recall, state=state, version=version, approved_by=officer, opened_at=at)
    _check_active(recall)
    return replace(
        recall, state=RecallState.OPEN, version=version, approved_by=officer, rested_at=None,
        policies=tuple(dict.fromkeys((*recall.policies, *added))),
    )  # fmt: skip


def _check_active(recall: Recall) -> None:
    if recall.state not in ACTIVE_STATES:
        raise NotNow(f"A recall that is {recall.state} cannot be amended", value=recall.state)
