"""The word `notice gs1`: a recall's notification, closeout or a party's removal confirmation as GS1 XML."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from connectors.gs1.closeout import closeout
from connectors.gs1.identifiers import gdti_of, is_key
from connectors.gs1.notification import Ends, notification
from connectors.gs1.removal import removal
from flows.asking import Named, Out, handed_out
from flows.cli import Code
from flows.opening import open_house, recall_named, settings_of
from flows.printing import Json, print_json, print_pairs, say
from recall.domain.recall import ENDED_STATES, Recall
from recall.errors import InputRefused, NotNow
from recall.runtime import Runtime
from recall.store import audit, confirmations, parties, recalls
from recall.views.issued import issued_notice


class Message(StrEnum):
    """Which of the three messages."""

    NOTIFICATION = "notification"
    CONFIRMATION = "confirmation"
    CLOSEOUT = "closeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """Under which GDTI a message speaks of its recall, and from whom to whom (GLNs)."""

    gdti: str
    sender: str
    receiver: str


def gs1(
    context: typer.Context,
    recall: Named,
    *,
    message: Annotated[Message, typer.Option(help="Which message.")] = Message.NOTIFICATION,
    party: Annotated[str, typer.Option(help="Whose confirmations: of a confirmation.", metavar="PARTY")] = "",
    sender: Annotated[
        str, typer.Option(help="GLN of the sender; without: the party's, or RECALL_GS1_GLN.", metavar="GLN")
    ] = "",
    receiver: Annotated[
        str, typer.Option(help="GLN of the receiver; without: everybody.", metavar="GLN")
    ] = "",
    document_type: Annotated[
        str, typer.Option(help="Type of document; without: RECALL_GS1_DOCUMENT_TYPE.", metavar="GDTI")
    ] = "",
    out: Out = "-",
    json: Json = False,
) -> None:
    """Write a recall message of GS1 as XML: the notice in force, what a party confirmed, or the end.

    Leaves with 3 if the message cannot say all that narrows the notice; standard error names it.

    Examples:

        recall notice gs1 2025-06-16-power-bank -o notification.xml

        recall notice gs1 2025-06-16-power-bank --message confirmation --party party_0197... -o removed.xml

        recall notice gs1 2025-06-16-power-bank --message closeout --receiver 4012345000009
    """
    runtime, settings = open_house(context).runtime, settings_of(context)
    with runtime.store.read() as tx:
        known = recall_named(tx, recall)
    gdti = gdti_of(known.reference, document_type=document_type or settings.gs1_document_type)
    own = _gln_of(runtime, party) if message is Message.CONFIRMATION else settings.gs1_gln
    envelope = _Envelope(gdti=gdti, sender=_gln(sender or own), receiver=_gln(receiver) if receiver else "")
    text, left_out = _message(runtime, known, message=message, party=party, envelope=envelope)
    if handed_out(text.encode(), to=out):
        told = {"reference": known.reference, "gdti": gdti, "message": message.value, "file": out}
        if json:
            print_json(told | {"left_out": list(left_out)})
        else:
            print_pairs(told.items())
    for each in left_out:
        say(f"The message has no place for: {each}")
    if left_out:
        raise typer.Exit(Code.PARTIAL)


def _message(
    runtime: Runtime, recall: Recall, *, message: Message, party: str, envelope: _Envelope
) -> tuple[str, tuple[str, ...]]:
    if message is Message.NOTIFICATION:
        return _notification(runtime, recall, envelope=envelope)
    if message is Message.CONFIRMATION:
        return _confirmation(runtime, recall, party=party, envelope=envelope), ()
    return _closeout(runtime, recall, envelope=envelope), ()


def _notification(runtime: Runtime, recall: Recall, *, envelope: _Envelope) -> tuple[str, tuple[str, ...]]:
    """The version in force, as of its approval. Raises NotNow before the first is approved."""
    issued = issued_notice(runtime, recall_id=recall.id)
    ends = Ends(sender=envelope.sender, receiver=envelope.receiver)
    made = notification(
        issued.notice, gdti=envelope.gdti, version=issued.recall.version, ends=ends, at=issued.at
    )
    return made.xml, made.left_out


def _confirmation(runtime: Runtime, recall: Recall, *, party: str, envelope: _Envelope) -> str:
    """What the party confirmed and the books took, the first first."""
    with runtime.store.read() as tx:
        notice = recalls.notice(tx, recall_id=recall.id, version=max(recall.version, 1))
        name = parties.party(tx, party_id=party).name
        kept = confirmations.confirmations(tx, recall_id=recall.id, party_id=party)
    said = [one.confirmation for one in reversed(kept) if one.conflict is None]
    gtins = {product.gtin for product in notice.products}
    return removal(
        said, gdti=envelope.gdti, gln=envelope.sender, name=name, receiver=envelope.receiver,
        gtin=gtins.pop() if len(gtins) == 1 else None,
    )  # fmt: skip


def _closeout(runtime: Runtime, recall: Recall, *, envelope: _Envelope) -> str:
    """That it was closed or withdrawn. Raises NotNow before that."""
    if recall.state not in ENDED_STATES:
        raise NotNow(
            f"A recall that is {recall.state} is not over", value=recall.reference,
            expected=" or ".join(sorted(ENDED_STATES)), got=recall.state,
            advice="Two officers close it: recall notice close.",
        )  # fmt: skip
    with runtime.store.read() as tx:
        at = audit.first_times(tx, recall_id=recall.id)[f"recall.{recall.state}"]
    return closeout(
        gdti=envelope.gdti, sender=envelope.sender, authority=recall.authority, receiver=envelope.receiver,
        at=at,
    )  # fmt: skip


def _gln_of(runtime: Runtime, party: str) -> str:
    """The GLN by which everybody calls a party; empty where it has none."""
    if not party:
        raise InputRefused(
            "A confirmation is a party's", expected="the party", got="none", advice="Say --party PARTY."
        )
    with runtime.store.read() as tx:
        reference = parties.party(tx, party_id=party).reference or ""
    return reference if is_key(reference) else ""


def _gln(text: str) -> str:
    if not is_key(text):
        raise InputRefused(
            f"Cannot address a GS1 message by {text!r}", value=text,
            expected="a GLN: thirteen digits with their check digit", got=repr(text),
            advice="Give it with --sender or --receiver, or set RECALL_GS1_GLN.",
        )  # fmt: skip
    return text
