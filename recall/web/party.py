"""The party's page: its tasks with their clocks and their law, and the forms to say what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from recall.domain.confirmation import DUTY_OF, Confirmation, Outcome
from recall.domain.policy import Duty
from recall.domain.task import OPEN_STATES
from recall.errors import ConfirmationRefused, InputRefused, NotFound, NotNow
from recall.runtime import Runtime
from recall.steps.record_confirmation import acknowledge, record_confirmation
from recall.views.participant import PartyPage, TaskView, party_page
from recall.web import pages
from recall.web.access import Engine, Waker
from recall.web.forms import Stamp, fresh, read_stamp

router = APIRouter()
OUTCOME_OF: Mapping[Duty, Outcome] = {duty: outcome for outcome, duty in DUTY_OF.items()}
_BY_STOCK = (Duty.QUARANTINE, Duty.RETRIEVE)
_MOST = 10**9


def opened(runtime: Engine, token: str) -> PartyPage:
    """The tasks that the link opens. Raises NotKnown, NotFound."""
    link = runtime.links.read_tasks(token, now=runtime.now())
    return party_page(runtime, recall_id=link.recall_id, party_id=link.party_id)


Opened = Annotated[PartyPage, Depends(opened)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled-in form about one task."""

    view: TaskView
    act: str
    """`acknowledge`, `decline` or `confirm`."""
    reason: str
    said: tuple[Confirmation, ...]
    """What is confirmed, a lot at a time where there are several."""


async def filled(request: Request, runtime: Engine, page: Opened) -> Filled:
    """The form as it was sent. Raises NotFound for another party's task, InputRefused for no number."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    view = next((view for view in page.tasks if view.task.id == form.get("task")), None)
    if view is None:
        raise NotFound("There is no such task on this page", value=form.get("task", "")[:80])
    act = form.get("act", "")
    if act not in ("acknowledge", "decline", "confirm"):
        raise InputRefused.of(
            act, expected="acknowledge, decline or confirm", got=repr(act[:40]), where="act"
        )
    said: tuple[Confirmation, ...] = ()
    if act == "confirm":
        said = _statements(view, form=form, stamp=read_stamp(form.get("form", ""), now=runtime.now()))
    return Filled(view=view, act=act, reason=form.get("reason", "")[:500], said=said)


def _statements(view: TaskView, *, form: Mapping[str, str], stamp: Stamp) -> tuple[Confirmation, ...]:
    """One confirmation a lot that stands there; else one for the whole task."""
    task = view.task
    rows = view.stock if task.duty in _BY_STOCK and view.stock else (None,)
    return tuple(
        Confirmation(
            key=f"page:{stamp.name}:{number}", outcome=OUTCOME_OF[task.duty], at=stamp.at, task_id=task.id,
            units=_units(form, name=f"units.{number}"), final=number == len(rows) - 1,
            gtin=row.gtin if row else None, lot=row.lot if row else None,
            place=row.place if row else task.place or None, evidence={"by": "page"},
        )
        for number, row in enumerate(rows)
    )  # fmt: skip


def _units(form: Mapping[str, str], *, name: str) -> int:
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= _MOST):
        raise InputRefused.of(
            text, expected="a whole number from 0 to 1,000,000,000", got=repr(text[:40]), where=name
        )
    return int(text)


@router.get("/t/{token}")
def show(request: Request, runtime: Engine, page: Opened, said: str = "") -> Response:
    """Has no effect: mail scanners open links too."""
    return _page(request, runtime, page, said=said)


@router.post("/t/{token}")
def act(
    request: Request, runtime: Engine, wake: Waker, page: Opened, form: Annotated[Filled, Depends(filled)]
) -> Response:
    """Do what the form says; more units than can stand there are kept for a person to look at."""
    try:
        said = _done(runtime, page, form)
    except (NotNow, ConfirmationRefused) as refusal:
        return _page(request, runtime, page, refused=str(refusal), status=refusal.status)
    wake(page.recall.id)
    return pages.back_to(request, said=said)


def _done(runtime: Runtime, page: PartyPage, form: Filled) -> str:
    if form.act == "confirm":
        return _recorded(runtime, page, form.said)
    accept = form.act == "acknowledge"
    acknowledge(runtime, task_id=form.view.task.id, party_id=page.party.id, accept=accept, reason=form.reason)
    return "acknowledged" if accept else "declined"


def _recorded(runtime: Runtime, page: PartyPage, statements: Sequence[Confirmation]) -> str:
    recorded = [
        record_confirmation(runtime, recall_id=page.recall.id, party_id=page.party.id, confirmation=statement)
        for statement in statements
    ]
    return "conflict" if any(each.conflict for each in recorded) else "posted"


def _page(
    request: Request,
    runtime: Runtime,
    page: PartyPage,
    *,
    said: str = "",
    refused: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    return pages.page(
        request, "party.html", status=status, page=page, said=said, refused=refused, form=fresh(runtime),
        open_states=[state.value for state in OPEN_STATES],
        notice=runtime.links.notice(page.recall.reference),
    )  # fmt: skip
