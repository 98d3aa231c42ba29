"""The worker: captures the documents that were taken in, in a thread of its own beside the door."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread

from fastapi import FastAPI

from recall.domain.recall import ACTIVE_STATES
from recall.runtime import Runtime
from recall.steps.capture_events import captures_wait, work_off_captures
from recall.views.overview import recall_list

_PATIENCE = 5.0
"""Seconds until documents that another process holds are looked at again: it may have died over them."""
_log = logging.getLogger(__name__)


class Worker:
    """At most one thread of a process works documents off, and stays while any waits."""

    def __init__(self, runtime: Runtime, *, wake: Callable[[str], None]) -> None:
        """`wake` is told the recalls that new events may change."""
        self._runtime, self._wake = runtime, wake
        self._lock, self._called = Lock(), Event()
        self._busy = self._again = False

    def start(self) -> None:
        """Let what waits be captured; returns at once."""
        with self._lock:
            self._again = True
            self._called.set()
            if self._busy:
                return
            self._busy = True
        Thread(target=self._work, name="capture", daemon=True).start()

    def tell(self) -> None:
        """Tell the recalls under way that there are new events."""
        for recall in recall_list(self._runtime):
            if recall.state in ACTIVE_STATES:
                self._wake(recall.id)

    def _work(self) -> None:
        while self._goes_on():
            try:
                if work_off_captures(self._runtime):
                    self.tell()
                if captures_wait(self._runtime):
                    self._called.wait(_PATIENCE)
                    self._look_again()
            except Exception:
                _log.exception("capturing failed; what waits is carried on by the next start")

    def _look_again(self) -> None:
        with self._lock:
            self._again = True

    def _goes_on(self) -> bool:
        with self._lock:
            self._busy, self._again = self._again, False
            self._called.clear()
            return self._busy


def worker_of(app: FastAPI) -> Worker:
    """The worker of an application, made when it is first needed."""
    if not hasattr(app.state, "capture_worker"):
        app.state.capture_worker = Worker(app.state.runtime, wake=app.state.wake)
    worker: Worker = app.state.capture_worker
    return worker
