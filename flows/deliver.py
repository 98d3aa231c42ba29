"""Deliver: empties the outbox, channel after channel, until nothing is due.

Each batch is claimed and marked as being handed over before anything leaves, and settled after: a crash
leaves at most the batch in flight in doubt (one mail; webhooks and relays carry keys and may be sent again).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from prefect import flow

from flows.assembly import House, house_in_use, new_id
from notifications.rendering import LANGUAGES, RELAYED, Rendered, render
from recall.domain.message import Via
from recall.ports import Channel, Outgoing
from recall.steps.deliver_messages import Letter, claim_letters, settle_letters

WHERE_CODE: Mapping[str, str] = {
    "en": "On the label of the product: the model stands in large type, the lot below it.",
    "zh": "在产品标签上:型号为大字,生产批次在其下方。",
}
"""Where the code stands, until a notice says it for its own product."""


@flow(name="deliver", validate_parameters=False)
async def deliver() -> dict[str, int]:
    """Hand over everything that is due; returns how many receipts of each kind came back."""
    return await empty_outbox(house_in_use())


async def empty_outbox(house: House) -> dict[str, int]:
    """The pass itself: every channel in turn, batch by batch."""
    holder, results = new_id("dlv"), Counter[str]()
    channels = house.channels()
    try:
        for via, channel in channels.items():
            results += await _empty(house, via=via, channel=channel, holder=holder)
    finally:
        for channel in channels.values():
            await channel.aclose()
    return dict(results)


async def _empty(house: House, *, via: Via, channel: Channel, holder: str) -> Counter[str]:
    results, desk = Counter[str](), _WritingDesk()
    while letters := claim_letters(house.runtime, holder=holder, via=via, limit=channel.batch):
        receipts = await channel.send([desk.outgoing(letter) for letter in letters])
        settle_letters(house.runtime, holder=holder, receipts=receipts)
        results.update(receipt.result.value for receipt in receipts)
    return results


class _WritingDesk:
    """Renders letters; the text that a platform relays is written once for all of its buyers."""

    def __init__(self) -> None:
        self._relayed: dict[tuple[object, ...], dict[str, Rendered]] = {}

    def outgoing(self, letter: Letter) -> Outgoing:
        """The letter as its channel takes it."""
        message = letter.message
        if message.via is Via.RELAY:
            texts = self._texts(letter)
            rendered = texts[LANGUAGES[0]]
            document: Mapping[str, object] = {
                "line": message.recipient,
                "link": letter.link,
                "texts": {lang: {"subject": t.subject, "text": t.text} for lang, t in texts.items()},
            }
        else:
            rendered = _written(letter, language=message.language, link=letter.link)
            document = _event(letter)
        return Outgoing(
            id=message.id,
            recall_id=message.recall_id,
            version=message.version,
            kind=message.kind.value,
            party=letter.party,
            recipient=message.recipient,
            language=rendered.language,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            document=document,
            message_id=letter.message_id,
            created_at=letter.created_at,
        )

    def _texts(self, letter: Letter) -> dict[str, Rendered]:
        message = letter.message
        key = (
            message.recall_id,
            message.version,
            message.kind.value,
            message.party_id,
            *message.facts.items(),
        )
        if key not in self._relayed:
            self._relayed[key] = {lang: _written(letter, language=lang, link=RELAYED) for lang in LANGUAGES}
        return self._relayed[key]


def _written(letter: Letter, *, language: str, link: str) -> Rendered:
    where_code = WHERE_CODE.get(language, WHERE_CODE["en"])
    facts = {"where_code": where_code, **letter.facts, "link": link}
    return render(kind=letter.message.kind.value, language=language, facts=facts)


def _event(letter: Letter) -> dict[str, object]:
    """The thin event of a webhook: what happened to which recall; the rest is fetched with a key."""
    message = letter.message
    return {
        "type": f"recall.{message.kind.value}",
        "timestamp": letter.created_at.isoformat(),
        "data": {
            "recall": message.recall_id,
            "version": message.version,
            "duty": message.kind.value,
            "task": message.task_id,
            "due_at": letter.facts.get("due"),
            "basis": letter.facts.get("basis"),
            "href": "/v1/tasks",
        },
    }
