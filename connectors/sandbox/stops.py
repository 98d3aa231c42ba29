"""The stops that callers ask for: each key is one stop, and a dry run says what would be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from connectors.sandbox import agenda
from connectors.sandbox.database import OtherRequest, rows
from connectors.sandbox.platform_life import PlatformLife


def accept(life: PlatformLife, *, ref: str, key: str, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """A listing's state before and after; the same key again: the same answer. None: no such listing.

    Raises OtherRequest when the key was used for another listing or another body.
    """
    digest = hashlib.sha256(json.dumps([ref, document], sort_keys=True).encode()).hexdigest()
    with life.db.begin() as tx:
        before = rows(tx, "SELECT digest, answer FROM stop WHERE key = ?", key)
        if before and before[0]["digest"] != digest:
            raise OtherRequest(key)
        if before:
            return dict(json.loads(before[0]["answer"]))
        if document.get("dry_run") is True:
            found = rows(tx, "SELECT on_sale FROM listing WHERE ref = ?", ref)
            state = "on_sale" if found and found[0]["on_sale"] else "stopped"
            now = agenda.stamp(life.now)
            answer = {"ref": ref, "before": state, "after": "stopped", "at": now} if found else None
        else:
            answer = life.stop_listing(tx, ref)
        if answer is not None:
            tx.execute("INSERT INTO stop VALUES (?, ?, ?)", (key, digest, json.dumps(answer)))
        return answer
