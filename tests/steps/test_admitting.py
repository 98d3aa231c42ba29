"""Who takes part, and what comes in before any recall: parties, keys, events and trade items."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recall.domain.party import Party, Role
from recall.errors import InputRefused, NotFound, NotNow, RecallError
from recall.keys import key_hash
from recall.steps.admit_party import admit_party, give_key
from recall.steps.capture_events import keep_catalogue
from recall.store import events, parties, party_secrets
from recall.store.events import Product
from tests.builders import make_party
from tests.dumps import dump
from tests.steps.acts import audited
from tests.world import GTIN, HARBOUR, LANTERN, PARTIES, SELLER, World

SELLER_PARTY = next(party for party in PARTIES if party.id == SELLER)
NEW = make_party(id="party_new", role=Role.SELLER, name="Seller 11", platform_id=LANTERN, reference="T-11")


def test_a_party_is_admitted_with_its_token_and_kept_as_it_is_called_now(world: World) -> None:
    assert ["party.admitted"] == audited(
        world, lambda: admit_party(world.runtime, party=NEW, given={"token": "t"})
    )
    admit_party(world.runtime, party=replace(NEW, name="Seller Eleven"))
    with world.runtime.store.read() as tx:
        assert "Seller Eleven" == parties.party(tx, party_id=NEW.id).name
        kept = party_secrets.secrets_of(tx, party_id=NEW.id, seal=world.runtime.seal)
    assert {"token": "t"} == kept


REFUSED: list[tuple[type[RecallError], Party]] = [
    (InputRefused, make_party(role=Role.BUYER)),
    (InputRefused, replace(NEW, platform_id=SELLER)),
    (NotFound, replace(NEW, platform_id="party_nobody")),
    (NotNow, replace(NEW, platform_id=HARBOUR, reference=SELLER_PARTY.reference)),
]


@pytest.mark.parametrize(("error", "party"), REFUSED)
def test_who_cannot_take_part_is_refused_whole(world: World, error: type[RecallError], party: Party) -> None:
    before = dump(world.runtime.store)
    with pytest.raises(error):
        admit_party(world.runtime, party=party, given={"token": "t"})
    assert before == dump(world.runtime.store)


def test_a_key_is_whole_only_in_the_answer_and_its_hash_opens_the_door(world: World) -> None:
    key = give_key(world.runtime, party_id=SELLER)
    stored = dump(world.runtime.store)
    assert [] == [row for rows in stored.values() for row in rows if key.text in row]
    with world.runtime.store.read() as tx:
        holder = parties.party_of_key(tx, key_hash=key_hash(key.text))
    assert SELLER_PARTY == holder
    with pytest.raises(NotFound):
        give_key(world.runtime, party_id="party_nobody")
    assert stored == dump(world.runtime.store)


def test_a_trade_item_is_what_it_is_called_now(world: World) -> None:
    renamed = Product(gtin=GTIN, model="PAC20-272B", brand="Example", name="Power bank")
    kept = audited(world, lambda: keep_catalogue(world.runtime, products=[renamed], kept_by="operator"))
    assert ["catalogue.kept"] == kept
    with world.runtime.store.read() as tx:
        assert {"PAC20-272B", "PAC20-392"} == set(events.catalogue(tx))
