"""The pacing: a wait of days outlives the process, who fails is left alone, and the free cost nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from recall.errors import TryLater
from recall.ports import Limit
from recall.store.database import Store
from recall.store.paces import paced
from recall.store.pacing import StoredPace
from tests.builders import NOW

LIMITS = {"orders": Limit(burst=20, per_second=0.0056)}


class Hours:
    """A clock, and a sleep that moves it."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept = 0.0

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)


def pace_on(store: Store, hours: Hours, *, limits: dict[str, Limit] | None = None) -> StoredPace:
    return StoredPace(
        store=store,
        name="amazon/party_1",
        limits=LIMITS if limits is None else limits,
        now=hours,
        sleep=hours.sleep,
    )


@pytest.fixture
def hours() -> Hours:
    return Hours()


async def test_a_wait_of_forty_hours_outlives_the_process(database_url: str, hours: Hours) -> None:
    first = Store(database_url)
    first.upgrade()
    pace_on(first, hours).heard("orders", after=40 * 3600)
    first.close()
    for waited in (0, 12, 39):
        hours.now = NOW + timedelta(hours=waited)
        again = Store(database_url)
        with pytest.raises(TryLater) as later:
            await pace_on(again, hours).take("orders")
        assert (40 - waited) * 3600 == later.value.after
        again.close()
    hours.now = NOW + timedelta(hours=40)
    again = Store(database_url)
    await pace_on(again, hours).take("orders")
    again.close()


async def test_pages_wait_for_their_turn_over_restarts(store: Store, hours: Hours) -> None:
    pages = 0
    while pages < 30:
        try:
            await pace_on(store, hours).take("orders")  # a process a page
            pages += 1
        except TryLater as later:
            hours.now += timedelta(seconds=later.after)
    assert 1780 < (hours.now - NOW).total_seconds() < 1790  # ten of them at 0.0056 a second


async def test_a_short_wait_is_kept_in_place(store: Store, hours: Hours) -> None:
    pace = pace_on(store, hours, limits={"orders": Limit(burst=1, per_second=2)})
    for _ in range(4):
        await pace.take("orders")
    assert 1.5 == pytest.approx(hours.slept)


async def test_a_system_that_fails_again_and_again_is_left_alone(store: Store, hours: Hours) -> None:
    for _ in range(6):
        pace_on(store, hours).went(well=False)
    for operation in ("", "orders", "listings"):
        with pytest.raises(TryLater):
            await pace_on(store, hours).take(operation)
    hours.now += timedelta(seconds=30)
    again = pace_on(store, hours)
    await again.take("listings")
    again.went(well=True)
    with store.read() as tx:
        assert 0 == paced(tx)["amazon/party_1"].failures


async def test_what_has_no_limit_is_never_written_down(store: Store, hours: Hours) -> None:
    pace = pace_on(store, hours)
    for _ in range(3):
        await pace.take("listings")
        pace.heard("listings", remaining=7)
        pace.went(well=True)
    with store.read() as tx:
        assert {} == paced(tx)


async def test_the_partner_may_say_another_limit(store: Store, hours: Hours) -> None:
    pace = pace_on(store, hours)
    pace.heard("orders", limit=Limit(burst=2, per_second=1), remaining=0)
    await pace.take("orders")
    assert 1.0 == hours.slept
