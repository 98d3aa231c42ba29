"""The documents can be followed: each line that a page has its reader type runs, and says what is stated.

The tutorial is followed on a small demo that has been carried through; each how-to on a home of its own.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.sessions import Desk, desk_in, is_as_stated, spoken_on
from tests.house.tree import ROOT, named

TUTORIAL = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
HOW_TO = sorted(page for page in (ROOT / "docs" / "how-to").glob("*.md") if spoken_on(page))
DEMO = 'make demo ARGS="--lines 1500"'
"""How the tutorial begins; here the command behind it runs, for the environment is made already."""

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo that has come to its end, and what it printed."""

    home: Path
    printed: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One small demo for every page of the tutorial."""
    folder = tmp_path_factory.mktemp("tutorial")
    desk = desk_in(folder, home=folder / ".recall")
    return Demo(home=folder / ".recall" / "demo", printed=desk.type("recall demo --quiet --lines 1500"))


def follow(page: Path, *, desk: Desk, printed: str = "") -> None:
    """Type every line of the page, in order."""
    for spoken in spoken_on(page):
        got = printed if spoken.command == DEMO else desk.type(spoken.command)
        assert is_as_stated(spoken, got=got), f"$ {spoken.command}\n{got}\n--- stated:\n{spoken.stated}"


@pytest.mark.parametrize("page", TUTORIAL, ids=named)
def test_the_tutorial_can_be_followed_on_a_demo(page: Path, demo: Demo, tmp_path: Path) -> None:
    home = shutil.copytree(demo.home, tmp_path / ".recall" / "demo")
    follow(page, desk=desk_in(tmp_path / "desk", home=home), printed=demo.printed)


@pytest.mark.parametrize("page", HOW_TO, ids=named)
def test_a_how_to_can_be_followed_from_nothing(page: Path, tmp_path: Path) -> None:
    follow(page, desk=desk_in(tmp_path / "desk", home=tmp_path / "home"))


def test_a_line_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="left with 1"):
        desk_in(tmp_path / "desk", home=tmp_path / "home").type("recall decode 1")


def test_what_a_page_states_is_compared(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one \\\n>   two\none …\n$ echo three\nfour\n```\n")
    said, wrong = spoken_on(page)
    assert is_as_stated(said, got=desk_in(tmp_path / "desk", home=tmp_path).type(said.command))
    assert not is_as_stated(wrong, got="three\n")
