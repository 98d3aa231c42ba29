"""The link: opens what it was made for, until it runs out, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.errors import NotKnown
from recall.links import LIFETIME, LineLink, Links, TaskLink
from tests.builders import DAY, NOW

LINKS = Links(secret="s" * 40, base_url="https://recall.example.org/")
LINE = LineLink(recall_id="rcl_1", platform_id="party_1", line_ref="HM-1")
TASKS = TaskLink(recall_id="rcl_1", party_id="party_1")


def token_of(url: str) -> str:
    """The last part of the path."""
    return url.rsplit("/", 1)[-1]


def test_a_link_opens_what_it_was_made_for() -> None:
    assert LINE == LINKS.read_line(token_of(LINKS.line(LINE, now=NOW)), now=NOW + DAY)
    assert TASKS == LINKS.read_tasks(token_of(LINKS.tasks(TASKS, now=NOW)), now=NOW + DAY)
    assert "https://recall.example.org/notices/A%2F1" == LINKS.notice("A/1")


def test_a_link_of_one_kind_opens_nothing_of_the_other() -> None:
    with pytest.raises(NotKnown):
        LINKS.read_tasks(token_of(LINKS.line(LINE, now=NOW)), now=NOW)


def test_a_link_runs_out() -> None:
    with pytest.raises(NotKnown, match="run out"):
        LINKS.read_line(token_of(LINKS.line(LINE, now=NOW)), now=NOW + LIFETIME + DAY)


def test_another_engines_link_opens_nothing() -> None:
    other = Links(secret="o" * 40, base_url="https://recall.example.org")
    with pytest.raises(NotKnown):
        LINKS.read_line(token_of(other.line(LINE, now=NOW)), now=NOW)


@given(st.text(max_size=80))
def test_no_guess_opens_anything(guess: str) -> None:
    with pytest.raises(NotKnown):
        LINKS.read_line(guess, now=NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 characters"):
        Links(secret="short", base_url="https://recall.example.org")
