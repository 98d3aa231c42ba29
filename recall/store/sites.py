"""The sites of which events tell all that came to stand there, looked up one by one as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from recall.store.authority import told_by_trusted
from recall.store.event_tables import AS_OF, EVENT, MADE, SIGHTING, known
from recall.store.sql import Tx

_SITE = bindparam("site", type_=String)


def _told(as_of: BindParameter[datetime] | None) -> Select[tuple[bool]]:
    """Whether trusted parties tell that goods came to a site or began there, and none came back; as known at
    a time, or (None) now."""
    # the words of the partial indexes: a bound value would not choose them
    arrived = SIGHTING.c.sign > literal_column("0")
    by_whom = told_by_trusted(SIGHTING.c.event)
    came = exists().where(SIGHTING.c.site == _SITE, arrived, known(SIGHTING, as_of), by_whom)
    began = exists().where(MADE.c.site == _SITE, known(MADE, as_of), told_by_trusted(MADE.c.event))
    place = func.coalesce(EVENT.c.biz_location, EVENT.c.read_point)
    there = or_(EVENT.c.biz_location == _SITE, EVENT.c.read_point == _SITE)
    returned = EVENT.c.disposition == literal_column("'returned'")
    back = exists().where(returned, there, place == _SITE, *_counted(as_of))
    return select(or_(came, began) & ~back)


def _counted(as_of: BindParameter[datetime] | None) -> Iterator[ColumnElement[bool]]:
    """The events that counted at a time; None: that count now."""
    stands = EVENT.c.withdrawn_at.is_(None)
    if as_of is None:
        yield stands
    else:
        yield EVENT.c.captured_at <= as_of
        yield or_(stands, EVENT.c.withdrawn_at > as_of)


_NOW, _BEFORE = _told(None), _told(AS_OF)


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
        if self._as_of is None:
            return bool(self._tx.scalars(_NOW, site=site)[0])
        return bool(self._tx.scalars(_BEFORE, site=site, as_of=self._as_of)[0])
