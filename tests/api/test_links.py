"""The links of the resolver: a maker says where its own products lead, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from recall.domain.party import Party, Role
from recall.errors import InputRefused, NotFound
from recall.steps.admit_party import own_prefixes
from recall.store import link_entries, parties
from tests.api.conftest import Door
from tests.builders import NOW
from tests.world import FIRST, GTIN, HARBOUR, MAKER, SELLER

PREFIX = "9521234"
STRANGER = "09506000134352"


def entry(gtin: str = GTIN, href: str = "https://maker.example/lamp") -> dict[str, Any]:
    """A product page."""
    return {"anchor": f"/01/{gtin}", "links": [{"linktype": "gs1:pip", "href": href, "title": "Product"}]}


def put(door: Door, *entries: dict[str, Any], by: str = MAKER) -> Any:
    """What is answered to entries of a party."""
    return door.client.put("/v1/links", json=list(entries), headers=door.world.key(by))


def kept(door: Door) -> list[str]:
    """The anchors of all entries."""
    with door.world.runtime.store.read() as tx:
        return [each.anchor for each in link_entries.entries(tx)]


def test_a_maker_loads_links_of_products_under_its_own_prefix(door: Door) -> None:
    own_prefixes(door.world.runtime, party_id=MAKER, more=(PREFIX,))
    answer = put(door, entry())
    assert (200, {"entries": 1, "links": 1}) == (answer.status_code, answer.json())
    led = door.client.get(f"/01/{GTIN}", follow_redirects=False)
    assert (307, "https://maker.example/lamp") == (led.status_code, led.headers["location"])


def test_of_anothers_product_nothing_is_taken_whatever_else_comes_with_it(door: Door) -> None:
    assert 403 == put(door, entry()).status_code, "before a prefix was entered"
    own_prefixes(door.world.runtime, party_id=MAKER, more=(PREFIX,))
    for other in (entry(STRANGER), entry() | {"anchor": "/00/095212340000000013"}):
        refused = put(door, entry(), other)
        assert (403, "not-allowed") == (refused.status_code, refused.json()["type"].rpartition("/")[2])
    assert [] == kept(door)


@pytest.mark.parametrize("role", [FIRST, HARBOUR, SELLER])
def test_no_other_role_loads_links(door: Door, role: str) -> None:
    own_prefixes(door.world.runtime, party_id=MAKER, more=(PREFIX,))
    assert 403 == put(door, entry(), by=role).status_code
    assert 401 == door.client.put("/v1/links", json=[entry()]).status_code
    assert [] == kept(door)


def test_a_longer_prefix_of_another_party_is_the_other_partys(door: Door) -> None:
    runtime = door.world.runtime
    own_prefixes(runtime, party_id=MAKER, more=("9506", PREFIX))
    assert ("9506", PREFIX) == own_prefixes(runtime, party_id=MAKER)
    assert 200 == put(door, entry(STRANGER)).status_code
    other = Party(id="party_other", role=Role.MANUFACTURER, name="Another maker")
    with runtime.store.begin() as tx:
        parties.add_party(tx, other, at=NOW)
    assert ("9506000",) == own_prefixes(runtime, party_id=other.id, more=("9506000",))
    assert 403 == put(door, entry(STRANGER)).status_code


def test_what_is_no_prefix_or_nobodys_is_refused(door: Door) -> None:
    for party, prefix in ((MAKER, "95"), (MAKER, "95212345678901"), (MAKER, "95-1234"), (SELLER, PREFIX)):
        with pytest.raises(InputRefused):
            own_prefixes(door.world.runtime, party_id=party, more=(prefix,))
    with pytest.raises(NotFound):
        own_prefixes(door.world.runtime, party_id="party_nobody", more=(PREFIX,))
