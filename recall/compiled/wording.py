"""The wording: the fixed words of a compiled notice in one language, from `recall/policies/wording`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources

from pydantic import Field

from recall.domain.ground import Table
from recall.domain.policy import Policy, load_policy
from recall.errors import NotFound
from recall.reading.date_code import DatePart
from recall.reading.stated import CodePlace, Place
from recall.reading.window import Window

Words = Mapping[str, str]
_FOLDER = "wording"


class Wording(Table):
    """The fixed words of one language; `headings` and `fixed` are by the element's name in the policies."""

    language: str
    thousands: str
    """What parts the thousands of a number."""
    day: str
    """How a day is written, of `day`, `month`, `year` and `name`, which is the month's."""
    months: tuple[str, ...] = ()
    numbered: str = "{heading}"
    """How a heading is counted, of `ordinal` and `heading`; only announcements are."""
    ordinals: tuple[str, ...] = ()
    headings: Words
    fixed: Words
    """What stands for an element of which the notice says nothing in this language."""
    opening: Words = Field(default_factory=dict)
    """By policy: the sentence before all others."""
    remedies: Words
    facts: Words
    """What the rows about a product are called."""
    about: Words
    """What the rows about the notice are called."""
    places: Mapping[Place, str]
    phrases: Words
    signs: Mapping[DatePart, str]
    """What the signs of a date within a code tell."""

    def units(self, count: int) -> str:
        """A number as it is written here."""
        return f"{count:,}".replace(",", self.thousands)

    def date(self, day: date) -> str:
        """A day as it is written here."""
        name = self.months[day.month - 1] if self.months else ""
        return self.day.format(day=day.day, month=day.month, year=day.year, name=name)

    def window(self, window: Window) -> str:
        """A window as it is written here; a day alone where it is one."""
        first, last = (self.date(day) if day else "" for day in (window.first, window.last))
        if first == last:
            return first
        form = "between" if first and last else "since" if first else "until"
        return self.phrases[form].format(first=first, last=last)

    def drawing(self, place: CodePlace) -> str:
        """What the drawing of a place shows, in words."""
        return self.phrases["drawing"].format(place=self.places[place.place])

    def heading(self, element: str, *, number: int) -> str:
        """The heading of an element, the `number`-th from 0."""
        heading = self.headings[element]
        if number >= len(self.ordinals):
            return heading
        return self.numbered.format(ordinal=self.ordinals[number], heading=heading)


@lru_cache
def wording(language: str) -> Wording:
    """The words of a language. Raises NotFound, naming those that are there."""
    known = known_languages()
    if language not in known:
        raise NotFound(
            f"There are no words in {language!r} to compile a notice with", value=language,
            expected=f"one of {', '.join(known)}",
        )  # fmt: skip
    text = (resources.files("recall.policies") / _FOLDER / f"{language}.toml").read_text("utf-8")
    return Wording.model_validate(tomllib.loads(text) | {"language": language})


@lru_cache
def known_languages() -> tuple[str, ...]:
    """Every language that has words."""
    files = (resources.files("recall.policies") / _FOLDER).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def languages_of(policy: Policy) -> tuple[str, ...]:
    """The languages that a policy's notice can be compiled in: it has the headline, and we have the words.

    The policy's own first, as far as it names them.
    """
    able = [language for language in known_languages() if language in policy.notice.headline]
    return tuple(sorted(able, key=lambda language: language not in policy.notice.language_codes))


def chosen_language(policy_id: str, *, language: str, own: str) -> str:
    """The language to compile in: the one that is asked for, else the policy's first, else the notice's own.

    Raises NotFound for one that the policy has no headline in, and for an unknown policy.
    """
    policy = load_policy(policy_id)
    able = languages_of(policy)
    chosen = language or next(iter(policy.notice.language_codes), own)
    if chosen not in able:
        raise NotFound(
            f"A notice of {policy_id} cannot be compiled in {chosen!r}", value=chosen,
            expected=f"one of {', '.join(able)}",
        )  # fmt: skip
    return chosen
