"""The words of a recall status: one text a language for each status, reason and next step."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from recall.domain.status import Finding, Status

Said = Mapping[str, str]
"""A text by language (`en`, `zh`)."""


def status_said(status: Status) -> Said:
    """The status for people."""
    said: Said = _words()["status"][status.value]
    return said


def unreadable_said() -> Said:
    """That what was typed is no code."""
    said: Said = _words()["status"]["unreadable"]
    return said


def reason_said(finding: Finding) -> Said:
    """Why one recall means what it means for a code."""
    lot = finding.lot.lot if finding.lot else ""
    texts: Said = _words()["reason"][finding.reason.value]
    return {language: text.format(lot=lot) for language, text in texts.items()}


def next_said(status: Status) -> tuple[Said, ...]:
    """What to do now, step by step."""
    steps = _words()["next"][status.value]
    return tuple(dict(zip(steps, each, strict=True)) for each in zip(*steps.values(), strict=True))


@cache
def _words() -> Mapping[str, Mapping[str, dict[str, str]]]:
    file = resources.files("recall.views") / "status_words.toml"
    words: Mapping[str, Mapping[str, dict[str, str]]] = tomllib.loads(file.read_text("utf-8"))
    return words
