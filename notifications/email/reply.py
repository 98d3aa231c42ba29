"""The replies of a mail server: what they decide about a letter, and the waits that they state."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import aiosmtplib

from recall.ports import Result

LONGEST_WAIT = 3600.0
GO_ON, CLOSING, LOGIN_NEEDED, NONSENSE = 354, 421, 530, -1
STATED = re.compile(r"(\d{1,5})\s*(seconds?|secs?|s|minutes?|mins?|m)\b", re.IGNORECASE)
SLOWER = re.compile(r"too (?:many|much|fast)|throttl|rate.?limit|slow down|\b4\.7\.28\b", re.IGNORECASE)


class Reply(NamedTuple):
    """What a server said; its code is `NONSENSE` where it said none."""

    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one letter; `after` in seconds, when the server stated a wait."""

    result: Result
    detail: str
    after: float | None = None
    slow: bool = False

    @classmethod
    def of(cls, reply: Reply) -> Verdict:
        """A reply decides: 2xx delivered, 5xx refused, but 530 speaks of us and not of the address; all else
        is later."""
        if 200 <= reply.code < 300:
            return cls(result=Result.DELIVERED, detail=str(reply))
        if 500 <= reply.code < 600 and reply.code != LOGIN_NEEDED:
            return cls(result=Result.REFUSED, detail=str(reply))
        slow = reply.code == CLOSING or bool(SLOWER.search(reply.text))
        return cls(result=Result.LATER, detail=str(reply), after=_stated_wait(reply.text), slow=slow)


def goes_on(reply: Reply) -> bool:
    """Whether the next command may follow."""
    return 200 <= reply.code < 300 or reply.code == GO_ON


def _stated_wait(text: str) -> float | None:
    """The seconds that a 4xx reply asks to wait ("try again in 5 minutes"); None: it names none."""
    stated = STATED.search(text)
    if stated is None:
        return None
    unit = 60.0 if stated[2].lower().startswith("m") else 1.0
    return min(float(stated[1]) * unit, LONGEST_WAIT)


def trouble(error: BaseException) -> str:
    """The server's own words, or what went wrong on the way to it."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {printable(error.message)}"
    return said(error)


def said(error: BaseException) -> str:
    """What went wrong, in one line."""
    return f"{type(error).__name__}: {printable(str(error))}"


def printable(text: str) -> str:
    """A server's words as one line that can be shown."""
    if text.isprintable():
        return text.strip()[:300]
    return "".join(char if char.isprintable() else " " for char in text).strip()[:300]
