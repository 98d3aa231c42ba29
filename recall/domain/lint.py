"""The lint: what a notice says that its law forbids, and what it lacks that its law wants."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from recall.domain.ground import Ground
from recall.domain.notice_rules import Phrases
from recall.domain.phrase import Span, found, levelled
from recall.domain.policy import Policy
from recall.errors import NotFound
from recall.reading.text import clean

_PICTURE, _PICTURE_OF_CODE = "picture", "picture_of_code"
_HEADLINES = frozenset({"headline", "urgent", "word_recall"})
_SHOWN = re.compile(r"!\[([^\]\n]{0,400})\]\([^)\s]{1,2000}\)")
"""A picture in Markdown, its words in brackets."""


class Fault(StrEnum):
    """What kind of thing is wrong."""

    FORBIDDEN = "forbidden"
    """Words that make the danger look small."""
    MISSING = "missing"
    """An element that the law requires."""
    PICTURE = "picture"
    """A picture that the law requires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a notice; `line` and `column` count from 1, 0 where it stands nowhere."""

    fault: Fault
    what: str
    """The words that were found, or the name of the element that was not."""
    line: int = 0
    column: int = 0
    ground: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What was found, in the order of the text, then of the law; and which elements nobody could look for."""

    findings: tuple[Finding, ...]
    unchecked: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong with what was looked at."""
        return not self.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A notice as it is laid before people: its words, and for each picture the words that belong to it.

    `pictures` is None where the medium does not tell, as with the words taken out of a PDF.
    """

    text: str
    pictures: tuple[str, ...] | None


def plain(text: str) -> Written:
    """A plain text or Markdown as it is laid before people. Raises NoticeRefused where it is too long."""
    cleaned = clean(unicodedata.normalize("NFC", text))
    return Written(text=cleaned, pictures=tuple(_SHOWN.findall(cleaned)))


def lint(written: Written, *, policy: Policy, language: str) -> Linted:
    """What is wrong with a notice of that language (ISO 639-1) under a policy.

    Raises NotFound for a language of which neither headline nor phrases are known.
    """
    known = {*policy.notice.headline, *policy.notice.forbidden}
    if language not in known:
        raise NotFound(
            f"Policy {policy.id} has no words in {language!r}", value=language,
            expected=f"one of {', '.join(sorted(known))}",
        )  # fmt: skip
    seen = levelled(written.text)
    words = elements_of(language)
    lacking, unchecked = _elements(written, seen, policy=policy, language=language, words=words)
    softened = _forbidden(written.text, seen, phrases=policy.notice.forbidden.get(language, ()))
    return Linted(findings=(*softened, *lacking), unchecked=unchecked)


def forbidden_in(sentence: str, *, phrases: Iterable[Phrases]) -> tuple[Finding, ...]:
    """The forbidden words of a text alone, from the left."""
    text = clean(unicodedata.normalize("NFC", sentence))
    return _forbidden(text, levelled(text), phrases=phrases)


@lru_cache
def elements_of(language: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases by which each element of a notice is known, by its name; none for an unknown language."""
    file = resources.files("recall.policies") / "elements" / f"{language}.toml"
    if not language.isalpha() or not file.is_file():
        return {}
    return {name: tuple(words) for name, words in tomllib.loads(file.read_text("utf-8")).items()}


def _forbidden(text: str, seen: str, *, phrases: Iterable[Phrases]) -> tuple[Finding, ...]:
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    hits = sorted(
        ((start, end, each) for each in phrases for start, end in _spans(seen, each)),
        key=lambda hit: hit[:2],
    )
    return tuple(
        Finding(
            fault=Fault.FORBIDDEN, what=" ".join(text[start:end].split()), ground=each,
            line=(line := bisect_right(lines, start)), column=start - lines[line - 1] + 1,
        )
        for start, end, each in hits
    )  # fmt: skip


def _spans(seen: str, phrases: Phrases) -> Iterator[Span]:
    """Where the words stand, but for the places where they mean something else."""
    hits = tuple(found(phrases.words, text=seen))
    innocent = tuple(found(phrases.unless, text=seen)) if hits else ()
    begins = [start for start, _ in innocent]
    for start, end in hits:
        before = bisect_right(begins, start) - 1
        if before < 0 or innocent[before][1] < end:
            yield start, end


def _elements(
    written: Written, seen: str, *, policy: Policy, language: str, words: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The required elements that are not there, and those that cannot be looked for."""
    wanted = [*policy.notice.required]
    if policy.notice.picture_of_code and _PICTURE_OF_CODE not in wanted:
        wanted.append(_PICTURE_OF_CODE)
    missing, unchecked = list[Finding](), list[str]()
    for name in wanted:
        there = _is_there(name, written, seen, headline=policy.notice.headline.get(language, ""), words=words)
        if there is None:
            unchecked.append(name)
        elif not there:
            fault = Fault.PICTURE if name in (_PICTURE, _PICTURE_OF_CODE) else Fault.MISSING
            ground = (
                policy.notice.ground_of_headline(language) if name in _HEADLINES else policy.notice.ground
            )
            missing.append(Finding(fault=fault, what=name, ground=ground))
    return tuple(missing), tuple(unchecked)


def _is_there(
    name: str, written: Written, seen: str, *, headline: str, words: Mapping[str, tuple[str, ...]]
) -> bool | None:
    """Whether an element stands in the text; None where no words are known by which to see it."""
    if name in _HEADLINES:
        return levelled(headline) in seen if headline else None
    if name == _PICTURE:
        return None if written.pictures is None else bool(written.pictures)
    if name == _PICTURE_OF_CODE:
        if written.pictures is None or _PICTURE_OF_CODE not in words:
            return None
        return any(_says(levelled(said), words[_PICTURE_OF_CODE]) for said in written.pictures)
    return _says(seen, words[name]) if name in words else None


def _says(text: str, phrases: tuple[str, ...]) -> bool:
    return next(found(phrases, text=text), None) is not None
