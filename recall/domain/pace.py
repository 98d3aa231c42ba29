"""The pace: a bucket of tokens that fills by the second, and a pause for who fails again and again; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES = 6
"""Attempts that may fail in a row before the partner is left alone."""
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0
"""Seconds of the first pause, doubled at each further failure, and of the longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Tokens as they were at a moment; below none, they are promised to calls that wait already."""

    tokens: float
    at: datetime
    burst: float
    per_second: float
    not_before: datetime | None = None
    """The partner itself asked to be left alone until then."""
    failures: int = 0

    def now(self, now: datetime) -> Bucket:
        """The same bucket at another moment; a clock that goes back fills nothing."""
        seconds = max((now - self.at).total_seconds(), 0.0)
        filled = min(self.tokens + seconds * self.per_second, max(self.burst, self.tokens))
        return replace(self, tokens=filled, at=max(now, self.at))

    def wait(self, cost: float, *, now: datetime) -> float:
        """Seconds until so many tokens may be taken, 0: at once. A cost above the burst waits for it all."""
        held = max((self.not_before - now).total_seconds(), 0.0) if self.not_before else 0.0
        missing = min(cost, self.burst) - self.now(now).tokens
        if missing <= 0 or self.burst <= 0:
            return held
        return max(held, missing / self.per_second if self.per_second > 0 else LONGEST_PAUSE)

    def taken(self, cost: float, *, now: datetime) -> Bucket:
        """The bucket without so many tokens."""
        filled = self.now(now)
        return replace(filled, tokens=filled.tokens - min(cost, self.burst)) if self.burst > 0 else filled

    def told(
        self,
        *,
        now: datetime,
        remaining: float | None = None,
        burst: float | None = None,
        per_second: float | None = None,
        after: float | None = None,
    ) -> Bucket:
        """The bucket as the partner's answer says it is: never more tokens than we count ourselves."""
        filled = self.now(now)
        changed = replace(
            filled,
            burst=filled.burst if burst is None else burst,
            per_second=filled.per_second if per_second is None else per_second,
        )
        if remaining is not None and changed.burst > 0:
            changed = replace(changed, tokens=min(changed.tokens, remaining))
        if after is not None:
            until = now + timedelta(seconds=after)
            changed = replace(changed, not_before=max(until, changed.not_before or until))
        return changed

    def failed(self, *, now: datetime) -> Bucket:
        """One more failure in a row; from some number on with a pause that doubles."""
        failures = self.failures + 1
        if failures < FAILURES:
            return replace(self, failures=failures)
        pause = min(FIRST_PAUSE * 2 ** min(failures - FAILURES, 16), LONGEST_PAUSE)
        return replace(self, failures=failures, not_before=now + timedelta(seconds=pause))

    def succeeded(self) -> Bucket:
        """No failure in a row any more."""
        return replace(self, failures=0, not_before=None)
