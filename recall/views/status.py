"""The status view: what a code shows of every recall in force, and nothing of any order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from recall.codes.keys import key_of, sscc_of
from recall.codes.product_code import ProductCode
from recall.domain.notice import Notice
from recall.domain.recall import Recall, RecallState
from recall.domain.scope import Scope
from recall.domain.status import Finding, Status, find, of_container
from recall.links import Links
from recall.runtime import Runtime
from recall.store import recalled, recalls
from recall.store.database import Store, Tx
from recall.store.held import Held, held
from recall.views.status_document import About, about_recall, issuer_of, status_document, status_of
from recall.views.status_words import Said, next_said, reason_said, status_said


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallFinding:
    """One recall of the code's trade item, and what it means for the code."""

    recall: Recall
    notice: Notice
    about: About
    finding: Finding
    traced_at: datetime | None
    changed_at: datetime | None
    """When the version in force came into force."""

    @property
    def reason(self) -> Said:
        """Why, by language."""
        return reason_said(self.finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeStatus:
    """The answer for one code: the most serious of what its recalls mean for it, and all of them."""

    code: ProductCode
    status: Status
    found: tuple[RecallFinding, ...]
    as_of: datetime
    """Up to when what is known is in the answer: the oldest of the traces behind it."""
    is_known: bool = True
    """Whether it is known which goods the code stands for."""

    @property
    def changed_at(self) -> datetime | None:
        """When the newest of its recalls' versions came into force."""
        return max((each.changed_at for each in self.found if each.changed_at), default=None)

    @property
    def said(self) -> Said:
        """The status in words."""
        return status_said(self.status)

    @property
    def next(self) -> tuple[Said, ...]:
        """What to do now."""
        return next_said(self.status)

    def document(self, *, links: Links) -> dict[str, object]:
        """The answer as docs/reference/recall-status.md describes it."""
        found = [(each.about, each.finding) for each in self.found]
        return status_document(
            self.code, found, as_of=self.as_of, issuer=issuer_of(links), is_known=self.is_known
        )


def code_status(runtime: Runtime, *, code: ProductCode) -> CodeStatus:
    """What the code shows of every recall in force: the union of them.

    A container's is that of the goods that stand in it now; which these are is not told.
    """
    now = runtime.now()
    with runtime.store.read() as tx:
        goods = _goods(tx, code)
        found = tuple(_findings(runtime, tx, code, goods))
    status = status_of([each.finding for each in found], is_known=bool(goods))
    as_of = min((each.traced_at or each.changed_at or now for each in found), default=now)
    return CodeStatus(code=code, status=status, found=found, as_of=as_of, is_known=bool(goods))


_MOST_HELD = 2_000
"""Different goods of a container that are looked at for whoever asks; one that holds more is not known."""


def _goods(tx: Tx, code: ProductCode) -> frozenset[Held]:
    """The goods that a code stands for: its own, or what its container holds."""
    if code.gtin is not None:
        return frozenset({Held(gtin=code.gtin, lot=code.lot, serial=code.serial, trusted=True)})
    if sscc_of(code.canonical) is None:
        return frozenset()
    return held(tx, container=key_of(code.canonical), at_most=_MOST_HELD) or frozenset()


def _findings(runtime: Runtime, tx: Tx, code: ProductCode, goods: frozenset[Held]) -> Iterator[RecallFinding]:
    """What each recall of one of the goods means for the code."""
    gtins = {each.gtin for each in goods}
    about = {recall.id: recall for gtin in sorted(gtins) for recall in recalled.recalls_of(tx, gtin=gtin)}
    for recall in about.values():
        told = _told(runtime, tx, recall)
        traced = recalled.TracedGoods(tx=tx, recall_id=recall.id, traced_at=told.traced_at)
        named = recalled.items_of(tx, recall_id=recall.id) if code.gtin is None else gtins
        each_found = [
            (find(told.scope, traced, gtin=each.gtin, lot=each.lot, serial=each.serial), each.trusted)
            for each in goods
            if each.gtin in named
        ]
        yield RecallFinding(
            recall=recall, notice=told.notice, about=told.about, traced_at=told.traced_at,
            changed_at=told.changed_at,
            finding=of_container(each_found) if code.gtin is None else each_found[0][0],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is the same for every code of a recall until its goods are traced again."""

    scope: Scope
    notice: Notice
    about: About
    traced_at: datetime | None
    changed_at: datetime | None


_Key = tuple[str, int, RecallState, datetime]
_kept: WeakKeyDictionary[Store, OrderedDict[_Key, _Told]] = WeakKeyDictionary()
_KEPT = 64


def _told(runtime: Runtime, tx: Tx, recall: Recall) -> _Told:
    """Read once a trace, for a notice may list many thousand lots; before the trace, each time."""
    traced_at = recalled.traced_at(tx, recall_id=recall.id, version=recall.version)
    kept = _kept.setdefault(runtime.store, OrderedDict())
    key = (recall.id, recall.version, recall.state, traced_at) if traced_at else None
    if key is not None and (told := kept.get(key)):
        return told
    notice = recalls.notice(tx, recall_id=recall.id, version=recall.version)
    told = _Told(
        scope=recalls.scope(tx, recall_id=recall.id, version=recall.version),
        notice=notice,
        about=about_recall(recall, notice, links=runtime.links),
        traced_at=traced_at,
        changed_at=recalled.changed_at(tx, recall_id=recall.id, version=recall.version),
    )
    if key is not None:
        kept[key] = told
        while len(kept) > _KEPT:
            kept.popitem(last=False)
    return told
