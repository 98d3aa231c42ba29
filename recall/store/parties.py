"""The parties, how their systems are spoken with, and the keys by which they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, Table, UniqueConstraint, and_, delete, func, or_, select, update
from sqlmodel import Field

from recall.domain.party import PROTOCOL, Party, Role
from recall.errors import NotFound
from recall.store import kinds
from recall.store.columns import UtcTime
from recall.store.event_tables import known
from recall.store.sql import Row, Tx, Values, columns_of, flat, insert_new, table_of, upsert


class PartyRow(Row, table=True):
    """One organisation; a buyer never has a row."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("platform_id", "reference"),)
    id: str = Field(primary_key=True)
    role: str = Field(index=True)
    name: str
    language: str
    timezone: str
    email: str | None
    endpoint: str | None
    platform_id: str | None = Field(foreign_key="party.id")
    reference: str | None = Field(index=True)
    created_at: datetime = Field(sa_type=UtcTime)
    connector: str | None
    settings: dict[str, str] | None = Field(sa_type=JSON)


class PartyRoleRow(Row, table=True):
    """The role that a party had, since and until when: what its word was worth then."""

    __tablename__ = "party_role"
    party_id: str = Field(primary_key=True, foreign_key="party.id")
    known_from: datetime = Field(primary_key=True, sa_type=UtcTime)
    known_to: datetime | None = Field(default=None, sa_type=UtcTime)
    role: str


class PartySiteRow(Row, table=True):
    """A site, and the one party that answered for the stock there, since and until when."""

    __tablename__ = "party_site"
    site: str = Field(primary_key=True)
    known_from: datetime = Field(primary_key=True, sa_type=UtcTime)
    known_to: datetime | None = Field(default=None, sa_type=UtcTime)
    party_id: str = Field(foreign_key="party.id", index=True)
    position: int


class ApiKeyRow(Row, table=True):
    """A key that a party was given; only its hash is kept."""

    __tablename__ = "api_key"
    id: str = Field(primary_key=True)
    party_id: str = Field(foreign_key="party.id", index=True)
    prefix: str
    key_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcTime)
    revoked_at: datetime | None = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key, without what it is: `prefix` is the part that people may see."""

    id: str
    party_id: str
    prefix: str
    created_at: datetime
    revoked_at: datetime | None


_party, _site, _role = table_of(PartyRow), table_of(PartySiteRow), table_of(PartyRoleRow)
_key = table_of(ApiKeyRow)
_TIMES = {"known_from", "known_to"}
_parties = select(*(column for column in _party.c if column.name != "created_at")).order_by(_party.c.id)


def _found(tx: Tx, *which: ColumnElement[bool]) -> tuple[Party, ...]:
    """The parties that meet every condition, each with its sites."""
    ids = select(_party.c.id).where(*which)
    sites: dict[str, tuple[str, ...]] = {}
    theirs = select(_site).where(_site.c.party_id.in_(ids), known(_site))
    for row in tx.rows(theirs.order_by(_site.c.position)):
        sites[row["party_id"]] = (*sites.get(row["party_id"], ()), row["site"])
    return tuple(
        Party(**row | _read(row) | {"sites": sites.get(row["id"], ())})
        for row in tx.rows(_parties.where(*which))
    )


def _read(row: Values) -> Values:
    """What a row says in another form than the party; one from before there were kinds says none."""
    kind = row["connector"] or PROTOCOL
    return {"role": Role(row["role"]), "connector": kind, "settings": row["settings"] or {}}


def add_party(tx: Tx, party: Party, *, at: datetime) -> None:
    """Add a party; the same id again is the same party, with what is said of it now.

    A site has one party: the last that named it. Which role it had and which sites stays known of earlier
    times; where its role changes, what hangs on its word is looked up anew.
    """
    row = {name: value for name, value in flat(party).items() if name != "sites"}
    row |= {"settings": dict(party.settings)}
    upsert(tx, _party, [row | {"created_at": at}], keep=("created_at",))
    role = {"party_id": party.id, "role": party.role.value}
    if _turn(tx, _role, _role.c.party_id == party.id, [role], at=at):
        kinds.forget_all(tx)
    sites = [{"site": site, "party_id": party.id, "position": n} for n, site in enumerate(party.sites)]
    _turn(tx, _site, or_(_site.c.party_id == party.id, _site.c.site.in_(party.sites)), sites, at=at)


def changes_of_role(tx: Tx) -> int:
    """How often a party that was known in one role came to be known in another."""
    ended = select(func.count()).select_from(_role).where(_role.c.known_to.is_not(None))
    return int(tx.scalar(ended))


def _turn(
    tx: Tx, table: Table, which: ColumnElement[bool], wanted: Sequence[Values], *, at: datetime
) -> bool:
    """Let these rows hold from `at` on, in place of those that did; whether any of those held no more.

    One that began at the same moment never held.
    """
    current = tx.rows(select(table).where(which, known(table)))
    told = [{name: row[name] for name in row.keys() - _TIMES} for row in current]
    over = [row for row, one in zip(current, told, strict=True) if one not in wanted]
    keys = [column.name for column in table.primary_key]
    for row in over:
        this = and_(*(table.c[name] == row[name] for name in keys))
        undone = row["known_from"] >= at
        tx.write(delete(table).where(this) if undone else update(table).where(this).values(known_to=at))
    insert_new(tx, table, [one | {"known_from": at} for one in wanted if one not in told])
    return bool(over)


def party(tx: Tx, *, party_id: str) -> Party:
    """The party of that id. Raises NotFound."""
    found = _found(tx, _party.c.id == party_id)
    if not found:
        raise NotFound(f"There is no party {party_id!r}", value=party_id)
    return found[0]


def parties(tx: Tx, *, role: Role | None = None, platform_id: str | None = None) -> tuple[Party, ...]:
    """Every party, or those of a role or on a platform, in the order of their ids."""
    which = []
    if role is not None:
        which.append(_party.c.role == role.value)
    if platform_id is not None:
        which.append(_party.c.platform_id == platform_id)
    return _found(tx, *which)


def party_by_reference(tx: Tx, *, reference: str, platform_id: str | None = None) -> Party | None:
    """The party that a platform calls by that reference; without a platform: that everybody calls so."""
    theirs = _party.c.platform_id.is_not_distinct_from(platform_id)
    return next(iter(_found(tx, _party.c.reference == reference, theirs)), None)


def party_of_site(tx: Tx, *, site: str) -> Party | None:
    """The party that answers for the stock at a site, or None."""
    owner = select(_site.c.party_id).where(_site.c.site == site, known(_site))
    return next(iter(_found(tx, _party.c.id.in_(owner))), None)


def add_key(tx: Tx, *, key_id: str, party_id: str, prefix: str, key_hash: str, at: datetime) -> None:
    """Keep the hash of a key that a party was given."""
    row = {"id": key_id, "party_id": party_id, "prefix": prefix, "key_hash": key_hash, "created_at": at}
    insert_new(tx, _key, [row])


def party_of_key(tx: Tx, *, key_hash: str) -> Party | None:
    """Whose key has that hash; None where nobody's has, or it was revoked."""
    owner = select(_key.c.party_id).where(_key.c.key_hash == key_hash, _key.c.revoked_at.is_(None))
    return next(iter(_found(tx, _party.c.id.in_(owner))), None)


def revoke_key(tx: Tx, *, key_id: str, at: datetime) -> None:
    """Let a key open nothing any more. Raises NotFound."""
    first = update(_key).where(_key.c.id == key_id, _key.c.revoked_at.is_(None)).values(revoked_at=at)
    if not tx.write(first) and tx.first(select(_key.c.id).where(_key.c.id == key_id)) is None:
        raise NotFound(f"There is no key {key_id!r}", value=key_id)


def keys(tx: Tx, *, party_id: str) -> tuple[ApiKey, ...]:
    """A party's keys, revoked ones too, oldest first."""
    query = select(*columns_of(_key, ApiKey)).where(_key.c.party_id == party_id)
    return tuple(ApiKey(**row) for row in tx.rows(query.order_by(_key.c.created_at, _key.c.id)))
