"""The pacing of one partner: what it allows, kept in the database, so that a wait outlives the process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from recall.domain.pace import Bucket
from recall.errors import TryLater
from recall.ports import Limit
from recall.store.database import Store
from recall.store.paces import bucket, save_bucket
from recall.store.sql import Tx

PATIENCE = 2.0
"""Seconds that a call waits for its turn in place; longer waits are the flow's to keep."""


class StoredPace:
    """The pace of one party's system, as `recall.ports.Pace` wants it.

    What has no limit, and of which nothing is kept, costs no transaction: the database is read once, then
    written only where there is something to remember.
    """

    def __init__(
        self,
        *,
        store: Store,
        name: str,
        limits: Mapping[str, Limit],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`name` is the system's (`shopify/party_1`); `limits` are those of the kind, by operation."""
        self._store, self._name, self._limits, self._now, self._sleep = store, name, limits, now, sleep
        self._kept: dict[str, bool] = {}
        self._failing = False

    async def take(self, operation: str = "", *, cost: float = 1.0) -> None:
        """Take tokens, waiting in place for a short while. Raises TryLater for a longer one."""
        seconds = (
            max(self._wait(""), self._take(operation, cost=cost)) if operation else self._take("", cost=cost)
        )
        if seconds > 0:
            await self._sleep(seconds)

    def heard(
        self,
        operation: str = "",
        *,
        remaining: float | None = None,
        limit: Limit | None = None,
        after: float | None = None,
    ) -> None:
        """Keep what an answer said of an operation."""
        if after is None and limit is None and not self._is_limited(operation):
            return
        with self._store.begin() as tx:
            told = self._bucket(tx, operation).told(
                now=self._now(), remaining=remaining, after=after,
                burst=limit.burst if limit else None, per_second=limit.per_second if limit else None,
            )  # fmt: skip
            save_bucket(tx, told, name=self._named(operation))
        self._kept[operation] = True

    def went(self, *, well: bool) -> None:
        """Keep a failure, or that the failures have ended."""
        if well and not self._failing:
            return
        with self._store.begin() as tx:
            whole = self._bucket(tx, "")
            save_bucket(
                tx, whole.succeeded() if well else whole.failed(now=self._now()), name=self._named("")
            )
        self._failing = not well
        self._kept[""] = True

    def _wait(self, operation: str) -> float:
        """Seconds for which the whole system is left alone. Raises TryLater for too many."""
        if not self._is_kept(operation):
            return 0.0
        with self._store.read() as tx:
            return self._patient(self._bucket(tx, operation).wait(0.0, now=self._now()), operation)

    def _take(self, operation: str, *, cost: float) -> float:
        if not (self._is_kept(operation) or self._is_limited(operation)):
            return 0.0
        now = self._now()
        with self._store.begin() as tx:
            known = self._bucket(tx, operation)
            seconds = self._patient(known.wait(cost, now=now), operation)
            save_bucket(tx, known.taken(cost, now=now), name=self._named(operation))
        return seconds

    def _patient(self, seconds: float, operation: str) -> float:
        if seconds > PATIENCE:
            name = self._named(operation)
            raise TryLater(f"The partner allows no more calls of {name} now", after=seconds, where=name)
        return seconds

    def _is_limited(self, operation: str) -> bool:
        return operation in self._limits

    def _is_kept(self, operation: str) -> bool:
        """Whether the database has something of the operation; looked up once."""
        if operation not in self._kept:
            with self._store.read() as tx:
                found = bucket(tx, name=self._named(operation))
            self._kept[operation] = found is not None
            if operation == "" and found is not None:
                self._failing = found.failures > 0
        return self._kept[operation]

    def _bucket(self, tx: Tx, operation: str) -> Bucket:
        """The bucket as it is kept, with the limit that the kind has now."""
        limit = self._limits.get(operation, Limit(burst=0.0, per_second=0.0))
        known = bucket(tx, name=self._named(operation))
        if known is None:
            return Bucket(tokens=limit.burst, at=self._now(), burst=limit.burst, per_second=limit.per_second)
        if operation in self._limits and known.burst <= 0:
            return replace(known, tokens=limit.burst, burst=limit.burst, per_second=limit.per_second)
        return known

    def _named(self, operation: str) -> str:
        return f"{self._name}/{operation}" if operation else self._name
