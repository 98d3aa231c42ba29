"""How many durable mails a second leave, beside Celery, DBOS, Prefect and Postfix's own `smtp-source`.

python -m benchmarks.mail [--mails N] [--peer-mails N] [--json]

All send the same letter (rendered, personal by its link) into one `smtp-sink`, one after another in one run.
The outbox's time is from the first message queued to the last result recorded, as it is the peers'. Needs
the extra `bench`; a peer that cannot run here is left out and named on standard error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.mail_ground import SENDER, redis, sink, smtp_source
from benchmarks.mail_peers import PEERS, versions
from flows.assembly import House, assemble
from flows.emptying import empty_outbox
from flows.prefect_server import PrefectServer
from recall.domain.message import Message, MessageKind, Via
from recall.domain.party import Party, Role
from recall.settings import Settings
from recall.store import outbox, parties, recalls
from recall.store.database import Store, Tx
from recall.store.outbox_table import MessageState
from tests.builders import NOW, make_notice, make_recall
from tests.postgres import durable_cluster

MAILS, PEER_MAILS = 20_000, 500


class Book:
    """Contacts for the benchmark: a buyer's address is its line's reference at one host."""

    def addresses(self, tx: Tx, messages: Sequence[Message]) -> Mapping[str, str]:
        """An address each."""
        del tx
        return {message.id: f"{message.recipient}@buyers.example" for message in messages}


def main() -> None:
    """Run all of them and print mails a second."""
    parser = argparse.ArgumentParser(description="Durable mails a second.")
    parser.add_argument("--mails", type=int, default=MAILS, help="of the outbox and of smtp-source")
    parser.add_argument("--peer-mails", type=int, default=PEER_MAILS, help="of each peer")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rates = measure(mails=args.mails, peer_mails=args.peer_mails)
    machine = {"machine": platform.machine(), "python": platform.python_version(), **versions()}
    if args.json:
        print(json.dumps({"rates": rates, "mails": args.mails, "peer_mails": args.peer_mails, **machine}))
        return
    for name, rate in rates.items():
        print(f"{name}\t{rate:,.0f} mails/s")


def measure(*, mails: int, peer_mails: int) -> dict[str, float]:
    """Mails a second, by the name of who sent them."""
    rates = dict[str, float]()
    with ExitStack() as stack, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        port, cluster = stack.enter_context(sink()), stack.enter_context(durable_cluster())
        home = Path(folder)
        rates["smtp-source"] = smtp_source(mails=mails, port=port)
        rates["outbox-sqlite"] = sent(home / "s", url=f"sqlite:///{home / 's.db'}", mails=mails, port=port)
        rates["outbox-postgresql"] = sent(home / "p", url=cluster.create(), mails=mails, port=port)
        url = cluster.create()
        places = {
            "celery-redis-threads": stack.enter_context(redis(home)), "dbos": url,
            "prefect-map": stack.enter_context(prefect_url(home / "prefect")),
        }  # fmt: skip
        for name in PEERS:
            rate = peer(name, mails=peer_mails, port=port, where=places[name])
            if rate is not None:
                rates[name] = rate
    return {name: round(rate, 1) for name, rate in rates.items()}


def sent(home: Path, *, url: str, mails: int, port: int) -> float:
    """The outbox's mails a second: queued, claimed, written, handed over, recorded."""
    house = built(home, url=url, port=port)
    began = time.perf_counter()
    queue(house.runtime.store, mails=mails)
    asyncio.run(empty_outbox(house))
    spent = time.perf_counter() - began
    with house.runtime.store.read() as tx:
        counts = {count.state: count.n for count in outbox.message_counts(tx, recall_id="rcl_bench")}
    assert {MessageState.DELIVERED: mails} == counts, counts
    house.runtime.store.close()
    return mails / spent


def built(home: Path, *, url: str, port: int) -> House:
    """A house with one recall, whose buyers' addresses are known."""
    settings = Settings.model_validate(
        {"home": home, "database_url": url, "smtp_port": port, "mail_from": SENDER}
    )
    house = assemble(settings)
    object.__setattr__(house.runtime, "contacts", Book())
    store = house.runtime.store
    store.upgrade()
    with store.begin() as tx:
        officer = Party(id="party_officer", role=Role.REGULATOR, name="Market Supervision")
        platform_ = Party(id="party_platform", role=Role.PLATFORM, name="Harbour Market")
        for party in (officer, platform_):
            parties.add_party(tx, party, at=NOW)
        recalls.add_recall(tx, make_recall(id="rcl_bench"))
        recalls.add_notice(
            tx, recall_id="rcl_bench", version=1, notice=make_notice(), at=NOW, submitted_by=officer.id
        )
    return house


def queue(store: Store, *, mails: int) -> None:
    """One message a buyer."""
    with store.begin() as tx:
        outbox.put(tx, _messages(mails), at=NOW)


def _messages(mails: int) -> Iterator[Message]:
    return (
        Message(
            id=f"msg_{number:032d}", recall_id="rcl_bench", version=1, party_id="party_platform",
            via=Via.EMAIL, kind=MessageKind.NOTIFY_BUYER, recipient=f"L{number:09d}", language="en",
        )
        for number in range(mails)
    )  # fmt: skip


@contextmanager
def prefect_url(home: Path) -> Iterator[str]:
    """The address of a Prefect server that is up."""
    server = PrefectServer(home=home)
    server.start()
    try:
        yield server.ready()
    finally:
        server.end()


def peer(name: str, *, mails: int, port: int, where: str) -> float | None:
    """A peer's mails a second; None, and the reason on standard error, where it cannot run here."""
    command = [sys.executable, "-m", "benchmarks.mail_peers", name, str(mails), str(port), where]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in done.stdout.splitlines() if line.startswith("seconds ")]
    if not said:
        print(f"{name} did not run: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return None
    return mails / float(said[-1].split()[1])


if __name__ == "__main__":
    main()
