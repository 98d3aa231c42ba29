"""The telling: of what happened, some is never told, some too late, some in another order, some first wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random

from connectors.sandbox.trial.births import Timed
from connectors.sandbox.trial.plan import DAY, time_text
from connectors.sandbox.trial.rates import Rates
from connectors.sandbox.writing import Event, json_line

DISORDER = 10 * DAY
"""How much later than others an event may be captured that is not late."""


class Telling:
    """The events of one block in the order of their capture, as lines of a file."""

    def __init__(self, *, rates: Rates, random: Random) -> None:
        """`counts` says how many events were told, were late, missing, disordered, taken back."""
        self._rates, self._random = rates, random
        self.late: list[str] = []
        self.counts: Counter[str] = Counter()

    def lines(self, events: Iterable[Timed]) -> Iterator[str]:
        """What is captured before the recall; afterwards `late` holds what is captured once it is open."""
        told: list[tuple[int, int, str]] = []
        for minute, event in events:
            for at, line in self._told(minute, event):
                told.append((at, len(told), line))
        self.counts["told"] += len(told)
        return (line for _, _, line in sorted(told))

    def _told(self, minute: int, event: Event) -> Iterator[tuple[int, str]]:
        draw, rates = self._random.random, self._rates
        if draw() < rates.missing:
            self.counts["missing"] += 1
            return
        if draw() < rates.late:
            self.counts["late"] += 1
            self.late.append(json_line(event))
            return
        if "inputQuantityList" in event and draw() < rates.wrong:
            yield from self._wrong_first(minute, event)
        if draw() < rates.disorder:
            self.counts["disordered"] += 1
            minute += int(draw() * DISORDER)
        yield minute, json_line(event)

    def _wrong_first(self, minute: int, event: Event) -> Iterator[tuple[int, str]]:
        """The same with half its inputs, and the declaration that this was wrong."""
        self.counts["taken back"] += 1
        parts = [part | {"quantity": max(1, part["quantity"] // 2)} for part in event["inputQuantityList"]]
        wrong = event | {"inputQuantityList": parts}
        declared = {"declarationTime": time_text(minute + DAY), "reason": "incorrect_data"}
        yield minute, json_line(wrong)
        yield minute + DAY, json_line(wrong | {"errorDeclaration": declared})
