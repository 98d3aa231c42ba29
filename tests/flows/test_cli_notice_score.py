"""`recall notice score`: the reader held against labels, and the bars that it must reach."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from flows.cli import Code
from tests.flows.command import Command

ROOT = Path(__file__).resolve().parent.parent.parent
LABELS = ROOT / "tests/labels"
NOTICE = ROOT / "examples/notices/power-bank.zh.txt"

FLOORS = {
    "cpsc": (0.99, 0.94),  # the bars are 0.95 and 0.85
    "cpsc_later": (0.99, 0.96),
    "cpsc_third": (0.99, 0.90),
    "cpsc_fourth": (0.99, 0.95),  # as first read: nothing was mended by it
    "cpsc_fifth": (0.99, 0.98),
    "cpso": (0.94, 0.48),
    "dvsa": (0.95, 0.95),
    "health_canada": (1.0, 1.0),
    "ires": (0.91, 0.83),
    "nhtsa": (1.0, 1.0),
    "openfda": (0.98, 0.90),
    "samr": (1.0, 1.0),
    "syndicated": (1.0, 0.71),
}
"""Precision and recall of the facts that no change of the reader may fall below."""


@pytest.fixture(scope="module")
def figures(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What the committed labels say, by regulator."""
    told = Command(home=tmp_path_factory.mktemp("home"))(
        "notice", "score", "--json", "--labels", LABELS, "--notices", shared / "notices"
    )
    assert Code.OK == told.code
    return {part["regulator"]: part for part in told.document["regulators"]}


@pytest.mark.parametrize("regulator", FLOORS)
def test_what_is_read_of_the_labelled_notices_stays_above_its_floor(
    figures: Mapping[str, Any], regulator: str
) -> None:
    precision, recall = FLOORS[regulator]
    assert precision <= figures[regulator]["precision"]
    assert recall <= figures[regulator]["recall"]


def test_the_bars_for_cpsc_are_reached_by_every_draw(figures: Mapping[str, Any]) -> None:
    draws = [part for name, part in figures.items() if name.startswith("cpsc")]
    assert 0.95 <= min(part["precision"] for part in draws)
    assert 0.85 <= min(part["recall"] for part in draws)


def test_no_labelled_notice_of_a_regulator_s_own_form_is_refused(figures: Mapping[str, Any]) -> None:
    refused = {name: part["refused"] for name, part in figures.items()}
    assert {"safety_gate"} == {name for name, share in refused.items() if share}


def test_at_least_two_hundred_notices_are_labelled(figures: Mapping[str, Any]) -> None:
    assert 200 <= sum(part["notices"] for part in figures.values())


def the_label(folder: Path, *, models: list[str], file: str = NOTICE.name) -> Path:
    line = {"file": file, "facts": {"model": models, "quantity": ["331578", "113253", "46914", "491745"]}}
    (folder / "samr.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    return folder


def test_the_table_tells_the_shares_by_regulator_and_by_kind(recall: Command, tmp_path: Path) -> None:
    labels = the_label(tmp_path, models=["PAC20-272", "PAC20-392", "PLT20A-152", "PAC-9"])
    said = recall("notice", "score", "--labels", labels, "--notices", NOTICE.parent)
    assert Code.OK == said.code
    rows = {row[0]: row for row in said.rows}
    assert ["samr", "1", "8"] == rows["samr"][:3]
    assert ["87.5", "0.0", "0.0"] == rows["samr"][4:7]
    assert ["model", "4", "100.0", "75.0"] == rows["model"]


def test_as_json_every_fact_that_was_missed_is_named(recall: Command, tmp_path: Path) -> None:
    labels = the_label(tmp_path, models=["PAC20-272", "PAC-9"])
    said = recall("notice", "score", "--json", "--labels", labels, "--notices", NOTICE.parent)
    (failure,) = said.document["regulators"][0]["failures"]
    assert ["model: PAC-9"] == failure["missed"]
    assert {"model: PAC20-392", "model: PLT20A-152"} < set(failure["wrong"])


def test_where_no_labelled_notice_is_there_it_says_so(recall: Command, tmp_path: Path) -> None:
    labels = the_label(tmp_path, models=[], file="elsewhere.txt")
    said = recall("notice", "score", "--labels", labels, "--notices", NOTICE.parent)
    assert Code.ERROR == said.code
    assert "No labels" in said.err


@pytest.mark.parametrize("line", ["{", "[]", '{"file": "x"}', '{"facts": {"colour": ["red"]}, "file": "x"}'])
def test_a_label_that_cannot_be_read_is_refused_with_its_line(
    recall: Command, tmp_path: Path, line: str
) -> None:
    (tmp_path / "samr.jsonl").write_text(line, encoding="utf-8")
    said = recall("notice", "score", "--json", "--labels", tmp_path, "--notices", NOTICE.parent)
    assert Code.ERROR == said.code
    assert "samr.jsonl:1" in json.dumps(said.problem)
