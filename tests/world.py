"""A small world under recall: one notice, its goods, orders and parties, carried by the real steps.

Harbour Market sold 12 units of lot A1 (in the notice), 1 of B2 (not in it) and 3 whose lot nobody wrote down;
Lantern Mall sold 7 of A1. 81 units of A1 still stand at the hub, and all 40 of D4 at the factory.
"""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from recall.domain.match import OrderLine
from recall.domain.message import Message, Via
from recall.domain.notice import Notice
from recall.domain.party import Party, Role
from recall.epcis.document import read_document
from recall.keys import NewKey, new_key
from recall.links import LineLink, Links, TaskLink
from recall.notary import Drawer, Notary
from recall.ports import Listing, Receipt, Result
from recall.runtime import Runtime
from recall.sealing import Seal
from recall.steps.assign_tasks import assign_tasks
from recall.steps.capture_events import capture_events
from recall.steps.deliver_messages import claim_letters, settle_letters
from recall.steps.match_orders import match_orders
from recall.steps.notify_parties import notify_parties
from recall.steps.open_recall import approve, propose
from recall.steps.release_goods import release_goods
from recall.steps.settle_scope import settle_scope
from recall.steps.trace_goods import trace_goods
from recall.store import events, orders, parties, recalls, scans
from recall.store.database import Store
from recall.store.events import Product
from recall.store.scans import Scan
from tests.builders import NOW, new_id, no_holidays

GTIN, OTHER_GTIN = "09521234500018", "09521234500025"
FACTORY, HUB = "https://id.gs1.org/414/9521234000013", "https://id.gs1.org/414/9521234000020"
REFERENCE, POLICY = "SAMR-2025-06-17", "cn-samr"
HARBOUR, LANTERN, SELLER, HAULIER = "party_harbour", "party_lantern", "party_seller", "party_haulier"
FIRST, SECOND, MAKER = "party_first", "party_second", "party_maker"
HAZARD = "The cells may overheat, and the power bank may catch fire."

PARTIES = (
    Party(id=FIRST, role=Role.REGULATOR, name="Recall desk, first officer"),
    Party(id=SECOND, role=Role.REGULATOR, name="Recall desk, second officer"),
    Party(id=MAKER, role=Role.MANUFACTURER, name="Maker of power banks", email="maker@example.org"),
    Party(id=HARBOUR, role=Role.PLATFORM, name="Harbour Market", language="zh", timezone="Asia/Shanghai",
          endpoint="http://127.0.0.1:1"),
    Party(id=LANTERN, role=Role.PLATFORM, name="Lantern Mall", endpoint="http://127.0.0.1:2"),
    Party(id=SELLER, role=Role.SELLER, name="Seller 07", platform_id=HARBOUR, reference="S-07",
          email="seller07@example.org"),
    Party(id=HAULIER, role=Role.LOGISTICS, name="Northgate Logistics", timezone="Asia/Shanghai",
          email="desk@example.org", reference=HUB, sites=(HUB,)),
)  # fmt: skip

STEPS = (settle_scope, trace_goods, match_orders, release_goods, assign_tasks, notify_parties)
"""What a pass does, in order."""


@dataclass(slots=True)
class Clock:
    """A clock that only the test moves."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.at

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A recall that has told everybody, and the keys of its parties."""

    runtime: Runtime
    clock: Clock
    recall_id: str = ""
    keys: dict[str, NewKey] = field(default_factory=dict)

    def key(self, party_id: str) -> dict[str, str]:
        """The header by which a party is known."""
        return {"authorization": f"Bearer {self.keys[party_id].text}"}

    def buyer(self, line: str, *, platform: str = HARBOUR) -> str:
        """The path of a buyer's page."""
        link = LineLink(recall_id=self.recall_id, platform_id=platform, line_ref=line)
        return self._path(self.runtime.links.line(link, now=self.clock()))

    def tasks(self, party_id: str) -> str:
        """The path of a party's page."""
        link = TaskLink(recall_id=self.recall_id, party_id=party_id)
        return self._path(self.runtime.links.tasks(link, now=self.clock()))

    def _path(self, url: str) -> str:
        return url.removeprefix(self.runtime.links.base_url)


def copied(world: World, *, of: Path, to: Path) -> World:
    """The same world in a copy of its SQLite file, with a clock of its own."""
    shutil.copy(of, to)
    clock = Clock(at=world.clock.at)
    drawer = Drawer(known={key.public: key for key in world.runtime.notary.pinned()})
    runtime = replace(
        world.runtime, store=Store(f"sqlite:///{to}"), now=clock, notary=notary_over(drawer),
    )  # fmt: skip
    return replace(world, runtime=runtime, clock=clock)


def notary_over(drawer: Drawer) -> Notary:
    """A notary whose keys nobody else has."""
    return Notary(shelf=drawer, new_seed=lambda: secrets.token_bytes(32))


def build(store: Store, *, base_url: str = "http://testserver") -> World:
    """The world in an empty database: opened by two officers, traced, matched, assigned, told."""
    world = opened(store, base_url=base_url)
    for step in STEPS:
        step(world.runtime, recall_id=world.recall_id)
    traced(world)
    deliver_all(world.runtime)
    return world


def traced(world: World) -> None:
    """It is written down that the goods were traced, as a pass does it."""
    now = world.clock()
    with world.runtime.store.begin() as tx:
        version = recalls.recall(tx, recall_id=world.recall_id).version
        recalls.save_stage(
            tx, recall_id=world.recall_id, version=version, name="trace", began_at=now, ended_at=now,
            seconds=0.0, result={},
        )  # fmt: skip


def opened(store: Store, *, base_url: str = "http://testserver") -> World:
    """The world in an empty database, its recall just opened by two officers: no step has been taken yet."""
    clock = Clock()
    links = Links(secret="a secret of the tests, thirty-two long", base_url=base_url)
    runtime = Runtime(
        store=store, now=clock, new_id=new_id, links=links, calendar_of=no_holidays,
        notary=notary_over(Drawer()), seal=Seal(b"k" * 32),
    )  # fmt: skip
    keys = _people(runtime)
    capture_events(runtime, events=tuple(read_document(json.dumps(supply()).encode())), captured_by=MAKER)
    _orders(runtime)
    recall = propose(runtime, notice=Notice.read(notice()), policies=[POLICY], officer=FIRST)
    approve(runtime, recall_id=recall.id, officer=SECOND)
    return World(runtime=runtime, clock=clock, recall_id=recall.id, keys=keys)


def scanned(world: World) -> None:
    """The platforms have given all of their order lines."""
    with world.runtime.store.begin() as tx:
        for platform_id in (HARBOUR, LANTERN):
            for gtin in (GTIN, OTHER_GTIN):
                scan = Scan(
                    recall_id=world.recall_id, version=1, platform_id=platform_id, gtin=gtin,
                    cursor=None, rows=4,
                    total=4, passes=1, digest="", complete=True, first=None, last=None, at=NOW,
                )  # fmt: skip
                scans.save_scan(tx, scan)


def _people(runtime: Runtime) -> dict[str, NewKey]:
    keys = {party.id: new_key() for party in PARTIES}
    with runtime.store.begin() as tx:
        for party in PARTIES:
            parties.add_party(tx, party, at=NOW)
            key = keys[party.id]
            parties.add_key(
                tx, key_id=f"key_{party.id}", party_id=party.id, prefix=key.prefix, key_hash=key.hash, at=NOW
            )
        events.add_products(
            tx,
            [
                Product(gtin=GTIN, model="PAC20-272", brand="Example", name="Power bank"),
                Product(gtin=OTHER_GTIN, model="PAC20-392", brand="Example", name="Power bank"),
            ],
        )
    return keys


def notice(**parts: Any) -> dict[str, Any]:
    """The notice: lot A1 of the first model, all of the second model's lot D4."""
    return {
        "source": "own", "reference": REFERENCE, "title": "Power banks PAC20-272 and PAC20-392",
        "authority": "State Administration for Market Regulation", "published": "2025-06-16",
        "hazard": HAZARD, "remedies": ["replace", "refund"], "quantity": 140, "language": "en",
        "products": [
            {"name": "Power bank", "brand": "Example", "model": "PAC20-272", "lots": ["A1"], "quantity": 100,
             "made": [{"from": "2023-06-05", "to": "2023-07-28"}]},
            {"name": "Power bank", "brand": "Example", "model": "PAC20-392", "lots": ["D4"], "quantity": 40},
        ],
    } | parts  # fmt: skip


def supply() -> list[dict[str, Any]]:
    """Three lots made at the factory; A1 and B2 went to the hub."""
    made = [_made(GTIN, "A1", 100), _made(GTIN, "B2", 100), _made(OTHER_GTIN, "D4", 40)]
    moved = [
        _moved(step, site, lot, day)
        for lot in ("A1", "B2")
        for step, site, day in (("shipping", FACTORY, 20), ("receiving", HUB, 22))
    ]
    return [*made, *moved]


def _lot(gtin: str, lot: str) -> str:
    return f"https://id.gs1.org/01/{gtin}/10/{lot}"


def _event(**fields: Any) -> dict[str, Any]:
    return {"type": "ObjectEvent", "eventTimeZoneOffset": "+08:00"} | fields


def _made(gtin: str, lot: str, units: int) -> dict[str, Any]:
    return _event(
        eventTime="2023-06-10T10:00:00+08:00", action="ADD", bizStep="commissioning",
        bizLocation={"id": FACTORY}, quantityList=[{"epcClass": _lot(gtin, lot), "quantity": units}],
        ilmd={"cbvmda:lotNumber": lot, "cbvmda:productionDate": "2023-06-10"},
    )  # fmt: skip


def _moved(step: str, site: str, lot: str, day: int) -> dict[str, Any]:
    return _event(
        eventTime=f"2023-06-{day}T10:00:00+08:00", action="OBSERVE", bizStep=step, readPoint={"id": site},
        bizLocation={"id": site}, quantityList=[{"epcClass": _lot(GTIN, lot), "quantity": 100}],
    )  # fmt: skip


LINES = (
    ("L-1", HARBOUR, "S-07", "A1", 2), ("L-2", HARBOUR, "S-07", "B2", 1), ("L-3", HARBOUR, "S-08", None, 3),
    ("L-4", HARBOUR, "S-07", "A1", 10), ("M-1", LANTERN, "T-01", "A1", 7),
)  # fmt: skip
"""Line, platform, seller, recorded lot, units."""


def _orders(runtime: Runtime) -> None:
    sold = NOW - timedelta(days=400)
    lines = [
        OrderLine(
            platform_id=platform, line_ref=ref, listing_ref=f"O-{seller}", seller_ref=seller, gtin=GTIN,
            lot=lot, serial=None, units=units, sold_at=sold, shipped_at=sold, ship_from=HUB, region=None,
            digest=ref,
        )
        for ref, platform, seller, lot, units in LINES
    ]  # fmt: skip
    offers = [(HARBOUR, "S-07"), (HARBOUR, "S-08"), (LANTERN, "T-01")]
    with runtime.store.begin() as tx:
        orders.save_lines(tx, lines)
        for platform, seller in offers:
            listing = Listing(
                ref=f"O-{seller}", gtin=GTIN, seller_ref=seller, title="PAC20-272", on_sale=True
            )
            orders.save_listings(tx, platform_id=platform, listings=[listing])


def deliver_all(runtime: Runtime) -> list[Message]:
    """Every message that waits arrives; returns them."""
    told = list[Message]()
    for via in Via:
        while letters := claim_letters(runtime, holder="tests", via=via, limit=100):
            receipts = [Receipt(outgoing_id=each.message.id, result=Result.DELIVERED) for each in letters]
            settle_letters(runtime, holder="tests", receipts=receipts)
            told += [letter.message for letter in letters]
    return told
