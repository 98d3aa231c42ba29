"""The handover log: what a sender was about to do and what it was answered, for its successor to read.

A line a hand-over's beginning and a line its answer, each one `write`, not synchronised: the machine keeps
what a killed process wrote. What the machine itself may have lost is not believed: the first line names its
start, and a log of an earlier start says nothing.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from recall.ports import Receipt, Result
from recall.store.claims import Log

KEPT_SECONDS = 7 * 86_400
"""How long the log of a dead sender is kept for people to look at."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class HandoverLog:
    """Writes the log of one holder; the file is there from the first beginning until `close`."""

    def __init__(self, *, folder: Path, holder: str) -> None:
        """The file stands in `folder` under the holder's name."""
        self._path = _path(folder, holder)
        self._file: int | None = None

    def begins(self, outgoing_id: str) -> None:
        """The first byte of this message goes out now."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._write(_start())
        self._write(outgoing_id)

    def ended(self, receipt: Receipt) -> None:
        """The receiver answered."""
        self._write([receipt.outgoing_id, receipt.result, receipt.detail, receipt.after])

    def close(self) -> None:
        """All that stands here is in the database now."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
            self._path.unlink()

    def _write(self, entry: object) -> None:
        if self._file is not None:
            os.write(self._file, json.dumps(entry).encode() + b"\n")


def read_log(*, folder: Path, holder: str) -> Log | None:
    """What a holder wrote; None where there is no log of it here that can be believed."""
    try:
        start, *lines = _path(folder, holder).read_text("utf-8").split("\n")
    except FileNotFoundError:
        return None
    if start != json.dumps(_start()):
        return None
    log = dict[str, Receipt | None]()
    for line in lines[:-1]:  # the last one is empty, or was cut off
        entry = json.loads(line)
        if isinstance(entry, str):
            log[entry] = None
        else:
            name, result, detail, after = entry
            log[name] = Receipt(outgoing_id=name, result=Result(result), detail=detail, after=after)
    return log


def forget_old_logs(folder: Path) -> None:
    """Remove the logs that nobody will look at any more."""
    for path in folder.glob("*.log"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _start() -> str:
    """When this machine was started, by its own name for it; empty where it has none."""
    return _BOOT.read_text("ascii").strip() if _BOOT.exists() else ""


def _path(folder: Path, holder: str) -> Path:
    return folder / f"{holder}.log"
