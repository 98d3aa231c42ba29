"""The texts of the pages: one catalogue a language, with the same keys in each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh", "en")
DEFAULT = "en"
"""For readers who ask for neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every text of one language, by dotted key."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **facts: object) -> str:
        """The text of that key with the facts put in. Raises KeyError for a key that is nobody's."""
        return self.texts[key].format_map(facts)

    def either(self, key: str, *, otherwise: str) -> str:
        """The text of that key, or `otherwise` where the word comes from outside and has none."""
        return self.texts.get(key, otherwise)


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of `LANGUAGES`."""
    file = resources.files("recall.web") / "texts" / f"{language}.toml"
    return Catalogue(language=language, texts=dict(_flat(tomllib.loads(file.read_text("utf-8")))))


def language_for(*, wanted: str | None, accepted: str) -> str:
    """The language asked for, else the first of the browser's that we have (RFC 9110, 12.5.4), else English.

    >>> language_for(wanted=None, accepted="fr, zh-CN;q=0.9, en;q=0.8")
    'zh'
    """
    if wanted in LANGUAGES:
        return wanted
    ranked = sorted(_ranges(accepted), reverse=True)
    return next((name for _, _, name in ranked if name in LANGUAGES), DEFAULT)


def _ranges(accepted: str) -> Iterator[tuple[float, int, str]]:
    for place, part in enumerate(accepted[:500].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        if weight != "0":
            yield _number(weight), -place, tag[:2].lower()


def _number(weight: str) -> float:
    try:
        return float(weight or "1")
    except ValueError:
        return 0.0


def _flat(tree: Mapping[str, Any], *, under: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, under=f"{under}{name}.")
        else:
            yield under + name, str(value)
