"""Reads a market back from its files with nothing but the standard library: the tests' own eyes."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


def read_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def lot_of(uri: str) -> tuple[str, str]:
    gtin, _, lot = uri.removeprefix("https://id.gs1.org/01/").partition("/10/")
    return gtin, lot


@dataclass
class World:
    """What the events alone tell."""

    lot_units: dict[tuple[str, str], int] = field(default_factory=dict)
    serial_lot: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    arrivals: dict[tuple[str, tuple[str, str]], list[tuple[datetime, int]]] = field(default_factory=dict)
    departures: dict[tuple[str, tuple[str, str]], int] = field(default_factory=dict)
    made_from: list[tuple[tuple[str, str], tuple[str, str], int]] = field(default_factory=list)


def read_world(events: list[dict[str, Any]]) -> World:
    world = World()
    for event in events:
        if event["type"] == "TransformationEvent":
            (source,), (product,) = event["inputQuantityList"], event["outputQuantityList"]
            world.made_from.append(
                (lot_of(source["epcClass"]), lot_of(product["epcClass"]), source["quantity"])
            )
        elif event["type"] == "ObjectEvent":
            _object_event(world, event)
    return world


def _object_event(world: World, event: dict[str, Any]) -> None:
    step, place = event["bizStep"], event["readPoint"]["id"]
    for item in event.get("quantityList", ()):
        key = lot_of(item["epcClass"])
        if step == "commissioning":
            world.lot_units[key] = item["quantity"]
        elif step == "receiving":
            time = datetime.fromisoformat(event["eventTime"])
            world.arrivals.setdefault((place, key), []).append((time, item["quantity"]))
        else:
            world.departures[place, key] = world.departures.get((place, key), 0) + item["quantity"]
    if step == "commissioning":
        for epc in event.get("epcList", ()):
            gtin, _, serial = epc.removeprefix("https://id.gs1.org/01/").partition("/21/")
            assert (gtin, serial) not in world.serial_lot
            world.serial_lot[gtin, serial] = gtin, event["ilmd"]["cbvmda:lotNumber"]


def order_lines(folder: Path) -> dict[str, dict[str, Any]]:
    lines = {}
    for name in ("harbour", "lantern"):
        connection = sqlite3.connect(folder / f"{name}.db")
        connection.row_factory = sqlite3.Row
        lines |= {row["ref"]: dict(row) for row in connection.execute("SELECT * FROM line")}
        connection.close()
    return lines


def folded(lot: str) -> str:
    return lot.upper().replace("-", "").replace("O", "0")
