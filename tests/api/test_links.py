"""The links of the resolver: a maker says where its own products lead, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from recall.domain.link_form import read_entries
from recall.domain.party import Party, Role
from recall.errors import InputRefused, NotFound
from recall.steps.admit_party import own_prefixes
from recall.steps.keep_links import keep_links
from recall.store import link_entries, parties
from tests.api.conftest import Door
from tests.builders import NOW
from tests.world import FIRST, GTIN, HARBOUR, MAKER, SELLER

PREFIX = "9521234"
STRANGER = "09506000134352"
OTHERS = [GTIN, "09521234500025", "09521234500032"]


def entry(gtin: str = GTIN, href: str = "https://maker.example/lamp") -> dict[str, Any]:
    """A product page."""
    return {"anchor": f"/01/{gtin}", "links": [{"linktype": "gs1:pip", "href": href, "title": "Product"}]}


def put(door: Door, *entries: dict[str, Any], by: str = MAKER) -> Any:
    """What is answered to entries of a party."""
    return door.client.put("/v1/links", json=list(entries), headers=door.world.key(by))


def drop(door: Door, gtin: str, by: str = MAKER) -> Any:
    """What is answered to the withdrawal of a product's links."""
    return door.client.delete(f"/v1/links/01/{gtin}", headers=door.world.key(by))


def listed(door: Door, **query: Any) -> dict[str, Any]:
    """A page of the maker's own links."""
    answer = door.client.get("/v1/links", params=query, headers=door.world.key(MAKER))
    assert 200 == answer.status_code
    return dict(answer.json())


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


def test_a_maker_sees_its_own_links_page_by_page_whoever_loaded_them(any_door: Door) -> None:
    runtime = any_door.world.runtime
    own_prefixes(runtime, party_id=MAKER, more=(PREFIX,))
    assert {"entries": [], "next": None} == listed(any_door)
    keep_links(runtime, entries=read_entries([entry(OTHERS[2]), entry(STRANGER)]), kept_by="operator")
    put(any_door, entry(OTHERS[1]), entry(), entry() | {"qualifiers": [{"10": "A1"}]})
    pages = [listed(any_door, limit=2), listed(any_door, limit=2, after=f"/01/{sorted(OTHERS)[1]}")]
    told = [[each["anchor"].removeprefix("/01/") for each in page["entries"]] for page in pages]
    assert sorted([*OTHERS, GTIN]) == sorted(told[0] + told[1])
    assert [f"/01/{sorted(OTHERS)[1]}", None] == [page["next"] for page in pages]


def test_what_is_under_a_longer_prefix_of_another_is_not_shown(any_door: Door) -> None:
    runtime = any_door.world.runtime
    own_prefixes(runtime, party_id=MAKER, more=("9506",))
    put(any_door, entry(STRANGER))
    assert 1 == len(listed(any_door)["entries"])
    with runtime.store.begin() as tx:
        parties.add_party(tx, Party(id="party_other", role=Role.MANUFACTURER, name="Another"), at=NOW)
    own_prefixes(runtime, party_id="party_other", more=("9506000",))
    assert [] == listed(any_door)["entries"]
    assert 403 == drop(any_door, STRANGER).status_code


def test_a_maker_withdraws_the_links_of_a_product_and_twice_is_once(any_door: Door) -> None:
    own_prefixes(any_door.world.runtime, party_id=MAKER, more=(PREFIX,))
    put(any_door, entry(), entry() | {"qualifiers": [{"10": "A1"}]}, entry(OTHERS[1]))
    assert [2, 0] == [drop(any_door, GTIN).json()["dropped"] for _ in range(2)]
    assert [f"/01/{OTHERS[1]}"] == kept(any_door)
    assert (403, 422) == (drop(any_door, STRANGER).status_code, drop(any_door, "12").status_code)


@pytest.mark.parametrize("role", [FIRST, HARBOUR, SELLER])
def test_no_other_role_loads_lists_or_withdraws_links(door: Door, role: str) -> None:
    own_prefixes(door.world.runtime, party_id=MAKER, more=(PREFIX,))
    assert 403 == put(door, entry(), by=role).status_code
    assert 403 == door.client.get("/v1/links", headers=door.world.key(role)).status_code
    assert 403 == drop(door, GTIN, by=role).status_code
    assert 401 == door.client.get("/v1/links").status_code
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
