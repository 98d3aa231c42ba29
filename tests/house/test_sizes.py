"""Sizes and captions: a file is one concept, opens with one sentence, and nothing grows out of hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.house.tree import PRODUCT, files, functions, named, parsed

MOST_LINES = 300
LONGEST_FUNCTION = 60
MEDIAN_FUNCTION = 12
DOCUMENTED = 0.95
DEFINITION = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
PYTHON = [path for path in files(suffix=".py") if path.stat().st_size]  # an empty __init__.py says nothing


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_a_file_opens_with_one_sentence(path: Path) -> None:
    caption = (ast.get_docstring(parsed(path)) or "").partition("\n\n")[0]
    assert re.search(r"[.:?]$", caption), "the first paragraph is a sentence"
    assert not re.search(r"[a-z)`][.?!] [A-Z]", caption), "the first paragraph is one sentence only"


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_a_file_and_its_functions_stay_small(path: Path) -> None:
    assert MOST_LINES >= len(path.read_text("utf-8").splitlines())
    assert [] == [f.name for f in functions(path) if lines(f) > LONGEST_FUNCTION]


def test_the_usual_function_is_short() -> None:
    sizes = [lines(function) for path in files(suffix=".py", under=PRODUCT) for function in functions(path)]
    assert median(sizes) <= MEDIAN_FUNCTION


def test_what_is_public_says_what_it_is() -> None:
    public = [entry for path in files(suffix=".py", under=PRODUCT) for entry in public_names(path)]
    silent = [name for name, documented in public if not documented]
    assert len(silent) <= (1 - DOCUMENTED) * len(public), silent


def public_names(path: Path) -> Iterator[tuple[str, bool]]:
    """Each public class, function and method of a file, and whether it has a docstring."""
    classes = [node for node in parsed(path).body if isinstance(node, ast.ClassDef)]
    for parent in (parsed(path), *classes):
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, DEFINITION) and not node.name.startswith("_"):
                yield f"{named(path)}: {node.name}", ast.get_docstring(node) is not None


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines the function takes, its docstring counted, its decorators not."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
