"""Senders that are killed in the middle of their letters lose none, and every double is known as such.

Given an outbox and a mail server that remembers whom it wrote to, when sender after sender is killed with
SIGKILL, then the last one tells everybody who was left, and nobody has two letters whose row does not say so.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from recall.domain.message import MessageKind, Via
from recall.domain.party import Role
from recall.store import outbox, parties, recalls
from recall.store.database import Store
from recall.store.outbox_table import MessageState
from tests.builders import NOW, make_message, make_notice, make_party, make_recall
from tests.notifications.smtp import BreakingSmtp, breaking_smtp

IDENTITY = re.compile(rb"^Message-ID: <([^@]+)@", re.MULTILINE)


def filled(url: str, *, letters: int) -> Store:
    """A recall whose farewell waits for so many addresses of one party."""
    store = Store(url)
    store.upgrade()
    with store.begin() as tx:
        officer = make_party(id="party_officer", role=Role.REGULATOR, name="Market Supervision")
        for party in (officer, make_party(id="party_platform")):
            parties.add_party(tx, party, at=NOW)
        recall = make_recall(id="rcl_1")
        recalls.add_recall(tx, recall)
        recalls.add_notice(
            tx, recall_id=recall.id, version=1, notice=make_notice(), at=NOW, submitted_by=officer.id
        )
        waiting = (
            make_message(
                recall_id=recall.id, party_id="party_platform", via=Via.EMAIL, kind=MessageKind.CLOSING,
                recipient=f"desk{n}@shop.example",
            )
            for n in range(letters)
        )  # fmt: skip
        assert letters == outbox.put(tx, waiting, at=NOW)
    return store


async def sender(home: Path, *, url: str, port: int) -> asyncio.subprocess.Process:
    """A sender of its own, as an operator starts one."""
    environment = os.environ | {
        "RECALL_HOME": str(home), "RECALL_DATABASE_URL": url, "RECALL_SMTP_PORT": str(port),
        "RECALL_SMTP_CONNECTIONS": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "flows.cli", "deliver", "--watch"]
    return await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.DEVNULL)


async def until(there: BreakingSmtp, *, letters: int, process: asyncio.subprocess.Process) -> None:
    """Wait for the server to have taken so many."""
    while len(there.taken) < letters:
        assert process.returncode is None, "the sender ended by itself"
        await asyncio.sleep(0.005)


def states(store: Store) -> Counter[MessageState]:
    with store.read() as tx:
        return Counter({count.state: count.n for count in outbox.message_counts(tx, recall_id="rcl_1")})


@pytest.mark.timeout(280)
@pytest.mark.parametrize(
    ("letters", "kills"), [(200, 2), pytest.param(100_000, 200, marks=pytest.mark.campaign)]
)
async def test_kills_lose_no_letter_and_every_double_is_in_the_books(
    tmp_path: Path, database_url: str, letters: int, kills: int
) -> None:
    store = filled(database_url, letters=letters)
    points = sorted(Random(2026).sample(range(5, letters - 20), kills))
    async with breaking_smtp(pipelining=True) as there:
        for point in points:
            process = await sender(tmp_path, url=database_url, port=there.port)
            await until(there, letters=max(point, len(there.taken) + 1), process=process)
            process.kill()
            await process.wait()
        last = await sender(tmp_path, url=database_url, port=there.port)
        while states(store) != {MessageState.DELIVERED: letters}:
            assert last.returncode is None, "the last sender ended by itself"
            await asyncio.sleep(0.2)
        last.kill()
        await last.wait()
    copies = Counter(found[1].decode() for text in there.taken if (found := IDENTITY.search(text)))
    with store.read() as tx:
        sent = outbox.messages(tx, recall_id="rcl_1", limit=letters)
    doubled = {name for name, times in copies.items() if times > 1}
    in_doubt = {tracked.message.id for tracked in sent if tracked.ambiguous}
    assert letters == len(copies)
    assert doubled <= in_doubt
    assert len(there.taken) - letters <= kills
    store.close()
