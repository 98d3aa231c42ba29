"""The parties: known by id, by what a platform calls them, and by their keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update

from recall.domain.party import Party, Role
from recall.errors import NotFound, NotNow
from recall.sealing import Seal
from recall.store import parties, party_secrets
from recall.store.database import Store, Tx
from recall.store.party_secrets import PartySecretRow
from tests.builders import DAY, NOW, make_party

PLATFORM = make_party(
    id="party_a", email="desk@example.org", endpoint="https://a.example", timezone="Asia/Shanghai"
)
SELLER = make_party(id="party_s", role=Role.SELLER, name="Seller 07", platform_id="party_a", reference="S07")


def add(tx: Tx, *some: Party) -> None:
    for party in some:
        parties.add_party(tx, party, at=NOW)


def test_a_party_comes_back_as_it_went_in(store: Store) -> None:
    with store.begin() as tx:
        add(tx, PLATFORM, SELLER)
    with store.read() as tx:
        assert PLATFORM == parties.party(tx, party_id="party_a")
        assert SELLER == parties.party(tx, party_id="party_s")


def test_the_same_id_again_is_the_same_party_as_it_is_now(store: Store) -> None:
    moved = replace(PLATFORM, email="new@example.org")
    with store.begin() as tx:
        add(tx, PLATFORM, SELLER, moved)
        assert (moved, SELLER) == parties.parties(tx)


def test_parties_are_found_by_role_and_by_platform(store: Store) -> None:
    other = make_party(id="party_b", name="Lantern Mall")
    with store.begin() as tx:
        add(tx, PLATFORM, other, SELLER)
        assert (PLATFORM, other) == parties.parties(tx, role=Role.PLATFORM)
        assert (SELLER,) == parties.parties(tx, platform_id="party_a")
        assert () == parties.parties(tx, role=Role.SELLER, platform_id="party_b")


def test_a_reference_is_a_platforms_own(store: Store) -> None:
    namesake = make_party(id="party_t", role=Role.SELLER, platform_id="party_b", reference="S07")
    site = make_party(id="party_w", role=Role.LOGISTICS, reference="https://id.gs1.org/414/6901234000016")
    with store.begin() as tx:
        add(tx, PLATFORM, make_party(id="party_b"), SELLER, namesake, site)
        assert SELLER == parties.party_by_reference(tx, reference="S07", platform_id="party_a")
        assert namesake == parties.party_by_reference(tx, reference="S07", platform_id="party_b")
        assert None is parties.party_by_reference(tx, reference="S07")
        assert site == parties.party_by_reference(tx, reference=site.reference or "")


def test_a_site_has_one_party_the_last_that_named_it(store: Store) -> None:
    here, there = "https://id.gs1.org/414/6901234000023", "https://id.gs1.org/414/6901234000016"
    hub = make_party(id="party_h", role=Role.LOGISTICS, sites=(here, there))
    heir = make_party(id="party_i", role=Role.LOGISTICS, sites=(there,))
    with store.begin() as tx:
        add(tx, hub)
        assert hub == parties.party_of_site(tx, site=there)
        assert None is parties.party_of_site(tx, site="elsewhere")
        add(tx, heir)
        assert (replace(hub, sites=(here,)), heir) == parties.parties(tx)
        assert heir == parties.party_of_site(tx, site=there)


def test_a_key_opens_until_it_is_revoked(store: Store) -> None:
    with store.begin() as tx:
        add(tx, PLATFORM)
        parties.add_key(tx, key_id="key_1", party_id="party_a", prefix="rk_1", key_hash="h1", at=NOW)
        assert PLATFORM == parties.party_of_key(tx, key_hash="h1")
        assert None is parties.party_of_key(tx, key_hash="h2")
        parties.revoke_key(tx, key_id="key_1", at=NOW + DAY)
        parties.revoke_key(tx, key_id="key_1", at=NOW + 2 * DAY)
        assert None is parties.party_of_key(tx, key_hash="h1")
        assert [NOW + DAY] == [key.revoked_at for key in parties.keys(tx, party_id="party_a")]
        with pytest.raises(NotFound, match="key_9"):
            parties.revoke_key(tx, key_id="key_9", at=NOW)


def test_a_secret_is_kept_sealed_replaced_and_forgotten(store: Store) -> None:
    seal = Seal(b"k" * 32)
    with store.begin() as tx:
        add(tx, PLATFORM)
        for given in ("first", "second"):
            party_secrets.set_secrets(tx, party_id="party_a", secrets={"token": given}, seal=seal)
            assert {"token": given} == party_secrets.secrets_of(tx, party_id="party_a", seal=seal)
        kept = str(tx.scalar(select(PartySecretRow.sealed)))
        assert ("v1:", False) == (kept[:3], "second" in kept)
        assert ("token",) == party_secrets.names_of(tx, party_id="party_a")
        party_secrets.set_secrets(tx, party_id="party_a", secrets={"token": ""}, seal=seal)
        assert {} == party_secrets.secrets_of(tx, party_id="party_a", seal=seal)


def test_a_secret_opens_by_its_own_key_and_name_alone(store: Store) -> None:
    with store.begin() as tx:
        add(tx, PLATFORM)
        party_secrets.set_secrets(tx, party_id="party_a", secrets={"token": "t"}, seal=Seal(b"k" * 32))
        with pytest.raises(NotNow, match="the key that sealed it"):
            party_secrets.secrets_of(tx, party_id="party_a", seal=Seal(b"x" * 32))
        tx.write(update(PartySecretRow).values(name="password"))
        with pytest.raises(NotNow):
            party_secrets.secrets_of(tx, party_id="party_a", seal=Seal(b"k" * 32))


def test_what_stood_there_unsealed_is_sealed(store: Store) -> None:
    seal = Seal(b"k" * 32)
    with store.begin() as tx:
        add(tx, PLATFORM)
        tx.write(insert(PartySecretRow).values(party_id="party_a", name="token", sealed="plain:old"))
        assert {"token": "old"} == party_secrets.secrets_of(tx, party_id="party_a", seal=seal)
        assert (1, 0) == (party_secrets.seal_all(tx, seal=seal), party_secrets.seal_all(tx, seal=seal))
        assert {"token": "old"} == party_secrets.secrets_of(tx, party_id="party_a", seal=seal)


def test_a_party_keeps_its_kind_of_connector_and_what_it_was_told(store: Store) -> None:
    shop = replace(PLATFORM, connector="shopify", settings={"shop": "lamps"})
    with store.begin() as tx:
        add(tx, shop)
        assert shop == parties.party(tx, party_id=shop.id)
    assert shop.has_system
