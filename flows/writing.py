"""The writing desk: letters as their channels take them; what is the same for many is written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notifications.catalogue import LANGUAGES
from notifications.rendering import RELAYED, SLOT, Rendered, render
from recall.domain.message import Via
from recall.ports import Outgoing, Receipt
from recall.steps.deliver_messages import Letter, unwritten

KEPT = 500
"""How many messages are kept written; what many letters share is written anew when they are forgotten."""


class WritingDesk:
    """Renders letters: a message is written once a recall, version, kind, language, party and facts, with a
    slot for the personal link."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        self._written: dict[tuple[object, ...], Rendered] = {}
        self._relayed: dict[tuple[object, ...], Mapping[str, object]] = {}

    def written(self, letters: Sequence[Letter]) -> list[Outgoing | Receipt]:
        """Each letter as its channel takes it, or the receipt of one that cannot be written."""
        return [self._one(letter) for letter in letters]

    def _one(self, letter: Letter) -> Outgoing | Receipt:
        try:
            return self._outgoing(letter)
        except Exception as error:  # whatever its words do, a letter fails alone
            return unwritten(letter.message.id, error)

    def _outgoing(self, letter: Letter) -> Outgoing:
        message = letter.message
        if message.via is Via.RELAY:
            rendered = self._text(letter, LANGUAGES[0])
            document: Mapping[str, object] = {
                "line": letter.address,
                "link": letter.link,
                "texts": self._texts(letter),
            }
        else:
            rendered = self._text(letter, message.language).addressed(letter.link)
            document = _event(letter) if message.via is Via.WEBHOOK else {}
        return Outgoing(
            id=message.id,
            recall_id=message.recall_id,
            version=message.version,
            kind=message.kind.value,
            party=letter.party,
            recipient=letter.address,
            language=rendered.language,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            document=document,
            message_id=letter.message_id,
            created_at=letter.created_at,
        )

    def _text(self, letter: Letter, language: str) -> Rendered:
        """The message with a slot for its link."""
        key = (language, *_shared(letter))
        if key not in self._written:
            if len(self._written) >= KEPT:
                self._written.clear()
                self._relayed.clear()
            facts = {**letter.facts, "link": SLOT}
            self._written[key] = render(kind=letter.message.kind.value, language=language, facts=facts)
        return self._written[key]

    def _texts(self, letter: Letter) -> Mapping[str, object]:
        """The message in every language, as a platform passes it on; one object for all that share it."""
        key = _shared(letter)
        if key not in self._relayed:
            texts = {language: self._text(letter, language).addressed(RELAYED) for language in LANGUAGES}
            self._relayed[key] = {
                language: {"subject": each.subject, "text": each.text} for language, each in texts.items()
            }
        return self._relayed[key]


def _shared(letter: Letter) -> tuple[object, ...]:
    """What the letters have in common that share their words."""
    message = letter.message
    return message.recall_id, message.version, message.kind, message.party_id, *letter.facts.items()


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
