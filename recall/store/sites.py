"""The sites of which events tell all that came to stand there, looked up one by one as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, literal_column, or_, select

from recall.store.event_tables import EVENT, MADE, SIGHTING, known
from recall.store.sql import Tx


class ToldSites:
    """Every site of which events tell all that came: not one that takes returns.

    What buyers send back comes singly, often untold, and is sold again. A recall's lines are sent from few
    sites, so that each is asked for once, however many the events name.
    """

    def __init__(self, tx: Tx, *, as_of: datetime | None = None) -> None:
        """To be asked while the transaction lasts; of what was known at a time, or of all (None)."""
        self._tx, self._as_of, self._known = tx, as_of, dict[object, bool]()

    def __contains__(self, site: object) -> bool:
        """Whether events tell of the site; of None they do not."""
        if site not in self._known:
            self._known[site] = isinstance(site, str) and self._is_told(site)
        return self._known[site]

    def _is_told(self, site: str) -> bool:
        # the words of the partial indexes: a bound value would not choose them
        as_of = self._as_of
        arrived = SIGHTING.c.sign > literal_column("0")
        came = exists().where(SIGHTING.c.site == site, arrived, known(SIGHTING, as_of))
        began = exists().where(MADE.c.site == site, known(MADE, as_of))
        place = func.coalesce(EVENT.c.biz_location, EVENT.c.read_point)
        there = or_(EVENT.c.biz_location == site, EVENT.c.read_point == site)
        returned = EVENT.c.disposition == literal_column("'returned'")
        back = exists().where(returned, there, place == site, *_counted(as_of))
        return bool(self._tx.scalar(select(or_(came, began) & ~back)))


def _counted(as_of: datetime | None) -> Iterator[ColumnElement[bool]]:
    """The events that counted at a time; None: that count now."""
    stands = EVENT.c.withdrawn_at.is_(None)
    if as_of is None:
        yield stands
    else:
        yield EVENT.c.captured_at <= as_of
        yield or_(stands, EVENT.c.withdrawn_at > as_of)
