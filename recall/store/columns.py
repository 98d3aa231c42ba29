"""The types of columns: moments and ids as both databases keep them, so that they come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)

Units = BigInteger().with_variant(Integer(), "sqlite")
"""Sums of units, which pass two thousand million; SQLite's integers are wide anyhow."""


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware in, stored as UTC, aware out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's signature
        """UTC; ValueError for a time that does not say its offset."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"Cannot store the time {value}: expected its offset from UTC, got none.")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's signature
        """Aware UTC; SQLite gives the naive UTC that it was given."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A moment as microseconds since 1970 in UTC: short, and ordered as numbers are, where rows are many."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the base's signature
        """Whole microseconds; ValueError for a time that does not say its offset."""
        return micros(value) if value is not None else None

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's signature
        """Aware UTC."""
        return _EPOCH + timedelta(microseconds=value) if value is not None else None


class Words(TypeDecorator[tuple[str, ...]]):
    """A few ids in their order, with a blank between two of them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's signature
        """One line; ValueError for an id with a blank in it."""
        if any(len(word.split()) != 1 for word in value or ()):
            raise ValueError(f"Cannot store the ids {value}: expected none with a blank, got one.")
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - the base's signature
        """The ids."""
        return None if value is None else tuple(value.split())


def micros(value: datetime) -> int:
    """A moment as an `Instant` is stored; ValueError for a time that does not say its offset."""
    if value.tzinfo is None:
        raise ValueError(f"Cannot store the time {value}: expected its offset from UTC, got none.")
    return (value - _EPOCH) // _MICROSECOND
