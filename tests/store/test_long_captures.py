"""A capture that takes longer than its lease: nobody takes the document over; who does changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from json import dumps
from threading import Event, Thread

import pytest

from recall.domain.party import Party, Role
from recall.links import Links
from recall.notary import Drawer
from recall.runtime import Runtime
from recall.sealing import Seal
from recall.steps import capture_events
from recall.steps.capture_events import Intake, work_off_captures
from recall.store import capture_jobs, parties
from recall.store.database import Store
from tests.builders import NOW, new_id, no_holidays
from tests.store.goods import MAKER, begun, item
from tests.world import notary_over

Clock = Callable[[], datetime]
SERIALS = 5


def runtime_of(store: Store, *, now: Clock) -> Runtime:
    """What a worker may reach, with a clock of its own."""
    links = Links(secret="a secret of the tests, thirty-two long", base_url="http://testserver")
    notary = notary_over(Drawer())
    return Runtime(
        store=store,
        now=now,
        new_id=new_id,
        links=links,
        calendar_of=no_holidays,
        notary=notary,
        seal=Seal(b"k" * 32),
    )


@dataclass(slots=True)
class Gate:
    """A clock that stops whoever looks at it a second time, until it is opened: within the capture."""

    time: Clock
    inside: Event = field(default_factory=Event)
    open: Event = field(default_factory=Event)
    looks: int = 0

    def __call__(self) -> datetime:
        """The time, perhaps later than asked for."""
        self.looks += 1
        if self.looks == 2:
            self.inside.set()
            assert self.open.wait(20)
        return self.time()


@pytest.fixture
def job(store: Store) -> str:
    """A document of five events that waits to be captured, all or nothing."""
    runtime = runtime_of(store, now=lambda: NOW)
    with store.begin() as tx:
        parties.add_party(tx, Party(id=MAKER, role=Role.MANUFACTURER, name="Maker"), at=NOW)
    intake = Intake(runtime, party=MAKER, proceed=False)
    intake.add(dumps([dict(begun(epcList=[item(f"S{n}")]).body) for n in range(SERIALS)]).encode())
    return intake.finish()


@dataclass(slots=True)
class Held:
    """A worker in the middle of its capture, and how many documents it did in the end."""

    gate: Gate
    thread: Thread
    done: list[int]

    def finish(self) -> int:
        """Let it go on to its end."""
        self.gate.open.set()
        self.thread.join(20)
        return self.done[0]


@pytest.fixture
def begin(store: Store) -> Iterator[Callable[[Clock], Held]]:
    """`begin(clock)`: a worker that has begun to capture and goes on when it is let."""
    started: list[Held] = []

    def start(time: Clock) -> Held:
        gate, done = Gate(time), list[int]()
        runtime = runtime_of(store, now=gate)
        thread = Thread(target=lambda: done.append(work_off_captures(runtime)))
        started.append(Held(gate, thread, done))
        thread.start()
        assert gate.inside.wait(20)
        return started[-1]

    yield start
    for each in started:
        each.gate.open.set()
        each.thread.join(20)


def told(store: Store, job: str) -> tuple[bool, bool, int, int]:
    """(running, success, new, known) of a job."""
    with store.read() as tx:
        row = capture_jobs.capture_job(tx, job=job, party=None)
    assert row is not None
    return bool(row["running"]), bool(row["success"]), row["new"], row["known"]


def test_a_second_worker_that_comes_when_the_lease_has_run_out_changes_nothing(
    store: Store, job: str, begin: Callable[[Clock], Held]
) -> None:
    first = begin(lambda: NOW)
    later = runtime_of(store, now=lambda: NOW + timedelta(minutes=10))
    second = Thread(target=work_off_captures, args=(later,))
    second.start()
    second.join(0.3)  # as far as the database lets it
    assert 1 == first.finish()
    second.join(20)
    assert (False, True, SERIALS, 0) == told(store, job)


def test_the_lease_is_renewed_however_long_the_capture_takes(
    store: Store, job: str, begin: Callable[[Clock], Held], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_events, "_HOLD", 0.4)

    def wall() -> datetime:
        return datetime.now(UTC)

    first = begin(wall)
    assert not first.gate.open.wait(1.0), "longer than the lease lasts"
    done = list[int]()
    second = Thread(target=lambda: done.append(work_off_captures(runtime_of(store, now=wall))))
    second.start()
    second.join(0.3)
    assert 1 == first.finish()
    second.join(20)
    assert ([0], (False, True, SERIALS, 0)) == (done, told(store, job))
