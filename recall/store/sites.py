"""The sites of which events tell all that came to stand there, looked up one by one as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    String,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from recall.store.authority import told_by_trusted
from recall.store.columns import UtcTime
from recall.store.event_tables import AS_OF, CONTENT, EVENT, MADE, SERIAL, SIGHTING, known
from recall.store.packing import there
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


def _came(site: str, as_of: datetime | None) -> Select[tuple[str, datetime]]:
    """What came to a site whose lot its own event does not tell."""
    # a bound value would not choose the partial index
    arrived, unnamed = SIGHTING.c.sign > literal_column("0"), SIGHTING.c.lot.is_(None)
    seen = select(SIGHTING.c.code, SIGHTING.c.at)
    return seen.where(SIGHTING.c.site == site, arrived, unnamed, known(SIGHTING, as_of))


def _containers(site: str, as_of: datetime | None) -> CTE:
    """The containers that came to a site, and those inside them then, however deep."""
    held = _came(site, as_of).where(SIGHTING.c.gtin.is_(None)).cte("held", recursive=True)
    inner = select(CONTENT.c.child, held.c.at).join_from(held, CONTENT, CONTENT.c.parent == held.c.code)
    deeper = CONTENT.c.gtin.is_(None), CONTENT.c.child != "", there(at=held.c.at, as_of=as_of)
    return held.union(inner.where(*deeper))


def _closed(site: str, as_of: datetime | None) -> Select[tuple[datetime]]:
    """When the first container came to a site of which no trusted party told what was inside."""
    held = _containers(site, as_of)
    inside = there(at=held.c.at, as_of=as_of), told_by_trusted(CONTENT.c.event)
    told = exists().where(CONTENT.c.parent == held.c.code, *inside)
    return select(func.min(held.c.at, type_=UtcTime)).where(~told)


def _loose(gtin: str, site: str, as_of: datetime | None) -> Select[tuple[datetime]]:
    """When units of a trade item first came to a site, alone or inside, whose lot no trusted party told."""
    held = _containers(site, as_of)
    alone = _came(site, as_of).where(SIGHTING.c.gtin == gtin, ~_has_lot(SIGHTING, as_of))
    inner = select(CONTENT.c.child, held.c.at).join_from(held, CONTENT, CONTENT.c.parent == held.c.code)
    unnamed = CONTENT.c.gtin == gtin, CONTENT.c.lot.is_(None), ~_has_lot(CONTENT, as_of)
    both = union_all(alone, inner.where(*unnamed, there(at=held.c.at, as_of=as_of))).subquery()
    return select(func.min(both.c.at, type_=UtcTime))


def _has_lot(said: FromClause, as_of: datetime | None) -> ColumnElement[bool]:
    """Whether a trusted party told the lot of an item."""
    same = SERIAL.c.gtin == said.c.gtin, SERIAL.c.serial == said.c.serial
    return exists().where(*same, known(SERIAL, as_of), told_by_trusted(SERIAL.c.event))


class ToldSites:
    """Every site of which events tell all that came: not one that takes returns.

    What buyers send back comes singly, often untold, and is sold again. A recall's lines are sent from few
    sites, so that each is asked for once, however many the events name.
    """

    def __init__(self, tx: Tx, *, as_of: datetime | None = None) -> None:
        """To be asked while the transaction lasts; of what was known at a time, or of all (None)."""
        self._tx, self._as_of, self._known = tx, as_of, dict[object, bool]()
        self._closed, self._since = dict[str, datetime | None](), dict[tuple[str, str], datetime | None]()

    def __contains__(self, site: object) -> bool:
        """Whether events tell of the site; of None they do not."""
        if site not in self._known:
            self._known[site] = isinstance(site, str) and self._is_told(site)
        return self._known[site]

    def _is_told(self, site: str) -> bool:
        if self._as_of is None:
            return bool(self._tx.scalars(_NOW, site=site)[0])
        return bool(self._tx.scalars(_BEFORE, site=site, as_of=self._as_of)[0])

    def untold_since(self, *, gtin: str, site: str) -> datetime | None:
        """When the first goods came to a site that may be of any lot of a trade item; None: never.

        They may be an amount of the trade item, items of untold lots, or a container of untold contents.
        """
        if site not in self._closed:
            self._closed[site] = self._tx.scalars(_closed(site, self._as_of))[0]
        if (gtin, site) not in self._since:
            loose = self._tx.scalars(_loose(gtin, site, self._as_of))[0]
            self._since[gtin, site] = min(filter(None, (loose, self._closed[site])), default=None)
        return self._since[gtin, site]
