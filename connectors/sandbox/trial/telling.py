"""The telling: of what happened, some is never told, some too late, some out of order, some first wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

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
        self._inputs: dict[str, list[Any]] = {}

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
        if "inputQuantityList" in event:
            yield from self._wrong_first(minute, event)
        if draw() < rates.disorder:
            self.counts["disordered"] += 1
            minute += int(draw() * DISORDER)
        yield minute, json_line(event)

    def _wrong_first(self, minute: int, event: Event) -> Iterator[tuple[int, str]]:
        """The same with the inputs of an event told before it, and the declaration that this was wrong."""
        inputs, item = event["inputQuantityList"], _item(event)
        others = self._inputs.setdefault(item, [])
        if (
            others
            and (other := self._random.choice(others)) != inputs
            and self._random.random() < self._rates.wrong
        ):
            self.counts["taken back"] += 1
            wrong = event | {"inputQuantityList": other}
            declared = {"declarationTime": time_text(minute + DAY), "reason": "incorrect_data"}
            yield minute, json_line(wrong)
            yield minute + DAY, json_line(wrong | {"errorDeclaration": declared})
        others.append(inputs)


def _item(event: Event) -> str:
    """The class of what a transformation takes in."""
    return str(event["inputQuantityList"][0]["epcClass"]).partition("/10/")[0]
