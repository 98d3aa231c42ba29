"""The score: the engine's answers beside the truth, line by line, streamed."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.sandbox.trial.market import TRUTH
from flows.demo.intake import party_id
from recall.domain.match import Match, MatchClass
from recall.errors import NotFound
from recall.runtime import Runtime
from recall.store import matches
from recall.views.evidence import evidence

PAGE = 20_000  # each page reads the trace anew
SHOWN = 10
"""Examples that a score shows of each kind of error."""

Verdict = tuple[MatchClass, str, bool]
"""A class, the rule that gave it, and whether it has a reason in words."""


@dataclass(slots=True, kw_only=True)
class Score:
    """How the classes of an engine's matches stand to the truth."""

    lines: Counter[tuple[MatchClass, bool]] = field(default_factory=Counter)
    """By class, and by whether the line is truly affected."""
    units: Counter[MatchClass] = field(default_factory=Counter)
    possible_without_reason: int = 0
    rules: Counter[tuple[MatchClass, str, bool]] = field(default_factory=Counter)
    missed_why: Counter[str] = field(default_factory=Counter)
    """Missed lines by what is wrong with their units."""
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"missed": [], "wrongly": []})

    @property
    def affected(self) -> int:
        """Lines that are truly affected."""
        return sum(count for (_, affected), count in self.lines.items() if affected)

    @property
    def missed(self) -> int:
        """Affected lines that were let off."""
        return self.lines[MatchClass.EXCLUDED, True]

    @property
    def wrongly_told(self) -> int:
        """Unaffected lines that were told, as confirmed or as possible."""
        return self.lines[MatchClass.CONFIRMED, False] + self.lines[MatchClass.POSSIBLE, False]

    def document(self, *, blanket_units: int) -> dict[str, Any]:
        """The score as plain JSON; `blanket_units` are those that a recall of whole products would tell."""
        told = self.units[MatchClass.CONFIRMED] + self.units[MatchClass.POSSIBLE]
        return {
            "lines": self.lines.total(),
            "affected": self.affected,
            "missed": self.missed,
            "wrongly_told": self.wrongly_told,
            "classes": {cls.value: self._of(cls) for cls in MatchClass},
            "units_told": told,
            "blanket_units": blanket_units,
            "units_spared": blanket_units - told,
            "possible_without_reason": self.possible_without_reason,
            "rules": {
                f"{cls.value} {rule} {'affected' if affected else 'not affected'}": count
                for (cls, rule, affected), count in sorted(self.rules.items())
            },
            "missed_why": dict(sorted(self.missed_why.items())),
            "examples": self.examples,
        }

    def _of(self, cls: MatchClass) -> dict[str, int | float | None]:
        """Precision: which share of the class is right; recall: which share of what is so stands in it.

        Right means affected, and of the excluded not affected; None where there is nothing to share.
        """
        meant = cls is not MatchClass.EXCLUDED
        right, all_of_it = self.lines[cls, meant], self.lines[cls, True] + self.lines[cls, False]
        so = self.affected if meant else self.lines.total() - self.affected
        return {
            "lines": all_of_it,
            "affected": self.lines[cls, True],
            "precision": round(right / all_of_it, 6) if all_of_it else None,
            "recall": round(right / so, 6) if so else None,
        }

    def add(self, truth: Mapping[str, Any], verdict: Verdict) -> None:
        """One line of the truth with the engine's answer."""
        cls, rule, has_reason = verdict
        affected = bool(truth["affected"])
        self.lines[cls, affected] += 1
        self.units[cls] += truth["units"]
        self.rules[cls, rule, affected] += 1
        if affected and cls is MatchClass.EXCLUDED:
            self.missed_why[str(truth["why"])] += 1
        if cls is MatchClass.POSSIBLE and not has_reason:
            self.possible_without_reason += 1
        if (kind := _error(cls, affected=affected)) and len(self.examples[kind]) < SHOWN:
            self.examples[kind].append(dict(truth))


def _error(cls: MatchClass, *, affected: bool) -> str:
    """The grave errors: an affected line let off, an unaffected one told as certain."""
    if affected and cls is MatchClass.EXCLUDED:
        return "missed"
    return "wrongly" if not affected and cls is MatchClass.CONFIRMED else ""


def score(runtime: Runtime, folder: Path, *, recall_id: str, platforms: Sequence[str]) -> Score:
    """Compare every line of the truth with what the engine says of it; two bytes a line are held."""
    answers = {name: Answers.read(runtime, recall_id=recall_id, platform=name) for name in platforms}
    result = Score()
    with (folder / TRUTH).open("rb") as rows:
        for row in rows:
            truth = json.loads(row)
            result.add(truth, answers[truth["platform"]].of(truth["line"]))
    for examples in result.examples.values():
        for example in examples:
            example |= _why(runtime, recall_id=recall_id, example=example)
    return result


@dataclass(slots=True, kw_only=True)
class Answers:
    """What a recall tells on one platform: for each line the number of a verdict, 0 where it is let off.

    Lines are found by the number that ends their reference, in whatever order they are paged.
    """

    verdicts: list[Verdict] = field(default_factory=lambda: [(MatchClass.EXCLUDED, "", False)])
    numbers: array[int] = field(default_factory=lambda: array("H"))

    @classmethod
    def read(cls, runtime: Runtime, *, recall_id: str, platform: str) -> Answers:
        """Every line that is told as affected or possibly affected, page by page."""
        answers, known = cls(), dict[Verdict, int]()
        for match in _told(runtime, recall_id=recall_id, platform=platform):
            verdict = (match.cls, match.rule.value, bool(match.reason))
            number = known.setdefault(verdict, len(known) + 1)
            if number == len(answers.verdicts):
                answers.verdicts.append(verdict)
            place = _place(match.line.line_ref)
            if place >= len(answers.numbers):
                answers.numbers.extend(bytes(place + 1 - len(answers.numbers)))
            answers.numbers[place] = number
        return answers

    def of(self, line: str) -> Verdict:
        """The verdict on a line."""
        place = _place(line)
        return self.verdicts[self.numbers[place] if place < len(self.numbers) else 0]


def _place(line: str) -> int:
    return int(line.rpartition("-")[2])


def _told(runtime: Runtime, *, recall_id: str, platform: str) -> Iterator[Match]:
    """The lines that a recall tells on a platform."""
    after: tuple[str, str] | None = None
    while True:
        with runtime.store.read() as tx:
            page = matches.affected(
                tx, recall_id=recall_id, platform_id=party_id(platform), after=after, limit=PAGE
            )
        yield from page
        if len(page) < PAGE:
            return
        after = (page[-1].line.platform_id, page[-1].line.line_ref)


def _why(runtime: Runtime, *, recall_id: str, example: Mapping[str, Any]) -> Mapping[str, str]:
    """By which rule and for which reason the engine said what it said of a line."""
    try:
        match = evidence(
            runtime, recall_id=recall_id, platform_id=party_id(example["platform"]), line_ref=example["line"]
        ).match
    except NotFound as error:
        return {"class": "", "rule": "", "reason": str(error)}
    return {"class": match.cls.value, "rule": match.rule.value, "reason": match.reason}
