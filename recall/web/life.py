"""The life of a notice on the officers' pages: its versions, the next of them, and the end of its recall.

Whatever takes two officers is asked for by one and decided by another, each signed in with an own key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from recall.domain.notice import Notice
from recall.domain.policy import available_policies
from recall.domain.recall import RecallAct
from recall.errors import NoticeRefused, RecallError
from recall.runtime import Runtime
from recall.steps import end_recall, open_recall, work_draft
from recall.views.ending import ending_view
from recall.views.versions import notice_in_force, versions_view
from recall.web import pages
from recall.web.access import Engine, Handed, Officer, Reader, Waker

router = APIRouter(prefix="/recalls/{recall_id}")
Line = Annotated[str, Form(max_length=500)]


@router.get("/versions")
def show_versions(request: Request, runtime: Engine, officer: Officer, recall_id: str) -> Response:
    """Every version of the notice, who submitted and decided it, what it changed; the form for the next."""
    return _versions(request, runtime, officer, recall_id)


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
    request: Request,
    runtime: Engine,
    officer: Officer,
    recall_id: str,
    notice: Annotated[Notice | RecallError, Depends(next_notice)],
    policy: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Put the next version on the desk of the officer who is signed in, maybe under further laws."""
    if isinstance(notice, RecallError):
        return _versions(request, runtime, officer, recall_id, refused=notice)
    try:
        draft = work_draft.start_draft(
            runtime, notice=notice, policies=policy or [], officer=officer.id, amends=recall_id
        )
    except RecallError as refused:
        return _versions(request, runtime, officer, recall_id, refused=refused)
    return _to(request, f"/drafts/{draft.id}")


@router.post("/versions/decide")
def decide_version(
    request: Request,
    runtime: Engine,
    officer: Officer,
    wake: Waker,
    recall_id: str,
    act: Annotated[str, Form(pattern="^(approve|reject)$")],
    reason: Line = "",
    version: Annotated[int | None, Form(ge=1)] = None,
) -> Response:
    """Approve or reject the version that waits; approved by another officer than the one who submitted it."""
    by = officer.id
    try:
        if act == "approve":
            open_recall.approve(runtime, recall_id=recall_id, officer=by, version=version)
        else:
            open_recall.reject(runtime, recall_id=recall_id, officer=by, reason=reason, version=version)
    except RecallError as refused:
        return _versions(request, runtime, officer, recall_id, refused=refused)
    wake(recall_id)
    return _to(request, f"/recalls/{recall_id}/versions")


@router.get("/end")
def show_end(request: Request, runtime: Engine, officer: Officer, recall_id: str) -> Response:
    """What the laws want before the recall may end, what is met, and the forms by which it ends."""
    return _end(request, runtime, officer, recall_id)


@router.post("/end")
def ask_to_end(
    request: Request,
    runtime: Engine,
    officer: Officer,
    recall_id: str,
    act: Annotated[str, Form(pattern="^(withdraw|close)$")],
    reason: Line = "",
    override: Annotated[bool, Form()] = False,
) -> Response:
    """Ask for the end of the recall; nothing happens until another officer agrees."""
    try:
        end_recall.ask_to_end(
            runtime, recall_id=recall_id, act=RecallAct(act), officer=officer.id, reason=reason,
            override=override,
        )  # fmt: skip
    except RecallError as refused:
        return _end(request, runtime, officer, recall_id, refused=refused)
    return _to(request, f"/recalls/{recall_id}/end")


@router.post("/end/decide")
def decide_end(
    request: Request,
    runtime: Engine,
    officer: Officer,
    wake: Waker,
    recall_id: str,
    act: Annotated[str, Form(pattern="^(agree|refuse)$")],
    reason: Line = "",
    seen: Annotated[datetime | None, Form()] = None,
) -> Response:
    """Agree to the end that another officer asked for, or let the recall go on."""
    try:
        if act == "agree":
            end_recall.agree_to_end(runtime, recall_id=recall_id, officer=officer.id, seen=seen)
        else:
            end_recall.refuse_to_end(runtime, recall_id=recall_id, officer=officer.id, reason=reason)
    except RecallError as refused:
        return _end(request, runtime, officer, recall_id, refused=refused)
    wake(recall_id)
    return _to(request, f"/recalls/{recall_id}/end")


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


def _versions(
    request: Request, runtime: Runtime, officer: object, recall_id: str, *, refused: RecallError | None = None
) -> Response:
    view = versions_view(runtime, recall_id=recall_id)
    further = [policy for policy in available_policies() if policy not in view.recall.policies]
    return pages.page(
        request, "versions.html", officer=officer, view=view, further=further,
        refused=str(refused) if refused else "", status=refused.status if refused else HTTPStatus.OK,
    )  # fmt: skip


def _end(
    request: Request, runtime: Runtime, officer: object, recall_id: str, *, refused: RecallError | None = None
) -> Response:
    return pages.page(
        request, "end.html", officer=officer, view=ending_view(runtime, recall_id=recall_id),
        refused=str(refused) if refused else "", status=refused.status if refused else HTTPStatus.OK,
    )  # fmt: skip


def _to(request: Request, path: str) -> Response:
    keep = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{path}{keep}", status_code=HTTPStatus.SEE_OTHER)
