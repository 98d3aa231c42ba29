"""The drafts as their page shows them: the source text in pieces, the clauses beside it, who said what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from recall.domain.difference import Difference, differences
from recall.domain.draft import Draft, Mark, values_of
from recall.domain.notice import ClauseKind, Notice, NoticeClause
from recall.domain.recall import ACTIVE_STATES, Recall
from recall.runtime import Runtime
from recall.store import drafts, parties, recalls
from recall.views.preview import Preview, preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the source text, the clauses (from 1) that stand on it, and those that begin with it."""

    text: str
    clauses: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseRow:
    """A clause as it stands: what it means, a value a line, and who settled it."""

    number: int
    clause: NoticeClause
    products: tuple[str, ...]
    values: tuple[str, ...]
    mark: Mark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """One draft, whole."""

    draft: Draft
    pieces: tuple[Piece, ...]
    rows: tuple[ClauseRow, ...]
    preview: Preview
    names: Mapping[str, str]
    recall: Recall | None
    """The recall that came of it, or that it amends."""
    waits: int | None
    """The number of its version while that waits for a second officer."""
    differences: tuple[Difference, ...] = ()
    """What it says otherwise than the version in force, where it amends a recall."""
    kinds: tuple[str, ...] = tuple(kind.value for kind in ClauseKind)


def draft_list(runtime: Runtime) -> tuple[Draft, ...]:
    """Every draft, those changed last first."""
    with runtime.store.read() as tx:
        return drafts.drafts(tx)


def draft_of(runtime: Runtime, *, draft_id: str) -> Draft:
    """One draft alone. Raises NotFound."""
    with runtime.store.read() as tx:
        return drafts.draft(tx, draft_id=draft_id)


def draft_view(runtime: Runtime, *, draft_id: str) -> DraftView:
    """One draft with its counts. Raises NotFound."""
    with runtime.store.read() as tx:
        draft = drafts.draft(tx, draft_id=draft_id)
        recall_id = draft.recall_id or draft.amends
        recall = recalls.recall(tx, recall_id=recall_id) if recall_id else None
        pending = recalls.pending_version(tx, recall_id=recall_id) if recall_id else None
        names = {party.id: party.name for party in parties.parties(tx)}
        in_force = recalls.notice(tx, recall_id=draft.amends) if draft.amends else None
        waiting = recalls.notice(tx, recall_id=recall_id, version=pending) if recall_id and pending else None
    amends = draft.amends if recall is not None and recall.state in ACTIVE_STATES else None
    return DraftView(
        draft=draft, pieces=tuple(_pieces(draft.notice)), rows=tuple(_rows(draft)), names=names,
        preview=preview(runtime, notice=draft.notice, amends=amends), recall=recall,
        waits=pending if draft.recall_id is not None and waiting == draft.notice else None,
        differences=differences(in_force, draft.notice) if in_force else (),
    )  # fmt: skip


def _pieces(notice: Notice) -> Iterator[Piece]:
    """The text cut wherever a clause begins or ends; each clause begins with one piece."""
    spans = [(clause.start, clause.end, n) for n, clause in enumerate(notice.clauses, start=1)]
    cuts = sorted({0, len(notice.text), *(place for start, end, _ in spans for place in (start, end))})
    for first, last in pairwise(cuts):
        over = tuple(number for start, end, number in spans if start <= first and last <= end)
        begins = tuple(number for start, _, number in spans if start == first)
        yield Piece(text=notice.text[first:last], clauses=over, begins=begins)


def _rows(draft: Draft) -> Iterator[ClauseRow]:
    for number, clause in enumerate(draft.notice.clauses):
        named = (draft.notice.products[product] for product in clause.products)
        yield ClauseRow(
            number=number + 1, clause=clause, values=values_of(draft.notice, number),
            products=tuple(p.model or p.name or p.gtin or "" for p in named), mark=draft.marks[number],
        )  # fmt: skip
