"""The sites of which events tell all that came to stand there, looked up together as they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
)

from recall.store.authority import is_counted, told_by_trusted
from recall.store.columns import UtcTime
from recall.store.event_tables import AS_OF, CONTENT, EVENT, MADE, SERIAL, SIGHTING, known
from recall.store.listed import asked
from recall.store.packing import there
from recall.store.sql import Tx, spelled

Place = tuple[str, str]
"""A trade item, and a site to which units of it may have come."""

_ASKED = asked("places", gtin=String, site=String)


def _told(site: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether trusted parties tell that goods came to a site or began there, and none came back."""
    # the words of the partial indexes: a bound value would not choose them
    arrived, returned = SIGHTING.c.sign > literal_column("0"), EVENT.c.disposition == spelled("returned")[0]
    by_whom = told_by_trusted(SIGHTING.c.event, AS_OF)
    came = exists().where(SIGHTING.c.site == site, arrived, known(SIGHTING, AS_OF), by_whom)
    began = exists().where(MADE.c.site == site, known(MADE, AS_OF), told_by_trusted(MADE.c.event, AS_OF))
    places = (
        (EVENT.c.biz_location == site,),
        (EVENT.c.biz_location.is_(None), EVENT.c.read_point == site),
    )
    back = (exists().where(returned, *place, is_counted(AS_OF)) for place in places)
    return and_(or_(came, began), not_(or_(*back)))


_PLACES = select(_ASKED.c.gtin, _ASKED.c.site).where(_told(_ASKED.c.site)).cte("places_told")
"""Of the places that are asked for, those at told sites."""
_SITES = select(_PLACES.c.site).distinct().cte("sites_told")
# the words of the partial index, as above
_unnamed = and_(SIGHTING.c.sign > literal_column("0"), SIGHTING.c.lot.is_(None), known(SIGHTING, AS_OF))
_moved = (
    select(_SITES.c.site, SIGHTING.c.code, SIGHTING.c.at)
    .join_from(_SITES, SIGHTING, and_(SIGHTING.c.site == _SITES.c.site, _unnamed))
    .where(SIGHTING.c.gtin.is_(None))
    .cte("held", recursive=True)
)
_deeper = select(_moved.c.site, CONTENT.c.child, _moved.c.at).join_from(
    _moved, CONTENT, CONTENT.c.parent == _moved.c.code
)
_HELD = _moved.union(_deeper.where(CONTENT.c.gtin.is_(None), CONTENT.c.child != "", there(then=_moved)))
"""The containers that came to told sites, and those inside them then, however deep."""


def _has_lot(said: FromClause) -> ColumnElement[bool]:
    """Whether a trusted party told the lot of an item."""
    same = SERIAL.c.gtin == said.c.gtin, SERIAL.c.serial == said.c.serial
    return exists().where(*same, known(SERIAL, AS_OF), told_by_trusted(SERIAL.c.event, AS_OF))


def _first(at: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return func.min(at, type_=UtcTime).label("at")


def _closed() -> Select[tuple[str, None, datetime]]:
    """When the first container came to each site of which no trusted party told what was inside."""
    inside = there(then=_HELD), told_by_trusted(CONTENT.c.event, AS_OF)
    told = exists().where(CONTENT.c.parent == _HELD.c.code, *inside)
    first = select(_HELD.c.site, null().label("gtin"), _first(_HELD.c.at))
    return first.where(~told).group_by(_HELD.c.site)


def _alone() -> Select[tuple[str, str, datetime]]:
    """When units of a trade item first came alone to each site, their lot told by no trusted party."""
    same = and_(SIGHTING.c.site == _PLACES.c.site, SIGHTING.c.gtin == _PLACES.c.gtin, _unnamed)
    first = select(_PLACES.c.site, _PLACES.c.gtin, _first(SIGHTING.c.at)).join_from(_PLACES, SIGHTING, same)
    return first.where(~_has_lot(SIGHTING)).group_by(_PLACES.c.site, _PLACES.c.gtin)


def _inside() -> Select[tuple[str, str, datetime]]:
    """The same of units inside containers."""
    first = select(_PLACES.c.site, _PLACES.c.gtin, _first(_HELD.c.at)).select_from(
        _HELD.join(CONTENT, CONTENT.c.parent == _HELD.c.code).join(
            _PLACES, and_(_PLACES.c.site == _HELD.c.site, _PLACES.c.gtin == CONTENT.c.gtin)
        )
    )
    unnamed = CONTENT.c.lot.is_(None), ~_has_lot(CONTENT), there(then=_HELD)
    return first.where(*unnamed).group_by(_PLACES.c.site, _PLACES.c.gtin)


_UNTOLD = union_all(
    _alone(), _inside(), _closed(), select(_SITES.c.site, null().label("gtin"), null().label("at"))
)
"""Of each told site since when what came there may be of any lot: of one trade item, or of all (no GTIN)."""


class ToldSites:
    """Every site of which events tell all that came: not one that takes returns.

    What buyers send back comes singly, often untold, and is sold again. A recall's lines are sent from few
    sites, so that these alone are asked for, however many the events name.
    """

    def __init__(self, tx: Tx, *, as_of: datetime | None = None) -> None:
        """To be asked while the transaction lasts; of what was known at a time, or of all (None)."""
        self._tx, self._as_of = tx, as_of
        self._told, self._since = dict[str, bool](), dict[Place, datetime | None]()

    def look_up(self, places: Collection[Place]) -> None:
        """Learn at once what will be asked of these places one by one."""
        fresh = sorted(set(places) - self._since.keys())
        if not fresh:
            return
        first, told = defaultdict[tuple[str, str | None], list[datetime]](list), set[str]()
        for site, gtin, at in self._tx.each(_UNTOLD, places=fresh, as_of=self._as_of):
            told.add(site)
            if at is not None:
                first[site, gtin].append(at)
        for gtin, site in fresh:
            self._told[site] = site in told
            self._since[gtin, site] = min(first[site, gtin] + first[site, None], default=None)

    def __contains__(self, site: object) -> bool:
        """Whether events tell of the site; of None they do not."""
        if not isinstance(site, str):
            return False
        if site not in self._told:
            self.look_up({("", site)})
        return self._told[site]

    def untold_since(self, *, gtin: str, site: str) -> datetime | None:
        """When the first goods came to a site that may be of any lot of a trade item; None: never.

        They may be an amount of the trade item, items of untold lots, or a container of untold contents.
        """
        self.look_up({(gtin, site)})
        return self._since[gtin, site]
