"""The demo's market: two marketplaces, a logistics partner and a post office, each a program."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from recall.errors import GiveUp

PLATFORMS = ("harbour", "lantern")
LOGISTICS = "northgate"
PARTNERS = (LOGISTICS, *PLATFORMS)


@dataclass(slots=True, kw_only=True)
class Program:
    """A program of the market and where it answers."""

    process: subprocess.Popen[bytes]
    said: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Market:
    """The running market; a context that ends its programs."""

    folder: Path
    programs: dict[str, Program] = field(default_factory=dict)

    def __enter__(self) -> Market:
        return self

    def __exit__(self, *_: object) -> None:
        for program in self.programs.values():
            program.process.terminate()
        for program in self.programs.values():
            try:
                program.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                program.process.kill()

    def start(self, name: str, module: str, arguments: Sequence[str]) -> Mapping[str, Any]:
        """Start a program and wait for its ready line. Raises GiveUp, naming its log."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
                [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=errors
            )
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise GiveUp(
                f"The practice partner {name} does not start", where=str(log), advice="Read its log."
            )
        self.programs[name] = Program(process=process, said=json.loads(line))
        return self.programs[name].said

    def url(self, name: str) -> str:
        """Where a partner's server answers."""
        return str(self.programs[name].said["url"])

    def tick(self, now: datetime, *, tokens: Mapping[str, str]) -> int:
        """Move every partner's clock; returns how many acts they did."""

        def move(name: str) -> int:
            request = urllib.request.Request(  # noqa: S310 - a loopback address of ours
                f"{self.url(name)}/sandbox/clock",
                data=json.dumps({"now": now.isoformat()}).encode(),
                headers={"content-type": "application/json", "authorization": f"Bearer {tokens[name]}"},
            )
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - the same
                return int(json.loads(answer.read())["did"])

        with ThreadPoolExecutor(len(PARTNERS)) as pool:
            return sum(pool.map(move, PARTNERS))
