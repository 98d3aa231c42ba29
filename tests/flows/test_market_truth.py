"""The bars: on a market with all its faults nobody is missed or accused, and every doubt has a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.trial.market import make_trial
from connectors.sandbox.trial.rates import Rates
from flows.trial.run import fresh_house, run_trial
from recall.settings import Settings

SURE = 0.999
"""The least precision of what is confirmed."""
UNTOLD_YET = {"not_there_yet"}
"""By which rule a line may be let off at the opening where ten times as many events are late: nobody has told
yet that a truck left, nor that it came."""


def scored(folder: Path, *, seed: int, lines: int, rates: Rates) -> dict[str, Any]:
    """The score of a market that is made for it."""
    make_trial(seed=seed, lines=lines, into=folder, rates=rates)
    with fresh_house(Settings(), folder, database=None, keep=False) as house:
        return run_trial(house, folder, said=lambda *_: None)


def assert_bars(score: dict[str, Any]) -> None:
    """When the recall was opened, and after the late events."""
    for found in (score["at_opening"], score):
        assert (0, []) == (found["missed"], found["examples"]["missed"])
        assert found["classes"]["confirmed"]["precision"] >= SURE, found["examples"]["wrongly"]
        assert 0 == found["possible_without_reason"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_all_its_faults_nobody_is_missed_and_nobody_accused(tmp_path: Path, seed: int) -> None:
    score = scored(tmp_path, seed=seed, lines=10_000, rates=Rates())
    assert_bars(score)
    assert score["units_spared"] > 0


def test_where_everything_is_told_and_written_down_what_is_sure_is_called_sure(tmp_path: Path) -> None:
    score = scored(tmp_path, seed=1, lines=5_000, rates=Rates.read(["all=0"]))
    assert_bars(score)
    assert score["classes"]["confirmed"]["recall"] > 0.5


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "fault", ["missing", "late", "wrong", "mixed", "returns", "zeros", "cut", "slips", "replaced"]
)
@pytest.mark.parametrize("seed", range(10, 15))
def test_each_fault_made_ten_times_as_common_misses_nobody(tmp_path: Path, seed: int, fault: str) -> None:
    usual = getattr(Rates(), fault)
    rates = Rates.read([f"{fault}={min(0.2, 10 * usual) if fault == 'returns' else min(1.0, 10 * usual)}"])
    score = scored(tmp_path, seed=seed, lines=3_000, rates=rates)
    early = score["at_opening"]
    assert {line["rule"] for line in early["examples"]["missed"]} <= UNTOLD_YET
    assert (0, []) == (score["missed"], score["examples"]["missed"])
    for found in (early, score):
        assert 0 == found["possible_without_reason"]
