"""`recall notice compile`: the file in the form of a law, and on standard error what a person should see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.cli import Code
from tests.compiled.notices import complete, dot
from tests.flows.command import Command
from tests.flows.test_cli_notice import FIRST, SECOND

EU = ("--profile", "eu-gpsr", "--language")


def opened(desk: Command, **parts: Any) -> None:
    """The kettle's recall, open; each of `parts` in place of a field of its notice."""
    given = json.dumps(complete().document() | parts).encode()
    proposed = desk("notice", "open", "-", "--policy", "eu-gpsr", "--officer", FIRST, "--json", given=given)
    assert Code.OK == desk("notice", "approve", proposed.document["id"], "--officer", SECOND).code


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """The photograph that the notice names."""
    file = tmp_path / "kettle.png"
    file.write_bytes(dot())
    return file


def test_a_complete_notice_is_written_without_a_warning(desk: Command, photo: Path, tmp_path: Path) -> None:
    opened(desk)
    out = tmp_path / "notice.html"
    said = desk("notice", "compile", "K-7", *EU, "en", "--picture", photo, "--strict", "-o", out)
    assert (Code.OK, "", "") == (said.code, said.out, said.err)
    linted = desk("notice", "lint", out, *EU, "en", "--json")
    assert (Code.OK, []) == (linted.code, linted.document["findings"])


def test_what_is_lacking_or_said_in_another_language_is_told(desk: Command) -> None:
    opened(desk)
    said = desk("notice", "compile", "K-7", *EU, "de")
    assert Code.OK == said.code
    assert '<p lang="en">The handle can break' in said.out
    assert "the notice says nothing for picture, which eu-gpsr requires" in said.err
    assert [1, 0] == [said.err.count(words) for words in ("nothing for picture,", "missing: picture")]
    assert "hazard is not said in 'de'" in said.err


def test_strict_writes_nothing_that_the_lint_is_against(desk: Command, photo: Path, tmp_path: Path) -> None:
    opened(desk, remedy="This voluntary recall offers a refund.")
    out = tmp_path / "notice.html"
    said = desk("notice", "compile", "K-7", *EU, "en", "--picture", photo, "--strict", "-o", out)
    assert (Code.ERROR, False) == (said.code, out.exists())
    assert "forbidden: voluntary (Reg. (EU) 2023/988" in said.err


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-"), ("json", b"{"), ("jsonld", b"{")])
def test_every_form_goes_to_a_file(desk: Command, tmp_path: Path, form: str, begins: bytes) -> None:
    opened(desk)
    out = tmp_path / f"notice.{form}"
    assert Code.OK == desk("notice", "compile", "K-7", *EU, "en", "--format", form, "--out", out).code
    assert out.read_bytes().startswith(begins)


def test_our_own_form_is_the_signed_one_that_can_be_verified(desk: Command) -> None:
    opened(desk)
    made = desk("notice", "compile", "K-7", *EU, "en", "--format", "json")
    assert desk("notice", "signed", "K-7").document == made.document
    assert Code.OK == desk("notice", "verify", "-", given=made.out.encode()).code


def test_a_withdrawn_version_is_told_to_whoever_compiles_it(desk: Command) -> None:
    opened(desk)
    desk("notice", "withdraw", "K-7", "--officer", FIRST, "--second", SECOND, "--yes")
    assert "this version is withdrawn" in desk("notice", "compile", "K-7", *EU, "en").err


def test_a_picture_that_the_notice_does_not_name_is_left_out_and_told(desk: Command, photo: Path) -> None:
    opened(desk, pictures=[])
    said = desk("notice", "compile", "K-7", *EU, "en", "--picture", photo)
    assert "the notice names no picture with the sha256" in said.err
    assert "<img" not in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [((*EU, "zh"), "one of de, en, es"),
     (("--profile", "us-cpsc", "--language", "de"), "one of en"), (("--profile", "xx"), "us-nhtsa"),
     ((*EU, "de", "--version", "2"), "1 to 1")],
)  # fmt: skip
def test_what_cannot_be_compiled_says_what_can(desk: Command, words: tuple[str, ...], told: str) -> None:
    opened(desk)
    said = desk("notice", "compile", "K-7", *words)
    assert (Code.ERROR, "") == (said.code, said.out)
    assert told in said.err
