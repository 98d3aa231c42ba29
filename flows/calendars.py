"""The calendars: public holidays as the `holidays` library knows them, put right by files of the policies.

A file `recall/policies/calendars/<place>.toml` may add days off (`rests`, `every_year`), name days of work
(`works`), say through which year a country has announced them, and do without the library altogether.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Container
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Annotated

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from recall.domain.calendar import Calendar, IsHoliday
from recall.errors import InputRefused, NotFound

_Day = Annotated[date, BeforeValidator(lambda day: date.fromisoformat(str(day)))]


class _Put(BaseModel):
    """The keys of a calendar file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    citation: str = Field(min_length=1)
    url: str = ""
    library: bool = True
    announced_through: int | None = None
    every_year: tuple[Annotated[str, Field(pattern=r"^\d\d-\d\d$")], ...] = ()
    works: dict[_Day, str] = {}
    rests: dict[_Day, str] = {}


@lru_cache
def calendar(place: str) -> Calendar:
    """The calendar of a place (`CN`, `AU-NSW`, `EU`). Raises NotFound, InputRefused for a wrong file."""
    file = resources.files("recall.policies") / "calendars" / f"{place}.toml"
    put = read_put(file.read_text("utf-8"), where=file.name) if file.is_file() else None
    if put is None:
        return Calendar(place=place, is_holiday=_kept(_known(place)))
    return Calendar(
        place=place, works=frozenset(put.works), announced_through=put.announced_through,
        is_holiday=_kept(_known(place) if put.library else (), rests=put.rests, every_year=put.every_year),
    )  # fmt: skip


def read_put(text: str, *, where: str) -> _Put:
    """A calendar file. Raises InputRefused for the first key that is wrong."""
    try:
        return _Put.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        got = repr(first["input"])[:60]
        raise InputRefused.of(key, expected=first["msg"], got=got, where=f"{where} {key}") from None
    except ValueError as error:
        raise InputRefused.of(where, expected="TOML", got=str(error)[:200]) from None


def _known(place: str) -> Container[date]:
    country, _, part = place.partition("-")
    parts = holidays.list_supported_countries().get(country)
    if parts is None or (part and part not in parts):
        raise NotFound(f"There is no calendar of {place!r}", value=place, expected="an ISO 3166 code")
    return holidays.country_holidays(country, subdiv=part or None)


def _kept(
    known: Container[date], *, rests: Collection[date] = (), every_year: Collection[str] = ()
) -> IsHoliday:
    return lambda day: day in rests or f"{day:%m-%d}" in every_year or day in known
