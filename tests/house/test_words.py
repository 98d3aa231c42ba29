"""What must not stand in a file: unfinished work, exceptions without a reason, the machine it was made on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, named, text_of

TEXTS = {path: text for path in files() if (text := text_of(path)) is not None}
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|NotImplemented" r"Error|lorem" r" ipsum)\b")
MACHINE = re.compile(
    r"(?<![\w.~-])/(?:home|root|Users|work)/\w"
    r"|(?:extra-)?index" r"-url|find" r"-links"
    r"|pypi\.(?:org|python)|python" r"hosted\.org|registry\.npm"
)  # fmt: skip
EXCEPTIONS = re.compile(r"#\s*(?:noqa(?!:)|type: ignore(?!\[)|noqa: [A-Z0-9, ]+$|type: ignore\[[^]]+\]\s*$)")
COVER = re.compile(r"#\s*pragma: no cover\s*$")


def places(pattern: re.Pattern[str], path: Path) -> list[str]:
    """Where in the file the pattern occurs, as `path:line: text`."""
    numbered = enumerate(TEXTS[path].splitlines(), start=1)
    return [f"{named(path)}:{number}: {line.strip()}" for number, line in numbered if pattern.search(line)]


def test_nothing_in_the_tree_is_unfinished() -> None:
    assert [] == [place for path in TEXTS for place in places(UNFINISHED, path)]


def test_no_file_tells_of_the_machine_or_the_index_it_was_made_with() -> None:
    assert [] == [place for path in TEXTS for place in places(MACHINE, path)]


@pytest.mark.parametrize("pattern", [EXCEPTIONS, COVER], ids=["lint and types", "coverage"])
def test_every_exception_to_a_rule_names_the_rule_and_its_reason(pattern: re.Pattern[str]) -> None:
    python = [path for path in TEXTS if path.suffix == ".py" and path != Path(__file__).resolve()]
    assert [] == [place for path in python for place in places(pattern, path)]


def test_every_ignored_lint_rule_has_its_reason_beside_it() -> None:
    lint = TEXTS[ROOT / "pyproject.toml"].partition("[tool.ruff.lint]")[2].partition("[tool.mypy]")[0]
    lines = [line for line in lint.splitlines() if not line.startswith("select")]
    rules = [line for line in lines if re.search(r'"[A-Z]+\d+"', line)]
    assert [] == [line for line in rules if "#" not in line]
    overrides = TEXTS[ROOT / "pyproject.toml"].splitlines()
    assert [] == [line for line in overrides if "ignore_missing_imports" in line and "#" not in line]


@pytest.mark.parametrize(
    ("line", "found"),
    [("x = 1  # noqa", True), ("x = 1  # noqa: S101", True), ("x = 1  # noqa: S101 - shown once", False),
     ("x = 1  # type: ignore", True), ("x = 1  # type: ignore[arg-type]", True),
     ("x = 1  # type: ignore[arg-type] # the stub is wrong", False)],
)  # fmt: skip
def test_the_pattern_for_exceptions_tells_a_reason_from_none(line: str, found: bool) -> None:
    assert found == bool(EXCEPTIONS.search(line))
