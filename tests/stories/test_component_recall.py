"""A component recall, told by the command: a notice names cells, and the lamps that hold them are found.

Given lamps whose events tell which cells went into them, when a notice names one lot of the cells, then the
lamps and the order lines that hold such a cell are confirmed, those of which nobody can say are possible, the
others are let off; each with evidence that names who says so, when, and in which event. When the maker takes
an event back, the line that it let off comes in; when the notice is narrowed, lines are released.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.coordinate import STAGES
from recall.domain.match import OrderLine
from recall.domain.message import MessageKind
from recall.store import orders, outbox
from tests.builders import make_line
from tests.flows.command import Command

LAMP, CELL = "09521234500018", "09521234500087"
FACTORY, HUB = "https://id.gs1.org/414/9521234000013", "https://id.gs1.org/414/9521234000020"
HARBOUR, REFERENCE = "party_harbour", "R-CELLS-1"
CATALOGUE = [
    {"gtin": LAMP, "model": "TL-1", "brand": "Lumen", "name": "Table lamp"},
    {"gtin": CELL, "model": "CL-1", "brand": "Lumen", "name": "Cell"},
]
MADE_AT = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)


def lamp(serial: str) -> str:
    """The code of one lamp."""
    return f"https://id.gs1.org/01/{LAMP}/21/{serial}"


def cells(lot: str, units: int) -> dict[str, Any]:
    """Some cells of a lot."""
    return {"epcClass": f"https://id.gs1.org/01/{CELL}/10/{lot}", "quantity": units}


def told(type: str, *, hours: int, **parts: Any) -> dict[str, Any]:
    """An event, so many hours after the first."""
    at = MADE_AT + timedelta(hours=hours)
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": type,
        "eventTime": at.isoformat(), "eventTimeZoneOffset": "+00:00",
    } | parts  # fmt: skip


def begun(hours: int, lot: str, **goods: Any) -> dict[str, Any]:
    """Goods of a lot are made in the factory."""
    there: dict[str, Any] = {"bizStep": "commissioning", "bizLocation": {"id": FACTORY}}
    return told("ObjectEvent", hours=hours, action="ADD", ilmd={"cbvmda:lotNumber": lot}, **there, **goods)


def joined(serial: str, lot: str, **more: Any) -> dict[str, Any]:
    """Two cells of a lot go into a lamp."""
    parts: dict[str, Any] = {"parentID": lamp(serial), "childQuantityList": [cells(lot, 2)]}
    return told("AssociationEvent", hours=3, action="ADD", bizStep="assembling", **parts, **more)


def moved(hours: int, step: str, site: str, *serials: str) -> dict[str, Any]:
    """Lamps leave a site, or come to it."""
    there: dict[str, Any] = {"bizStep": step, "readPoint": {"id": site}}
    return told("ObjectEvent", hours=hours, action="OBSERVE", epcList=list(map(lamp, serials)), **there)


LAMPS = ("L1", "L2", "L3", "L4")
EVENTS = [
    begun(0, "K7", quantityList=[cells("K7", 100)]),
    begun(0, "K8", quantityList=[cells("K8", 100)]),
    begun(2, "D1", epcList=list(map(lamp, LAMPS))),
    joined("L1", "K7"), joined("L2", "K8"), joined("L3", "K7"), joined("L4", "K8"),
    moved(8, "shipping", FACTORY, *LAMPS),
    moved(20, "receiving", HUB, *LAMPS),
]  # fmt: skip


def notice(lot: str) -> dict[str, Any]:
    """A notice of lamps that hold cells of a lot."""
    cell = {"name": "Cell", "model": "CL-1", "gtin": CELL, "lots": [lot]}
    return {
        "source": "own", "reference": REFERENCE, "title": "Lamps with cells that overheat",
        "authority": "Market Supervision", "published": "2025-06-16", "hazard": "The cells may catch fire.",
        "remedies": ["refund"],
        "products": [{"name": "Table lamp", "model": "TL-1", "gtin": LAMP, "components": [cell]}],
    }  # fmt: skip


def sold(ref: str, serial: str | None, *, lot: str | None = None) -> OrderLine:
    """An order line of one lamp, sent from the hub after lamps came there."""
    at = MADE_AT + timedelta(days=9)
    return make_line(
        platform_id=HARBOUR, line_ref=ref, gtin=LAMP, lot=lot, serial=serial, units=1, ship_from=HUB,
        sold_at=at, shipped_at=at + timedelta(days=1), digest=f"sha256:{ref}",
    )  # fmt: skip


LINES = (sold("HM-1", "L1"), sold("HM-2", "L2"), sold("HM-3", None), sold("HM-4", "L4"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The command, and the recall that it opened."""

    recall: Command
    recall_id: str

    def passes(self) -> None:
        """One pass over the recall, stage by stage, as the flow runs them."""
        asyncio.run(self._stages())

    async def _stages(self) -> None:
        house = self.recall.house()
        for stage in STAGES.values():
            await stage(house, self.recall_id)

    def capture(self, *events: Mapping[str, Any]) -> None:
        """The maker tells events."""
        lines = "\n".join(map(json.dumps, events)).encode()
        done = self.recall("events", "capture", "--party", "party_maker", "-", given=lines)
        assert 0 == done.code, done.err

    def trace(self, *words: object) -> Any:
        """What the trace tells, as JSON."""
        return self.recall("trace", REFERENCE, *words, "--json").document

    def explained(self, line: str, *words: object) -> Any:
        """The evidence of one line, as JSON."""
        (one,) = self.recall("explain", line, *words, "--json").document["evidence"]
        return one


@pytest.fixture
def story(first: Story, tmp_path: Path) -> Story:
    """The recall in a home of its own."""
    return replace(first, recall=first.recall.copied(to=tmp_path / "home"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The recall, carried by the command and one pass: once, to be copied."""
    folder = tmp_path_factory.mktemp("components")
    recall = Command(home=folder / "home")
    catalogue = folder / "products.json"
    catalogue.write_text(json.dumps(CATALOGUE), "utf-8")
    for name, role, *more in (
        ("party_officer1", "regulator"), ("party_officer2", "regulator"), ("party_maker", "manufacturer"),
        (HARBOUR, "platform"), ("party_northgate", "logistics", "--site", HUB),
    ):  # fmt: skip
        recall("party", "add", "--id", name, "--role", role, "--name", name, *more)
    lines = "\n".join(map(json.dumps, EVENTS)).encode()
    recall("events", "capture", "--catalogue", catalogue, "--party", "party_maker", "-", given=lines)
    words = ("notice", "open", "-", "--policy", "cn-samr", "--officer", "party_officer1", "--json")
    opened = recall(*words, given=json.dumps(notice("K7")).encode())
    assert 0 == opened.code, opened.err
    recall("notice", "approve", REFERENCE, "--officer", "party_officer2")
    with recall.house().runtime.store.begin() as tx:
        orders.save_lines(tx, LINES)
    story = Story(recall=recall, recall_id=opened.document["id"])
    story.passes()
    return story


def test_the_notice_names_cells_and_the_lamps_that_hold_them_are_found(story: Story) -> None:
    told = story.trace()
    assert ["TL-1, containing CL-1, lots K7"] == told["clauses"]
    assert {"L1", "L3"} == {item["serial"] for item in told["items"]["listed"]}
    for item in told["items"]["listed"]:
        named, part_of = item["chain"]
        assert (f"notice {REFERENCE}", f"lot K7 of {CELL}") == (named["source"], part_of["from"])
        assert ("part of", "party_maker") == (part_of["rule"], part_of["source"])
        assert part_of["event"].startswith("ni:///sha-256;")
    assert {("confirmed", "exact_serial", 1), ("possible", "product_only", 1)} == {
        (row["class"], row["rule"], row["lines"]) for row in told["matches"] if row["class"] != "excluded"
    }


def test_whoever_must_act_gets_a_task_and_only_buyers_who_may_hold_one_are_told(story: Story) -> None:
    tasks = story.recall("task", "list", "--json").document["tasks"]
    duties = {(task["party"], task["duty"]): task["units"] for task in tasks}
    assert 2 == duties[HARBOUR, "stop_sale"] == duties[HARBOUR, "notify_buyers"]
    assert 100 == duties["party_northgate", "retrieve"], "the cells themselves stand in the factory"
    with story.recall.house().runtime.store.read() as tx:
        sent = outbox.messages(tx, recall_id=story.recall_id, party_id=HARBOUR)
    relayed = {one.message.recipient for one in sent if one.message.kind is MessageKind.NOTIFY_BUYER}
    assert {"HM-1", "HM-3"} == relayed


@pytest.mark.parametrize(
    ("line", "cls", "reason", "rules"),
    [
        (
            "HM-1", "confirmed", "Events tell that this very unit is affected",
            ["published", "named by the notice", "part of", "exact_serial"],
        ),
        (
            "HM-3", "possible", "No event tells where affected units went",
            ["published", "named by the notice", "part of", "product_only"],
        ),
        (
            "HM-4", "excluded", "Its serial was made in lot D1, which is not affected",
            ["part of", "serial of lot", "other_lot"],
        ),
    ],
)  # fmt: skip
def test_every_edge_of_the_evidence_says_who_says_so_when_and_in_which_event(
    story: Story, line: str, cls: str, reason: str, rules: list[str]
) -> None:
    told = story.explained(line)
    assert (cls, reason) == (told["class"], told["reason"])
    way = [link for link in told["links"] if "its buyer" not in link["to"]]
    assert rules == [link["rule"] for link in way]
    assert [] == [link for link in way if not (link["source"] and link["time"] and link["event"])]
    said = story.recall("explain", line).rows
    for link in way:
        at = datetime.fromisoformat(link["time"])
        words = link["rule"].replace("_", " ")
        row = [link["from"], words, link["to"], f"{at:%Y-%m-%d %H:%M}", link["source"], link["event"]]
        assert row in said, "the text tells the same as the JSON"


def test_an_event_that_is_taken_back_brings_a_line_in_and_the_trace_says_so(story: Story) -> None:
    wrong = {"declarationTime": "2025-06-20T00:00:00Z", "reason": "incorrect_data"}
    story.capture(joined("L4", "K8", errorDeclaration=wrong), joined("L4", "K7"))
    story.passes()
    delta = story.trace()["line_delta"]
    (came,) = delta["newly_in"]["listed"]
    assert ("HM-4", "confirmed", "exact_serial") == (came["line"], came["class"], came["rule"])
    assert (1, 0, 0) == (delta["newly_in"]["total"], delta["released"]["total"], delta["reclassed"])
    said = story.recall("trace", REFERENCE)
    assert ["newly in", HARBOUR, "HM-4", "confirmed", came["reason"]] in said.rows


def test_a_narrower_notice_releases_lines_and_since_a_time_all_changes_are_told(story: Story) -> None:
    began = datetime.now(UTC)
    amended = json.dumps(notice("K8")).encode()
    done = story.recall("notice", "amend", REFERENCE, "-", "--officer", "party_officer1", given=amended)
    assert 0 == done.code, done.err
    story.recall("notice", "approve", REFERENCE, "--officer", "party_officer2")
    story.passes()
    delta = story.trace("--since", began.isoformat())["line_delta"]
    assert {"HM-2", "HM-4"} == {match["line"] for match in delta["newly_in"]["listed"]}
    assert ["HM-1"] == [match["line"] for match in delta["released"]["listed"]]
    short = story.trace("--since", began.isoformat(), "--limit", 1)["line_delta"]
    assert (2, 1) == (short["newly_in"]["total"], short["newly_in"]["not_listed"])
    since_now = story.trace("--since", datetime.now(UTC).isoformat())["line_delta"]
    assert (None, 0) == (since_now["at"], since_now["newly_in"]["total"])


def test_what_was_answered_then_is_answered_for_ever(story: Story) -> None:
    then = datetime.now(UTC).isoformat()
    asked = [("trace", REFERENCE), *(("explain", f"HM-{number}") for number in range(1, 5))]
    before = [story.recall(*words, "--as-of", then, "--json").out for words in asked]
    wrong = {"declarationTime": "2025-06-20T00:00:00Z", "reason": "incorrect_data"}
    story.capture(joined("L4", "K8", errorDeclaration=wrong), joined("L4", "K7"))
    story.capture(joined("L1", "K7", errorDeclaration=wrong), joined("L1", "K8"))
    story.capture(begun(1, "K9", quantityList=[cells("K9", 5)]))
    story.passes()
    assert before == [story.recall(*words, "--as-of", then, "--json").out for words in asked]
    now = [story.explained(f"HM-{number}")["class"] for number in (1, 4)]
    assert ["excluded", "confirmed"] == now, "while the answer of today is another"
