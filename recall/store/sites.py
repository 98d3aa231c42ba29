"""The sites of which events tell all that came to stand there, looked up one by one as they are asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from recall.store.authority import told_by_trusted
from recall.store.columns import UtcTime
from recall.store.event_tables import AS_OF, CONTENT, EVENT, MADE, SERIAL, SIGHTING, known
from recall.store.packing import there
from recall.store.sql import Tx, Values, spelled

_SITE = bindparam("site", type_=String)


def _told() -> ColumnElement[bool]:
    """Whether trusted parties tell that goods came to a site or began there, and none came back."""
    # the words of the partial indexes: a bound value would not choose them
    arrived, returned = SIGHTING.c.sign > literal_column("0"), EVENT.c.disposition == spelled("returned")[0]
    by_whom = told_by_trusted(SIGHTING.c.event)
    came = exists().where(SIGHTING.c.site == _SITE, arrived, known(SIGHTING, AS_OF), by_whom)
    began = exists().where(MADE.c.site == _SITE, known(MADE, AS_OF), told_by_trusted(MADE.c.event))
    counted = EVENT.c.captured_at <= AS_OF, or_(EVENT.c.withdrawn_at.is_(None), EVENT.c.withdrawn_at > AS_OF)
    places = (
        (EVENT.c.biz_location == _SITE,),
        (EVENT.c.biz_location.is_(None), EVENT.c.read_point == _SITE),
    )
    back = (exists().where(returned, *place, *counted) for place in places)
    return and_(or_(came, began), not_(or_(*back)))


def _came() -> Select[tuple[str, datetime]]:
    """What came to a site whose lot its own event does not tell."""
    # the words of the partial index, as above
    arrived, unnamed = SIGHTING.c.sign > literal_column("0"), SIGHTING.c.lot.is_(None)
    seen = select(SIGHTING.c.code, SIGHTING.c.at)
    return seen.where(SIGHTING.c.site == _SITE, arrived, unnamed, known(SIGHTING, AS_OF))


def _containers() -> CTE:
    """The containers that came to a site, and those inside them then, however deep."""
    held = _came().where(SIGHTING.c.gtin.is_(None)).cte("held", recursive=True)
    inner = select(CONTENT.c.child, held.c.at).join_from(held, CONTENT, CONTENT.c.parent == held.c.code)
    return held.union(inner.where(CONTENT.c.gtin.is_(None), CONTENT.c.child != "", there(at=held.c.at)))


def _closed() -> Select[tuple[datetime]]:
    """When the first container came to a site of which no trusted party told what was inside."""
    held = _containers()
    inside = there(at=held.c.at), told_by_trusted(CONTENT.c.event)
    told = exists().where(CONTENT.c.parent == held.c.code, *inside)
    return select(func.min(held.c.at, type_=UtcTime)).where(~told)


def _loose() -> Select[tuple[datetime]]:
    """When units of a trade item first came to a site, alone or inside, whose lot no trusted party told."""
    held, gtin = _containers(), bindparam("gtin", type_=String)
    alone = _came().where(SIGHTING.c.gtin == gtin, ~_has_lot(SIGHTING))
    inner = select(CONTENT.c.child, held.c.at).join_from(held, CONTENT, CONTENT.c.parent == held.c.code)
    unnamed = CONTENT.c.gtin == gtin, CONTENT.c.lot.is_(None), ~_has_lot(CONTENT)
    both = union_all(alone, inner.where(*unnamed, there(at=held.c.at))).subquery()
    return select(func.min(both.c.at, type_=UtcTime))


def _has_lot(said: FromClause) -> ColumnElement[bool]:
    """Whether a trusted party told the lot of an item."""
    same = SERIAL.c.gtin == said.c.gtin, SERIAL.c.serial == said.c.serial
    return exists().where(*same, known(SERIAL, AS_OF), told_by_trusted(SERIAL.c.event))


_OF_SITE = select(_told().label("told"), case((_told(), _closed().scalar_subquery())).label("closed"))
_LOOSE = _loose()


class ToldSites:
    """Every site of which events tell all that came: not one that takes returns.

    What buyers send back comes singly, often untold, and is sold again. A recall's lines are sent from few
    sites, so that each is asked for once, however many the events name.
    """

    def __init__(self, tx: Tx, *, as_of: datetime | None = None) -> None:
        """To be asked while the transaction lasts; of what was known at a time, or of all (None)."""
        self._tx, self._as_of = tx, as_of
        self._sites, self._since = dict[str, Values](), dict[tuple[str, str], datetime | None]()

    def __contains__(self, site: object) -> bool:
        """Whether events tell of the site; of None they do not."""
        return isinstance(site, str) and bool(self._of(site)["told"])

    def untold_since(self, *, gtin: str, site: str) -> datetime | None:
        """When the first goods came to a site that may be of any lot of a trade item; None: never.

        They may be an amount of the trade item, items of untold lots, or a container of untold contents.
        """
        if (gtin, site) not in self._since:
            loose = self._tx.scalar(_LOOSE, gtin=gtin, site=site, as_of=self._as_of)
            self._since[gtin, site] = min(filter(None, (loose, self._of(site)["closed"])), default=None)
        return self._since[gtin, site]

    def _of(self, site: str) -> Values:
        if site not in self._sites:
            (self._sites[site],) = self._tx.rows(_OF_SITE, site=site, as_of=self._as_of)
        return self._sites[site]
