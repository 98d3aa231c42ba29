"""What the tests of the command share: a command on a home of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.flows.command import Command, officer
from tests.flows.small_recall import Small, carry


@pytest.fixture
def recall(tmp_path: Path) -> Command:
    """The command on a home where there is nothing yet."""
    return Command(home=tmp_path / "home")


@pytest.fixture(scope="session")
def first_desk(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A home where two officers are known: made once, to be copied."""
    first = Command(home=tmp_path_factory.mktemp("desk") / "home")
    first.know(officer(1), officer(2))
    return first


@pytest.fixture
def desk(recall: Command, first_desk: Command) -> Command:
    """The command where two officers are known: party_officer1 and party_officer2."""
    return first_desk.copied(to=recall.home)


@pytest.fixture(scope="session")
def first_small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A small recall, carried once, to be copied."""
    return carry(Command(home=tmp_path_factory.mktemp("small") / "home"))


@pytest.fixture
def small(recall: Command, first_small: Small) -> Small:
    """A small recall, open, with its tasks assigned."""
    return replace(first_small, recall=first_small.recall.copied(to=recall.home))
