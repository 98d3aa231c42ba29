"""The bars: on a market with all its faults nobody is accused, and every doubt has a reason."""

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


def scored(folder: Path, *, seed: int, lines: int, rates: Rates) -> dict[str, Any]:
    """The score of a market that is made for it."""
    make_trial(seed=seed, lines=lines, into=folder, rates=rates)
    with fresh_house(Settings(), folder, database=None, keep=False) as house:
        return run_trial(house, folder, said=lambda *_: None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_all_faults_what_is_called_sure_is_sure_and_every_doubt_has_its_reason(
    tmp_path: Path, seed: int
) -> None:
    score = scored(tmp_path, seed=seed, lines=10_000, rates=Rates())
    for found in (score["at_opening"], score):
        assert found["classes"]["confirmed"]["precision"] >= SURE, found["examples"]["wrongly"]
        assert found["classes"]["confirmed"]["recall"] > 0.5
        assert 0 == found["possible_without_reason"]
        assert found["units_spared"] > 0
