"""The compiled set: the affected set of a recall in force, kept until its goods are traced again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from recall.domain.digests import DigestList
from recall.domain.recall import Recall
from recall.errors import NotFound, NotNow
from recall.links import Links
from recall.runtime import Runtime
from recall.store import affected, recalled, recalls
from recall.store.database import Tx
from recall.views.affected_set import TYP, AffectedSet, LotsByItem
from recall.views.shelf import Shelf
from recall.views.status_document import about_recall, issuer_of

Sign = Callable[..., str]
"""`sign(payload, typ=…)` gives a document for others to keep (recall/signed.py)."""

_KEPT = 8


def affected_set(runtime: Runtime, *, reference: str) -> AffectedSet:
    """The affected set of the recall with that reference. Raises NotFound, and NotNow before the trace."""
    with runtime.store.read() as tx:
        recall, traced_at = _traced(tx, reference=reference)
        return _compiled(tx, recall, traced_at, links=runtime.links)


def _traced(tx: Tx, *, reference: str) -> tuple[Recall, datetime]:
    recall = recalls.recall_by_reference(tx, reference=reference)
    if recall is None or recall.state not in recalled.IN_FORCE:
        raise NotFound(f"There is no recall {reference!r} in force", value=reference)
    traced_at = recalled.traced_at(tx, recall_id=recall.id, version=recall.version)
    if traced_at is None:
        raise NotNow(
            f"The goods of recall {reference} are being traced", value=reference,
            advice="Ask again in a minute; until then the notice says what is known.",
        )  # fmt: skip
    return recall, traced_at


def _compiled(tx: Tx, recall: Recall, traced_at: datetime, *, links: Links) -> AffectedSet:
    notice = recalls.notice(tx, recall_id=recall.id, version=recall.version)
    salt = hashlib.sha256(f"{recall.reference}/{recall.version}".encode()).digest()[:16]
    lots = frozenset(affected.lots(tx, recall_id=recall.id, inspect=False))
    of_items = frozenset(affected.lots_of_items(tx, recall_id=recall.id))
    inspect = {
        *affected.lots(tx, recall_id=recall.id, inspect=True),
        *((gtin, lot) for gtin, lot in of_items if lot is not None),
    } - lots
    open_items = {gtin for gtin, lot in of_items if lot is None}  # of whichever lot: none lets off
    kept = lots | inspect
    told = affected.told_lots(tx, recall_id=recall.id, as_of=traced_at)
    others = (pair for pair in told if pair not in kept and pair[0] not in open_items)
    serials = affected.serials(tx, recall_id=recall.id, as_of=traced_at)
    return AffectedSet(
        about=about_recall(recall, notice, links=links),
        issuer=issuer_of(links),
        as_of=traced_at,
        scope=recalls.scope(tx, recall_id=recall.id, version=recall.version),
        gtins=recalled.items_of(tx, recall_id=recall.id),
        lots=_by_item(lots),
        inspect_lots=_by_item(inspect),
        serials=DigestList.of(serials, salt=salt),
        inspect_serials=DigestList.of(affected.inspect_serials(tx, recall_id=recall.id), salt=salt),
        other_lots=DigestList.of(others, salt=salt),
    )


def _by_item(lots: Iterable[tuple[str, str]]) -> LotsByItem:
    found: dict[str, set[str]] = {}
    for gtin, lot in lots:
        found.setdefault(gtin, set()).add(lot)
    return {gtin: frozenset(some) for gtin, some in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedSet:
    """An affected set under the issuer's signature."""

    text: str
    """Compact JWS."""
    tag: str
    """Changes when the set says something else; its time alone does not."""
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetShelf:
    """The signed sets that were asked for last, each compiled once a trace, however many ask."""

    sign: Sign
    _sets: Shelf[SignedSet] = field(default_factory=lambda: Shelf(kept=_KEPT))

    def signed(self, runtime: Runtime, *, reference: str) -> SignedSet:
        """The set of the recall with that reference. Raises NotFound, NotNow before the trace, TooMany."""
        with runtime.store.read() as tx:
            recall, traced_at = _traced(tx, reference=reference)
        key = f"{recall.id}/{recall.version}/{recall.state}/{traced_at.isoformat()}"
        return self._sets.get(key, lambda: self._made(affected_set(runtime, reference=reference)))

    def _made(self, found: AffectedSet) -> SignedSet:
        timeless = replace(found, as_of=datetime.min.replace(tzinfo=UTC)).payload()
        tag = hashlib.sha256(timeless).hexdigest()[:32]
        return SignedSet(text=self.sign(found.payload(), typ=TYP), tag=tag, as_of=found.as_of)
