"""The fetching: asks partners' systems what was done there, page by page; who fails, fails alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from flows.assembly import House
from flows.partners import Fetched, each_partner
from recall.domain.confirmation import Confirmation, RelayReceipt
from recall.domain.party import Party, Role
from recall.errors import ConfirmationRefused, GiveUp
from recall.ports import Platform, Rows
from recall.steps.record_confirmation import record_page, record_receipts
from recall.store import cursors

_Row = TypeVar("_Row")


async def fetch_confirmations(house: House, *, recall_id: str) -> tuple[Fetched, ...]:
    """Read what platforms and logistics partners did since the last time, and record it."""

    async def ask(party: Party, partner: Platform) -> int:
        new = await _confirmations(house, party, partner, recall_id=recall_id)
        if party.role is Role.PLATFORM:
            new += await _receipts(house, party, partner, recall_id=recall_id)
        return new

    return await each_partner(house, roles=(Role.PLATFORM, Role.LOGISTICS), ask=ask)


async def _confirmations(house: House, party: Party, partner: Platform, *, recall_id: str) -> int:
    name, new = f"confirmations/{recall_id}/{party.id}", 0
    async for answer in _news(house, name=name, ask=partial(partner.confirmations, recall_id=recall_id)):
        page, refused = _readable(answer.rows, read=Confirmation.read, where="/confirmations")
        recorded = record_page(
            house.runtime, recall_id=recall_id, party_id=party.id, page=page, refused=refused,
            cursor=(name, answer.next),
        )  # fmt: skip
        new += sum(each.new for each in recorded)
    return new


async def _receipts(house: House, party: Party, partner: Platform, *, recall_id: str) -> int:
    name, new = f"receipts/{recall_id}/{party.id}", 0
    async for answer in _news(house, name=name, ask=partial(partner.receipts, recall_id=recall_id)):
        page, refused = _readable(answer.rows, read=RelayReceipt.read, where="/receipts")
        record_receipts(
            house.runtime, recall_id=recall_id, party_id=party.id, page=page, refused=refused,
            cursor=(name, answer.next),
        )  # fmt: skip
        new += len(page)
    return new


async def _news(house: House, *, name: str, ask: Callable[..., Awaitable[Rows]]) -> AsyncIterator[Rows]:
    """Answer after answer until nothing is new; each is recorded with its cursor before the next is asked.

    A page smaller than one before it is the last: what its partner writes meanwhile waits for the next time.
    """
    seen, largest = set[str](), 0
    while True:
        with house.runtime.store.read() as tx:
            after = cursors.cursor(tx, name=name)
        if after in seen:
            raise GiveUp(f"The pages of {name} run in a circle", value=after, expected="a new cursor")
        seen.add(after)
        answer = await ask(after=after)
        if not answer.rows:
            return
        yield answer
        if len(answer.rows) < largest:
            return
        largest = len(answer.rows)


def _readable(
    rows: Sequence[Mapping[str, object]], *, read: Callable[..., _Row], where: str
) -> tuple[list[_Row], list[str]]:
    """The rows that can be read, and why the others cannot: a bad row never holds up its page."""
    good, refused = [], []
    for position, row in enumerate(rows):
        try:
            good.append(read(row, where=f"{where}/{position}"))
        except ConfirmationRefused as error:
            refused.append(str(error))
    return good, refused
