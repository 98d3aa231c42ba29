"""The worker: captures the documents that were taken in, in a thread of its own beside the door."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock, Thread

from fastapi import FastAPI

from recall.domain.recall import ACTIVE_STATES
from recall.runtime import Runtime
from recall.steps.capture_events import work_off_captures
from recall.views.overview import recall_list

_log = logging.getLogger(__name__)


class Worker:
    """At most one thread of a process works documents off; what it leaves behind, the next start finds."""

    def __init__(self, runtime: Runtime, *, wake: Callable[[str], None]) -> None:
        """`wake` is told the recalls that new events may change."""
        self._runtime, self._wake = runtime, wake
        self._lock = Lock()
        self._busy = self._again = False

    def start(self) -> None:
        """Let what waits be captured; returns at once."""
        with self._lock:
            self._again = True
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
            except Exception:
                _log.exception("capturing failed; what waits is carried on by the next start")

    def _goes_on(self) -> bool:
        with self._lock:
            self._busy, self._again = self._again, False
            return self._busy


def worker_of(app: FastAPI) -> Worker:
    """The worker of an application, made when it is first needed."""
    if not hasattr(app.state, "capture_worker"):
        app.state.capture_worker = Worker(app.state.runtime, wake=app.state.wake)
    worker: Worker = app.state.capture_worker
    return worker
