"""Builders: one valid value of each noun, every part of it replaceable."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from recall.domain.calendar import Calendar
from recall.domain.completion import Account, Holding, HoldingKind
from recall.domain.confirmation import Confirmation, Outcome
from recall.domain.match import Match, MatchClass, OrderLine, Rule
from recall.domain.message import Message, MessageKind, Via
from recall.domain.notice import Notice, NoticeProduct, Window
from recall.domain.party import Party, Role
from recall.domain.policy import Duty
from recall.domain.recall import Recall, RecallState
from recall.domain.task import Task
from recall.domain.trace import AffectedLot, Link, LotFact, LotKey

NOW = datetime(2025, 6, 16, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GTIN = "06901234567892"
SITE = "https://id.gs1.org/414/6901234000016"

_numbers = itertools.count(1)


class Sites(frozenset[str]):
    """Sites of which all that came is told."""

    def look_up(self, places: Collection[tuple[str, str]]) -> None:
        """Nothing is to be looked up."""

    def untold_since(self, *, gtin: str, site: str) -> datetime | None:  # noqa: ARG002 - none came anywhere
        """Never."""
        return None


def new_id(prefix: str) -> str:
    """A name that no other value of this test process has, in the order of asking."""
    return f"{prefix}_{next(_numbers):032x}"


def no_holidays(place: str) -> Calendar:
    """The calendar of a place where only weekends are free."""
    return Calendar(place=place, is_holiday=lambda _: False)


def make_party(**parts: Any) -> Party:
    """A platform, if nothing else is said."""
    given = {"id": new_id("party"), "role": Role.PLATFORM, "name": "Harbour Market"} | parts
    return Party(**given)


def make_notice(**parts: Any) -> Notice:
    """A notice of one model and two of its lots."""
    product = NoticeProduct(
        name="Power bank", model="PAC20-272", lots=("C14-P6", "C14-P7"),
        made=(Window(first=date(2023, 6, 5), last=date(2023, 7, 28)),), quantity=331_578,
    )  # fmt: skip
    given: dict[str, Any] = {
        "source": "own", "reference": f"R-{next(_numbers)}", "title": "Power banks", "authority": "SAMR",
        "published": NOW.date(), "hazard": "fire", "remedies": ("refund", "replace"), "products": (product,),
        "text": "型号 PAC20-272", "language": "zh",
    }  # fmt: skip
    return Notice(**given | parts)


def make_recall(**parts: Any) -> Recall:
    """An open recall of the first version; `proposed_by` must be a party that the store knows."""
    given: dict[str, Any] = {
        "id": new_id("rcl"), "reference": f"R-{next(_numbers)}", "title": "Power banks", "authority": "SAMR",
        "policies": ("cn-samr",), "state": RecallState.OPEN, "version": 1, "proposed_by": "party_officer",
        "proposed_at": NOW,
    }  # fmt: skip
    return Recall(**given | parts)


def make_task(**parts: Any) -> Task:
    """A stop-sale task of one day."""
    given: dict[str, Any] = {
        "id": new_id("tsk"), "version": 1, "duty": Duty.STOP_SALE, "place": "", "units": 3, "issued_at": NOW,
        "due_at": NOW + DAY, "basis": "art. 24 (law, verified)",
    }  # fmt: skip
    return Task(**given | parts)


def make_message(**parts: Any) -> Message:
    """A mail about a stop of sale to an address of its own."""
    given: dict[str, Any] = {
        "id": new_id("msg"), "version": 1, "via": Via.EMAIL, "kind": MessageKind.STOP_SALE,
        "recipient": f"desk{next(_numbers)}@example.org", "language": "en",
    }  # fmt: skip
    return Message(**given | parts)


def make_lot(lot: str = "C14-P6", **parts: Any) -> LotFact:
    """A lot of 100 units, made on one day."""
    given: dict[str, Any] = {
        "key": LotKey(GTIN, lot), "made_first": date(2023, 6, 5), "made_last": date(2023, 6, 5), "units": 100,
        "event": f"evt-{lot}", "at": NOW - 700 * DAY,
    }  # fmt: skip
    return LotFact(**given | parts)


def make_affected_lot(lot: str = "C14-P6", **parts: Any) -> AffectedLot:
    """A lot that clause 1 names, with the link that says so."""
    fact = make_lot(lot)
    named = Link(rule="named by the notice", start="clause 1", end=f"lot {lot}", event=fact.event, at=fact.at)
    given: dict[str, Any] = {"key": fact.key, "clause": 1, "units": fact.units, "chain": (named,)}
    return AffectedLot(**given | parts)


def make_line(**parts: Any) -> OrderLine:
    """An order line of one unit with its lot recorded; `digest` follows from the rest."""
    given: dict[str, Any] = {
        "platform_id": "party_platform", "line_ref": f"L{next(_numbers):08d}", "listing_ref": "LST-1",
        "seller_ref": "S07", "gtin": GTIN, "lot": "C14-P6", "serial": None, "units": 1,
        "sold_at": NOW - 400 * DAY, "shipped_at": NOW - 399 * DAY, "ship_from": SITE, "region": "CN-44",
    }  # fmt: skip
    given |= parts
    return OrderLine(**{"digest": f"sha256:{sorted(map(str, given.items()))}"[:200]} | given)


def make_match(line: OrderLine | None = None, **parts: Any) -> Match:
    """A confirmed match of a line."""
    line = line or make_line()
    sold = Link(rule="exact_lot", start="lot C14-P6", end=f"order line {line.line_ref}", at=line.sold_at)
    given: dict[str, Any] = {
        "line": line, "cls": MatchClass.CONFIRMED, "rule": Rule.EXACT_LOT, "reason": "The lot is named",
        "units_lo": line.units, "units_hi": line.units, "chain": (*make_affected_lot().chain, sold),
    }  # fmt: skip
    return Match(**given | parts)


def make_holding(**parts: Any) -> Holding:
    """An order line's units, all outstanding."""
    units = parts.get("units", 1)
    given: dict[str, Any] = {
        "id": new_id("hld"), "kind": HoldingKind.LINE, "party_id": "party_platform",
        "ref": f"L{next(_numbers):08d}", "units": units, "certain": True,
        "balances": {Account.OUTSTANDING: units},
    }  # fmt: skip
    return Holding(**given | parts)


def make_confirmation(**parts: Any) -> Confirmation:
    """A buyer's return of one unit."""
    given: dict[str, Any] = {
        "key": f"key-{next(_numbers)}", "outcome": Outcome.RETURNED, "units": 1, "at": NOW, "line_ref": "L1"
    }  # fmt: skip
    return Confirmation(**given | parts)
