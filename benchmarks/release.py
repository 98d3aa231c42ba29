"""How long a pass takes that lets half of the told order lines off, stage by stage.

python -m benchmarks.release [--lines N] [--json] [--postgresql]

A recall of two lots has told every buyer; its next version names one of them. Each stage of the pass is timed
by itself, and once more with nothing left to do. Every message of the first version counts as delivered.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.lines_in_bulk import SITES
from flows.calendars import calendar
from recall.codes.content import check_digit
from recall.domain.notice import Notice
from recall.domain.party import Party, Role
from recall.epcis.event import Event
from recall.links import Links
from recall.notary import Drawer, Notary
from recall.ports import OrderLine
from recall.runtime import Runtime
from recall.steps.assign_tasks import assign_tasks
from recall.steps.match_orders import match_orders
from recall.steps.notify_parties import notify_parties
from recall.steps.open_recall import amend, approve, propose
from recall.steps.release_goods import release_goods
from recall.steps.settle_scope import settle_scope
from recall.steps.trace_goods import trace_goods
from recall.store import events, orders, parties
from recall.store.database import Store
from tests.builders import new_id
from tests.postgres import running_cluster

LINES = 1_000_000
BEGAN = datetime(2025, 6, 1, tzinfo=UTC)
GTIN = "0952123450001" + str(check_digit("0952123450001"))
LOTS = ("A1", "B2")
STAGES = (settle_scope, trace_goods, match_orders, release_goods, assign_tasks, notify_parties)
BATCH = 50_000


def main() -> None:
    """Build, tell, narrow, measure, print."""
    parser = argparse.ArgumentParser(description="The release of half of a recall's lines.")
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with _database(postgresql=asked.postgresql) as url:
        figures = measured(url, lines=asked.lines)
    figures |= {"postgresql": asked.postgresql, "load": os.getloadavg()[0]}
    if asked.json:
        print(json.dumps(figures))
        return
    print(f"{asked.lines:,} lines told, {figures['released']:,} let off, load {figures['load']:.1f}")
    print("stage\ttelling s\tletting off s\tagain s")
    for name in figures["first"]:
        print("\t".join((name, *(f"{figures[turn][name]:.2f}" for turn in ("first", "narrowed", "again")))))
    print(f"peak memory\t{figures['peak_mb']:,} MB")


def measured(url: str, *, lines: int) -> dict[str, Any]:
    """Seconds of every stage: telling all, letting half off, and with nothing left to do."""
    store = Store(url)
    store.upgrade()
    runtime = _runtime(store)
    _fill(store, lines=lines)
    recall = propose(runtime, notice=_notice(*LOTS), policies=["cn-samr"], officer="party_one")
    approve(runtime, recall_id=recall.id, officer="party_two")
    first = _pass(runtime, recall.id)
    with store.begin() as tx:
        tx.write(text("UPDATE outbox SET state = 'delivered', sent_at = created_at"))
    amend(runtime, recall_id=recall.id, notice=_notice(LOTS[0]), officer="party_one")
    approve(runtime, recall_id=recall.id, officer="party_two")
    narrowed = _pass(runtime, recall.id)
    again = _pass(runtime, recall.id)
    with store.read() as tx:
        cleared = tx.scalar(text("SELECT count(*) FROM outbox WHERE kind = 'all_clear_buyer'"))
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"lines": lines, "released": cleared, "first": first, "narrowed": narrowed, "again": again,
            "peak_mb": peak}  # fmt: skip


def _pass(runtime: Runtime, recall_id: str) -> dict[str, float]:
    seconds = {}
    for stage in STAGES:
        run: Callable[..., object] = stage
        began, worked = time.perf_counter(), time.process_time()
        run(runtime, recall_id=recall_id)
        seconds[stage.__name__] = time.perf_counter() - began
        seconds[f"{stage.__name__}, processor"] = time.process_time() - worked
        seconds[f"{stage.__name__}, peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{stage.__name__}: {seconds[stage.__name__]:.1f} s", file=sys.stderr)
    return seconds


def _runtime(store: Store) -> Runtime:
    began = time.perf_counter()
    return Runtime(
        store=store, now=lambda: BEGAN + timedelta(seconds=time.perf_counter() - began), new_id=new_id,
        links=Links(secret="a secret of the benchmark, long enough", base_url="http://localhost"),
        notary=Notary(shelf=Drawer(), new_seed=lambda: secrets.token_bytes(32)), calendar_of=calendar,
    )  # fmt: skip


def _fill(store: Store, *, lines: int) -> None:
    """Two officers, a platform, two lots at a site, and the lines, half of either lot."""
    people = [Party(id=f"party_{n}", role=Role.REGULATOR, name=n) for n in ("one", "two")]
    people.append(Party(id="party_platform", role=Role.PLATFORM, name="A platform"))
    people.append(Party(id="party_maker", role=Role.MANUFACTURER, name="A maker"))
    with store.begin() as tx:
        for person in people:
            parties.add_party(tx, person, at=BEGAN)
        told = (_received(lot, units=lines) for lot in LOTS)
        events.capture(tx, told, captured_by="party_maker", at=BEGAN)
    for first in range(0, lines, BATCH):
        with store.begin() as tx:
            orders.save_lines(tx, [_line(n) for n in range(first, min(first + BATCH, lines))])


def _received(lot: str, *, units: int) -> Event:
    goods = {"epcClass": f"https://id.gs1.org/01/{GTIN}/10/{lot}", "quantity": units}
    return Event.read(
        {"type": "ObjectEvent", "eventTime": "2024-01-10T00:00:00Z", "eventTimeZoneOffset": "+00:00",
         "action": "OBSERVE", "bizStep": "receiving", "readPoint": {"id": SITES[0]}, "quantityList": [goods]},
        where="/0",
    )  # fmt: skip


def _line(n: int) -> OrderLine:
    sold = BEGAN - timedelta(days=200)
    return OrderLine(
        platform_id="party_platform", line_ref=f"L{n:09d}", listing_ref=f"O{n % 200}",
        seller_ref=f"S{n % 50}", gtin=GTIN, lot=LOTS[n % 2], serial=None, units=1, sold_at=sold,
        shipped_at=sold, ship_from=SITES[0], region=None, digest=str(n),
    )  # fmt: skip


def _notice(*lots: str) -> Notice:
    product = {"name": "A thing", "gtin": GTIN, "lots": list(lots)}
    return Notice.read(
        {"source": "own", "reference": "R-1", "title": "A thing", "authority": "An authority",
         "products": [product]}
    )  # fmt: skip


@contextmanager
def _database(*, postgresql: bool) -> Iterator[str]:
    if postgresql:
        with running_cluster() as cluster:
            if cluster is None:
                raise SystemExit("There is no PostgreSQL on this machine.")
            yield cluster.create()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'recall.db'}"


if __name__ == "__main__":
    main()
