"""Prefect's server beside the engine: started once, kept, and let go when nobody has needed it for a while.

It runs as a program of its own (`python -m flows.prefect_server HOME`), with its own home and database, in
its own process group. Whoever uses it renews a lease; a killed user's lease runs out and the whole group
ends, so no server stays behind. This file never imports Prefect: that takes seconds, and goes on in there.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from recall.errors import GiveUp

LEASE_SECONDS = 60.0
"""How long the server stays after its last user was heard."""
START_SECONDS = 180.0
"""The longest that a first start may take; on a busy machine it has been seen to take half a minute."""


class PrefectServer:
    """A lease on the server of one home; `start` returns at once, `ready` waits."""

    def __init__(self, *, home: Path, lease_seconds: float = LEASE_SECONDS) -> None:
        """`home` holds Prefect's own database and the files of this lease; several engines may share it."""
        self._home, self._lease_seconds = home, lease_seconds
        self._guard: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._pulse: threading.Thread | None = None
        self.began = time.monotonic()

    @property
    def url(self) -> str | None:
        """The address of its API, once it is known; `/api` is part of it."""
        try:
            return str(json.loads((self._home / "server.json").read_text("utf-8"))["url"])
        except (OSError, ValueError, KeyError):
            return None

    def start(self) -> None:
        """Renew the lease, and start the server unless one is there already."""
        self._home.mkdir(parents=True, exist_ok=True)
        self._touch()
        self._pulse = threading.Thread(target=self._keep, name="prefect-lease", daemon=True)
        self._pulse.start()
        if not self.healthy():
            self._launch()

    def healthy(self) -> bool:
        """Whether it answers."""
        url = self.url
        return url is not None and _answers(f"{url}/health")

    def ready(self) -> str:
        """The address of its API, as soon as it answers; a server that was lost is started again.

        Raises GiveUp after START_SECONDS.
        """
        waited = time.monotonic()
        while not self.healthy():
            if not _guarded(self._home) and (self._guard is None or self._guard.poll() is not None):
                self._launch()
            if time.monotonic() - waited > START_SECONDS:
                raise GiveUp(
                    "Prefect's server does not start",
                    where=str(self._home / "server.log"),
                    advice="Read its log; or name a running server in RECALL_PREFECT_API_URL.",
                )
            time.sleep(0.5)
        return str(self.url)

    def release(self) -> None:
        """Let the lease go; the server ends when nobody else renews it."""
        self._stop.set()
        if self._pulse is not None:
            self._pulse.join()

    def end(self) -> None:
        """End the server now, for all of its users."""
        self.release()
        (self._home / "lease").unlink(missing_ok=True)

    def _launch(self) -> None:
        """Start the guard; of several, one stays."""
        with (self._home / "server.log").open("ab") as log:
            self._guard = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
                [sys.executable, "-m", "flows.prefect_server", str(self._home), str(self._lease_seconds)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _keep(self) -> None:
        while not self._stop.wait(self._lease_seconds / 10):
            self._touch()

    def _touch(self) -> None:
        (self._home / "lease").touch()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - a loopback address of ours
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _guard(home: Path, *, lease_seconds: float) -> int:
    """The program: one server a home, as long as the lease is renewed."""
    with (home / "guard.lock").open("a") as lock:
        if not _locked(lock):
            return 0
        try:
            return _serve(home, lease_seconds=lease_seconds)
        finally:
            (home / "server.json").unlink(missing_ok=True)


def _serve(home: Path, *, lease_seconds: float) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603 - Prefect's own command, by the interpreter that runs us
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=_environment(home), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _write(home / "server.json", json.dumps({"url": f"http://127.0.0.1:{port}/api", "pid": server.pid}))
    try:
        while server.poll() is None and _leased(home, seconds=lease_seconds):
            time.sleep(1)
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
    return 0


def _environment(home: Path) -> dict[str, str]:
    quiet = {
        "PREFECT_HOME": str(home.resolve()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
        "DO_NOT_TRACK": "1",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | quiet


def _leased(home: Path, *, seconds: float) -> bool:
    try:
        return time.time() - (home / "lease").stat().st_mtime < seconds
    except FileNotFoundError:
        return False


def _locked(lock: IO[str]) -> bool:
    """Whether the lock is ours now; the system takes it from a holder that dies, however it dies."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _guarded(home: Path) -> bool:
    """Whether a guard holds the lock of that home."""
    with (home / "guard.lock").open("a") as lock:
        return not _locked(lock)


def _write(path: Path, text: str) -> None:
    """Written whole or not at all."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    part.write_text(text, "utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(_guard(Path(sys.argv[1]), lease_seconds=float(sys.argv[2])))
