"""The loading: a market's files enter an engine's database as they would in life, party by party."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from connectors.protocol.mapping import line_of
from connectors.sandbox.trial.market import MARK
from flows.demo.intake import OFFICERS, party_id, party_of
from recall.domain.party import Party, Role
from recall.epcis.document import read_document
from recall.epcis.event import Event
from recall.errors import NotFound
from recall.runtime import Runtime
from recall.steps.admit_party import admit_party
from recall.steps.capture_events import capture_events, keep_catalogue
from recall.store import orders
from recall.store.events import Product

_T = TypeVar("_T")
DOCUMENT, PAGE = 1_000, 5_000
"""Events of one document, lines of one page."""


def market_of(folder: Path) -> Mapping[str, Any]:
    """What a market says of itself. Raises NotFound where none is, or only a part of one."""
    path = folder / MARK
    if not path.is_file():
        raise NotFound(
            "There is no market in this folder", value=str(folder), advice="Make one: recall market make."
        )
    market: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return market


def load_parties(runtime: Runtime, folder: Path) -> None:
    """Everybody who takes part, the two officers, and the catalogue."""
    for row in json.loads((folder / "parties.json").read_text("utf-8")):
        admit_party(runtime, party=party_of(row, endpoint=None))
    for officer, name in OFFICERS.items():
        admit_party(runtime, party=Party(id=officer, role=Role.REGULATOR, name=name, language="zh"))
    rows = json.loads((folder / "catalogue.json").read_text("utf-8"))
    keep_catalogue(runtime, products=[Product(**row) for row in rows], kept_by="operator")


def load_events(runtime: Runtime, folder: Path, *, file: str) -> int:
    """A file of events, each captured by the party that runs the place; returns how many came."""
    keepers = {
        site: party_id(str(row["key"]))
        for row in json.loads((folder / "parties.json").read_text("utf-8"))
        for site in row["sites"]
    }
    count = 0
    with (folder / file).open("rb") as lines:
        for document in _by(DOCUMENT, lines):
            count += len(document)
            told: dict[str, list[Event]] = defaultdict(list)
            for event in read_document(b"".join(document)):
                told[keepers[event.read_point or ""]].append(event)
            for keeper, events in told.items():
                capture_events(runtime, events=events, captured_by=keeper)
    return count


def load_orders(runtime: Runtime, folder: Path, *, platform: str) -> int:
    """A platform's order lines, page by page; returns how many."""
    count = 0
    with (folder / f"orders-{platform}.jsonl").open("rb") as rows:
        for page in _by(PAGE, rows):
            read = [line_of(json.loads(row), platform_id=party_id(platform)) for row in page]
            with runtime.store.begin() as tx:
                orders.save_lines(tx, read)
            count += len(read)
    return count


def _by(size: int, things: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some
