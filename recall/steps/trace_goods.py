"""Trace the goods: from the scope to every affected lot and every site where its units came."""

from __future__ import annotations

from recall.domain.trace import Trace, trace
from recall.runtime import Runtime
from recall.store import audit, events, matches, recalls


def trace_goods(runtime: Runtime, *, recall_id: str) -> Trace:
    """Trace the scope of the version in force through the events known now; the answer replaces the last."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        scope = recalls.scope(tx, recall_id=recall_id, version=version)
        lots = events.lot_facts(tx)
        found = trace(
            scope,
            lots=lots,
            made_from=events.made_from(tx),
            movements=events.movements(tx, gtins={fact.key.gtin for fact in lots} | scope.gtins),
        )
        if matches.trace(tx, recall_id=recall_id) == found:
            return found
        matches.save_trace(tx, recall_id=recall_id, version=version, trace=found)
        detail = {"version": version, "lots": len(found.lots), "sites": len({s.site for s in found.stocks})}
        audit.append(
            tx, at=now, actor="engine", action="goods.traced", subject=recall_id, recall_id=recall_id,
            detail=detail,
        )  # fmt: skip
        return found
