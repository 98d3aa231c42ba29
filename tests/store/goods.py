"""Events to tell the store: lots that begin, items, cases and pallets, and their ways."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from recall.domain.goods import LotKey, Movement, Thing
from recall.epcis.event import Event
from recall.store import events, genealogy
from recall.store.database import Tx
from recall.store.events import Captured
from tests.builders import GTIN, HOUR, NOW

CELL = "06901234567908"
MAKER = "party_maker"
FACTORY, HUB = ({"id": f"https://id.gs1.org/414/690123400{end}"} for end in ("0016", "0023"))
CASE, PALLET = "https://id.gs1.org/00/069012340000000016", "https://id.gs1.org/00/069012340000000023"


def lot(code: str, units: int | None = None, *, gtin: str = GTIN) -> dict[str, Any]:
    amount = {} if units is None else {"quantity": units}
    return {"epcClass": f"https://id.gs1.org/01/{gtin}/10/{code}", **amount}


def item(serial: str) -> str:
    return f"https://id.gs1.org/01/{GTIN}/21/{serial}"


def event(type: str, *, at: datetime = NOW, **parts: Any) -> Event:
    document = {"type": type, "eventTime": at.isoformat(), "eventTimeZoneOffset": "+00:00"} | parts
    return Event.read(document, where="/0")


def begun(*, at: datetime = NOW, produced: str = "2023-06-05", **parts: Any) -> Event:
    ilmd = {"cbvmda:lotNumber": "A1", "cbvmda:productionDate": produced}
    given = {"action": "ADD", "bizStep": "commissioning", "bizLocation": FACTORY, "ilmd": ilmd}
    return event("ObjectEvent", at=at, **given | parts)


def moved(step: str, place: dict[str, str], *, at: datetime = NOW, **parts: Any) -> Event:
    return event("ObjectEvent", at=at, action="OBSERVE", bizStep=step, readPoint=place, **parts)


def packed(parent: str, *, at: datetime = NOW, action: str = "ADD", **parts: Any) -> Event:
    return event("AggregationEvent", at=at, action=action, bizStep="packing", parentID=parent, **parts)


def turned(**parts: Any) -> Event:
    return event("TransformationEvent", **parts)


def capture(tx: Tx, *some: Event) -> Captured:
    return events.capture(tx, some, captured_by=MAKER, at=NOW)


def ways(tx: Tx) -> list[tuple[str, str, int]]:
    """(end of the site's number, lot, units) of every movement."""
    return [(move.site[-4:], move.key.lot, move.units) for move in moves(tx, {GTIN})]


def moves(tx: Tx, gtins: set[str]) -> tuple[Movement, ...]:
    """The movements of every lot of some trade items."""
    return events.movements(tx, keys=sorted(events.known_lots(tx, gtins=gtins)))


def made_of(tx: Tx, *lots: LotKey) -> set[tuple[str, str]]:
    """(input, output) of every transformation that took in one of these lots, in words."""
    runs = genealogy.runs(
        tx, used=genealogy.uses(tx, names=genealogy.names_of([Thing.lot(key) for key in lots]))
    )
    return {
        (taken.in_words(), made.in_words())
        for run in runs
        for taken, _ in run.inputs
        for made, _ in run.outputs
    }


def a_pallet(*, at: datetime = NOW) -> list[Event]:
    """Two items of lot A1 and three loose units of B2 in a case, the case on a pallet."""
    return [
        begun(epcList=[item("S1"), item("S2")], at=at),
        packed(CASE, childEPCs=[item("S1"), item("S2")], childQuantityList=[lot("B2", 3)], at=at + HOUR),
        packed(PALLET, childEPCs=[CASE], at=at + 2 * HOUR),
    ]
