"""The environment `.venv`: made once, filled from the package index, remade when its inputs change.

    python3 -m tools.setup sandbox       what the demo needs
    python3 -m tools.setup test check    what the tests and the checks need
    python3 -m tools.setup --renew       write constraints.txt anew from a fresh environment

Standard library only, any Python from 3.11; `make` calls it when a stamp in `.venv` is older than an input.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools import debian

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# The exact versions that the checks ran with, versions only; renewed by `make constraints`.\n"


def main(extras: Sequence[str]) -> None:
    """Makes and fills the environment, in one line of progress; exits with advice where it cannot."""
    begun = time.monotonic()
    print("Setting up .venv (one to three minutes, once) ...", end=" ", flush=True)
    venv = ROOT / ".venv"
    make(venv)
    install(venv, extras, "-c", "constraints.txt")
    for stamp in {"sandbox", *extras}:  # the tests' environment holds the sandbox too
        (venv / f".{stamp}").touch()
    print(f"ready in {time.monotonic() - begun:.0f} s.")


def renew() -> None:
    """Writes constraints.txt from the newest versions that resolve together."""
    venv = ROOT / ".cache" / "renewal"
    shutil.rmtree(venv, ignore_errors=True)
    make(venv)
    install(venv, ["test", "check"])
    frozen = call(venv / "bin/python", "-m", "pip", "freeze", "--exclude-editable")
    (ROOT / "constraints.txt").write_text(HEADER + frozen)
    shutil.rmtree(venv)


def make(venv: Path) -> None:
    """Makes the environment unless a working one is there."""
    if works(venv):
        return
    if importlib.util.find_spec("ensurepip"):
        call(sys.executable, "-m", "venv", "--clear", venv)
    else:
        make_without_ensurepip(venv)


def works(venv: Path) -> bool:
    """Whether the environment has a Python and a pip that start."""
    command = [str(venv / "bin/python"), "-m", "pip", "--version"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_without_ensurepip(venv: Path) -> None:
    """Debian keeps ensurepip in a package of its own: that is installed, or pip's wheel unpacked."""
    try:
        root = debian.provide(["python3-venv", "python3-pip-whl"], into="pip")
    except debian.NotPossible as reason:
        sys.exit(
            f"\nThis Python cannot make an environment ({reason}).\n"
            "Install the venv module (Debian: sudo apt-get install python3-venv) and run make again."
        )
    wheel = next((root / "usr/share/python-wheels").glob("pip-*.whl"))
    call(sys.executable, "-m", "venv", "--clear", "--without-pip", venv)
    call(venv / "bin/python", f"{wheel}/pip", "install", "-qq", "--no-index", wheel)


def install(venv: Path, extras: Sequence[str], *options: str) -> None:
    """Installs the project in place with its extras, from whatever index this machine's pip knows."""
    project = f".[{','.join(extras)}]"
    call(venv / "bin/python", "-m", "pip", "install", "-qq", *options, "-e", project)


def call(*command: object) -> str:
    """What the command printed; where it failed, its words and the end."""
    done = subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"\n{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


if __name__ == "__main__":
    renew() if sys.argv[1:] == ["--renew"] else main(sys.argv[1:])
