"""The secrets by which partners' systems know the engine: sealed here, opened by who has the key."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlmodel import Field

from recall.sealing import Seal, is_open
from recall.store.sql import Row, Tx, table_of, upsert


class PartySecretRow(Row, table=True):
    """One secret of a party's system, by the name that its kind of connector has for it."""

    __tablename__ = "party_secret"
    party_id: str = Field(primary_key=True, foreign_key="party.id")
    name: str = Field(primary_key=True)
    sealed: str


_secret = table_of(PartySecretRow)


def set_secrets(tx: Tx, *, party_id: str, secrets: Mapping[str, str], seal: Seal) -> None:
    """Keep secrets, sealed; one that is empty is forgotten."""
    for name, text in secrets.items():
        if not text:
            which = (_secret.c.party_id == party_id) & (_secret.c.name == name)
            tx.write(delete(_secret).where(which))
    kept = {name: seal.close(text, about=_about(party_id, name)) for name, text in secrets.items() if text}
    upsert(tx, _secret, [{"party_id": party_id, "name": n, "sealed": sealed} for n, sealed in kept.items()])


def secrets_of(tx: Tx, *, party_id: str, seal: Seal) -> dict[str, str]:
    """A party's secrets by their names. Raises NotNow where another key sealed one."""
    found = tx.rows(select(_secret).where(_secret.c.party_id == party_id).order_by(_secret.c.name))
    return {row["name"]: seal.open(row["sealed"], about=_about(party_id, row["name"])) for row in found}


def names_of(tx: Tx, *, party_id: str) -> tuple[str, ...]:
    """Which secrets a party has given, never what they are."""
    named = select(_secret.c.name).where(_secret.c.party_id == party_id).order_by(_secret.c.name)
    return tuple(tx.scalars(named))


def seal_all(tx: Tx, *, seal: Seal) -> int:
    """Seal what stands unsealed from before there was a seal; returns how many."""
    unsealed = [row for row in tx.rows(select(_secret)) if is_open(row["sealed"])]
    for row in unsealed:
        text = seal.open(row["sealed"], about="")
        set_secrets(tx, party_id=row["party_id"], secrets={row["name"]: text}, seal=seal)
    return len(unsealed)


def _about(party_id: str, name: str) -> str:
    return f"{party_id}/{name}"
