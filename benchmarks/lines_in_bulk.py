"""A database of many order lines for `benchmarks.trace`, loaded past the steps: six levels of lots.

Events are captured as documents are; the lines are written by the driver in shuffled order.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.schema import CreateIndex

from recall.codes.content import check_digit
from recall.domain.cohort import folded
from recall.epcis.event import Event
from recall.store import cohorts, events
from recall.store.columns import micros
from recall.store.cursors import set_cursor
from recall.store.database import Store, Tx
from recall.store.order_tables import COHORT, LINE, OFFER, PLATFORM

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
A_LOT = 250
"""Items of a finished lot; one line an item."""
SITES = tuple(f"https://id.gs1.org/414/95212345000{n:02d}" for n in range(3))
BARE = 1_000
"""One line in so many records no lot."""
BATCH = 100_000
FAN_OUTS = {"small": (1, 2, 2, 2, 2), "middle": (2, 2, 2, 4, 5), "large": (4, 5, 6, 5, 8)}
"""Lots made of one lot, level by level: 16, 160 and 4,800 finished lots of one component lot."""


def gtin(number: int) -> str:
    """A trade item of the benchmark (GTIN-14)."""
    digits = f"0952123{number:06d}"
    return digits + str(check_digit(digits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One component lot and the finished lots that hold it."""

    name: str
    component: tuple[str, str]
    finished: tuple[tuple[str, str], ...]


def trees(*, lots: int) -> list[Tree]:
    """The named trees, and enough others to have so many finished lots."""
    named = [name for name in FAN_OUTS if name != "large" or lots >= 10_000]
    whole = sum(_leaves(FAN_OUTS[name]) for name in named)
    others = max(0, lots - whole) // _leaves(FAN_OUTS["middle"])
    return [_tree(name) for name in (*named, *(f"other{n}" for n in range(others)))]


def _leaves(fan_out: Iterable[int]) -> int:
    found = 1
    for many in fan_out:
        found *= many
    return found


def _levels(name: str) -> list[list[tuple[str, str]]]:
    levels = [[(gtin(0), f"{name}-0")]]
    for depth, many in enumerate(FAN_OUTS.get(name, FAN_OUTS["middle"]), start=1):
        last = depth == 5
        width = len(levels[-1]) * many
        items = (
            gtin(100 + n // 400 % 40 if name == "large" else 100 + crc32(name.encode()) % 40)
            for n in range(width)
        )
        finished = [(item, f"{name}-5-{n}") for n, item in enumerate(items)]
        levels.append(finished if last else [(gtin(depth), f"{name}-{depth}-{n}") for n in range(width)])
    return levels


def _tree(name: str) -> Tree:
    levels = _levels(name)
    return Tree(name=name, component=levels[0][0], finished=tuple(levels[-1]))


def build(store: Store, *, lines: int) -> list[Tree]:
    """Fill an empty database; about 95 in a hundred seconds of it are the lines."""
    store.upgrade()
    grown = trees(lots=lines // A_LOT)
    at = BEGAN + timedelta(days=60)
    with store.begin() as tx:
        told = (event for tree in grown for event in _events(tree))
        events.capture(tx, told, captured_by="operator", at=at)
    with store.begin() as tx:
        _load(tx, grown, lines=lines)
    return grown


def _events(tree: Tree) -> Iterator[Event]:
    levels = _levels(tree.name)
    for depth, (sources, made) in enumerate(pairwise(levels), start=1):
        each = len(made) // len(sources)
        for n, source in enumerate(sources):
            outputs = made[n * each : (n + 1) * each]
            yield _event(
                "TransformationEvent", depth, inputQuantityList=[_amount(source)],
                outputQuantityList=[_amount(lot) for lot in outputs],
            )  # fmt: skip
    for site, start in zip(SITES, range(3), strict=True):
        come = [_amount(lot) for lot in levels[-1][start::3]]
        for first in range(0, len(come), 100):
            yield _event(
                "ObjectEvent", 10, action="OBSERVE", bizStep="receiving", readPoint={"id": site},
                quantityList=come[first : first + 100],
            )  # fmt: skip


def _amount(lot: tuple[str, str]) -> dict[str, Any]:
    return {"epcClass": f"https://id.gs1.org/01/{lot[0]}/10/{lot[1]}", "quantity": A_LOT}


def _event(type: str, day: int, **parts: Any) -> Event:
    at = (BEGAN + timedelta(days=day)).isoformat()
    return Event.read({"type": type, "eventTime": at, "eventTimeZoneOffset": "+00:00"} | parts, where="/0")


def _load(tx: Tx, grown: list[Tree], *, lines: int) -> None:
    finished = [lot for tree in grown for lot in tree.finished]
    bare = sorted({item for item, _ in finished})
    tx.load(PLATFORM, ["number", "id"], [(1, "party_platform")])
    offers = [(n + 1, 1, f"S{n % 50:02d}", f"LST-{n}") for n in range(200)]
    tx.load(OFFER, ["number", "platform", "seller_ref", "listing_ref"], offers)
    goods = [(item, lot, SITES[n % 3]) for n, (item, lot) in enumerate(finished)]
    goods += [(item, "", site) for item in bare for site in SITES]
    order = [n % len(finished) + 1 for n in range(lines)]
    for n in range(0, lines, BARE):
        order[n] = len(finished) + 1 + n // BARE % (len(goods) - len(finished))
    random.Random(7).shuffle(order)
    held = [0] * (len(goods) + 1)
    for cohort in order:
        held[cohort] += 1
    columns = [
        "number",
        "gtin",
        "lot",
        "told",
        "vouched",
        "site",
        "folded",
        "known",
        "open",
        "lines",
        "units",
    ]
    tx.load(COHORT, columns, [
        (n, item, lot, "", False, site, folded(lot), bool(lot), not lot, held[n], held[n])
        for n, (item, lot, site) in enumerate(goods, start=1)
    ])  # fmt: skip
    with _without_indexes(tx):
        for first in range(0, lines, BATCH):
            tx.load(LINE, _COLUMNS, [_line(n, order[n]) for n in range(first, min(first + BATCH, lines))])
    set_cursor(tx, name=cohorts.MARK, value=cohorts.newest(tx))
    tx.write(text("ANALYZE"))


_HELD = ("lines", "units")
_COLUMNS = [
    "number", "platform", "line_ref", "offer", "cohort", "serial", "units", "sold_at", "shipped_at", "region",
    "digest",
]  # fmt: skip
_SOLD = micros(BEGAN + timedelta(days=30))
_DAY = 86_400_000_000


def _line(n: int, cohort: int) -> tuple[Any, ...]:
    sold = _SOLD + n % 300 * _DAY
    digest = hashlib.sha256(n.to_bytes(8, "big")).hexdigest()
    return (n + 1, 1, f"L{n:09d}", n % 200 + 1, cohort, None, 1, sold, sold + _DAY, None, digest)


@contextmanager
def _without_indexes(tx: Tx) -> Iterator[None]:
    """The lines' indexes are made after the lines: that is many times as fast."""
    for index in LINE.indexes:
        tx.write(text(f"DROP INDEX {index.name}"))
    yield
    for index in LINE.indexes:
        tx.write(CreateIndex(index))
