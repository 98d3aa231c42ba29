"""Trees of parts and containers that others published: the closures are exact."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recall.codes.keys import key_of
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import trace
from recall.epcis.document import read_document
from recall.epcis.event import Event
from recall.store import events, packing
from recall.store.database import Store
from recall.store.world import StoredWorld
from tests.builders import DAY, HOUR, NOW
from tests.store.goods import event


@pytest.fixture(params=["2CS4_v1.0.1", "CML1_v0.0.14"])
def tree(request: pytest.FixtureRequest, shared: Path) -> tuple[list[Event], dict[str, list[str]]]:
    """Every part with its parent as it was built, as events; and the parts above each part."""
    folder, name = shared / "vectors/tractusx-traceability", f"import-test-data-{request.param}"
    assets = json.loads((folder / f"{name}.json").read_text("utf-8"))["assets"]
    above = json.loads((folder / f"{name}.expected_ancestors.json").read_text("utf-8"))["ancestors"]
    return [joined for asset in assets for joined in _built(asset)], above


def _built(asset: dict[str, Any]) -> list[Event]:
    """A part's own list of what is in it, and its own word on what it is in."""
    own, pairs = asset["assetMetaInfo"]["catenaXId"], []
    for submodel in asset["submodels"]:
        if "bom_as_built" in submodel["aspectType"]:
            pairs += [(own, child["catenaXId"]) for child in submodel["payload"]["childItems"]]
        if "usage_as_built" in submodel["aspectType"]:
            pairs += [(parent["catenaXId"], own) for parent in submodel["payload"]["parentItems"]]
    return [
        event("AssociationEvent", action="ADD", parentID=parent, childEPCs=[child]) for parent, child in pairs
    ]


def test_a_part_reaches_exactly_what_holds_it(
    store: Store, tree: tuple[list[Event], dict[str, list[str]]]
) -> None:
    told, above = tree
    boxes = {part: f"https://id.gs1.org/00/{n:017d}" for n, part in enumerate(sorted(above), start=10**15)}
    boxes = {part: box + _check(box) for part, box in boxes.items()}
    packed = [
        event("AggregationEvent", action="ADD", parentID=box, childEPCs=[part], at=NOW - DAY)
        for part, box in boxes.items()
    ]
    with store.begin() as tx:
        events.capture(tx, [*told, *packed], captured_by="party_maker", at=NOW)
        for part, holders in above.items():
            named = ScopeClause(
                number=1, name="part", model=None, gtins=frozenset(), containers=frozenset({boxes[part]})
            )
            answer = trace(Scope(recall_id="r", version=1, clauses=(named,)), world=StoredWorld(tx))
            assert {part, *holders} == {item.code for item in answer.items}
            assert () == answer.lots


def _check(box: str) -> str:
    digits = box.removeprefix("https://id.gs1.org/00/")
    return str(-sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(digits)) % 10)


def test_scenes_of_packing_are_told_as_their_author_expects(store: Store, shared: Path) -> None:
    """The scenes come in the order of their author; one of them unpacks two seconds before it packs, and
    eventTime orders the world: so each is given the time of its place."""
    folder = shared / "vectors/quartet-epcis"
    for scene in json.loads((folder / "expectations.json").read_text("utf-8")):
        told = [one for name in scene["sequence"] for one in read_document((folder / name).read_bytes())]
        placed = [replace(one, event_time=NOW + place * HOUR) for place, one in enumerate(told)]
        with store.begin() as tx:
            events.capture(tx, placed, captured_by="party_maker", at=NOW)
            for container, count in scene["expect"].get("descendant_count", {}).items():
                inside = packing.descendants(tx, containers=[key_of(container)])
                assert count == len(inside), scene["test"]
            for root in scene["expect"].get("roots_after", ()):
                assert 5 == len(packing.descendants(tx, containers=[key_of(root)]))
