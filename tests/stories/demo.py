"""The demo as a test sees it: its command in a process of its own, and its books read from outside."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo in its own home; `lines` and `seed` make the market."""

    home: Path
    lines: int
    seed: int = 7

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, or let it go on where it was cut."""
        return subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "demo", "--home", str(self.home), "--lines", str(self.lines),
             "--seed", str(self.seed), "--quiet", "--json"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"CI": "1"},
        )  # fmt: skip

    def finish(self) -> dict[str, Any]:
        """Let it run to its end; returns its report."""
        process = self.start()
        out, err = process.communicate(timeout=280)
        assert process.returncode == 0, err.decode()[-4000:]
        return dict(json.loads(out))

    def run_until(self, *, entries: int) -> bool:
        """Run it and kill it with SIGKILL as soon as the audit trail has so many entries.

        False: it came to its end before.
        """
        process = self.start()
        while process.poll() is None:
            if self.entries() >= entries:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                return True
            time.sleep(0.005)
        process.communicate()
        return False

    def entries(self) -> int:
        """How long the audit trail is."""
        return int(self._ask("SELECT coalesce(max(seq), 0) AS n FROM audit")[0]["n"])

    def books(self) -> dict[str, tuple[int, ...]]:
        """Every holding with its balances, by what it is a holding of: names of this run are left out."""
        rows = self._ask(
            "SELECT kind, party_id, ref, units, outstanding, recovered, corrected, disposed,"
            " unreachable, cleared FROM holding"
        )
        return {
            f"{r['kind']}/{r['party_id']}/{r['ref']}": tuple(r[name] for name in r.keys()[3:]) for r in rows
        }

    def messages(self) -> Counter[tuple[Any, ...]]:
        """Every message of the outbox by what it says to whom, with its end; ports are this run's own."""
        rows = self._ask(
            "SELECT party_id, via, kind, CASE via WHEN 'webhook' THEN '' ELSE recipient END, round, state"
            " FROM outbox"
        )
        return Counter(tuple(row) for row in rows)

    def mails(self) -> Counter[str]:
        """How often each mail came to the post office, by its Message-ID."""
        lines = (self.home / "market" / "mails.jsonl").read_text("utf-8").splitlines()
        return Counter(json.loads(line)["message_id"] for line in lines)

    def audit(self) -> list[sqlite3.Row]:
        """Every entry of the audit trail."""
        return self._ask("SELECT * FROM audit ORDER BY seq")

    def _ask(self, query: str) -> list[sqlite3.Row]:
        path = self.home / "recall.db"
        if not path.exists():
            return [_NOTHING] if "max(seq)" in query else []
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as connection:
            connection.row_factory = sqlite3.Row
            try:
                return connection.execute(query).fetchall()
            except sqlite3.OperationalError:
                return [_NOTHING] if "max(seq)" in query else []


_NOTHING: Any = {"n": 0}
