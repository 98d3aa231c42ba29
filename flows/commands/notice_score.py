"""The word `notice score`: how well notices are read, held against labels."""

from __future__ import annotations

import json as plain
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from connectors.feeds.reader import NoticesRead, read_notices
from flows.cli import Code
from flows.printing import Cell, Json, print_json, print_table, say
from recall.domain.labels import Judgement, Label, Score, judge
from recall.domain.labels import score as counted
from recall.errors import NoticeRefused

_COLUMNS = (
    "regulator",
    "notices",
    "facts",
    "precision %",
    "recall %",
    "read whole %",
    "refused %",
    "ms a notice",
)
_Read = tuple[NoticesRead, float]
"""What a file gave, and the seconds that one of its notices took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The judgements of one regulator's labels, and the seconds that one of its notices took to read."""

    regulator: str
    judgements: tuple[Judgement, ...]
    seconds: float

    @property
    def whole(self) -> float:
        """The share of notices of which no stated fact was missed, 0 to 1."""
        return sum(one.whole for one in self.judgements) / len(self.judgements)

    @property
    def refused(self) -> float:
        """The share of notices that were not read at all, 0 to 1."""
        return sum(one.refused for one in self.judgements) / len(self.judgements)

    def document(self) -> dict[str, Any]:
        """The figures, and every fact that was missed or wrong by its recall number."""
        told = counted(self.judgements)
        return {
            "regulator": self.regulator,
            "notices": len(self.judgements),
            **_figures(told),
            "whole": self.whole,
            "refused": self.refused,
            "seconds_a_notice": self.seconds,
            "failures": [_failure(one) for one in self.judgements if one.missed or one.wrong],
        }


def score(
    *,
    labels: Annotated[Path, typer.Option(help="Folder of labels, one file a regulator.")] = Path(
        "tests/labels"
    ),
    notices: Annotated[Path, typer.Option(help="Folder of the notices labelled.")] = Path(
        "../shared/notices"
    ),
    json: Json = False,
) -> None:
    """Read the labelled notices and print how much of what they state was read, and how much of it is right.

    Examples:

        recall notice score

        recall notice score --json --labels my/labels --notices my/notices
    """
    told = list(scored(labels=labels, notices=notices))
    if not told:
        say(f"No labels in {labels} whose notices are in {notices}.")
        raise typer.Exit(Code.ERROR)
    everything = [one for part in told for one in part.judgements]
    kinds = sorted({fact.kind for one in everything for fact in (*one.label.facts, *one.wrong)})
    by_kind = [(kind, counted(everything, kind=kind)) for kind in kinds]
    if json:
        parts = [part.document() for part in told]
        print_json({"regulators": parts, "kinds": {kind: _figures(part) for kind, part in by_kind}})
        return
    seconds = sum(part.seconds * len(part.judgements) for part in told) / len(everything)
    together = Scored(regulator="all", judgements=tuple(everything), seconds=seconds)
    print_table(_COLUMNS, [_row(part) for part in (*told, together)], title="By regulator")
    rows = [(kind, part.right + part.missed, *_shares(part)) for kind, part in by_kind]
    print_table(("kind", *_COLUMNS[2:5]), rows, title="By kind")


def scored(*, labels: Path, notices: Path) -> Iterator[Scored]:
    """Judge every file of labels whose notices are there, in the order of their names.

    Raises NoticeRefused for a label that cannot be read.
    """
    for file in sorted(labels.glob("*.jsonl")):
        told = [label for label in _labels(file) if (notices / label.file).is_file()]
        if told:
            yield _judged(file.stem, told, notices=notices)


def _judged(regulator: str, labels: Sequence[Label], *, notices: Path) -> Scored:
    read = {name: _timed(notices / name) for name in sorted({label.file for label in labels})}
    judgements = tuple(
        judge(label, (one for one in read[label.file][0].notices if label.is_of(one))) for label in labels
    )
    seconds = sum(read[label.file][1] for label in labels) / len(labels)
    return Scored(regulator=regulator, judgements=judgements, seconds=seconds)


def _timed(file: Path) -> _Read:
    content = file.read_bytes()
    begun = perf_counter()
    found = read_notices(content, name=file.name)
    return found, (perf_counter() - begun) / (len(found.notices) + len(found.refused))


def _labels(file: Path) -> Iterator[Label]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{file.name}:{number}"
        try:
            yield Label.read(plain.loads(line), where=where)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise NoticeRefused.of(line[:80], expected="a label", got=str(problem), where=where) from problem


def _figures(told: Score) -> dict[str, Any]:
    return {
        "right": told.right, "missed": told.missed, "wrong": told.wrong,
        "precision": told.precision, "recall": told.recall,
    }  # fmt: skip


def _failure(judgement: Judgement) -> dict[str, Any]:
    return {
        "recall": judgement.label.recall,
        "file": judgement.label.file,
        "missed": [f"{fact.kind}: {fact.value}" for fact in judgement.missed],
        "wrong": [f"{fact.kind}: {fact.value}" for fact in judgement.wrong],
    }


def _row(told: Scored) -> tuple[Cell, ...]:
    facts = counted(told.judgements)
    return (
        told.regulator, len(told.judgements), facts.right + facts.missed, *_shares(facts),
        _percent(told.whole), _percent(told.refused), f"{told.seconds * 1000:.1f}",
    )  # fmt: skip


def _shares(told: Score) -> tuple[str, str]:
    return _percent(told.precision), _percent(told.recall)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f}"
