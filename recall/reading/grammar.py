"""A vocabulary made ready: its words as compiled patterns, one a question that the reader asks of a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from recall.reading.values import ClauseKind
from recall.reading.words.english import ENGLISH
from recall.reading.words.french import FRENCH
from recall.reading.words.german import GERMAN
from recall.reading.words.japanese import JAPANESE
from recall.reading.words.vocabulary import Vocabulary

VOCABULARIES = {"en": ENGLISH, "fr": FRENCH, "de": GERMAN, "ja": JAPANESE}
"""By the code of the language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The patterns of one language, to be used on folded text."""

    label: re.Pattern[str]
    """The label of codes; its named group is the kind, or `of_` and the scheme of an identifier."""
    fill: re.Pattern[str]
    begins: re.Pattern[str]
    between: re.Pattern[str]
    when: re.Pattern[str]
    """A word of what happened in a window; its named group is the kind."""
    line: re.Pattern[str]
    """A line with a heading: groups `head_` and the kind around the heading, and `rest`."""
    years: re.Pattern[str]
    every: re.Pattern[str]
    excluded: re.Pattern[str]
    hazard: re.Pattern[str]
    remedy: re.Pattern[str]
    unit: re.Pattern[str]
    total: re.Pattern[str]
    price: re.Pattern[str]


@cache
def grammar_of(language: str) -> Grammar:
    """The grammar of `en`, `fr`, `de` or `ja`. Raises KeyError for another."""
    return compiled(VOCABULARIES[language])


def compiled(words: Vocabulary) -> Grammar:
    """The patterns of a vocabulary."""
    labels = {kind.value: source for kind, source in words.labels.items()}
    schemes = {f"of_{scheme}": source for scheme, source in words.schemes.items()}
    headings = _groups({kind.value: source for kind, source in words.headings.items()})
    windows = _groups({kind.value: source for kind, source in words.windows.items()})
    number = rf"(?:{words.number})(?![A-Za-z0-9])" if words.number else ""
    begins = r"\b(?=\w)" if words.number else ""  # where words are parted by blanks, most places are no begin
    starts = rf"\b(?={words.starts})" if words.number else ""
    return Grammar(
        label=_pattern(f"{starts}(?:{_groups(labels)}|{_groups(schemes)}){number}"),
        fill=_pattern(rf"(?:[ \t]*(?:(?:{words.fill})(?![\w-])|[:#\",]))*[ \t]*"),
        begins=_pattern(words.begins),
        between=_pattern(words.between),
        when=_pattern(f"{begins}(?:{windows})"),
        line=re.compile(
            rf"^[ \t]*(?:{headings})[ \t]*:[ \t]*",
            re.MULTILINE | re.IGNORECASE,
        ),
        years=_pattern(words.years),
        every=_pattern(words.every),
        excluded=_pattern(words.excluded),
        hazard=_pattern(words.hazard),
        remedy=_pattern(words.remedy),
        unit=_pattern(words.unit),
        total=_pattern(words.total),
        price=_pattern(words.price),
    )


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


def _groups(sources: Mapping[str, str]) -> str:
    return "|".join(f"(?P<{name}>{source})" for name, source in sources.items())


def kind_of(found: re.Match[str]) -> tuple[ClauseKind, str]:
    """The kind that a label's match names, and the scheme where it is an identifier."""
    name = found.lastgroup or ""
    scheme = name.removeprefix("of_") if name.startswith("of_") else ""
    return (ClauseKind.IDENTIFIER, scheme) if scheme else (ClauseKind(name), "")
