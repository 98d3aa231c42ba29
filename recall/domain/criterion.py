"""The criterion: what a law wants met before measures, or a recall, may end, and by what that is known."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from recall.domain.ground import Ground, Table


class Proof(StrEnum):
    """By what it is known that a criterion of an end is met."""

    MEASURES = "measures"
    """The engine's own books: nothing is left to do."""
    TOLD = "told"
    """The engine's own books: every affected order line was told."""
    ACCOUNTED = "accounted"
    """The engine's own books: no unit is outstanding, none waits for its disposal."""
    REPORTS = "reports"
    """The report that it names was filed, so many times."""
    OFFICERS = "officers"
    """The officers who end the recall judge it, and say so by ending it."""
    LASTING = "lasting"
    """It binds after the end; there is nothing to wait for."""


class Criterion(Table):
    """One thing that a law wants met before measures, or a recall, may end."""

    what: str = Field(min_length=1)
    by: Proof
    report: str = ""
    times: int = Field(default=1, ge=1, le=100)

    @model_validator(mode="after")
    def _names_its_report(self) -> Self:
        if (self.by is Proof.REPORTS) != bool(self.report):
            raise ValueError("a `report` where it is met by `reports`, and only there")
        return self

    def __str__(self) -> str:
        return self.what


class Closing(Ground):
    """When active measures may end, and when the recall itself."""

    two_step: bool
    """Whether the remedy stays open after the active measures have ended."""
    rest_when: tuple[Criterion, ...] = Field(min_length=1)
    end_when: tuple[Criterion, ...] = Field(min_length=1)
