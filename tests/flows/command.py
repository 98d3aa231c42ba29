"""The command as tests speak it: in this process, on a home folder of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from flows.assembly import House, assemble
from flows.cli import app
from recall.domain.party import Party, Role
from recall.settings import Settings
from recall.store import parties


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command printed, and how it left."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)

    @property
    def problem(self) -> Any:
        """What went wrong, as JSON."""
        return json.loads(self.err.splitlines()[-1])

    @property
    def rows(self) -> list[list[str]]:
        """The fields of each line, without titles."""
        return [line.split("\t") for line in self.out.splitlines() if line and not line.startswith("# ")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`recall --home HOME ...`."""

    home: Path

    def __call__(self, *words: object, given: bytes | None = None) -> Said:
        """Say words to it."""
        spoken = ["--home", str(self.home), *map(str, words)]
        done = CliRunner().invoke(app, spoken, input=given, prog_name="recall")
        return Said(code=done.exit_code, out=done.stdout, err=done.stderr)

    def house(self) -> House:
        """The house behind the command's home."""
        return assemble(Settings(home=self.home))

    def copied(self, *, to: Path) -> Command:
        """The command on a copy of this home."""
        return Command(home=shutil.copytree(self.home, to))

    def know(self, *known: Party) -> None:
        """Make the database where there is none, with these parties."""
        runtime = self.house().runtime
        runtime.store.upgrade()
        with runtime.store.begin() as tx:
            for party in known:
                parties.add_party(tx, party, at=runtime.now())
        runtime.store.close()


def officer(number: int) -> Party:
    """An officer of the authority."""
    return Party(id=f"party_officer{number}", role=Role.REGULATOR, name=f"Officer {number}")


Commanded = Callable[..., Said]
