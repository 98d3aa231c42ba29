"""The confirming page: the source text beside the proposed clauses, and what they would bring in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import JSONResponse, Response

from recall.domain.draft import Draft
from recall.domain.policy import available_policies
from recall.errors import NoticeRefused, RecallError
from recall.steps import open_recall, work_draft
from recall.views.drafts import draft_list, draft_of, draft_view
from recall.views.preview import preview
from recall.web.access import Engine, Handed, Officer, Reader, Waker
from recall.web.desk import Desk

router = APIRouter(prefix="/drafts")
Line = Annotated[str, Form(max_length=2000)]
Lines = Annotated[str, Form(max_length=200_000)]
Number = Annotated[int, Form(ge=0, le=100_000)]


@dataclass(frozen=True, slots=True)
class Shelf(Desk):
    """All drafts before the officer who is signed in."""

    def page(self, *, refused: RecallError | None = None) -> Response:
        """Every draft, and the form that starts one."""
        return self.shown(
            "drafts.html", refused=refused, drafts=draft_list(self.runtime), policies=available_policies()
        )


@dataclass(frozen=True, slots=True)
class DraftDesk(Desk):
    """One draft before the officer who is signed in."""

    draft_id: str

    def page(self, *, refused: RecallError | None = None) -> Response:
        """The draft's page: text, clauses, counts."""
        view = draft_view(self.runtime, draft_id=self.draft_id)
        return self.shown("draft.html", refused=refused, view=view)

    def at(self, clause: int | None = None) -> str:
        """Where the draft's page is, at the clause that was worked on."""
        return _path(self.draft_id) + (f"#c-{clause}" if clause else "")


OnShelf = Annotated[Shelf, Depends()]
OnDesk = Annotated[DraftDesk, Depends()]


@router.get("")
def show_drafts(shelf: OnShelf) -> Response:
    """Every draft, and the form that starts one."""
    return shelf.page()


@router.post("")
def start(
    shelf: OnShelf,
    read: Reader,
    raw: Handed,
    policy: Annotated[list[str] | None, Form()] = None,
    number: Annotated[int, Form(ge=1)] = 1,
    amends: Line = "",
) -> Response:
    """Read a pasted or uploaded notice, and put it on the desk of the officer who is signed in."""

    def act() -> str:
        found = read(raw)
        if number > len(found):
            raise NoticeRefused.of(str(number), expected=f"1 to {len(found)}", got="another notice")
        draft = work_draft.start_draft(
            shelf.runtime, notice=found[number - 1], policies=policy or [], officer=shelf.officer.id,
            amends=amends.strip() or None,
        )  # fmt: skip
        return _path(draft.id)

    return shelf.after(act)


@router.get("/{draft_id}")
def show_draft(desk: OnDesk) -> Response:
    """One draft: text, clauses, counts."""
    return desk.page()


@router.post("/{draft_id}/confirm")
def confirm(desk: OnDesk, clause: Annotated[int | None, Form(ge=1)] = None) -> Response:
    """Confirm one clause, or (none named) all that are only proposed."""
    numbers = None if clause is None else [clause - 1]

    def act() -> str:
        work_draft.confirm(desk.runtime, draft_id=desk.draft_id, numbers=numbers, officer=desk.officer.id)
        return desk.at(clause)

    return desk.after(act)


@router.post("/{draft_id}/correct")
def correct(desk: OnDesk, clause: Annotated[int, Form(ge=1)], values: Lines = "") -> Response:
    """Write down what a clause means, a value a line."""

    def act() -> str:
        work_draft.correct(
            desk.runtime, draft_id=desk.draft_id, number=clause - 1, values=values.splitlines(),
            officer=desk.officer.id,
        )  # fmt: skip
        return desk.at(clause)

    return desk.after(act)


@router.post("/{draft_id}/add")
def add(desk: OnDesk, kind: Line, quote: Line, product: Number = 0, values: Lines = "") -> Response:
    """Add a clause that the reader passed over."""

    def act() -> str:
        after = work_draft.add(
            desk.runtime, draft_id=desk.draft_id, kind=kind, quote=quote, product=product,
            values=values.splitlines(), officer=desk.officer.id,
        )  # fmt: skip
        return desk.at(len(after.marks))

    return desk.after(act)


def tried(
    runtime: Engine,
    _officer: Officer,
    draft_id: str,
    clause: Annotated[int | None, Form(ge=1)] = None,
    kind: Line = "",
    quote: Line = "",
    product: Number = 0,
    values: Lines = "",
) -> Draft:
    """The draft as it would be with a correction, or (no `clause`) an addition, that is still being typed.

    Raises NoticeRefused.
    """
    draft, lines = draft_of(runtime, draft_id=draft_id), values.splitlines()
    if clause is not None:
        return draft.corrected(clause - 1, values=lines, by=draft.maker, at=runtime.now())
    return draft.added(
        kind=kind, quote=quote, product=product, values=lines, by=draft.maker, at=runtime.now()
    )


@router.post("/{draft_id}/preview.json")
def try_out(runtime: Engine, draft: Annotated[Draft, Depends(tried)]) -> Response:
    """The counts with a correction that is still being typed; nothing is kept."""
    return JSONResponse(preview(runtime, notice=draft.notice, amends=draft.amends).document())


@router.post("/{draft_id}/submit")
def submit(desk: OnDesk) -> Response:
    """Hand the draft to a second officer."""

    def act() -> str:
        open_recall.submit_draft(desk.runtime, draft_id=desk.draft_id, officer=desk.officer.id)
        return desk.at()

    return desk.after(act)


@router.post("/{draft_id}/decide")
def decide(
    desk: OnDesk,
    wake: Waker,
    act: Annotated[str, Form(pattern="^(approve|reject)$")],
    reason: Line = "",
    version: Annotated[int | None, Form(ge=1)] = None,
) -> Response:
    """Approve or reject what was submitted, by another officer than its maker."""
    runtime, officer = desk.runtime, desk.officer.id
    recall_id = draft_of(runtime, draft_id=desk.draft_id).recall_id or ""

    def decided() -> str:
        if act == "approve":
            open_recall.approve(runtime, recall_id=recall_id, officer=officer, version=version)
        else:
            open_recall.reject(runtime, recall_id=recall_id, officer=officer, reason=reason, version=version)
        wake(recall_id)
        return desk.at()

    return desk.after(decided)


def _path(draft_id: str) -> str:
    return f"/drafts/{draft_id}"
