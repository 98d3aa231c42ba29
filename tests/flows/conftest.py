"""What the tests of the command share: a command on a home of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.command import Command, officer
from tests.flows.small_recall import Small, carry


@pytest.fixture
def recall(tmp_path: Path) -> Command:
    """The command on a home where there is nothing yet."""
    return Command(home=tmp_path / "home")


@pytest.fixture
def desk(recall: Command) -> Command:
    """The command where two officers are known: party_officer1 and party_officer2."""
    recall.know(officer(1), officer(2))
    return recall


@pytest.fixture
def small(recall: Command) -> Small:
    """A small recall, open, with its tasks assigned."""
    return carry(recall)
