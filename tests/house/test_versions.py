"""Versions: what is declared, pinned and installed agree, and Prefect's server can be built with them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DECLARED = [
    requirement
    for group in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for requirement in map(Requirement, group)
    if requirement.name != PROJECT["name"]
]
PINNED = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]


def test_the_constraints_hold_versions_and_nothing_else() -> None:
    assert [] == [line for line in PINNED if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)]


@pytest.mark.parametrize("requirement", DECLARED, ids=str)
def test_a_pinned_version_is_one_that_the_project_declares(requirement: Requirement) -> None:
    pins = {canonicalize_name(name): pin for name, _, pin in (line.partition("==") for line in PINNED)}
    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("requirement", DECLARED, ids=str)
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
