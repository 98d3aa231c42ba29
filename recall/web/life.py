"""The life of a notice on the officers' pages: its versions, the next of them, and the end of its recall.

Whatever takes two officers is asked for by one and decided by another, each signed in with an own key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from recall.domain.notice import Notice
from recall.domain.policy import available_policies
from recall.domain.recall import RecallAct
from recall.errors import NoticeRefused, RecallError
from recall.runtime import Runtime
from recall.steps import end_recall, open_recall, work_draft
from recall.views.ending import ending_view
from recall.views.versions import notice_in_force, versions_view
from recall.web.access import Engine, Handed, Officer, Reader, Waker
from recall.web.desk import Desk

router = APIRouter(prefix="/recalls/{recall_id}")
Line = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True, slots=True)
class Versions(Desk):
    """The versions of one notice before the officer who is signed in."""

    recall_id: str

    def page(self, *, refused: RecallError | None = None) -> Response:
        """Every version, who submitted and decided it, what it changed; the form for the next."""
        view = versions_view(self.runtime, recall_id=self.recall_id)
        further = [policy for policy in available_policies() if policy not in view.recall.policies]
        return self.shown("versions.html", refused=refused, view=view, further=further)


@dataclass(frozen=True, slots=True)
class End(Desk):
    """The end of one recall before the officer who is signed in."""

    recall_id: str

    def page(self, *, refused: RecallError | None = None) -> Response:
        """What the laws want before the recall may end, what is met, and the forms by which it ends."""
        view = ending_view(self.runtime, recall_id=self.recall_id)
        return self.shown("end.html", refused=refused, view=view)


AtVersions = Annotated[Versions, Depends()]
AtEnd = Annotated[End, Depends()]


@router.get("/versions")
def show_versions(desk: AtVersions) -> Response:
    """Every version of the notice, and the form for the next."""
    return desk.page()


def next_notice(
    runtime: Engine, _officer: Officer, read: Reader, recall_id: str, raw: Handed
) -> Notice | RecallError:
    """The notice that an officer uploads or pastes; with neither, the one in force, to be worked on."""
    if not raw.strip():
        return notice_in_force(runtime, recall_id=recall_id)
    try:
        return _of_recall(runtime, read(raw), recall_id=recall_id)
    except RecallError as refused:
        return refused


@router.post("/versions")
def begin_version(
    desk: AtVersions,
    notice: Annotated[Notice | RecallError, Depends(next_notice)],
    policy: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Put the next version on the desk of the officer who is signed in, maybe under further laws."""

    def act() -> str:
        if isinstance(notice, RecallError):
            raise notice
        draft = work_draft.start_draft(
            desk.runtime, notice=notice, policies=policy or [], officer=desk.officer.id,
            amends=desk.recall_id,
        )  # fmt: skip
        return f"/drafts/{draft.id}"

    return desk.after(act)


@router.post("/versions/decide")
def decide_version(
    desk: AtVersions,
    wake: Waker,
    act: Annotated[str, Form(pattern="^(approve|reject)$")],
    reason: Line = "",
    version: Annotated[int | None, Form(ge=1)] = None,
) -> Response:
    """Approve or reject the version that waits; approved by another officer than the one who submitted it."""
    runtime, recall_id, by = desk.runtime, desk.recall_id, desk.officer.id

    def decided() -> str:
        if act == "approve":
            open_recall.approve(runtime, recall_id=recall_id, officer=by, version=version)
        else:
            open_recall.reject(runtime, recall_id=recall_id, officer=by, reason=reason, version=version)
        wake(recall_id)
        return f"/recalls/{recall_id}/versions"

    return desk.after(decided)


@router.get("/end")
def show_end(desk: AtEnd) -> Response:
    """What the laws want before the recall may end, and the forms by which it ends."""
    return desk.page()


@router.post("/end")
def ask_to_end(
    desk: AtEnd,
    act: Annotated[str, Form(pattern="^(withdraw|close)$")],
    reason: Line = "",
    override: Annotated[bool, Form()] = False,
) -> Response:
    """Ask for the end of the recall; nothing happens until another officer agrees."""

    def asked() -> str:
        end_recall.ask_to_end(
            desk.runtime, recall_id=desk.recall_id, act=RecallAct(act), officer=desk.officer.id,
            reason=reason, override=override,
        )  # fmt: skip
        return f"/recalls/{desk.recall_id}/end"

    return desk.after(asked)


@router.post("/end/decide")
def decide_end(
    desk: AtEnd,
    wake: Waker,
    act: Annotated[str, Form(pattern="^(agree|refuse)$")],
    reason: Line = "",
    seen: Annotated[datetime | None, Form()] = None,
) -> Response:
    """Agree to the end that another officer asked for, or let the recall go on."""
    runtime, recall_id, by = desk.runtime, desk.recall_id, desk.officer.id

    def decided() -> str:
        if act == "agree":
            end_recall.agree_to_end(runtime, recall_id=recall_id, officer=by, seen=seen)
        else:
            end_recall.refuse_to_end(runtime, recall_id=recall_id, officer=by, reason=reason)
        wake(recall_id)
        return f"/recalls/{recall_id}/end"

    return desk.after(decided)


def _of_recall(runtime: Runtime, found: Sequence[Notice], *, recall_id: str) -> Notice:
    """Of several notices in a file the one of this recall; a single one is taken as it is."""
    reference = notice_in_force(runtime, recall_id=recall_id).reference
    own = [notice for notice in found if notice.reference == reference]
    if len(found) == 1 or own:
        return (own or list(found))[0]
    raise NoticeRefused(
        "The file holds no version of this notice", expected=reference,
        got=", ".join(notice.reference for notice in found[:5]),
    )  # fmt: skip
