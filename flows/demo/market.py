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

from recall.errors import GiveUp

PLATFORMS = ("harbour", "lantern")
LOGISTICS = "northgate"
PARTNERS = (LOGISTICS, *PLATFORMS)


@dataclass(slots=True, kw_only=True)
class Market:
    """The running market; a context that ends its programs."""

    folder: Path
    ports: Mapping[str, int]
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Market:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.programs.values():
            process.terminate()
        for process in self.programs.values():
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()

    def launch(self, name: str, module: str, arguments: Sequence[str]) -> None:
        """Start a program; several may start side by side."""
        with self._log(name).open("ab") as errors:
            self.programs[name] = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
                [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=errors
            )

    def ready(self, name: str) -> None:
        """Wait for a program's ready line. Raises GiveUp, naming its log."""
        output = self.programs[name].stdout
        if output is None or not output.readline():
            where = str(self._log(name))
            raise GiveUp(f"The practice partner {name} does not start", where=where, advice="Read its log.")

    def url(self, name: str) -> str:
        """Where a partner's server answers."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

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
