"""The buyer's view: one order line behind its link, whether it is affected, why, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from recall.domain.laws import laws_of
from recall.domain.match import Match, MatchClass, Rule
from recall.domain.recall import Recall, RecallState
from recall.domain.scope import Scope
from recall.domain.status import Finding
from recall.links import LineLink
from recall.runtime import Runtime
from recall.store import confirmations, matches, parties, recalls
from recall.store.confirmations import Kept
from recall.views.verdict import verdict_on

_WHY = {
    Rule.EXACT_SERIAL: "serial",
    Rule.EXACT_LOT: "lot",
    Rule.FOLDED_LOT: "near",
    Rule.LOT_WINDOW: "window",
    Rule.PRODUCT_ONLY: "product",
    Rule.WHOLE_PRODUCT: "whole",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the buyer has said."""

    outcome: str
    units: int
    at: datetime
    conflict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerPage:
    """All that a buyer's page tells; nothing of the buyer, for the engine knows nothing."""

    link: LineLink
    recall: Recall
    hazard: str
    product: str
    gtin: str
    platform: str
    sold_at: datetime
    units: int
    lot: str
    verdict: str
    """`confirmed`, `possible`, `released` or `withdrawn`."""
    why: str
    remedies: tuple[str, ...]
    answered: Answered | None


def buyer_page(runtime: Runtime, *, link: LineLink) -> BuyerPage:
    """What the line's link opens. Raises NotFound for a line that no recall looks at."""
    with runtime.store.read() as tx:
        recall = recalls.recall(tx, recall_id=link.recall_id)
        notice = recalls.notice(tx, recall_id=recall.id, version=recall.version)
        scope = recalls.scope(tx, recall_id=recall.id, version=recall.version)
        match = matches.match(tx, recall_id=recall.id, platform_id=link.platform_id, line_ref=link.line_ref)
        platform = parties.party(tx, party_id=link.platform_id)
        said = confirmations.confirmations(
            tx, recall_id=recall.id, party_id=link.platform_id, line_ref=link.line_ref, limit=1
        )
    verdict, why = _verdict(recall, match)
    return BuyerPage(
        link=link, recall=recall, hazard=notice.hazard, product=_product(scope, match),
        gtin=match.line.gtin, platform=platform.name, sold_at=match.line.sold_at, units=match.line.units,
        lot=_lot(match), verdict=verdict, why=why, remedies=laws_of(recall.policies).remedies,
        answered=_answered(said[0]) if said else None,
    )  # fmt: skip


def typed_code(runtime: Runtime, *, page: BuyerPage, typed: str) -> Finding | None:
    """What a code shows that the buyer typed, of the trade item that was bought; None: it is no code."""
    with runtime.store.read() as tx:
        return verdict_on(
            tx, recall_id=page.recall.id, typed=typed, gtin=page.gtin, adapters=runtime.adapters
        )


def _verdict(recall: Recall, match: Match) -> tuple[str, str]:
    if recall.state is RecallState.WITHDRAWN:
        return "withdrawn", "withdrawn"
    if match.cls is MatchClass.EXCLUDED:
        return "released", "released"
    if match.rule is Rule.EXACT_SERIAL and match.lot is None:
        return match.cls.value, "named"
    return match.cls.value, _WHY[match.rule]


def _product(scope: Scope, match: Match) -> str:
    clauses = (clause for clause in scope.clauses if match.line.gtin in clause.gtins)
    return next((clause.model or clause.name for clause in clauses), match.line.gtin)


def _lot(match: Match) -> str:
    """The affected lot that the line is, or may be, of."""
    if match.lot is not None:
        return match.lot.lot
    words = match.chain[-1].start
    return words.removeprefix("lot ").removesuffix(f" of {match.line.gtin}")


def _answered(kept: Kept) -> Answered:
    said = kept.confirmation
    return Answered(
        outcome=said.outcome.value, units=said.units, at=said.at, conflict=kept.conflict is not None
    )
