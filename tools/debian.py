"""Debian's packages, installed as root or unpacked beside us as anybody else.

Standard library only: these lines run before anything is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache"


class NotPossible(Exception):
    """The packages cannot be had here; the message says why."""


def provide(packages: Sequence[str], *, into: str) -> Path:
    """The root folder under which the packages' files stand: `/` after an installation, else a folder
    of the cache called `into`. Raises NotPossible where there is no apt-get, or it fails."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise NotPossible("this machine has no apt-get")
    if os.geteuid() == 0:
        install(packages)
        return Path("/")
    return unpack(packages, CACHE / into)


def install(packages: Sequence[str]) -> None:
    """Installs the packages for the whole machine; the lists are brought up to date only when needed."""
    command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    try:
        run(command)
    except NotPossible:
        run(["apt-get", "update", "-qq"])
        run(command)


def unpack(packages: Sequence[str], root: Path) -> Path:
    """Downloads the packages and what they lack here, and unpacks them under `root`, without any rights."""
    apt = root.parent / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State::lists={apt}/lists", "-o", f"Dir::Cache={apt}", "-o", "Debug::NoLocking=1"]
    run(["apt-get", *options, "update", "-qq"])
    plan = run(["apt-get", *options, "install", "-s", "--no-install-recommends", *packages])
    wanted = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
    downloads = apt / "archives"
    run(["apt-get", *options, "download", "-qq", *wanted], cwd=downloads)
    for archive in downloads.glob("*.deb"):
        run(["dpkg", "-x", str(archive), str(root)])
    shutil.rmtree(apt)
    return root


def run(command: Sequence[str], *, cwd: Path | None = None) -> str:
    """What the command printed; NotPossible with its last line where it failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines() or ["it gave no reason"]
        raise NotPossible(f"{' '.join(command[:3])} failed: {reason[-1]}")
    return done.stdout
