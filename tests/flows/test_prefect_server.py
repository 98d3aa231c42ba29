"""Prefect's server beside the engine: there as long as somebody needs it, and gone soon after."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.prefect_server import PrefectServer

ROOT = Path(__file__).resolve().parents[2]
LEASE = 5.0
USER = """
import sys, time
from pathlib import Path
from flows.prefect_server import PrefectServer

server = PrefectServer(home=Path(sys.argv[1]), lease_seconds=float(sys.argv[2]))
server.start()
print(server.ready(), flush=True)
time.sleep(600)
"""


def comes_true(seen: Callable[[], bool], *, within: float) -> bool:
    """Whether it is seen in so many seconds."""
    end = time.monotonic() + within
    while not seen():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.prefect
def test_a_server_stays_while_it_is_needed_and_a_killed_user_leaves_none(tmp_path: Path) -> None:
    words = [sys.executable, "-c", USER, str(tmp_path), str(LEASE)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout is not None
        assert user.stdout.readline().startswith("http://127.0.0.1:")
        there = PrefectServer(home=tmp_path)
        pid = json.loads((tmp_path / "server.json").read_text("utf-8"))["pid"]
        time.sleep(LEASE + 2)
        assert there.healthy()
        user.kill()
    assert comes_true(lambda: not is_running(pid), within=LEASE + 30)
    assert comes_true(lambda: there.url is None, within=10)


@pytest.mark.prefect
def test_a_lease_that_nobody_renews_ends_the_guard_even_before_its_server_answers(tmp_path: Path) -> None:
    lease = tmp_path / "lease"
    lease.touch()
    os.utime(lease, (time.time() - 60, time.time() - 60))
    words = [sys.executable, "-m", "flows.prefect_server", str(tmp_path), str(LEASE)]
    assert 0 == subprocess.run(words, cwd=ROOT, timeout=60, capture_output=True).returncode
    assert not (tmp_path / "server.json").exists()


def test_a_guard_leaves_a_home_that_is_guarded_already(tmp_path: Path) -> None:
    (tmp_path / "lease").touch()
    words = [sys.executable, "-m", "flows.prefect_server", str(tmp_path), str(LEASE)]
    with (tmp_path / "guard.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert 0 == subprocess.run(words, cwd=ROOT, timeout=60, capture_output=True).returncode
    assert not (tmp_path / "server.json").exists()
