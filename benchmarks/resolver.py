"""What an answer to a buyer costs, and a signed set of many serials: built, verified, asked.

`python -m benchmarks.resolver [--serials N] [--json]`
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.calendars import calendar
from notifications.webhook.signature import SigningKey
from recall.app import create_app
from recall.domain.digests import DigestList
from recall.domain.notice import Notice, NoticeProduct
from recall.domain.party import Party, Role
from recall.domain.scope import Scope, ScopeClause
from recall.links import Links
from recall.notary import Drawer, Notary
from recall.runtime import Runtime
from recall.sealing import Seal
from recall.signed import opened
from recall.steps.open_recall import approve, propose
from recall.steps.settle_scope import settle_scope
from recall.steps.trace_goods import trace_goods
from recall.store import parties, recalls
from recall.store.database import Store
from recall.views.affected_set import TYP, AffectedSet, read_affected_set

GTIN, OTHER = "09521234500018", "09521234500025"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ASKED = 500
ROUNDS = 3
LOTS = 4_000


def main() -> None:
    """Print the figures."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--serials", type=int, default=1_000_000)
    words.add_argument("--json", action="store_true")
    given = words.parse_args()
    figures = answers() | a_set(given.serials)
    if given.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name}\t{figure:,}")


def answers() -> dict[str, float]:
    """Answers a second of the application itself, without a network, one after the other."""
    paths = {
        "affected lot": f"/01/{GTIN}/10/L000007", "other product": f"/01/{OTHER}/10/L1",
        "linkset": f"/01/{GTIN}/10/L000007/21/5",
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as app:
        figures = {}
        for name, path in paths.items():
            query = b"linkType=linkset" if name == "linkset" else b"linkType=gs1:recallStatus"
            seconds = middle(lambda path=path, query=query: asyncio.run(asked(app, path, query)))  # type: ignore[misc] # the loop's own values
            figures[f"answers/s, {name}"] = round(ASKED / seconds)
    return figures


@contextmanager
def engine(folder: Path) -> Iterator[Any]:
    """An application with one recall of many lots."""
    store = Store(f"sqlite:///{folder / 'recall.db'}")
    store.upgrade()
    runtime = Runtime(
        store=store, now=lambda: NOW, new_id=lambda prefix: f"{prefix}_1", calendar_of=calendar,
        links=Links(secret="a secret of the benchmark, 32 long.", base_url="https://recall.example"),
        notary=Notary(shelf=Drawer(), new_seed=lambda: bytes(32)),
        seal=Seal(bytes(32)),
    )  # fmt: skip
    lots = tuple(f"L{number:06d}" for number in range(LOTS))
    product = NoticeProduct(name="Power bank", gtin=GTIN, lots=lots)
    notice = Notice(source="own", reference="R-1", title="Power banks", authority="A", products=(product,))
    with store.begin() as tx:
        for name in ("one", "two"):
            parties.add_party(tx, Party(id=name, role=Role.REGULATOR, name=name), at=NOW)
    recall = propose(runtime, notice=notice, policies=["cn-samr"], officer="one")
    approve(runtime, recall_id=recall.id, officer="two")
    settle_scope(runtime, recall_id=recall.id)
    trace_goods(runtime, recall_id=recall.id)
    with store.begin() as tx:
        recalls.save_stage(
            tx, recall_id=recall.id, version=1, name="trace", began_at=NOW, ended_at=NOW, seconds=0.0,
            result={},
        )  # fmt: skip
    yield create_app(runtime, issuer_key="whpk_")
    store.close()


async def asked(app: Any, path: str, query: bytes) -> None:
    """Ask so many times."""
    for _ in range(ASKED):
        await one(app, path, query)


async def one(app: Any, path: str, query: bytes) -> None:
    """One request straight into the application."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "query_string": query, "headers": [(b"accept", b"*/*")],
        "scheme": "https", "server": ("recall.example", 443), "client": ("192.0.2.1", 1), "root_path": "",
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200, message

    await app(scope, receive, send)


def a_set(serials: int) -> dict[str, float]:
    """A set of so many serials, signed; then opened and asked as a shop does."""
    key = SigningKey(_key=Ed25519PrivateKey.generate())
    salt = bytes(16)
    began = time.perf_counter()
    found = AffectedSet(
        about={"reference": "R-1", "version": 1}, issuer="https://recall.example", as_of=NOW,
        scope=Scope(recall_id="R-1", version=1, clauses=(_clause(),)), gtins=frozenset({GTIN}),
        lots={GTIN: frozenset(f"L{number:06d}" for number in range(LOTS))}, inspect_lots={},
        serials=DigestList.of(((GTIN, f"S{number:09d}") for number in range(serials)), salt=salt),
        inspect_serials=DigestList.of((), salt=salt), other_lots=DigestList.of((), salt=salt),
    )  # fmt: skip
    text = key.signed(found.payload(), typ=TYP)
    built = time.perf_counter() - began
    read = middle(lambda: read_affected_set(opened(text, typ=TYP, keys=[key.public])))
    ours = read_affected_set(opened(text, typ=TYP, keys=[key.public]))
    checks = [f"(01){GTIN}(21)S{number:09d}" for number in range(0, 2 * serials, max(1, serials // 500))]
    seconds = middle(lambda: [ours.check(code) for code in checks])
    return {
        "serials in the set": serials, "seconds to build and sign": round(built, 2),
        "megabytes": round(len(text) / 1e6, 1), "seconds to verify and read": round(read, 3),
        "microseconds a code": round(seconds / len(checks) * 1e6),
    }  # fmt: skip


def _clause() -> ScopeClause:
    return ScopeClause(
        number=1, name="Power bank", model=None, gtins=frozenset({GTIN}), lots=frozenset({"L000001"})
    )


def middle(work: Callable[[], object]) -> float:
    """The median seconds of ROUNDS rounds."""
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return median(spent)


if __name__ == "__main__":
    main()
