"""Keep a closeout: a partner's word that a recall is over is evidence; it ends nothing here by itself."""

from __future__ import annotations

from datetime import datetime

from recall.runtime import Runtime
from recall.store import audit, parties, recalls

_ACTION = "closeout.received"


def keep_closeout(
    runtime: Runtime, *, recall_id: str, party_id: str, document: str, said_at: datetime | None, digest: str
) -> bool:
    """Write into the audit trail who says that the recall is over; False: the same message came before.

    `document` is the message's own name, `digest` the sha256 of its bytes (hex). Two officers close a recall,
    whatever is said here. Raises NotFound for an unknown recall or party.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        recalls.recall(tx, recall_id=recall_id)
        parties.party(tx, party_id=party_id)
        if audit.is_noted(tx, recall_id=recall_id, actor=party_id, action=_ACTION, subject=digest):
            return False
        audit.append(
            tx, at=now, actor=party_id, action=_ACTION, subject=digest, recall_id=recall_id,
            detail={"document": document, "said_at": said_at.isoformat() if said_at else None},
        )  # fmt: skip
        return True
