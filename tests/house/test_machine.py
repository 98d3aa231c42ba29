"""Making a machine ready: what is found is what works, and what cannot be had says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tools import browser, debian, setup
from tools.postgres import find_postgres


def test_the_browser_that_is_named_goes_before_those_that_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RECALL_TEST_BROWSER", str(tmp_path / "mine"))
    assert tmp_path / "mine" == browser.find_browser()


def test_an_unpacked_browser_starts_with_its_own_libraries_and_fonts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "usr/lib/chromium/chromium-headless-shell"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$FONTCONFIG_FILE $LD_LIBRARY_PATH $1"\n')
    program.chmod(0o755)
    monkeypatch.setattr(browser, "UNPACKED", tmp_path)
    browser.wrap()
    printed = subprocess.run([tmp_path / "run", "--version"], capture_output=True, text=True, check=True)
    assert [f"{tmp_path}/fonts.conf", *browser.environment().values(), "--version"] == printed.stdout.split()


def test_the_postgres_that_is_found_can_start() -> None:
    folder = find_postgres()
    if folder is None:
        pytest.skip("no PostgreSQL on this machine")
    printed = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert printed.stdout.startswith("postgres (PostgreSQL)")


def test_a_command_that_fails_says_why_in_one_line() -> None:
    with pytest.raises(debian.NotPossible, match=r"^sh -c .* failed: no such package$"):
        debian.run(["sh", "-c", "echo first >&2; echo no such package >&2; exit 100"])


def test_without_apt_there_are_no_packages_of_debian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(debian.NotPossible, match="no apt-get"):
        debian.provide(["chromium"], into="chromium")


def test_a_broken_environment_is_made_anew(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to("/nowhere/python")
    assert not setup.works(venv)
    setup.make(venv)
    assert setup.works(venv)


def test_make_refuses_a_machine_without_a_fitting_python(tmp_path: Path) -> None:
    old = tmp_path / "old-python"
    old.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "$(echo "$2" | sed s/3,.11/9,9/)"\n')
    old.chmod(0o755)
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    command = ["make", "--no-print-directory", "-n", ".venv/.sandbox", f"CANDIDATES={old}", "INPUTS="]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed" in done.stderr
