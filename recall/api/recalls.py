"""The recalls' routes, for officers of a regulator: propose, approve, amend, withdraw, see how it stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, status

from recall.api.access import Engine, Officer, Waker, officer
from recall.api.body import StrictRoute
from recall.api.documents import (
    AmendmentAnswer,
    AmendmentBody,
    ClosingBody,
    Evidence,
    Overview,
    ProposalBody,
    RecallLine,
    RecallList,
    RejectionBody,
    WithdrawalBody,
)
from recall.api.problems import problems
from recall.domain.notice import Notice
from recall.domain.party import Party
from recall.steps import end_recall, open_recall
from recall.views.access import check_officer, holder_of_key
from recall.views.evidence import evidence
from recall.views.overview import overview, recall_line, recall_list

router = APIRouter(
    prefix="/v1/recalls", tags=["Recalls"], route_class=StrictRoute, dependencies=[Depends(officer)]
)


@router.get("", response_model=RecallList, responses=problems(401, 403), summary="Every recall")
def list_recalls(runtime: Engine) -> dict[str, object]:
    """Newest first."""
    return {"recalls": [recall_line(recall) for recall in recall_list(runtime)]}


@router.get(
    "/{recall_id}", response_model=Overview, responses=problems(401, 403, 404), summary="How a recall stands"
)
def get_recall(runtime: Engine, recall_id: str) -> dict[str, object]:
    """Its funnel, its ledger of units, its parties, clocks, conflicts and timeline."""
    return overview(runtime, recall_id=recall_id).document()


@router.get(
    "/{recall_id}/evidence",
    response_model=Evidence,
    responses=problems(401, 403, 404, 422),
    summary="Why an order line is in the recall, or is not",
)
def get_evidence(runtime: Engine, recall_id: str, platform: str, line: str) -> dict[str, object]:
    """The chain from the notice's clause to the buyer, each link with the hash of what shows it."""
    return evidence(runtime, recall_id=recall_id, platform_id=platform, line_ref=line).document()


@router.post(
    "",
    response_model=RecallLine,
    status_code=status.HTTP_201_CREATED,
    responses=problems(400, 401, 403, 404, 409, 422),
    summary="Propose a recall",
)
def propose(runtime: Engine, by: Officer, body: ProposalBody) -> dict[str, object]:
    """Nothing happens until another officer approves. The same notice again is the same proposal."""
    notice = Notice.read(body.notice)
    return recall_line(open_recall.propose(runtime, notice=notice, policies=body.policies, officer=by.id))


@router.post(
    "/{recall_id}/approvals",
    response_model=RecallLine,
    responses=problems(401, 403, 404, 409),
    summary="Approve what waits",
)
def approve(runtime: Engine, wake: Waker, by: Officer, recall_id: str) -> dict[str, object]:
    """The proposal, or an amendment, is in force from now on; never by the officer who made it."""
    opened = open_recall.approve(runtime, recall_id=recall_id, officer=by.id)
    wake(recall_id)
    return recall_line(opened)


@router.post(
    "/{recall_id}/amendments",
    response_model=AmendmentAnswer,
    status_code=status.HTTP_201_CREATED,
    responses=problems(400, 401, 403, 404, 409, 422),
    summary="Propose the next version of the notice",
)
def amend(runtime: Engine, by: Officer, recall_id: str, body: AmendmentBody) -> dict[str, object]:
    """In force once another officer has approved it."""
    notice = Notice.read(body.notice)
    version = open_recall.amend(
        runtime, recall_id=recall_id, notice=notice, officer=by.id, adding=body.adding
    )
    return {"recall": recall_id, "version": version}


def second_officer(runtime: Engine, body: WithdrawalBody) -> Party:
    """The officer whose own key is in the body. Raises NotKnown, NotAllowed."""
    return check_officer(holder_of_key(runtime, text=body.second_key))


def second_to_close(runtime: Engine, body: ClosingBody) -> Party:
    """The officer whose own key is in the body. Raises NotKnown, NotAllowed."""
    return check_officer(holder_of_key(runtime, text=body.second_key))


@router.post(
    "/{recall_id}/withdrawals",
    response_model=RecallLine,
    responses=problems(400, 401, 403, 404, 409, 422),
    summary="Withdraw a recall",
)
def withdraw(
    runtime: Engine,
    wake: Waker,
    by: Officer,
    second: Annotated[Party, Depends(second_officer)],
    recall_id: str,
    body: WithdrawalBody,
) -> dict[str, object]:
    """Open tasks are superseded, and queued messages never leave. It takes two officers."""
    withdrawn = end_recall.withdraw(
        runtime, recall_id=recall_id, officer=by.id, second=second.id, reason=body.reason
    )
    wake(recall_id)
    return recall_line(withdrawn)


@router.post(
    "/{recall_id}/closings",
    response_model=RecallLine,
    responses=problems(400, 401, 403, 404, 409, 422),
    summary="Close a recall",
)
def close(
    runtime: Engine,
    wake: Waker,
    by: Officer,
    second: Annotated[Party, Depends(second_to_close)],
    recall_id: str,
    body: ClosingBody,
) -> dict[str, object]:
    """Once what its laws want is met, or with the reason why all the same. It takes two officers."""
    closed = end_recall.close(
        runtime, recall_id=recall_id, officer=by.id, second=second.id, override=body.override
    )
    wake(recall_id)
    return recall_line(closed)


@router.post(
    "/{recall_id}/rejections",
    response_model=RecallLine,
    responses=problems(400, 401, 403, 404, 409, 422),
    summary="Reject what waits",
)
def reject(runtime: Engine, by: Officer, recall_id: str, body: RejectionBody) -> dict[str, object]:
    """The proposal, or an amendment, never comes into force; its reason is kept."""
    rejected = open_recall.reject(runtime, recall_id=recall_id, officer=by.id, reason=body.reason)
    return recall_line(rejected)
