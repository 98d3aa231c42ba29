"""The labels themselves: drawn by the seed, each code standing in its notice, and nothing but values."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from recall.domain.labels import Fact, Label
from tests.labels.draw import POOLS, drawn

LABELS = Path(__file__).parent
NOT_IN_SIGNS = {"made", "sold", "packed", "expires", "quantity", "all", "year"}
"""Kinds whose values are written otherwise than the notice writes them: years also as the ends of a span."""


def labels_of(file: Path) -> Iterator[Label]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        yield Label.read(json.loads(line), where=f"{file.name}:{number}")


def bare(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", html.unescape(text))).upper()


def alike(signs: tuple[str, str]) -> bool:
    return signs[0] == signs[1]


def codes(label: Label) -> Iterator[str]:
    for fact in label.facts:
        if fact.kind not in NOT_IN_SIGNS:
            first, *last = map(bare, fact.value.split(" - "))
            yield first
            yield from (
                end[sum(1 for _ in takewhile(alike, zip(first, end, strict=False))) :] for end in last
            )


@pytest.mark.parametrize("regulator", POOLS)
def test_every_drawn_notice_is_labelled(shared: Path, regulator: str) -> None:
    labelled = {label.recall for label in labels_of(LABELS / f"{regulator}.jsonl")}
    assert set() == drawn(regulator, shared / "notices").keys() - labelled


@pytest.mark.parametrize("regulator", POOLS)
def test_every_labelled_code_stands_in_its_notice(shared: Path, regulator: str) -> None:
    texts = {one: bare(" ".join(told)) for one, told in drawn(regulator, shared / "notices").items()}
    told = [label for label in labels_of(LABELS / f"{regulator}.jsonl") if label.recall in texts]
    assert [] == [
        (label.recall, code) for label in told for code in codes(label) if code not in texts[label.recall]
    ]


@pytest.mark.parametrize("file", sorted(LABELS.glob("*.jsonl")), ids=lambda file: file.stem)
def test_a_label_holds_values_and_no_sentence(file: Path) -> None:
    values: list[Fact] = [fact for label in labels_of(file) for fact in (*label.facts, *label.also)]
    assert [] == [fact for fact in values if len(fact.value) > 60]


@pytest.mark.parametrize("file", sorted(LABELS.glob("*.jsonl")), ids=lambda file: file.stem)
def test_no_notice_is_labelled_twice_and_no_fact_told_twice(file: Path) -> None:
    told = [(label.recall, label.file) for label in labels_of(file)]
    assert len(told) == len(set(told))
    for label in labels_of(file):
        norms = [fact.norm for fact in label.facts]
        assert len(norms) == len(set(norms)), label.recall
