"""The forecast: what other rulings would change among a recall's lines, counted and written nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, and_, exists, func, select

from recall.domain.ruling import MatchClass
from recall.store.judging import Judged, carried_out
from recall.store.match_saving import Delta
from recall.store.match_tables import MATCH, rulings_of
from recall.store.order_tables import LINE
from recall.store.sql import Tx


def forecast(tx: Tx, cohorts: Sequence[Judged], *, recall_id: str) -> Delta:
    """What it would change if these cohorts alone were affected from now on.

    A cohort that is in as a whole is counted from its sums; the lines of the others are looked at.
    """
    here = and_(MATCH.c.known_to.is_(None), MATCH.c.ruling.in_(rulings_of(recall_id)))
    by_cohort = select(LINE.c.cohort, func.count().label("lines")).join_from(
        MATCH, LINE, LINE.c.number == MATCH.c.line
    )
    rows = tx.rows(by_cohort.where(here).group_by(LINE.c.cohort))
    standing = {row["cohort"]: row["lines"] for row in rows}
    whole = [each for each in cohorts if each.whole]
    kept = sum(standing.get(each.cohort, 0) for each in whole)
    newly = sum(each.lines for each in whole) - kept
    rest = [each for each in cohorts if not each.whole]
    if rest:
        with carried_out(tx, [(each, _numbers(each)) for each in rest]) as found:
            came = _not_in(tx, found, recall_id=recall_id)
            newly, kept = newly + came, kept + tx.count(found) - came
    return Delta(newly_in=newly, released=sum(standing.values()) - kept, unchanged=kept)


def _numbers(each: Judged) -> list[int]:
    """1 for a ruling that brings a line in, 0 for one that lets it off."""
    return [int(ruling.cls is not MatchClass.EXCLUDED) for ruling in each.rulings]


def _not_in(tx: Tx, found: Table, *, recall_id: str) -> int:
    """How many of the lines found are not in the recall."""
    is_in = exists().where(
        MATCH.c.line == found.c.line, MATCH.c.known_to.is_(None), MATCH.c.ruling.in_(rulings_of(recall_id))
    )
    return int(tx.scalar(select(func.count()).select_from(found).where(~is_in)))
