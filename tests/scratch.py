"""Where tests write: in memory, where the machine has room there, for nothing of it is to last."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOM = 2 << 30
"""Bytes that must be free: all tests together hold less than half of it at a time."""


def memory(*, folder: Path = Path("/dev/shm"), room: int = ROOM) -> Path | None:
    """The folder of the machine's memory, or nothing: there is none, too little is free (`room`, in bytes),
    or programs cannot be started from it."""
    if not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return None
    return folder if shutil.disk_usage(folder).free >= room else None
