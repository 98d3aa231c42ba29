"""PDF and XLSX, read aside: their readers are large programs, so they run in a process that can be ended."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from recall.errors import NoticeRefused

LARGEST = 10_000_000
"""Bytes of a PDF or a workbook."""
_PATIENCE = 20
"""Seconds on the clock, for a machine that is busy with others; computing is bounded by the process."""
_CHILD = Path(__file__).with_name("aside_child.py")


def text_of_pdf(raw: bytes, *, name: str) -> str:
    """The words of a PDF, page after page. Raises NoticeRefused, also for a scan, which has none."""
    return str(_asked(raw, name=name, kind="pdf")["text"])


def rows_of_xlsx(raw: bytes, *, name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a workbook's first visible sheet that is not empty, as text; days as 2026-07-09.

    Raises NoticeRefused, also for an archive that is no workbook.
    """
    return tuple(tuple(row) for row in _asked(raw, name=name, kind="xlsx")["rows"])


def _asked(raw: bytes, *, name: str, kind: str) -> dict[str, Any]:
    if len(raw) > LARGEST:
        raise _refused(name, kind=kind, got=f"{len(raw):,} bytes, more than {LARGEST:,}")
    command = [sys.executable, "-I", str(_CHILD), kind]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603 -- our own program
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise _refused(name, kind=kind, got="one that takes too much time or memory to read") from None
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise _refused(name, kind=kind, got=answer["refused"])
    return answer


def _refused(name: str, *, kind: str, got: str) -> NoticeRefused:
    return NoticeRefused.of(name, expected=f"a {kind.upper()} that can be read", got=got)
