"""The relaying: each platform tells its buyers in its own way, and one that fails keeps no other from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from flows.relaying import SystemRelay
from recall.domain.party import Party
from recall.errors import GiveUp, NotFound, RecallError, TryLater
from recall.ports import Capabilities, ContactMode, Outgoing, Receipt, Result
from tests.builders import make_party
from tests.fakes import FakeChannel, FakePlatform
from tests.notifications.builders import outgoing

HARBOUR = make_party(id="party_h", name="Harbour", endpoint="https://h.example")
SHOP = make_party(id="party_s", name="Shop", connector="shopify")
MALL = make_party(id="party_m", name="Mall", connector="mall")


@dataclass(slots=True, kw_only=True)
class Telling(FakePlatform):
    """A shop that can tell its buyers, or cannot, or fails."""

    modes: tuple[ContactMode, ...] = (ContactMode.RELAY_TEXT,)
    fails: RecallError | None = None
    silent: bool = False
    told: list[str] = field(default_factory=list)

    async def capabilities(self) -> Capabilities:
        return Capabilities(contact_modes=self.modes)

    async def contact(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        if self.fails:
            raise self.fails
        self.told += [message.id for message in messages]
        said = messages[1:] if self.silent else messages
        return tuple(Receipt(outgoing_id=m.id, result=Result.DELIVERED) for m in said)


def relay(systems: Mapping[str, FakePlatform], *, protocol: FakeChannel | None = None) -> SystemRelay:
    def partner(party: Party) -> FakePlatform:
        if party.id not in systems:
            raise NotFound(f"There is no connector {party.connector!r}")
        return systems[party.id]

    return SystemRelay(protocol=protocol or FakeChannel(name="relay"), partner=partner)


def lines(*parties: Party) -> list[Outgoing]:
    return [outgoing(number, party=party, kind="notify_buyer") for number, party in enumerate(parties)]


async def test_each_platform_tells_its_own_buyers_in_its_own_way() -> None:
    protocol = FakeChannel(name="relay", answer=lambda _: Result.ACCEPTED)
    shop, mall = Telling(), Telling()
    sent = lines(SHOP, HARBOUR, MALL, SHOP)
    receipts = await relay({SHOP.id: shop, MALL.id: mall}, protocol=protocol).send(sent)
    assert [m.id for m in sent] == [r.outgoing_id for r in receipts]
    assert ["delivered", "accepted", "delivered", "delivered"] == [r.result.value for r in receipts]
    assert ([sent[0].id, sent[3].id], [sent[2].id]) == (shop.told, mall.told)
    assert (False, False, [sent[1]]) == (shop.open, mall.open, protocol.sent)


@pytest.mark.parametrize(
    ("error", "result", "after"),
    [
        (TryLater("busy", after=40.0), Result.LATER, 40.0),
        (GiveUp("This order is too old for a message"), Result.REFUSED, None),
    ],
)
async def test_a_platform_that_fails_keeps_no_other_from_being_asked(
    error: RecallError, result: Result, after: float | None
) -> None:
    shop, mall = Telling(fails=error), Telling()
    failed, fine = await relay({SHOP.id: shop, MALL.id: mall}).send(lines(SHOP, MALL))
    assert (result, after, True) == (failed.result, failed.after, error.message in failed.detail)
    assert (Result.DELIVERED, False) == (fine.result, shop.open)


async def test_a_platform_that_can_tell_nobody_is_not_asked_and_a_person_is() -> None:
    shop = Telling(modes=())
    (receipt,) = await relay({SHOP.id: shop}).send(lines(SHOP))
    assert (Result.REFUSED, []) == (receipt.result, shop.told)
    assert "Shop cannot tell its buyers: a person must" == receipt.detail


async def test_a_kind_that_is_not_there_is_tried_later() -> None:
    (receipt,) = await relay({}).send(lines(SHOP))
    assert (Result.LATER, True) == (receipt.result, "no connector 'shopify'" in receipt.detail)


async def test_a_message_of_which_nothing_is_said_may_have_been_sent() -> None:
    receipts = await relay({SHOP.id: Telling(silent=True)}).send(lines(SHOP, SHOP))
    assert [Result.AMBIGUOUS, Result.DELIVERED] == [receipt.result for receipt in receipts]


async def test_it_lets_the_connections_of_the_protocol_go() -> None:
    protocol = FakeChannel(name="relay")
    await relay({}, protocol=protocol).aclose()
    assert not protocol.open
