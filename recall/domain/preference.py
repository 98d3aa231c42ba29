"""The preference: which of several links suit what a request accepts, by context, language and media type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

_MOST = 32
"""Ranges of one header that are looked at; the rest is passed over."""


class Choice(Protocol):
    """What can be told of a link without following it."""

    @property
    def media_type(self) -> str:
        """Of what is there; empty where it is not told."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """Of what is there; `und` for readers of any other."""
        ...

    @property
    def context(self) -> tuple[str, ...]:
        """For whom it is."""
        ...


C = TypeVar("C", bound=Choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a request accepts: ranges in the order of their weight, the wanted first."""

    languages: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    context: str = ""

    @classmethod
    def read(cls, *, accept: str = "", accept_language: str = "", context: str = "") -> Preferences:
        """From the headers of a request (RFC 9110, 12.5) and its parameter `context`."""
        languages = tuple(name for name in ranges(accept_language) if name != "*")
        return cls(languages=languages, media_types=ranges(accept), context=context)

    def rank(self, media_type: str) -> int | None:
        """The place of the first range that holds a media type; None where none does, 0 where all is well."""
        if not self.media_types:
            return 0
        major = media_type.partition("/")[0]
        holding = (media_type, f"{major}/*", "*/*")
        return next((n for n, name in enumerate(self.media_types) if name in holding), None)


def ranges(header: str) -> tuple[str, ...]:
    """The ranges of a header in the order of their weight, then of their place; those of weight 0 left out.

    >>> ranges("en;q=0.8, en-IE, fr;q=0")
    ('en-ie', 'en')
    """
    weighed = []
    for place, part in enumerate(header.split(",", _MOST)[:_MOST]):
        name, *rest = (piece.strip() for piece in part.split(";"))
        weight = next((_number(piece[2:]) for piece in rest if piece.startswith("q=")), 1.0)
        if name and weight > 0:
            weighed.append((-weight, place, name.lower()))
    return tuple(name for _, _, name in sorted(weighed))


def prefer(choices: Sequence[C], *, preferences: Preferences) -> tuple[C, ...]:
    """Those that suit best, in their order; a wish that none of them meets is passed over."""
    meant = tuple(choice for choice in choices if preferences.context in choice.context)
    kept = meant or tuple(choices)
    kept = _by_language(kept, preferences.languages)
    ranked = [(preferences.rank(choice.media_type), choice) for choice in kept if choice.media_type]
    best = min((rank for rank, _ in ranked if rank is not None), default=None)
    return tuple(choice for rank, choice in ranked if rank == best) if best is not None else kept


def _by_language(choices: tuple[C, ...], wanted: Iterable[str]) -> tuple[C, ...]:
    """RFC 4647 lookup: each range as it is, then shorter, then longer; then what is for all others."""
    for name in wanted:
        for shorter in _ever_shorter(name):
            if kept := tuple(choice for choice in choices if shorter in _tags(choice)):
                return kept
        if kept := tuple(choice for choice in choices if _is_finer(choice, than=name)):
            return kept
    others = tuple(choice for choice in choices if not choice.languages or "und" in choice.languages)
    return others or choices


def _is_finer(choice: Choice, *, than: str) -> bool:
    return any(tag.startswith(f"{than}-") for tag in _tags(choice))


def _tags(choice: Choice) -> tuple[str, ...]:
    return tuple(language.lower() for language in choice.languages)


def _ever_shorter(name: str) -> Iterable[str]:
    while name:
        yield name
        name = name.rpartition("-")[0]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
