"""A demo that is killed again and again ends as one that never was: same books, same messages, all sent once.

Given a market and a demo that ran through undisturbed, when another demo of the same market is killed with
SIGKILL at points all over its audit trail and carried on each time, then its ledger and its outbox are the
same, and no mail left twice but those that were in a hand-over when the kill came.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.stories.demo import Demo

LINES = 400


@pytest.mark.prefect
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.campaign)])
def test_kills_change_nothing(tmp_path: Path, kills: int) -> None:
    undisturbed = Demo(home=tmp_path / "calm" / "demo", lines=LINES)
    calm = undisturbed.finish()
    length = undisturbed.entries()

    killed = Demo(home=tmp_path / "storm" / "demo", lines=LINES)
    points = sorted(Random(2025).sample(range(2, length - 5), kills))
    assert [True] * kills == [killed.run_until(entries=point) for point in points]
    storm = killed.finish()

    assert calm["ledger"] == storm["ledger"]
    assert undisturbed.books() == killed.books()
    assert undisturbed.messages() == killed.messages()
    assert (0, 0) == (calm["score"]["missed"], storm["score"]["missed"])
    assert storm["audit_whole"]
    twice = sum(times - 1 for times in killed.mails().values())
    assert twice <= kills, f"{twice} mails left twice in {kills} kills"
    assert 0 == sum(times - 1 for times in undisturbed.mails().values())
