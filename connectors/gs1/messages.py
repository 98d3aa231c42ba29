"""GS1's messages at the door: a notification for whoever has a part, a removal confirmation of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.feeds.raw import opened
from connectors.gs1.identifiers import gdti_of, is_key, names
from connectors.gs1.message import documents
from connectors.gs1.names import Kind
from connectors.gs1.notification import Ends, notification
from connectors.gs1.removal import removal_of
from recall.domain.notice import Notice
from recall.errors import ConfirmationRefused, InputRefused, NotNow
from recall.ports import Letter, Removal


@dataclass(frozen=True, slots=True, kw_only=True)
class Gs1Messages:
    """The messages of an engine with this GLN and this type of document for its notices; or empty."""

    gln: str
    document_type: str

    def notification(self, notice: Notice, *, reference: str, version: int, to: str, at: datetime) -> Letter:
        """A Product Recall Notification. Raises NotNow where the engine has no GLN or type of document."""
        try:
            gdti = gdti_of(reference, document_type=self.document_type)
        except InputRefused:
            gdti = ""
        if not (gdti and is_key(self.gln)):
            raise NotNow(
                "This engine sends no GS1 messages", expected="a GLN and a type of document of its own",
                advice="Its operator sets RECALL_GS1_GLN and RECALL_GS1_DOCUMENT_TYPE.",
            )  # fmt: skip
        return notification(
            notice, gdti=gdti, version=version, ends=Ends(sender=self.gln, receiver=to), at=at
        )

    def removal(self, raw: bytes, *, reference: str, final: bool) -> Removal:
        """The one removal confirmation in an XML file. Raises InputRefused for one of another recall."""
        root = opened(raw, name="message.xml").xml
        found = [] if root is None else list(documents(root))
        if [kind for kind, _ in found] != [Kind.REMOVAL]:
            got = ", ".join(kind.value for kind, _ in found[:5]) or "none"
            raise ConfirmationRefused.of("the message", expected=f"one {Kind.REMOVAL}", got=got)
        read = removal_of(found[0][1], final=final, where=f"/{Kind.REMOVAL}[1]")
        if not names(read.original, reference):
            raise ConfirmationRefused.of(
                read.original, expected=f"a GDTI of the notice {reference}", got="another notice's",
                advice="The number behind a GDTI's thirteen digits is the notice's reference.",
            )  # fmt: skip
        return read
