"""How fast a scope becomes matched order lines, beside hand-written SQL on the same database.

python -m benchmarks.trace [--lines N] [--json] [--postgresql] [--keep FILE]

Recalls of three sizes are named by one component lot five levels below the goods that were sold. Ours is
the whole way: the scope's trace over the events, the rulings, the lines by class and rule, and a first
page. The SQL beside it is one recursive query over made-from alone, and one for the same page: `by hand`
counts the lines themselves, `by counts` sums what the cohorts hold, as ours does. Neither asks for parts,
places, containers or what is odd, and neither sees a line whose lot nobody wrote down. Cold is the first
time over a new connection; warm is the median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, select, text

from benchmarks.lines_in_bulk import Tree, build, trees
from recall.collector import uncollected
from recall.domain.matcher import Matcher
from recall.domain.party import Party, Role
from recall.domain.recall import Recall, RecallState
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import trace
from recall.store import match_saving, parties, recalls
from recall.store.database import Store, Tx
from recall.store.judging import judged, tallied
from recall.store.order_lines import COLUMNS, joined
from recall.store.order_tables import LINE
from recall.store.sites import ToldSites
from recall.store.world import StoredWorld
from tests.postgres import running_cluster

ROUNDS = 7
BARS = {"small": 0.020, "middle": 0.150, "large": 3.0}
BY_HAND = """
    WITH RECURSIVE found (gtin, lot) AS (
        SELECT CAST(:gtin AS VARCHAR), CAST(:lot AS VARCHAR)
        UNION
        SELECT o.gtin, o.lot FROM found
        JOIN turned i ON i.gtin = found.gtin AND i.lot = found.lot AND i.lot IS NOT NULL AND NOT i.is_output
        JOIN turned o ON o.run = i.run AND o.is_output
    )
    SELECT {what} FROM found JOIN cohort c ON c.gtin = found.gtin AND c.lot = found.lot {end}
"""
LINES = "JOIN order_line l ON l.cohort = c.number"
COUNTED = BY_HAND.format(what="count(*), sum(l.units)", end=LINES)
SUMMED = BY_HAND.format(what="sum(c.lines), sum(c.units)", end="")
PAGED = BY_HAND.format(what="l.line_ref, l.units, l.sold_at, l.digest", end=f"{LINES} LIMIT 50")

FIRST_PAGE = joined(select(*COLUMNS).select_from(LINE)).where(LINE.c.cohort == bindparam("cohort")).limit(50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One recall's times in seconds."""

    name: str
    hits: int
    cold: float
    warm: float
    by_hand: float
    by_counts: float
    written: float

    def document(self) -> dict[str, Any]:
        """The figure as flat JSON, with its bar."""
        return {
            "recall": self.name, "hits": self.hits, "cold": self.cold, "warm": self.warm,
            "by_hand": self.by_hand, "ratio": self.warm / self.by_hand,
            "by_counts": self.by_counts, "written": self.written, "bar": BARS[self.name],
        }  # fmt: skip


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description="Scope to order lines.")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--keep", type=Path, help="a SQLite file that is built once and kept")
    asked = parser.parse_args()
    with _database(asked.keep, postgresql=asked.postgresql) as (url, is_new):
        store = Store(url)
        began = time.perf_counter()
        grown = build(store, lines=asked.lines) if is_new else trees(lots=asked.lines // 250)
        built = time.perf_counter() - began
        store.close()
        figures = [_measured(url, tree) for tree in grown if tree.name in BARS]
    told = {"lines": asked.lines, "built": built, "load": os.getloadavg()[0], "postgresql": asked.postgresql}
    if asked.json:
        print(json.dumps(told | {"recalls": [figure.document() for figure in figures]}))
        return
    print(f"{asked.lines:,} lines, built in {built:.0f} s, load {told['load']:.1f}")
    print("recall\thits\tcold ms\twarm ms\tby hand ms\tby counts ms\tratio\tbar ms\twritten s")
    for one in figures:
        times = (one.cold, one.warm, one.by_hand, one.by_counts)
        shown = "\t".join(f"{seconds * 1000:.1f}" for seconds in times)
        bar = f"{BARS[one.name] * 1000:.0f}"
        print(f"{one.name}\t{one.hits:,}\t{shown}\t{one.warm / one.by_hand:.2f}\t{bar}\t{one.written:.1f}")


@contextmanager
def _database(keep: Path | None, *, postgresql: bool) -> Iterator[tuple[str, bool]]:
    if postgresql:
        with running_cluster() as cluster:
            if cluster is None:
                raise SystemExit("There is no PostgreSQL on this machine.")
            yield cluster.create(), True
        return
    with tempfile.TemporaryDirectory() as folder:
        path = keep or Path(folder) / "recall.db"
        yield f"sqlite:///{path}", not path.exists()


def _measured(url: str, tree: Tree) -> Figure:
    scope = _scope(tree)
    store = Store(url)
    cold, hits = _timed(lambda: _ours(store, scope))
    warm = median(_timed(lambda: _ours(store, scope))[0] for _ in range(ROUNDS))
    hand = median(_timed(lambda: _by_hand(store, tree, COUNTED))[0] for _ in range(ROUNDS))
    counts = median(_timed(lambda: _by_hand(store, tree, SUMMED))[0] for _ in range(ROUNDS))
    written, _ = _timed(lambda: _write(store, scope))
    store.close()
    return Figure(
        name=tree.name, hits=hits, cold=cold, warm=warm, by_hand=hand, by_counts=counts, written=written
    )


def _timed(act: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _scope(tree: Tree) -> Scope:
    item, lot = tree.component
    clause = ScopeClause(number=1, name="cell", model=None, gtins=frozenset({item}), lots=frozenset({lot}))
    return Scope(recall_id=f"rcl_{tree.name}_{uuid4().hex}", version=1, clauses=(clause,))


def _matcher(tx: Tx, scope: Scope) -> Matcher:
    found = trace(scope, world=StoredWorld(tx))
    return Matcher(scope=scope, trace=found, sites=ToldSites(tx))


@uncollected()
def _ours(store: Store, scope: Scope) -> int:
    """The way from the scope to counted lines and a first page; returns the lines."""
    with store.begin() as tx:
        with tx.by_index():
            cohorts = judged(tx, _matcher(tx, scope))
        lines = sum(tally.lines for tally in tallied(tx, cohorts))
        first = cohorts[0]
        tx.rows(FIRST_PAGE, cohort=first.cohort)
    return lines


def _by_hand(store: Store, tree: Tree, query: str) -> int:
    item, lot = tree.component
    of = {"gtin": item, "lot": lot}
    with store.read() as tx:
        counted = tx.first(text(query).bindparams(**of)) or {}
        tx.rows(text(PAGED).bindparams(**of))
    return int(next(iter(counted.values())))


def _write(store: Store, scope: Scope) -> int:
    """Write the matches down, as the step does."""
    at = datetime.now(UTC)
    officer = Party(id=f"party_{uuid4().hex}", role=Role.REGULATOR, name="Market Supervision")
    with store.begin() as tx:
        parties.add_party(tx, officer, at=at)
        recalls.add_recall(tx, Recall(
            id=scope.recall_id, reference=scope.recall_id, title="", authority="", policies=("cn-samr",),
            state=RecallState.OPEN, version=1, proposed_by=officer.id, proposed_at=at,
        ))  # fmt: skip
    with store.begin() as tx:
        with tx.by_index():
            matcher = _matcher(tx, scope)
        saved = match_saving.save_matches(tx, recall_id=scope.recall_id, version=1, matcher=matcher, at=at)
        return saved.newly_in


if __name__ == "__main__":
    main()
