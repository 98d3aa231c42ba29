"""Versions: what is declared, pinned and installed agree, and Prefect's server can be built with them."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import PRODUCT, ROOT, files, parsed

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DECLARED = [
    requirement
    for group in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for requirement in map(Requirement, group)
    if requirement.name != PROJECT["name"]
]
PEERS = {Requirement(text).name for text in PROJECT["optional-dependencies"]["bench"]}
"""What only the benchmarks need, and tests never."""
RUNS_ON = {
    canonicalize_name(Requirement(text).name)
    for text in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["sandbox"])
}
PINNED = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]


def test_the_constraints_hold_versions_and_nothing_else() -> None:
    assert [] == [line for line in PINNED if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)]


@pytest.mark.parametrize("requirement", DECLARED, ids=str)
def test_a_pinned_version_is_one_that_the_project_declares(requirement: Requirement) -> None:
    pins = {canonicalize_name(name): pin for name, _, pin in (line.partition("==") for line in PINNED)}
    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("requirement", [each for each in DECLARED if each.name not in PEERS], ids=str)
def test_an_installed_version_is_one_that_the_project_declares(requirement: Requirement) -> None:
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        pytest.fail(f"{requirement.name} is declared and not installed: run make test")
    assert requirement.specifier.contains(installed)


@pytest.mark.prefect
def test_prefects_server_can_be_built_with_the_installed_fastapi(tmp_path: Path) -> None:
    build = "from prefect.server.api.server import create_app; print(create_app(ephemeral=True).title)"
    home = {**os.environ, "PREFECT_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", build], env=home, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "Prefect Server", done.stderr


def test_what_the_product_imports_is_declared_for_those_who_run_it() -> None:
    """An import that only the tests' extra brings would fail on a machine that has not got it."""
    providers = packages_distributions()
    known = sys.stdlib_module_names | set(PRODUCT)
    imported = {name for path in files(suffix=".py", under=PRODUCT) for name in _packages_of(parsed(path))}
    unknown = {
        name
        for name in imported - known
        if not RUNS_ON & {canonicalize_name(each) for each in providers.get(name, ())}
    }
    assert set() == unknown


def _packages_of(module: ast.Module) -> set[str]:
    """The first names of everything that a file imports from outside its own package."""
    found = set[str]()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found
