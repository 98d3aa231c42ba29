"""Work on a draft: its maker confirms, corrects and adds clauses; nothing happens by it yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from recall.domain.draft import Draft
from recall.domain.laws import laws_of
from recall.domain.notice import Notice
from recall.domain.party import Role
from recall.domain.recall import check_of
from recall.errors import InputRefused, NotAllowed, NotNow
from recall.runtime import Runtime
from recall.store import audit, drafts, parties, recalls
from recall.store.database import Tx


def start_draft(
    runtime: Runtime, *, notice: Notice, policies: Sequence[str], officer: str, amends: str | None = None
) -> Draft:
    """Put a notice on an officer's desk: to open a recall, or (`amends`) as the next version of one.

    `policies` are those of the recall; of one that is amended, those that come to its own. Raises NotFound
    for an unknown policy or recall, NotAllowed where `officer` is no regulator, InputRefused where a recall
    would be under no policy, or the notice is no version of the one that it amends.
    """
    laws_of(policies)
    if amends is None and not policies:
        raise InputRefused("A recall runs under some law", expected="one policy at least", got="none")
    now = runtime.now()
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        if amends is not None:
            check_of(notice, recalls.recall(tx, recall_id=amends))
        draft = Draft(
            id=runtime.new_id("drf"), notice=notice, policies=tuple(dict.fromkeys(policies)), maker=officer,
            marks=(None,) * len(notice.clauses), created_at=now, changed_at=now, amends=amends,
        )  # fmt: skip
        drafts.save_draft(tx, draft)
        audit.append(
            tx, at=now, actor=officer, action="draft.started", subject=draft.id, recall_id=amends,
            detail={"reference": notice.reference, "clauses": len(notice.clauses)},
        )  # fmt: skip
        return draft


def confirm(runtime: Runtime, *, draft_id: str, numbers: Sequence[int] | None, officer: str) -> Draft:
    """Confirm clauses (numbers from 0; None: all that wait of the reader's own) as they were proposed."""
    return _change(
        runtime, draft_id=draft_id, officer=officer, action="draft.confirmed",
        change=lambda draft, now: draft.confirmed(
            draft.read if numbers is None else numbers, by=officer, at=now
        ),
    )  # fmt: skip


def correct(runtime: Runtime, *, draft_id: str, number: int, values: Sequence[str], officer: str) -> Draft:
    """Write down what a clause means, a value a line. Raises NoticeRefused for what cannot be read."""
    return _change(
        runtime, draft_id=draft_id, officer=officer, action="draft.corrected",
        change=lambda draft, now: draft.corrected(number, values=values, by=officer, at=now),
    )  # fmt: skip


def add(
    runtime: Runtime,
    *,
    draft_id: str,
    kind: str,
    quote: str,
    product: int | None,
    values: Sequence[str],
    officer: str,
) -> Draft:
    """Add a clause that the reader passed over: its words in the text, and what they mean."""
    return _change(
        runtime, draft_id=draft_id, officer=officer, action="draft.added",
        change=lambda draft, now: draft.added(
            kind=kind, quote=quote, product=product, values=values, by=officer, at=now
        ),
    )  # fmt: skip


def _change(
    runtime: Runtime,
    *,
    draft_id: str,
    officer: str,
    action: str,
    change: Callable[[Draft, datetime], Draft],
) -> Draft:
    """One change by the draft's maker; a change that changes nothing leaves nothing behind."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        draft = drafts.draft(tx, draft_id=draft_id)
        if draft.recall_id is not None:
            raise NotNow(
                "This draft was submitted", value=draft_id, advice="Reject it first, or amend the recall."
            )
        if draft.maker != officer:
            raise NotAllowed(
                "Only its maker works on a draft", expected=draft.maker, got=officer,
                advice="Check it once it is submitted.",
            )  # fmt: skip
        after = change(draft, now)
        if after.marks == draft.marks and after.notice == draft.notice:
            return draft
        drafts.save_draft(tx, after)
        said = [
            number + 1
            for number, mark in enumerate(after.marks)
            if number >= len(draft.marks) or mark != draft.marks[number]
        ]
        audit.append(
            tx, at=now, actor=officer, action=action, subject=draft_id, recall_id=draft.amends,
            detail={"clauses": said, "digest": after.notice.digest()},
        )  # fmt: skip
        return after


def _check_officer(tx: Tx, officer: str) -> None:
    if parties.party(tx, party_id=officer).role is not Role.REGULATOR:
        raise NotAllowed("Only an officer of a regulator may do this", value=officer)
