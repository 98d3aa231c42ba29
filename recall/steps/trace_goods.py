"""Trace the goods: from the scope to every affected lot and item, and every site where their units came."""

from __future__ import annotations

from recall.collector import uncollected
from recall.domain.trace import Trace, trace
from recall.runtime import Runtime
from recall.store import audit, matches, recalls
from recall.store.world import StoredWorld


@uncollected()
def trace_goods(runtime: Runtime, *, recall_id: str) -> Trace:
    """Trace the scope of the version in force through the events known now; the former answer is kept too."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        scope = recalls.scope(tx, recall_id=recall_id, version=version)
        with tx.by_index():
            found = trace(scope, world=StoredWorld(tx))
        if matches.trace(tx, recall_id=recall_id) == found:
            return found
        delta = matches.save_trace(tx, recall_id=recall_id, version=version, trace=found, at=now)
        detail = {
            "version": version, "lots": len(found.lots), "items": len(found.items),
            "sites": len({s.site for s in found.stocks}), "newly_in": len(delta.newly_in),
            "released": len(delta.released), "anomalies": len(found.anomalies),
            "cut_offs": len(found.cut_offs),
        }  # fmt: skip
        audit.append(
            tx, at=now, actor="engine", action="goods.traced", subject=recall_id, recall_id=recall_id,
            detail=detail,
        )  # fmt: skip
        return found
