"""Capture events: supply-chain events enter the store once each, however often they are sent.

All or nothing: one transaction, and whatever cannot be captured ends it. Proceeding: a transaction a thousand
events, and what cannot be captured is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from io import BufferedReader
from itertools import islice
from typing import Any

from recall.epcis.document import read_stream
from recall.epcis.event import Event
from recall.errors import EventRefused, RecallError
from recall.runtime import Runtime
from recall.store import audit, capture_jobs, leases
from recall.store import events as store_events
from recall.store.capturing import BATCH
from recall.store.database import Tx
from recall.store.events import Captured, Product
from recall.store.kept_document import KeptDocument

MOST_ERRORS = 1_000
"""Errors of one document that are kept word by word; more are counted in the last."""
_HOLD = 180.0  # seconds that a worker may be silent before another takes over: some of the largest documents
_BROKEN = timedelta(hours=6)
_log = logging.getLogger(__name__)

Refused = Callable[[EventRefused], None]


class Refusals:
    """What was refused of one document: the first word by word, the others by their number alone."""

    def __init__(self) -> None:
        self.kept: list[RecallError] = []
        """`MOST_ERRORS` at most, so that a document that is wrong throughout needs no more memory."""
        self.count = 0

    def add(self, error: RecallError) -> None:
        """One more; without the frames of its traceback, which hold what was read."""
        self.count += 1
        if self.count <= MOST_ERRORS:
            self.kept.append(error.with_traceback(None))


def capture_events(
    runtime: Runtime, *, events: Iterable[Event], captured_by: str, job: str | None = None
) -> Captured:
    """Capture events in one transaction: all of them or none, in memory that does not grow with them.

    The job, if there is one, ends with them: who else works on it finds it done, and tells nothing of it.
    """
    with runtime.store.begin() as tx:
        captured = store_events.capture(tx, events, captured_by=captured_by, at=runtime.now())
        _book(runtime, tx, captured, captured_by=captured_by)
        if job is not None:
            capture_jobs.tell_progress(tx, job=job, new=captured.new, known=captured.known, errors=[])
            capture_jobs.finish(tx, job=job, at=runtime.now())
        return captured


def capture_what_can_be(
    runtime: Runtime, *, events: Iterable[Event], captured_by: str, refused: Refused
) -> Iterator[Captured]:
    """Capture events a transaction a batch; what came of each, and the refused one by one to `refused`."""
    rest = iter(events)
    while some := _as_far_as_it_reads(rest, refused):
        with runtime.store.begin() as tx:
            captured = store_events.capture(tx, some, captured_by=captured_by, at=runtime.now())
            _book(runtime, tx, captured, captured_by=captured_by)
        yield captured


def _as_far_as_it_reads(events: Iterator[Event], refused: Refused) -> list[Event]:
    """The next events; those before a place where the document cannot be read any further."""
    some: list[Event] = []
    try:
        some.extend(islice(events, BATCH))
    except EventRefused as error:
        refused(error)
    return some


def _book(runtime: Runtime, tx: Tx, captured: Captured, *, captured_by: str) -> None:
    if captured.new or captured.withdrawn:
        audit.append(
            tx, at=runtime.now(), actor=captured_by, action="events.captured", subject=captured_by,
            detail={"new": captured.new, "known": captured.known, "withdrawn": captured.withdrawn},
        )  # fmt: skip


class Intake:
    """A document that is being taken in, part by part, to be worked off when it is here whole."""

    def __init__(self, runtime: Runtime, *, party: str, proceed: bool) -> None:
        """`proceed`: capture what can be captured, where something cannot be."""
        self._runtime, self._party, self._proceed = runtime, party, proceed
        self.job = runtime.new_id("cap")
        self._number, self._waiting = 0, bytearray()

    def add(self, some: bytes) -> bool:
        """Take some bytes; whether a part is full now, and `keep` ought to be called."""
        self._waiting += some
        return len(self._waiting) >= capture_jobs.PART

    def keep(self) -> None:
        """Write the parts that are full."""
        while len(self._waiting) >= capture_jobs.PART:
            self._write(capture_jobs.PART)

    def finish(self) -> str:
        """The document is here whole: the id of the job that captures it."""
        self.keep()
        if self._waiting:
            self._write(len(self._waiting))
        now = self._runtime.now()
        with self._runtime.store.begin() as tx:
            capture_jobs.forget_broken(tx, before=now - _BROKEN)
            capture_jobs.add_job(tx, job=self.job, party=self._party, proceed=self._proceed, at=now)
        return self.job

    def _write(self, size: int) -> None:
        content = bytes(self._waiting[:size])
        with self._runtime.store.begin() as tx:
            at = self._runtime.now()
            capture_jobs.keep_part(tx, job=self.job, number=self._number, content=content, at=at)
        del self._waiting[:size]
        self._number += 1


def work_off_captures(runtime: Runtime) -> int:
    """Work off the documents that wait, one after another; how many were done here.

    One worker at a time, in whatever process; one that died is followed when its time has run out. A document
    that was half captured is captured again: an event that comes twice is one.
    """
    holder, done = runtime.new_id("wrk"), 0
    while job := _next(runtime, holder=holder):
        _work_off(runtime, job_id=job["id"], party=job["party"], proceed=job["proceed"], holder=holder)
        done += 1
    if done:
        with runtime.store.begin() as tx:
            leases.give_back(tx, name="capture", holder=holder)
    return done


def captures_wait(runtime: Runtime) -> bool:
    """Whether a document waits to be worked off, in whoever's hands it is."""
    with runtime.store.read() as tx:
        return capture_jobs.waiting(tx) is not None


def _next(runtime: Runtime, *, holder: str) -> dict[str, Any] | None:
    """The next document that waits, if it is ours to work off; where nothing waits, nothing is written."""
    if not captures_wait(runtime):
        return None
    with runtime.store.begin() as tx:
        held = leases.take(tx, name="capture", holder=holder, now=runtime.now(), seconds=_HOLD)
        return capture_jobs.waiting(tx) if held else None


def _work_off(runtime: Runtime, *, job_id: str, party: str, proceed: bool, holder: str) -> None:
    errors, captured = Refusals(), Captured()
    with BufferedReader(KeptDocument(runtime.store, job=job_id), buffer_size=capture_jobs.PART) as file:
        try:
            if not proceed:
                with leases.renewed(
                    runtime.store.begin, name="capture", holder=holder, now=runtime.now, seconds=_HOLD
                ):
                    capture_events(runtime, events=read_stream(file), captured_by=party, job=job_id)
                return
            events = read_stream(file, refused=errors.add)
            for some in capture_what_can_be(runtime, events=events, captured_by=party, refused=errors.add):
                captured += some
                _tell(runtime, job_id, captured, errors, holder=holder)
        except RecallError as error:
            errors.add(error)
        except Exception:
            _log.exception("capture job %s failed", job_id)
            errors.add(RecallError("The engine failed at this; it has been logged", advice="Send it again."))
    _tell(runtime, job_id, captured, errors, holder=holder)
    with runtime.store.begin() as tx:
        capture_jobs.finish(tx, job=job_id, at=runtime.now())


def _tell(runtime: Runtime, job_id: str, captured: Captured, errors: Refusals, *, holder: str) -> None:
    told = [_problem(error) for error in errors.kept]
    if errors.count > MOST_ERRORS:
        told.append({"title": f"{errors.count - MOST_ERRORS} more like these"})
    with runtime.store.begin() as tx:
        leases.take(tx, name="capture", holder=holder, now=runtime.now(), seconds=_HOLD)
        capture_jobs.tell_progress(tx, job=job_id, new=captured.new, known=captured.known, errors=told)


def _problem(error: RecallError) -> dict[str, object]:
    said = {"value": error.value, "expected": error.expected, "got": error.got, "where": error.where}
    problem: dict[str, object] = {"type": error.slug, "title": error.title, "status": error.status}
    return problem | {"detail": str(error)} | {name: text for name, text in said.items() if text is not None}


def keep_catalogue(runtime: Runtime, *, products: Sequence[Product], kept_by: str) -> None:
    """Keep trade items; the same GTIN again is the same trade item as it is called now."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        store_events.add_products(tx, products)
        audit.append(
            tx, at=now, actor=kept_by, action="catalogue.kept", subject=kept_by,
            detail={"products": len(products)},
        )  # fmt: skip
