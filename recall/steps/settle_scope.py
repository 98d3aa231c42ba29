"""Settle the scope: the notice in force as clauses over trade items that the catalogue knows."""

from __future__ import annotations

from recall.domain.scope import Scope, scope_of
from recall.runtime import Runtime
from recall.store import audit, events, recalls


def settle_scope(runtime: Runtime, *, recall_id: str) -> Scope:
    """Settle the scope of the version in force; done twice is done once.

    Raises NoticeRefused where a product has neither a GTIN nor a model that the catalogue knows.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        notice = recalls.notice(tx, recall_id=recall_id, version=recall.version)
        scope = scope_of(
            notice, recall_id=recall_id, version=recall.version, catalogue=events.catalogue(tx),
            brands=events.brands(tx),
        )  # fmt: skip
        if recalls.scope(tx, recall_id=recall_id, version=recall.version).clauses == scope.clauses:
            return scope
        recalls.save_scope(tx, scope)
        detail = {"version": recall.version, "clauses": [clause.in_words() for clause in scope.clauses]}
        audit.append(
            tx, at=now, actor="engine", action="scope.settled", subject=recall_id, recall_id=recall_id,
            detail=detail,
        )  # fmt: skip
        return scope
