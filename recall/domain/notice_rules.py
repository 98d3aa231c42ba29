"""What a law wants of a notice: its headline, its elements in order, and the words that it forbids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from recall.domain.ground import Ground, Table
from recall.domain.phrase import check_phrase
from recall.errors import InputRefused


class Phrases(Ground):
    """What a law forbids to be said in a notice, in one language, as phrases (`recall.domain.phrase`)."""

    words: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    """Longer phrases in which the words mean something else: a name, a negation."""

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        for phrase in (*self.words, *self.unless):
            try:
                check_phrase(phrase)
            except InputRefused as refused:
                raise ValueError(f"a phrase: {refused}") from None
        return self


class Notice(Table):
    """The form that the law gives a notice."""

    headline: Mapping[str, str] = Field(min_length=1)
    headline_grounds: Mapping[str, Ground] = {}
    """By language: what a headline rests on where that is not the ground of the whole."""
    required: tuple[str, ...] = Field(min_length=1)
    """What must stand in it, by the element's name, in the law's order."""
    form: tuple[str, ...] = ()
    """The same in the order in which the authority writes it; empty: in the law's."""
    languages: str = Field(min_length=1)
    """The rule in words."""
    language_codes: tuple[str, ...] = ()
    """The languages where the rule names them; empty: they follow from where the product was sold."""
    picture_of_code: bool = False
    """Whether a picture must show where the code stands on the product."""
    ground: Ground
    kinds: Mapping[str, Mapping[str, str]] = {}
    """By language and name: words of one kind, `accident*|injur*`, that phrases name as `<harm>`."""
    forbidden: Mapping[str, tuple[Phrases, ...]] = {}
    """By language: what must not be said, for it makes the danger look small."""

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, table: dict[str, Any]) -> dict[str, Any]:
        """The table with the words of each kind in the place of its name."""
        if not ("kinds" in table and "forbidden" in table):
            return table
        return table | {
            "forbidden": {
                language: [_with_kinds(phrases, table["kinds"].get(language, {})) for phrases in told]
                for language, told in table["forbidden"].items()
            }
        }

    @model_validator(mode="after")
    def _orders_what_is_required(self) -> Self:
        if self.form and sorted(self.form) != sorted(self.required):
            raise ValueError("what is `required`, each once, in `form`")
        return self

    @model_validator(mode="after")
    def _grounds_only_headlines(self) -> Self:
        if strange := self.headline_grounds.keys() - self.headline.keys():
            raise ValueError(f"a headline for each ground, and there is none in {', '.join(sorted(strange))}")
        return self

    def ground_of_headline(self, language: str) -> Ground:
        """What the headline in a language rests on, and whether somebody has read it there."""
        return self.headline_grounds.get(language, self.ground)


def _with_kinds(phrases: dict[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """The phrases with `<harm>` spelled out; a name of no kind stays, and is refused as no phrase."""

    def spelled(phrase: str) -> str:
        return re.sub(r"<(\w+)>", lambda name: f"({kinds[name[1]]})" if name[1] in kinds else name[0], phrase)

    return phrases | {part: [*map(spelled, phrases.get(part, ()))] for part in ("words", "unless")}
