"""The regulator's pages: every recall, and one of them whole; signed in with an API key, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from recall.domain.audit import Entry
from recall.domain.completion import Ledger
from recall.domain.laws import laws_of
from recall.domain.recall import Recall, RecallState
from recall.domain.task import OPEN_STATES
from recall.errors import NotAllowed, NotNow
from recall.keys import key_hash
from recall.links import VISIT
from recall.steps.admit_guesses import ALARMING
from recall.steps.record_confirmation import settle_conflict
from recall.views.access import check_officer, holder_of_key
from recall.views.compiled import editions
from recall.views.figures import Overview
from recall.views.guessing import much_guessing
from recall.views.law_clocks import LawClock
from recall.views.overview import overview, recall_list
from recall.web import pages
from recall.web.access import COOKIE, Engine, Officer, Waker

router = APIRouter()
_TONES = {"running": "busy", "late": "bad", "done": "good", "outside": "quiet", "waits": "quiet"}
_PARTS = ("recovered", "corrected", "disposed", "unreachable", "outstanding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One account in the ledger's bar: where it starts and how wide it is, in percent."""

    name: str
    units: int
    start: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LawLine:
    """One law's clock on the line that all share: its start, its width and now, in percent."""

    clock: LawClock
    start: float
    width: float
    now: float


@router.get("/login")
def sign_in_form(request: Request) -> Response:
    """Ask for the key."""
    return pages.page(request, "login.html", refused=None)


@router.post("/login")
def sign_in(request: Request, runtime: Engine, key: Annotated[str, Form(max_length=200)] = "") -> Response:
    """A key that holds becomes a cookie that no script can read and no other site can send."""
    try:
        check_officer(holder_of_key(runtime, text=key.strip()))
    except NotAllowed as refusal:
        return pages.page(request, "login.html", status=refusal.status, refused=refusal.message)
    response = RedirectResponse("/recalls", status_code=HTTPStatus.SEE_OTHER)
    response.set_cookie(
        COOKIE, runtime.links.visit(key_hash=key_hash(key.strip()), now=runtime.now()),
        max_age=int(VISIT.total_seconds()), httponly=True, samesite="strict",
        secure=runtime.links.base_url.startswith("https:"),
    )  # fmt: skip
    return response


@router.post("/logout")
def sign_out() -> Response:
    """Forget the visit."""
    response = RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


@router.get("/recalls")
def show_recalls(request: Request, runtime: Engine, officer: Officer) -> Response:
    """Every recall, newest first."""
    guessed = much_guessing(runtime, least=ALARMING)
    return pages.page(request, "recalls.html", officer=officer, recalls=recall_list(runtime), guessed=guessed)


def whole(runtime: Engine, _officer: Officer, recall_id: str) -> Overview:
    """The recall, for an officer only. Raises NotFound."""
    return overview(runtime, recall_id=recall_id)


@router.get("/recalls/{recall_id}")
def show_recall(
    request: Request, runtime: Engine, officer: Officer, view: Annotated[Overview, Depends(whole)]
) -> Response:
    """One recall: what needs a person first, then how it stands, then all that happened."""
    running = [clock for clock in view.clocks if clock.task.state in OPEN_STATES]
    funnel = view.funnel.document()
    return pages.page(
        request, "recall.html", officer=officer, view=view,
        zone=laws_of(view.recall.policies).leading.timezone,
        notice=runtime.links.notice(view.recall.reference), funnel=list(funnel.items()),
        most=max(funnel.values()), stack=list(_stack(view.ledger)), running=running,
        late=[clock for clock in running if clock.is_late],
        stopped=[clock for clock in view.clocks if clock.task.state not in OPEN_STATES],
        laws=list(_on_one_line(view.laws, now=view.at)), tones=_TONES,
        timeline=[_told(entry) for entry in view.timeline],
        names=view.names, editions=editions(view.recall.policies) if _is_handed_on(view.recall) else (),
    )  # fmt: skip


@router.post("/recalls/{recall_id}/conflicts/{confirmation_id}")
def settle(
    request: Request,
    runtime: Engine,
    officer: Officer,
    wake: Waker,
    view: Annotated[Overview, Depends(whole)],
    confirmation_id: str,
    units: Annotated[int, Form(ge=0, le=10**9)],
    reason: Annotated[str, Form(min_length=1, max_length=500)],
) -> Response:
    """Settle a statement in conflict by the officer who is signed in; the cookie comes from no other site."""
    if confirmation_id not in {conflict.id for conflict in view.conflicts}:
        raise NotNow("No such conflict waits on this page", value=confirmation_id[:80])
    settle_conflict(runtime, confirmation_id=confirmation_id, officer=officer.id, units=units, reason=reason)
    wake(view.recall.id)
    keep = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/recalls/{view.recall.id}{keep}", status_code=HTTPStatus.SEE_OTHER)


def _is_handed_on(recall: Recall) -> bool:
    """Whether there is a notice in force, or one that was."""
    return recall.version > 0 and recall.state is not RecallState.WITHDRAWN


def _on_one_line(laws: Sequence[LawClock], *, now: datetime) -> Iterator[LawLine]:
    """Where each clock starts and ends between the first start and the last end of them all, in percent."""
    dated = [(law.since, law.due.at) for law in laws if law.since and law.due]
    first = min((since for since, _ in dated), default=now)
    whole = (max((end for _, end in dated), default=now) - first).total_seconds() or 1.0

    def share(at: datetime) -> float:
        return round(min(100.0, max(0.0, 100 * (at - first).total_seconds() / whole)), 1)

    for law in laws:
        start = share(law.since or first)
        end = share(law.due.at) if law.due else start
        yield LawLine(clock=law, start=start, width=max(0.5, end - start), now=share(now))


def _stack(ledger: Ledger) -> Iterator[Part]:
    start = 0.0
    for name in _PARTS:
        units = int(getattr(ledger, name))
        width = pages.share(units, of=ledger.affected)
        yield Part(name=name, units=units, start=start, width=width)
        start += width


def _told(entry: Entry) -> dict[str, object]:
    """An entry with its short details; ids and lists are left to the audit trail itself."""
    details = [(name, value) for name, value in entry.detail.items() if _is_telling(value)]
    return {
        "at": entry.at, "action": entry.action, "actor": entry.actor, "seq": entry.seq, "hash": entry.hash,
        "details": details,
    }  # fmt: skip


def _is_telling(value: object) -> bool:
    return isinstance(value, int | str) and value != "" and len(str(value)) < 60
