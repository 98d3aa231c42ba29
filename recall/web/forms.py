"""The form's stamp: when it was shown, and a name that makes one statement of however many clicks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from recall.errors import InputRefused
from recall.runtime import Runtime

_NAME = re.compile(r"frm_[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One showing of one form."""

    name: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.name}|{self.at.isoformat()}"


def fresh(runtime: Runtime) -> Stamp:
    """The stamp of a form that is shown now."""
    return Stamp(name=runtime.new_id("frm"), at=runtime.now())


def read_stamp(text: str, *, now: datetime) -> Stamp:
    """The stamp that a form brings back. Raises InputRefused."""
    name, _, moment = text.partition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at > now or _NAME.fullmatch(name) is None:
        raise InputRefused.of(
            text, expected="the stamp that came with the form", got="another text", where="form",
            advice="Open the page again and fill in the form once more.",
        )  # fmt: skip
    return Stamp(name=name, at=at)
