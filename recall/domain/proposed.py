"""What an extractor proposes beside what the reader read: it waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recall.domain.meaning import JOINING, OF_NOTICE, lines_of
from recall.domain.notice import ClauseKind, Notice, NoticeClause
from recall.errors import NoticeRefused
from recall.reading.proposals import MOST, PROPOSABLE, SUREST, Proposal, meaning_of, place_of

_SHOWN = 60


def merged(notice: Notice, *, proposals: Sequence[Proposal], by: str) -> Notice:
    """The notice with the proposals of `by` as further clauses; its products stay as the reader read them.

    A proposal is left out, with a warning, where its words do not stand in the text, mean nothing of their
    kind, are about no product of the notice, or would take the place of what the reader read. What the reader
    has read too is left out in silence. What the others mean comes into force when a person confirms it.
    """
    clauses, warnings = list(notice.clauses), list(notice.warnings)
    for proposal in proposals[:MOST]:
        try:
            clause = _clause(replace(notice, clauses=tuple(clauses)), proposal, by=by)
        except NoticeRefused as refused:
            warnings.append(f"{by} proposed {proposal.kind[:20]} '{proposal.quote[:_SHOWN]}': {refused}")
            continue
        clauses += [clause] if clause else []
    if len(proposals) > MOST:
        warnings.append(f"{by} proposed {len(proposals):,} clauses: the first {MOST} were looked at")
    return replace(notice, clauses=tuple(clauses), warnings=tuple(dict.fromkeys(warnings)))


def _clause(notice: Notice, proposal: Proposal, *, by: str) -> NoticeClause | None:
    """The clause of a proposal, None for what is known already. Raises NoticeRefused where it is none."""
    if proposal.kind not in set(PROPOSABLE):
        raise NoticeRefused.of(proposal.kind, expected=f"one of {', '.join(PROPOSABLE)}", got="another kind")
    kind, quote = ClauseKind(proposal.kind), proposal.quote.strip()
    start = place_of(quote, notice.text)
    if start is None:
        raise NoticeRefused.of(quote, expected="words that stand in the text", got="others")
    product = None if kind in OF_NOTICE else _product(notice, proposal)
    document = notice.document()
    holder = document if product is None else document["products"][product]
    values, known = meaning_of(kind, quote), lines_of(kind, holder)
    about = () if product is None else (product,)
    others = {value for one in notice.clauses if one.kind is kind and one.products in (about, ())
              for value in one.means}  # fmt: skip
    if set(values) <= {*known, *others}:
        return None
    if kind not in JOINING and (known or others):
        got = f"{', '.join((*known, *others))[:_SHOWN]} already"
        raise NoticeRefused.of(quote, expected=f"the only {kind} of its product", got=got)
    return NoticeClause(
        kind=kind, text=quote, start=start, end=start + len(quote), products=about,
        confidence=round(min(max(proposal.confidence, 0.0), SUREST), 2), proposed_by=by, means=values,
    )  # fmt: skip


def _product(notice: Notice, proposal: Proposal) -> int:
    count = len(notice.products)
    number = 0 if proposal.product is None and count == 1 else proposal.product
    if number is None or not 0 <= number < count:
        raise NoticeRefused.of(proposal.quote, expected=f"one of {count} products", got=str(number))
    return number
