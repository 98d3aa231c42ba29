"""Who knows whom: the import contracts, no circles, no hidden imports, and nothing new at the top."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.house.tree import OUTSIDE, PRODUCT, ROOT, files, functions, named

TOP = {
    *(
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "pyproject.toml",
        "constraints.txt",
        "prefect.yaml",
    ),
    *("docs", "examples", "benchmarks", "changes", "tests", "tools", ".ci", ".gitignore", *PRODUCT),
}


def test_the_top_of_the_tree_holds_the_fixed_names_only() -> None:
    present = {path.name for path in ROOT.iterdir()}
    ignored = {path.name for pattern in OUTSIDE for path in ROOT.glob(pattern)}
    assert set() == present - ignored - TOP


def test_the_import_contracts_are_kept() -> None:
    linter = [
        str(Path(sys.executable).parent / "lint-imports"),
        "--no-logo",
        "--cache-dir",
        ".cache/import_linter",
    ]
    done = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False)
    if "does not exist" in done.stdout:  # a room that is still to be built
        pytest.skip(done.stdout.strip().splitlines()[-1])
    assert done.returncode == 0, done.stdout


def test_no_two_modules_need_each_other() -> None:
    graph = grimp.build_graph(*PRODUCT, cache_dir=None)
    known = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(known).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("path", files(suffix=".py", under=PRODUCT), ids=named)
def test_no_import_of_ours_hides_in_a_function(path: Path) -> None:
    hidden = [
        f"{named(path)}:{node.lineno}"
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and imports_ours(node)
    ]
    assert [] == hidden


def imports_ours(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether the statement imports from the project itself."""
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or str(node.module).split(".")[0] in PRODUCT
    return any(alias.name.split(".")[0] in PRODUCT for alias in node.names)
