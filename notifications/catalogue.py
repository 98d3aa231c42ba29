"""The catalogue: what every kind of message says in one language, read from that language's file of words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from recall.domain.message import MessageKind

LANGUAGES = ("en", "zh", "de", "fr", "es", "ja", "ko", "ar")
"""The first one is what everybody else gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one kind of message says: its headline, the line below it, and what to do, stopping first."""

    title: str
    lead: str
    bullets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language: sentences in which a name in braces stands for a fact."""

    tag: str
    """As HTML's `lang`."""
    direction: str
    """`ltr` or `rtl`."""
    phrases: Mapping[str, str]
    """What several kinds say alike, by its name."""
    buttons: Mapping[str, str]
    duties: Mapping[str, str]
    remedies: Mapping[str, str]
    reasons: Mapping[str, str]
    places: Mapping[str, str]
    """Where the code stands, by `recall.reading.stated.Place`."""
    kinds: Mapping[MessageKind, Said]


@lru_cache
def words_of(language: str) -> Words:
    """The words of one of `LANGUAGES`. Raises KeyError where a kind of message is not written in it."""
    file = resources.files("notifications.words") / f"{language}.toml"
    told: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    return Words(
        tag="zh-Hans" if language == "zh" else language,
        direction=told["direction"],
        phrases={name: value for name, value in told.items() if isinstance(value, str)},
        buttons=told["buttons"],
        duties=told["duties"],
        remedies=told["remedies"],
        reasons=told["reasons"],
        places=told["places"],
        kinds={kind: _said(told[kind.value]) for kind in MessageKind},
    )


def _said(told: Mapping[str, Any]) -> Said:
    return Said(title=told["title"], lead=told["lead"], bullets=tuple(told["bullets"]))
