"""The demo's intake: everybody is made known, events are captured, the notice is opened."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from connectors.feeds.reader import read_notices
from flows.assembly import House
from flows.demo.market import PARTNERS
from recall.domain.party import Party, Role
from recall.domain.recall import Recall
from recall.epcis.document import read_document
from recall.keys import key_hash, new_key
from recall.steps.capture_events import capture_events
from recall.steps.open_recall import approve, propose
from recall.store import events, parties, party_secrets
from recall.store.events import Product

POLICIES = ("cn-samr",)
OFFICERS = {
    "party_officer1": "Recall desk, first officer",
    "party_officer2": "Recall desk, second officer",
}
"""The two who open the recall: four eyes."""
REGULATOR, MAKER = "party_regulator", "party_maker"


def party_id(key: str) -> str:
    """The id under which a party of the market is known to the engine."""
    return f"party_{key}"


def make_keys(folder: Path) -> Mapping[str, str]:
    """Every secret of the demo, made once: `<partner>` is shown to it, `<party>/api` by it."""
    path = folder / "keys.json"
    if not path.exists():
        keys = {name: secrets.token_hex(24) for name in PARTNERS}
        keys |= {f"{name}/api": new_key().text for name in (*PARTNERS, "maker", "regulator")}
        descriptor = os.open(path.with_suffix(".part"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(keys, file)
        path.with_suffix(".part").replace(path)
    return dict(json.loads(path.read_text("utf-8")))


def make_known(house: House, *, folder: Path, keys: Mapping[str, str], endpoints: Mapping[str, str]) -> None:
    """Every party of the market, its keys and tokens, and the catalogue, in one transaction."""
    rows = json.loads((folder / "parties.json").read_text("utf-8"))
    catalogue = json.loads((folder / "catalogue.json").read_text("utf-8"))
    now = house.runtime.now()
    with house.runtime.store.begin() as tx:
        for row in rows:
            parties.add_party(tx, party_of(row, endpoint=endpoints.get(row["key"])), at=now)
        for officer, name in OFFICERS.items():
            parties.add_party(tx, Party(id=officer, role=Role.REGULATOR, name=name, language="zh"), at=now)
        for name in PARTNERS:
            party_secrets.set_secrets(
                tx, party_id=party_id(name), secrets={"token": keys[name]}, seal=house.runtime.seal
            )
        for name in (*PARTNERS, "maker", "regulator"):
            text = keys[f"{name}/api"]
            parties.add_key(
                tx, key_id=f"key_{name}", party_id=party_id(name), prefix=text.split("_")[1],
                key_hash=key_hash(text), at=now,
            )  # fmt: skip
        events.add_products(
            tx,
            [Product(gtin=c["gtin"], model=c["model"], brand=c["brand"], name=c["name"]) for c in catalogue],
        )


def party_of(row: Mapping[str, object], *, endpoint: str | None) -> Party:
    """A party of a market, as the engine knows it."""
    platform = row["platform"]
    return Party(
        id=party_id(str(row["key"])),
        role=Role(str(row["role"])),
        name=str(row["name"]),
        language=str(row["language"]),
        timezone=str(row["timezone"]),
        email=str(row["email"]),
        endpoint=endpoint,
        platform_id=party_id(str(platform)) if platform else None,
        reference=str(row["reference"]) if row["reference"] else None,
        sites=tuple(map(str, row["sites"])) if isinstance(row["sites"], list) else (),
    )


def capture(house: House, *, folder: Path) -> int:
    """The events of the supply chain, as the maker's system sent them; returns how many are new."""
    found = read_document((folder / "events.jsonl").read_bytes())
    return capture_events(house.runtime, events=tuple(found), captured_by=MAKER).new


def open_the_recall(house: House, *, notice: Path) -> Recall:
    """Read the notice, propose it by one officer, approve it by another."""
    read = read_notices(notice.read_bytes(), name=notice.name)
    first, second = OFFICERS
    proposed = propose(house.runtime, notice=read.notices[0], policies=POLICIES, officer=first)
    if proposed.version:
        return proposed
    return approve(house.runtime, recall_id=proposed.id, officer=second)
