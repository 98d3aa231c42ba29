"""A small recall for the command to speak of: an affected lot, another one, four order lines, a warehouse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recall.steps.assign_tasks import assign_tasks
from recall.steps.match_orders import match_orders
from recall.steps.settle_scope import settle_scope
from recall.steps.trace_goods import trace_goods
from recall.store import orders
from tests.builders import GTIN, NOW, SITE, make_line
from tests.flows.command import Command

REFERENCE, BAD, GOOD = "R-2025-1", "C14-P6", "C15-A1"
CATALOGUE = [{"gtin": GTIN, "model": "PB-1", "brand": "Voltbox", "name": "Power bank"}]
NOTICE = {
    "source": "own", "reference": REFERENCE, "title": "Power banks", "authority": "Market Supervision",
    "hazard": "The cells may overheat.", "remedies": ["refund", "replace"], "quantity": 10,
    "products": [{"name": "Power bank", "model": "PB-1", "gtin": GTIN, "lots": [BAD], "quantity": 10}],
}  # fmt: skip
LINES = (
    make_line(platform_id="party_harbour", line_ref="HM-1", lot=BAD, units=2, ship_from=SITE),
    make_line(platform_id="party_harbour", line_ref="HM-2", lot="c14p6", units=1, ship_from=SITE),
    make_line(platform_id="party_harbour", line_ref="HM-3", lot=None, units=1, ship_from=SITE),
    make_line(platform_id="party_harbour", line_ref="HM-4", lot=GOOD, units=1, ship_from=SITE),
)


def made(lot: str, units: int) -> Mapping[str, Any]:
    """The event that a lot was made at the warehouse."""
    made_at = (NOW.replace(year=2023)).isoformat()
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "eventTime": made_at,
        "eventTimeZoneOffset": "+00:00", "readPoint": {"id": SITE}, "bizLocation": {"id": SITE},
        "quantityList": [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/{lot}", "quantity": units}],
        "ilmd": {"cbvmda:lotNumber": lot},
    }  # fmt: skip


EVENTS = "\n".join(json.dumps(made(lot, units)) for lot, units in ((BAD, 10), (GOOD, 5))).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """The recall, open and assigned, and the command that speaks of it."""

    recall: Command
    recall_id: str

    def tasks(self, *words: object) -> list[dict[str, Any]]:
        """The tasks that `task list` tells."""
        return list(self.recall("task", "list", "--recall", REFERENCE, *words, "--json").document["tasks"])

    def task(self, duty: str) -> str:
        """The id of the one task of a duty."""
        (task,) = (task["id"] for task in self.tasks() if task["duty"] == duty)
        return str(task)


def carry(recall: Command) -> Small:
    """Everything by the command, but what only a partner's system can tell, and the passes of the flows."""
    catalogue = recall.home.parent / "products.json"
    catalogue.write_text(json.dumps(CATALOGUE), "utf-8")
    for name in ("party_officer1", "party_officer2"):
        recall("party", "add", "--id", name, "--role", "regulator", "--name", name)
    recall("party", "add", "--id", "party_harbour", "--role", "platform", "--name", "Harbour Market")
    recall(
        "party",
        "add",
        "--id",
        "party_northgate",
        "--role",
        "logistics",
        "--name",
        "Northgate",
        "--site",
        SITE,
    )
    recall("events", "capture", "--catalogue", catalogue, "-", given=EVENTS)
    words = ("notice", "open", "-", "--policy", "cn-samr", "--officer", "party_officer1", "--json")
    recall_id = recall(*words, given=json.dumps(NOTICE).encode()).document["id"]
    recall("notice", "approve", REFERENCE, "--officer", "party_officer2")
    runtime = recall.house().runtime
    with runtime.store.begin() as tx:
        orders.save_lines(tx, LINES)
    for step in (settle_scope, trace_goods, match_orders, assign_tasks):
        step(runtime, recall_id=recall_id)
    return Small(recall=recall, recall_id=recall_id)
