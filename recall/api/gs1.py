"""GS1's recall messages: the notice in force for whoever has a part in a recall, and what a part removed."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from recall.api.access import Caller, Engine, Waker
from recall.api.confirmations import kept, own_part
from recall.api.documents import ConfirmationAnswer
from recall.api.problems import problems
from recall.domain.party import Party, Role
from recall.errors import ConfirmationRefused, NotFound
from recall.ports import Messages
from recall.steps.record_confirmation import record_message
from recall.views.issued import issued_notice

router = APIRouter(prefix="/v1/recalls/{recall_id}/gs1", tags=["GS1 messages"])
_XML = {"application/xml": {"schema": {"type": "string"}}}
LEFT_OUT = "Recall-Left-Out"
"""What of the notice the message cannot say, percent-encoded, parted by commas."""


class RemovalAnswer(BaseModel):
    """What became of each statement in a removal confirmation, and what in it was not read."""

    document: str = Field(description="The message's own GDTI.", examples=["4012345000030RC1"])
    statements: list[ConfirmationAnswer]
    warnings: list[str]


def messages_of(request: Request) -> Messages:
    """How to read and write the messages. Raises NotFound where the engine has none."""
    messages: Messages | None = request.app.state.messages
    if messages is None:
        raise NotFound("This engine speaks no GS1 messages")
    return messages


Spoken = Annotated[Messages, Depends(messages_of)]


def part_or_officer(runtime: Engine, party: Caller, recall_id: str) -> str:
    """The recall, where the caller has a task in it, or is a regulator's officer. Raises NotFound."""
    return recall_id if party.role is Role.REGULATOR else own_part(runtime, party, recall_id)


async def body_of(request: Request) -> bytes:
    """The body as it came."""
    return await request.body()


@router.get(
    "/notification",
    response_class=Response,
    responses=problems(401, 404, 409) | {200: {"content": _XML}},
    summary="The notice in force as a Product Recall Notification",
)
def notification(
    runtime: Engine, party: Caller, recall_id: Annotated[str, Depends(part_or_officer)], spoken: Spoken
) -> Response:
    """Addressed to you, where you are known by a GLN. What it cannot say stands in `Recall-Left-Out`."""
    issued = issued_notice(runtime, recall_id=recall_id)
    recall, to = issued.recall, next(iter(party.glns), "")
    made = spoken.notification(
        issued.notice, reference=recall.reference, version=recall.version, to=to, at=issued.at
    )
    told = {LEFT_OUT: ", ".join(quote(each, safe=" :") for each in made.left_out)} if made.left_out else {}
    return Response(made.xml, media_type="application/xml", headers=told | {"cache-control": "no-store"})


@router.post(
    "/removal-confirmations",
    response_model=RemovalAnswer,
    responses=problems(400, 401, 404, 409, 422),
    openapi_extra={"requestBody": {"required": True, "content": _XML}},
    summary="Say by a Product Removal Confirmation what was removed",
)
def confirm_removal(
    runtime: Engine,
    wake: Waker,
    party: Caller,
    recall_id: Annotated[str, Depends(own_part)],
    spoken: Spoken,
    body: Annotated[bytes, Depends(body_of)],
    *,
    final: Annotated[bool, Query(description="Your tasks are done with it: nothing more comes.")] = False,
) -> dict[str, object]:
    """Taken whole or refused whole; the same message again does nothing again. Site after site, part after
    part: a task is done once its units are reached, or with what you say is `final`."""
    reference = issued_notice(runtime, recall_id=recall_id).recall.reference
    read = spoken.removal(body, reference=reference, final=final)
    _check_sender(read.gln, party=party)
    said = read.confirmations
    recorded = record_message(runtime, recall_id=recall_id, party_id=party.id, said=said)
    answers = [kept(each, what) for each, what in zip(said, recorded, strict=True)]
    wake(recall_id)
    return {"document": read.own, "statements": answers, "warnings": list(read.warnings)}


def _check_sender(gln: str, *, party: Party) -> None:
    """Whose a message is the key decides; one that names somebody else is not theirs."""
    if gln and party.glns and gln not in party.glns:
        raise ConfirmationRefused.of(
            gln, expected=f"a GLN of yours: {', '.join(party.glns)}", got="another",
            advice="Send each party's message with its own key.",
        )  # fmt: skip
