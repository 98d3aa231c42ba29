"""Sign the notices: every approved version that came into force before this engine signed them."""

from __future__ import annotations

from recall.runtime import Runtime
from recall.store import audit, recalls, seals


def sign_notices(runtime: Runtime) -> int:
    """Sign what is approved and unsigned, each version in a transaction of its own; returns how many."""
    with runtime.store.read() as tx:
        waiting = [
            (recalls.recall(tx, recall_id=recall_id), version) for recall_id, version in seals.unsigned(tx)
        ]
    for recall, version in waiting:
        now = runtime.now()
        key = runtime.notary.signing_key(authority=recall.authority, at=now)
        with runtime.store.begin() as tx:
            sealed = seals.sign(tx, recall, version=version, key=key, links=runtime.links, at=now)
            audit.append(
                tx, at=now, actor="engine", action="notice.signed", subject=recall.id, recall_id=recall.id,
                detail={"version": version, "digest": sealed.digest},
            )  # fmt: skip
    return len(waiting)
