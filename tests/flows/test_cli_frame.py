"""The frame of the command: start-up, exit codes, errors, and help with examples on every word."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from flows import cli, reference
from flows.cli import WORDS, Code, LoadedWhenSpoken, app, code_of, problem
from recall.errors import CodeRefused, GiveUp, NotAllowed, NotFound, NotKnown, NotNow, RecallError

ROOT = Path(__file__).resolve().parent.parent.parent
LOADED = {name: LoadedWhenSpoken(name=name, word=word).loaded() for name, word in WORDS.items()}


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something, by what one types for it."""
    for name, command in LOADED.items():
        yield from _under(name, command)


def _under(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(command, TyperGroup):
        for name, one in command.commands.items():
            yield from _under(f"{path} {name}", one)
    else:
        yield path, command


def spoken(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *words],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_versions_are_told_without_loading_what_is_dear() -> None:
    asked = [sys.executable, "-X", "importtime", "-m", "flows.cli", "version", "--json"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    loaded = set(re.findall(r"\|\s+(\w+)", done.stderr))
    assert 0 == done.returncode
    assert "3." == json.loads(done.stdout)["python"][:2]
    assert set() == loaded & {"prefect", "sqlalchemy", "fastapi", "httpx", "pydantic_settings"}


def test_the_help_lists_every_word_and_loads_none_of_them() -> None:
    done = spoken("--help")
    assert 0 == done.returncode
    assert [] == [name for name in WORDS if not re.search(rf"\b{name}\b", done.stdout)]
    probe = "import sys; from flows.cli import app; from typer.testing import CliRunner; "
    probe += "CliRunner().invoke(app, ['--help']); print([m for m in sys.modules if 'flows.commands.' in m])"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


@pytest.mark.parametrize("name", WORDS)
def test_the_list_of_words_says_what_the_word_itself_says(name: str) -> None:
    assert WORDS[name].help == (LOADED[name].help or "").partition("\n\n")[0]


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda value: str(value).replace(" ", "-")
)
def test_every_command_has_examples_that_call_it(path: str, command: Any) -> None:
    examples = (command.help or "").partition("Examples:\n")[2].split("\n")
    calls = [line.strip() for line in examples if line.strip()]
    assert calls, "the help shows how the command is called"
    assert [] == [line for line in calls if f"recall {path}" not in line]


def test_every_command_that_prints_can_print_json() -> None:
    silent = {"serve", "notice compile"}  # a file is what the second writes, in the form that is asked for
    without = [path for path, command in commands() if "--json" not in options_of(command)]
    assert [] == [path for path in without if path not in silent]


def options_of(command: Any) -> set[str]:
    """The names of a command's options."""
    return {name for parameter in command.params for name in parameter.opts}


def test_a_word_that_is_not_known_is_an_error_of_usage_with_a_suggestion() -> None:
    done = spoken("versoin")
    assert Code.USAGE == done.returncode
    assert "Did you mean 'version'" in done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CodeRefused("x"), Code.ERROR), (NotFound("x"), Code.ERROR), (GiveUp("x"), Code.ERROR),
        (NotAllowed("x"), Code.AUTH), (NotKnown("x"), Code.AUTH), (NotNow("x"), Code.CONFLICT),
    ],
)  # fmt: skip
def test_an_error_has_its_exit_code(error: RecallError, code: Code) -> None:
    assert code == code_of(error)
    assert code == problem(error)["exit"]


def test_a_refusal_says_what_happened_what_next_and_where_to_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = NotNow("There is nothing to do", value="x", expected="a task", got="none", advice="Wait.")
    said = invoked_with(refusal, monkeypatch)
    assert Code.CONFLICT == said.exit_code
    assert (
        "Error: There is nothing to do: expected a task, got none.\nNext:  Wait.\n"
        "More:  docs/errors/not-now.md\n"
    ) == said.stderr
    assert (ROOT / "docs/errors/not-now.md").exists()


def test_with_json_a_refusal_is_a_problem_document(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = NotNow("There is nothing to do", expected="a task", got="none", advice="Wait.")
    document = json.loads(invoked_with(refusal, monkeypatch, "--json").stderr)
    expected = {
        "type": "docs/errors/not-now", "title": NotNow.title, "status": 409, "detail": str(refusal),
        "expected": "a task", "got": "none", "advice": "Wait.", "exit": 5,
    }  # fmt: skip
    assert expected == document


def test_a_defect_of_ours_is_told_without_a_traceback_unless_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = invoked_with(ZeroDivisionError("division by zero"), monkeypatch)
    assert Code.ERROR == said.exit_code
    assert "ZeroDivisionError: division by zero" in said.stderr
    assert "Traceback" not in said.stderr
    monkeypatch.setenv("RECALL_DEBUG", "1")
    assert "Traceback" in invoked_with(ZeroDivisionError("division by zero"), monkeypatch).stderr


def invoked_with(error: Exception, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    """What the command says when a word of it meets an error."""
    broken = typer.Typer(add_completion=False)

    @broken.command()
    def fail(*, json: bool = False) -> None:
        del json
        raise error

    monkeypatch.setattr(LoadedWhenSpoken, "loaded", lambda _self: cli.get_command(broken))
    return CliRunner().invoke(app, ["version", *words])


def test_the_page_of_the_command_is_up_to_date() -> None:
    written = (ROOT / "docs/reference/command.md").read_text("utf-8")
    assert reference.page() == written, "run: python -m flows.reference > docs/reference/command.md"


def test_the_page_of_the_command_has_every_exit_code() -> None:
    assert [] == [code for code in Code if f"| {int(code)} | {code.meaning} |" not in reference.page()]
