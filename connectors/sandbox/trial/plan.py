"""The plan of a trial market: blocks of lines, each a wave of production with its own lots, along two years.

A block is made, told and sold by itself from its own randomness, so that any number of them needs the memory
of one. The faulty blocks follow one another; what goes wrong in them is what the notice names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from connectors.sandbox.writing import OFFSET
from recall.errors import InputRefused

LEAST, MOST = 1_000, 50_000_000
BLOCK = 10_000
"""Lines of a block, about."""
DAY = 1440
"""All times are minutes from the first."""
FIRST = date(2024, 1, 1)
LAST_BASE, END = 480, 730
"""The day on which the last block begins, and the day on which the history ends."""
FAULTY_FROM, FAULTY_SHARE, FAULTY_MOST = 0.4, 0.3, 300
_DAYS = [(FIRST + timedelta(days=n)).isoformat() for n in range(-60, END + 60)]
_MINUTES = [f"T{minute // 60:02d}:{minute % 60:02d}:00{OFFSET}" for minute in range(DAY)]


def day_text(day: int) -> str:
    """A day, counted from the first, as ISO 8601."""
    return _DAYS[day + 60]


def time_text(minute: int) -> str:
    """A minute, counted from the first, as ISO 8601 at UTC+8."""
    day, minute = divmod(minute, DAY)
    return _DAYS[day + 60] + _MINUTES[minute]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One wave, numbered from 1: `base` is the day on which its production begins."""

    number: int
    lines: int
    base: int
    faulty: bool
    seed: int

    def random(self) -> Random:
        """The block's own randomness: the same however many blocks were made before it."""
        return Random(f"{self.seed}/{self.number}")


def check_lines(lines: int) -> None:
    """Raises InputRefused where a market of so many lines is none of ours."""
    if not LEAST <= lines <= MOST:
        expected = f"lines from {LEAST:,} to {MOST:,}"
        raise InputRefused("Cannot make this market", expected=expected, got=f"{lines:,}")


def blocks_of(*, seed: int, lines: int) -> Iterator[Block]:
    """Every block of a market, in order."""
    count = max(1, round(lines / BLOCK))
    faulty = faulty_blocks(count)
    for number in range(count):
        upto, before = lines * (number + 1) // count, lines * number // count
        yield Block(
            number=number + 1,
            lines=upto - before,
            base=_base(number, count),
            faulty=number in faulty,
            seed=seed,
        )


def _base(number: int, count: int) -> int:
    return LAST_BASE * number // count


def faulty_blocks(count: int) -> range:
    """Which of so many blocks things go wrong in: one at least."""
    first = int(count * FAULTY_FROM)
    return range(first, first + max(1, min(int(count * FAULTY_SHARE), FAULTY_MOST)))


def hot_days(*, lines: int) -> range:
    """The days on which the charger press ran hot: whatever was pressed then is affected."""
    count = max(1, round(lines / BLOCK))
    faulty = faulty_blocks(count)
    start = _base(faulty[len(faulty) // 2], count) + 4
    return range(start, start + 2)
