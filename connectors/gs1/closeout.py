"""The closeout: that a recall is over, as its initiator says; read and written; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from connectors.gs1.message import Header, below, head, leaf, moment_of, node, party, said, unknown, written
from connectors.gs1.names import Kind, Tag
from recall.errors import ConfirmationRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeout:
    """What a closeout says: of which notice, by whom and when; it ends nothing here by itself."""

    original: str
    own: str
    gln: str
    at: datetime | None
    warnings: tuple[str, ...]


def closeout_of(document: Element, *, where: str = "") -> Closeout:
    """Read a closeout. Raises ConfirmationRefused where it does not name its notice."""
    original = said(document, Tag.ORIGINAL)
    if not original:
        expected = f"the element {Tag.ORIGINAL}"
        raise ConfirmationRefused.of(Kind.CLOSEOUT, expected=expected, got="none", where=where)
    return Closeout(
        original=original, own=said(document, Tag.CLOSEOUT), at=moment_of(document),
        gln=said(below(document, Tag.INITIATOR), Tag.GLN), warnings=unknown(document),
    )  # fmt: skip


def closeout(*, gdti: str, sender: str, authority: str, receiver: str, at: datetime) -> str:
    """The message that the recall which `gdti` names first is closed since `at`."""
    own = f"{gdti[:26]}-end"
    document = node(
        Kind.CLOSEOUT, *head(at), leaf(Tag.ORIGINAL, gdti), leaf(Tag.CLOSEOUT, own),
        party(Tag.INITIATOR, gln=sender, name=authority),
    )  # fmt: skip
    header = Header(sender=sender, receiver=receiver, instance=own, at=at)
    return written(Kind.CLOSEOUT, header=header, document=document)
