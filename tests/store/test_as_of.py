"""As of one time the answer is the same for ever, whatever is said, taken back or changed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recall.codes.keys import key_of
from recall.domain.match import Match
from recall.domain.matcher import Matcher
from recall.domain.party import Role
from recall.domain.recall import Recall
from recall.domain.ruling import Ruling
from recall.domain.trace import LotKey, Trace, trace
from recall.epcis.event import Event
from recall.store import events, parties
from recall.store.cohorts import cohort_then
from recall.store.database import Store, Tx
from recall.store.goods import facts_of
from recall.store.sites import ToldSites
from recall.store.world import StoredWorld
from tests.builders import DAY, GTIN, HOUR, NOW, make_line, make_party
from tests.store.goods import CASE, FACTORY, HUB, PALLET, begun, event, item, lot, moved, packed, turned
from tests.store.test_capturing import wrong
from tests.store.test_never_missed import A1, BEGAN, INNOCENT, OF_A1, bare

MAKER, OTHER, SELLER = "party_maker", "party_carrier", "party_seller"
SHOP = {"id": "https://id.gs1.org/414/6901234000306"}
ROLES = {MAKER: Role.MANUFACTURER, OTHER: Role.LOGISTICS, SELLER: Role.SELLER}
BARE = bare()
OF_S1 = make_line(lot=None, serial="S1", units=1, ship_from=HUB["id"], shipped_at=NOW - 100 * DAY)
Step = Callable[[Tx, datetime], object]
"""Something that happens to the store at a time."""


def says(party: str, *some: Event) -> Step:
    return lambda tx, at: events.capture(tx, some, captured_by=party, at=at)


def becomes(party: str, role: Role, *sites: dict[str, str]) -> Step:
    known = make_party(
        id=party, role=role, reference=party, sites=tuple(key_of(site["id"]) for site in sites)
    )
    return lambda tx, at: parties.add_party(tx, known, at=at)


@dataclass(frozen=True)
class Answer:
    """All that is asked as of one time."""

    trace: Trace
    bare: Match
    single: Ruling
    facts: Any


def answer(tx: Tx, *, as_of: datetime | None) -> Answer:
    found = trace(A1, world=StoredWorld(tx, as_of=as_of))
    judge = Matcher(scope=A1, trace=found, sites=ToldSites(tx, as_of=as_of))
    cohort = cohort_then(tx, OF_S1, as_of=as_of or NOW + 1000 * DAY)
    telling = [ruling for ruling in judge.rulings(cohort) if ruling.test.holds(OF_S1)]
    facts = facts_of(tx, keys=[LotKey(GTIN, "A1"), LotKey(GTIN, "B2")], as_of=as_of)
    return Answer(found, judge.match(BARE), telling[0], facts)


def lived(tx: Tx, steps: Sequence[Step]) -> list[Answer]:
    """The answers after each step, of which every one is still the same when all the steps are done."""
    for party, role in ROLES.items():
        becomes(party, role)(tx, NOW - HOUR)
    times, then = list[datetime](), list[Answer]()
    for number, step in enumerate(steps):
        times.append(NOW + number * HOUR)
        step(tx, times[-1])
        then.append(answer(tx, as_of=None))
    for number, (at, told) in enumerate(zip(times, then, strict=True)):
        for moment in (at, at + HOUR / 2):
            assert told == answer(tx, as_of=moment), f"after step {number}"
    return then


LOADED, BEFORE_IT_LEFT = BEGAN + HOUR, BEGAN + 2 * HOUR
UNLOADED = packed(PALLET, action="DELETE", at=BEFORE_IT_LEFT, childQuantityList=[lot("A1", 9)])
A_PALLET = (
    *INNOCENT,
    OF_A1,
    packed(PALLET, at=LOADED, childQuantityList=[lot("A1", 9)]),
    moved("shipping", FACTORY, at=BEGAN + 3 * HOUR, epcList=[PALLET]),
    moved("receiving", HUB, at=BEGAN + DAY, epcList=[PALLET]),
)
SENT = moved("shipping", FACTORY, at=BEGAN + HOUR, quantityList=[lot("A1", 9)])
CAME = moved("receiving", SHOP, at=BEGAN + DAY, quantityList=[lot("A1", 9)])
OF_A1_MORE = turned(inputQuantityList=[lot("A1", 2)], outputQuantityList=[lot("B2", 9)], at=BEGAN + HOUR)
S1_OF_B2 = begun(epcList=[item("S1")], ilmd={"cbvmda:lotNumber": "B2"}, at=BEGAN)
RETURNED = event(
    "ObjectEvent", action="OBSERVE", at=BEGAN + 2 * DAY, bizStep="receiving", disposition="returned",
    bizLocation=HUB, epcList=[item("S9")],
)  # fmt: skip


EMPTIED = packed(PALLET, action="DELETE", at=BEGAN + 2 * DAY)
ANEW = packed(PALLET, at=BEGAN + 3 * DAY, childEPCs=[CASE])
INSIDE = packed(CASE, at=LOADED, childQuantityList=[lot("A1", 2)])
S1_OF_A1 = begun(epcList=[item("S1")], at=BEGAN)
LIVES: dict[str, list[Step]] = {
    "said by a seller, then by the maker": [
        says(MAKER, *A_PALLET), says(SELLER, UNLOADED), says(MAKER, UNLOADED),
    ],
    "taken back by the maker while a seller stands to it": [
        says(MAKER, *A_PALLET), says(MAKER, UNLOADED), says(SELLER, UNLOADED), says(MAKER, wrong(UNLOADED)),
    ],
    "revived by a seller, then by another": [
        says(MAKER, *A_PALLET, UNLOADED), says(MAKER, wrong(UNLOADED)), says(SELLER, UNLOADED),
        says(OTHER, UNLOADED),
    ],
    "declared wrong before it came": [
        says(SELLER, wrong(UNLOADED)), says(MAKER, *A_PALLET), says(OTHER, UNLOADED),
        says(OTHER, wrong(UNLOADED)),
    ],
    "declared wrong by a stranger": [
        says(MAKER, *A_PALLET), says(MAKER, UNLOADED), says(SELLER, wrong(UNLOADED)),
        says(OTHER, wrong(UNLOADED)),
    ],
    "said by three parties, of which two take it back": [
        says(MAKER, *INNOCENT, OF_A1), says(OTHER, OF_A1), says(SELLER, OF_A1), says(MAKER, wrong(OF_A1)),
        says(OTHER, wrong(OF_A1)),
    ],
    "wrong and corrected": [
        says(MAKER, *INNOCENT, OF_A1), says(MAKER, SENT), says(MAKER, wrong(SENT)),
        says(MAKER, moved("shipping", FACTORY, at=BEGAN + HOUR, quantityList=[lot("A1", 4)])),
    ],
    "said by a carrier that sells for a while": [
        says(MAKER, *A_PALLET), says(OTHER, UNLOADED), becomes(OTHER, Role.PLATFORM),
        becomes(OTHER, Role.LOGISTICS),
    ],
    "received at a site that changes hands": [
        says(MAKER, *INNOCENT, OF_A1, SENT), becomes(SELLER, Role.SELLER, SHOP), says(SELLER, CAME),
        becomes(OTHER, Role.LOGISTICS, SHOP), becomes(SELLER, Role.SELLER, SHOP),
    ],
    "returns that nobody stood to for a while": [
        says(MAKER, *INNOCENT, OF_A1), says(MAKER, RETURNED), says(MAKER, wrong(RETURNED)),
        says(OTHER, RETURNED),
    ],
    "a late transformation": [says(MAKER, *INNOCENT, OF_A1), says(MAKER, OF_A1_MORE)],
    "an item of which sellers and makers tell otherwise": [
        says(SELLER, S1_OF_B2, OF_A1), says(MAKER, S1_OF_B2), says(SELLER, S1_OF_A1),
        says(MAKER, wrong(S1_OF_B2)), says(MAKER, S1_OF_A1),
    ],
    "a pallet's number that is used again": [
        says(MAKER, *A_PALLET), says(MAKER, EMPTIED), says(MAKER, ANEW), says(SELLER, INSIDE),
        says(SELLER, wrong(INSIDE)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("steps", LIVES.values(), ids=LIVES)
def test_what_comes_later_changes_no_earlier_answer(store: Store, recall: Recall, steps: list[Step]) -> None:
    with store.begin() as tx:
        told = lived(tx, steps)
    assert 1 < len({repr(one) for one in told}), f"nothing of it matters to {recall.id}"


SAID = st.builds(
    lambda who, what, back: says(who, wrong(what) if back else what),
    st.sampled_from(sorted(ROLES)),
    st.sampled_from([*A_PALLET, UNLOADED, SENT, CAME, RETURNED, S1_OF_A1, S1_OF_B2, OF_A1_MORE, EMPTIED]),
    st.booleans(),
)
CHANGED = st.builds(
    lambda who, role, sites: becomes(who, role, *sites),
    st.sampled_from(sorted(ROLES)),
    st.sampled_from([Role.MANUFACTURER, Role.SELLER, Role.LOGISTICS]),
    st.sampled_from([(), (SHOP,), (HUB, SHOP)]),
)


@given(steps=st.lists(st.one_of(SAID, SAID, SAID, CHANGED), min_size=2, max_size=8))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_said_and_taken_back_changes_no_earlier_answer(
    store: Store, recall: Recall, steps: list[Step]
) -> None:
    try:
        with store.begin() as tx:
            says(MAKER, *A_PALLET[:4])(tx, NOW - HOUR)
            lived(tx, steps)
            raise _Undone(recall.id)
    except _Undone:
        pass


class _Undone(Exception):
    """Each example has a world of its own."""
