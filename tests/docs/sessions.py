"""The sessions that the documents show: each `$` line of a console block, and what it says that comes out."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

from tests.house.tree import ROOT

_BLOCK = re.compile(r"^```(?:console|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPOKEN = re.compile(r"^\$ (.*)\n((?:>.*\n)*)((?:(?!\$ ).*\n)*)", re.MULTILINE)
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_LINES = ELLIPSIS | NORMALIZE_WHITESPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One line that a reader types, and the output that the page states; empty: it states none."""

    command: str
    stated: str


def spoken_on(page: Path) -> list[Spoken]:
    """Every line of a page that begins with `$`, in order, with the lines after `>` that it goes on in."""
    found = []
    for block in _BLOCK.findall(page.read_text("utf-8")):
        for first, more, stated in _SPOKEN.findall(block):
            typed = (first, *(line.removeprefix(">").removeprefix(" ") for line in more.splitlines()))
            found.append(Spoken(command="\n".join(typed), stated=stated.strip()))
    return found


def is_as_stated(spoken: Spoken, *, got: str) -> bool:
    """Whether the output is what the page states: `…` stands for anything, and blanks do not count."""
    stated = spoken.stated.replace("…", "...")
    return not stated or OutputChecker().check_output(f"{stated}\n", f"{got.strip()}\n", _LINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a reader sits: a folder with the examples in it, a home, and a terminal 100 columns wide."""

    folder: Path
    home: Path

    def type(self, command: str) -> str:
        """What the line prints, errors too, without its styles. Raises where it does not leave with 0."""
        ours, terminal = pty.openpty()
        typed = ["bash", "-c", command]
        with subprocess.Popen(
            typed, cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL,
            stdout=terminal, stderr=terminal,
        ) as process:  # fmt: skip
            os.close(terminal)
            shown = _STYLE.sub("", _all_of(ours).decode()).replace("\r", "")
        assert process.returncode == 0, f"{command} left with {process.returncode}:\n{shown}"
        return shown

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("RECALL_")}
        path = f"{self.folder / 'bin'}{os.pathsep}{own['PATH']}"
        look = {"COLUMNS": "100", "TERM": "xterm", "NO_COLOR": "1", "CI": "1", "LC_ALL": "C.UTF-8"}
        return own | look | {"PATH": path, "PYTHONPATH": str(ROOT), "RECALL_HOME": str(self.home)}


def _all_of(terminal: int) -> bytes:
    """What a terminal shows until nobody writes to it any more, which Linux tells by an error."""
    parts = []
    with suppress(OSError), os.fdopen(terminal, "rb", buffering=0) as screen:
        while part := screen.read(65536):
            parts.append(part)
    return b"".join(parts)


def desk_in(folder: Path, *, home: Path) -> Desk:
    """A desk with the examples and the command `recall` of this tree."""
    (folder / "bin").mkdir(parents=True)
    command = folder / "bin" / "recall"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flows.cli "$@"\n')
    command.chmod(0o755)
    (folder / "examples").symlink_to(ROOT / "examples")
    return Desk(folder=folder, home=home)
