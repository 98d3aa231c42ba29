"""The parties: known by id, by what a platform calls them, and by their keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recall.domain.party import Party, Role
from recall.errors import NotFound
from recall.store import parties
from recall.store.database import Store, Tx
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


def test_a_token_is_kept_replaced_and_forgotten(store: Store) -> None:
    with store.begin() as tx:
        add(tx, PLATFORM)
        assert None is parties.token(tx, party_id="party_a")
        for given in ("first", "second", None):
            parties.set_token(tx, party_id="party_a", token=given)
            assert given == parties.token(tx, party_id="party_a")
