"""The ground: what a number of a law rests on, where it stands, and whether somebody has read it there."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Basis(StrEnum):
    """What a number rests on."""

    LAW = "law"
    GUIDANCE = "guidance"
    PLEDGE = "pledge"
    TARGET = "target"
    """No number stands anywhere: the engine sets one."""


class Confidence(StrEnum):
    """Whether the source itself was read."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class Table(BaseModel):
    """A table of the file: no key but those below, and none that changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Ground(Table):
    """What a number rests on, and whether somebody has read it there."""

    basis: Basis
    citation: str = Field(min_length=1)
    url: str = Field(default="", pattern="^(https?://.+)?$")
    read_on: date | None = None
    """The day on which the source was read; None: it was not, or says no such number."""
    confidence: Confidence

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.confidence is Confidence.VERIFIED) != (self.read_on is not None):
            raise ValueError("`read_on` where the confidence is `verified`, and only there")
        return self

    @property
    def said(self) -> str:
        """The ground as it stands beside a due time: `art. 22 (law, unverified)`."""
        return f"{self.citation} ({self.basis}, {self.confidence})"
