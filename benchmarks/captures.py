"""How fast documents of events are captured: read, validated, kept and ready to be traced.

One document of 1,000 events a transaction, synced to the disk at each commit. Beside the time that passed
stands this process's own time, which a busy machine blurs less; over HTTP a document is counted from its
first byte until its job says that it is done.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import uvicorn

from benchmarks import supply_events
from flows.calendars import calendar
from recall.app import create_app
from recall.domain.party import Party, Role
from recall.epcis.document import read_document
from recall.keys import new_key
from recall.links import Links
from recall.notary import Drawer, Notary
from recall.runtime import Runtime
from recall.sealing import Seal
from recall.steps.capture_events import capture_events
from recall.store import parties
from recall.store.database import Store
from tests.postgres import running_cluster

ROUNDS = 9
IN_A_DOCUMENT = 1_000
BAR = 5_000
PEER = 12
"""Events per second of quartet-epcis on SQLite, measured when the bar was set."""


def capture_rates() -> dict[str, Any]:
    """Events per second into SQLite, into PostgreSQL where there is one, and through the door."""
    found: dict[str, Any] = {"bar": BAR, "quartet-epcis, measured before": PEER}
    with _sqlite() as store:
        found["sqlite"] = _rates(store)
    with _sqlite() as store:
        found["sqlite, over http"] = _through_the_door(store)
    with running_cluster() as cluster:
        if cluster is not None:
            store = Store(cluster.create())
            store.upgrade()
            found["postgresql, not synced to the disk"] = _rates(store)
            store.close()
    return found


@contextmanager
def _sqlite() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'recall.db'}")
        store.upgrade()
        yield store
        store.close()


def _documents() -> Iterator[bytes]:
    for number in range(ROUNDS):
        yield supply_events.document(supply_events.events(IN_A_DOCUMENT, first=number * IN_A_DOCUMENT))


def _rates(store: Store) -> dict[str, int]:
    runtime = _runtime(store)
    passed, own = [], []
    for raw in _documents():
        began, used = time.perf_counter(), time.process_time()
        captured = capture_events(runtime, events=read_document(raw), captured_by="operator")
        own.append(time.process_time() - used)
        passed.append(time.perf_counter() - began)
        assert captured.new == IN_A_DOCUMENT
    return {
        "per_second": round(IN_A_DOCUMENT / median(passed)),
        "per_second_of_own_time": round(IN_A_DOCUMENT / median(own)),
        "microseconds_an_event": round(1e6 * median(own) / IN_A_DOCUMENT),
    }


def _runtime(store: Store) -> Runtime:
    numbers = count(1)
    return Runtime(
        store=store, now=lambda: datetime.now(UTC), new_id=lambda kind: f"{kind}_{next(numbers):09}",
        links=Links(secret=secrets.token_hex(32), base_url="http://127.0.0.1"),
        calendar_of=calendar,
        notary=Notary(shelf=Drawer(), new_seed=lambda: secrets.token_bytes(32)),
        seal=Seal(bytes(32)),
    )  # fmt: skip


def _through_the_door(store: Store) -> dict[str, int]:
    runtime = _runtime(store)
    key = new_key()
    party = Party(id="party_bench", role=Role.LOGISTICS, name="Bench")
    with store.begin() as tx:
        parties.add_party(tx, party, at=runtime.now())
        parties.add_key(
            tx, key_id="key_bench", party_id=party.id, prefix=key.prefix, key_hash=key.hash,
            at=runtime.now(),
        )  # fmt: skip
    passed = []
    with _serving(runtime) as base, httpx.Client(base_url=base, headers=_headers(key.text)) as client:
        for raw in _documents():
            began = time.perf_counter()
            job = client.post("/v1/epcis/capture", content=raw).headers["location"]
            while client.get(job).json()["running"]:
                time.sleep(0.005)
            passed.append(time.perf_counter() - began)
    return {"per_second": round(IN_A_DOCUMENT / median(passed))}


def _headers(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", "content-type": "application/ld+json"}


@contextmanager
def _serving(runtime: Runtime) -> Iterator[str]:
    app = create_app(runtime, issuer_key="whpk_")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
