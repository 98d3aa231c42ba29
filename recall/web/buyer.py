"""The buyer's page: is mine affected, why, what do I do, and what has become of it; the link is the key."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from recall.domain.confirmation import Confirmation, Outcome
from recall.domain.laws import laws_of
from recall.domain.status import Status
from recall.runtime import Runtime
from recall.steps.record_confirmation import record_confirmation
from recall.views.buyer import BuyerPage, buyer_page, typed_code
from recall.views.genuine import code_of
from recall.web import pages
from recall.web.access import Engine, Waker
from recall.web.forms import fresh, read_stamp

router = APIRouter()

OUTCOMES = {
    "return": Outcome.RETURNED,
    "replace": Outcome.RETURNED,
    "refund": Outcome.REFUNDED,
    "destroyed": Outcome.DESTROYED,
    "no_longer_have": Outcome.NO_LONGER_HAVE,
    "not_affected": Outcome.NOT_AFFECTED,
}
"""A buyer's answer as an outcome; a unit given back for a new one is a unit given back."""
_REFUSED = {Status.AFFECTED: "affected", Status.POSSIBLY_AFFECTED: "unknown"}
"""Why a code does not show that a unit is outside the recall, by what it does show."""
_ALWAYS = ("destroyed", "no_longer_have", "not_affected")


def opened(runtime: Engine, token: str) -> BuyerPage:
    """The order line that the link opens. Raises NotKnown, NotFound."""
    return buyer_page(runtime, link=runtime.links.read_line(token, now=runtime.now()))


Opened = Annotated[BuyerPage, Depends(opened)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the form brought; `refused` names what is wrong with it."""

    answer: str
    code: str
    said: Confirmation | None
    refused: str | None = None


def read_answer(
    runtime: Engine,
    page: Opened,
    answer: Annotated[str, Form(max_length=40)] = "",
    code: Annotated[str, Form(max_length=300)] = "",
    proof: Annotated[str, Form(max_length=120)] = "",
    form: Annotated[str, Form(max_length=120)] = "",
) -> Answer:
    """The form as a confirmation, or what is wrong with it. Raises InputRefused for a stamp not ours."""
    if answer not in answers_of(page) or page.verdict not in ("confirmed", "possible"):
        return Answer(answer=answer, code=code, said=None, refused="answer")
    if answer == "not_affected" and (refused := _not_shown(runtime, page, code=code)):
        return Answer(answer=answer, code=code, said=None, refused=refused)
    now = runtime.now()
    stamp = read_stamp(form, now=now) if form else fresh(runtime)
    given = {"by": "page", "remedy": answer, "code": code, "proof": proof}
    said = Confirmation(
        key=f"page:{page.link.line_ref}:{stamp.name}", outcome=OUTCOMES[answer], units=page.units,
        at=stamp.at, line_ref=page.link.line_ref,
        evidence={name: text for name, text in given.items() if text},
    )  # fmt: skip
    return Answer(answer=answer, code=code, said=said)


def _not_shown(runtime: Runtime, page: BuyerPage, *, code: str) -> str | None:
    """Why the code does not show that the unit is safe; None: it does."""
    if not code.strip():
        return "needed"
    finding = typed_code(runtime, page=page, typed=code)
    if finding is None:
        return "unreadable"
    return _REFUSED.get(finding.status)


def answers_of(page: BuyerPage) -> tuple[str, ...]:
    """The answers to choose from: the remedies that the policy allows, and those that are always open."""
    return tuple(name for name in OUTCOMES if name in (*page.remedies, *_ALWAYS))


@router.get("/b/{token}")
def show(request: Request, runtime: Engine, page: Opened) -> Response:
    """Has no effect: mail scanners open links too."""
    return _page(request, runtime, page)


@router.post("/b/{token}")
def answer(
    request: Request,
    runtime: Engine,
    wake: Waker,
    page: Opened,
    given: Annotated[Answer, Depends(read_answer)],
) -> Response:
    """Record the answer, once; a second one under the receipt changes nothing."""
    if page.answered is not None:
        return pages.back_to(request)
    if given.said is None:
        return _page(request, runtime, page, given=given)
    record_confirmation(
        runtime, recall_id=page.recall.id, party_id=page.link.platform_id, confirmation=given.said
    )
    wake(page.recall.id)
    return pages.back_to(request)


def _page(request: Request, runtime: Runtime, page: BuyerPage, *, given: Answer | None = None) -> Response:
    return pages.page(
        request, "buyer.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if given else HTTPStatus.OK,
        page=page, answers=answers_of(page), zone=laws_of(page.recall.policies).leading.timezone,
        form=fresh(runtime), refused=given.refused if given else None, chosen=given.answer if given else "",
        typed=given.code if given else "",
        check_code=code_of(runtime, recall_id=page.recall.id, version=page.recall.version),
        notice=runtime.links.notice(page.recall.reference),
    )  # fmt: skip
