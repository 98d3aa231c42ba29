"""`recall market`: a market is made whole, and the engine's answers are compared with its truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.cli import Code
from flows.trial.score import Score
from recall.domain.match import MatchClass
from tests.flows.command import Command

CLASSES = ("confirmed", "possible", "excluded")


@pytest.fixture
def market(recall: Command, tmp_path: Path) -> Path:
    """A small market with all its faults."""
    folder = tmp_path / "market"
    assert Code.OK == recall("market", "make", "--lines", 1_500, "--seed", 3, "-o", folder).code
    return folder


def test_what_was_made_is_told(recall: Command, tmp_path: Path) -> None:
    said = recall("market", "make", "--lines", 1_000, "-o", tmp_path, "--fault-rate", "all=0", "--json")
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert {"lines": 1_000, "affected": truth["affected_lines"]}.items() <= said.document.items()
    assert {"told": said.document["events"]} == truth["events"]


def test_a_size_and_a_rate_that_cannot_be_are_refused(recall: Command, tmp_path: Path) -> None:
    assert Code.ERROR == recall("market", "make", "--lines", 10, "-o", tmp_path).code
    said = recall("market", "make", "-o", tmp_path, "--fault-rate", "colour=1", "--json")
    assert (Code.ERROR, "colour=1") == (said.code, said.problem["value"])


def test_a_folder_without_a_market_cannot_be_scored(recall: Command, tmp_path: Path) -> None:
    said = recall("market", "score", tmp_path, "--json")
    assert (Code.ERROR, 404) == (said.code, said.problem["status"])


def test_every_line_is_scored_once_in_one_class(recall: Command, market: Path) -> None:
    score = recall("market", "score", market, "--json").document
    for found in (score, score["at_opening"]):
        assert 1_500 == found["lines"] == sum(found["classes"][name]["lines"] for name in CLASSES)
        assert found["affected"] == sum(found["classes"][name]["affected"] for name in CLASSES)
        assert found["missed"] == found["classes"]["excluded"]["affected"]
        assert found["units_spared"] == found["blanket_units"] - found["units_told"]
    assert not (market / "engine").exists()


def test_a_kept_engine_can_be_asked_why(recall: Command, market: Path) -> None:
    recall("market", "score", market, "--keep")
    said = Command(home=market / "engine")("status", "--json")
    assert ["TRIAL-1"] == [row["reference"] for row in said.document["recalls"]]


def test_a_database_that_holds_something_is_not_used(recall: Command, desk: Command, market: Path) -> None:
    url = desk.house().settings.database
    said = recall("market", "score", market, "--database", url, "--json")
    assert (Code.CONFLICT, url) == (said.code, said.problem["value"])


def test_the_market_is_scored_on_either_database(
    recall: Command, market: Path, fresh_postgres: Callable[..., str]
) -> None:
    ours = recall("market", "score", market, "--json").document
    theirs = recall("market", "score", market, "--database", fresh_postgres(), "--json").document
    for found in (ours, theirs):
        del found["seconds"]
    assert ours == theirs


def truth(*, affected: int) -> dict[str, Any]:
    return {
        "line": "L",
        "units": 2,
        "affected": affected,
        "why": "wired by a faulty machine" if affected else "",
    }


def test_a_score_counts_what_is_right_in_each_class() -> None:
    score = Score()
    for cls, affected, times in (
        (MatchClass.CONFIRMED, 1, 9), (MatchClass.CONFIRMED, 0, 1), (MatchClass.POSSIBLE, 1, 8),
        (MatchClass.POSSIBLE, 0, 2), (MatchClass.EXCLUDED, 1, 3), (MatchClass.EXCLUDED, 0, 77),
    ):  # fmt: skip
        for _ in range(times):
            score.add(truth(affected=affected), (cls, "r", False))
    told = score.document(blanket_units=100)
    assert (20, 3, 3, 10) == tuple(
        told[name] for name in ("affected", "missed", "wrongly_told", "possible_without_reason")
    )
    assert {"lines": 10, "affected": 9, "precision": 0.9, "recall": 0.45} == told["classes"]["confirmed"]
    assert {"lines": 80, "affected": 3, "precision": 0.9625, "recall": 0.9625} == told["classes"]["excluded"]
    assert {"wired by a faulty machine": 3} == told["missed_why"]
    assert (40, 60) == (told["units_told"], told["units_spared"])
    assert {"missed": 3, "wrongly": 1} == {kind: len(some) for kind, some in told["examples"].items()}
