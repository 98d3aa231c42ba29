"""The emptying of the outbox: all channels side by side, until nothing is due.

Each batch is claimed and marked as being handed over before anything leaves, and settled after. While it is
under way its holder says that it lives, and writes what it begins and what it is answered into its log: a
crash leaves in doubt only the mails that were on the wire.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from flows.assembly import House, new_id
from flows.handover import HandoverLog, forget_old_logs, read_log
from flows.writing import WritingDesk
from recall.domain.message import Via
from recall.ports import Channel, Outgoing, Receipt
from recall.steps.deliver_messages import claim_letters, keep_letters, settle_letters
from recall.store.claims import HOLD, Log

log = logging.getLogger("recall.deliver")

BEAT_SECONDS = HOLD.total_seconds() / 4
FIRST_BATCH = 50
BATCH_SECONDS = 1.0
"""A batch is as large as is handed over in about this time: its results are in the books soon after."""


async def empty_outbox(house: House) -> dict[str, int]:
    """One pass; returns how many receipts of each kind came back.

    Any number of passes may run beside one another, here and on other machines.
    """
    name, folder = new_id("dlv"), house.settings.home / "handover"
    forget_old_logs(folder)
    begun = HandoverLog(folder=folder, holder=f"{name}-{Via.EMAIL}")
    channels = house.channels(handover=begun)
    try:
        async with asyncio.TaskGroup() as group:
            passes = [
                group.create_task(_empty(house, via=via, channel=channel, name=name))
                for via, channel in channels.items()
            ]
    finally:
        for channel in channels.values():
            await channel.aclose()
    begun.close()
    return dict(sum((each.result() for each in passes), Counter[str]()))


async def _empty(house: House, *, via: Via, channel: Channel, name: str) -> Counter[str]:
    results, desk, holder = Counter[str](), WritingDesk(), f"{name}-{via}"
    log_of = partial(_log_of, house)
    limit = min(FIRST_BATCH, channel.batch)
    async with _alive(house, holder=holder):
        while True:
            letters = await asyncio.to_thread(
                claim_letters, house.runtime, holder=holder, via=via, limit=limit, log_of=log_of
            )
            if not letters:
                return results
            began = time.monotonic()
            receipts = await _hand_over(channel, desk.written(letters))
            spent = time.monotonic() - began
            await asyncio.to_thread(settle_letters, house.runtime, holder=holder, receipts=receipts)
            results.update(receipt.result.value for receipt in receipts)
            limit = max(1, min(channel.batch, int(len(letters) * BATCH_SECONDS / (spent or BATCH_SECONDS))))


async def _hand_over(channel: Channel, written: Sequence[Outgoing | Receipt]) -> list[Receipt]:
    """The receipts of what could be written, after those of what could not."""
    failed = [each for each in written if isinstance(each, Receipt)]
    return [*failed, *await channel.send([each for each in written if isinstance(each, Outgoing)])]


def _log_of(house: House, holder: str) -> Log | None:
    return read_log(folder=house.settings.home / "handover", holder=holder)


@asynccontextmanager
async def _alive(house: House, *, holder: str) -> AsyncIterator[None]:
    """Says every few seconds that the holder lives, while the block runs."""
    beating = asyncio.create_task(_beat(house, holder=holder))
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _beat(house: House, *, holder: str) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            await asyncio.to_thread(keep_letters, house.runtime, holder=holder)
        except Exception:
            log.exception("Could not say that %s lives; the next beat tries again", holder)
