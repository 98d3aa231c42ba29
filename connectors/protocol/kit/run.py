"""The run of the kit: which promises a participant has made, and which of them it keeps.

It has no effect there: nothing is stopped, sent or confirmed; what would be is only rehearsed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from connectors.contract import Broken, expect
from connectors.protocol.connector import WELL_KNOWN
from connectors.protocol.kit import lines, privacy, relay, stops, trust
from connectors.protocol.kit.desk import Desk, Sign
from connectors.protocol.mapping import CLASSES
from recall.errors import RecallError

Check = Callable[[Desk], Awaitable[None]]
BY_CLASS: dict[str, tuple[Check, ...]] = {
    "A": trust.CHECKS, "B": stops.CHECKS, "C": lines.CHECKS, "D": lines.TRACED, "E": relay.CHECKS,
}  # fmt: skip
_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One promise: what was asked, what was promised, and what came."""

    id: str
    ok: bool
    sent: str
    expected: str
    got: str

    def document(self) -> dict[str, str | bool]:
        """The check as flat JSON."""
        return {
            "id": self.id, "ok": self.ok, "sent": self.sent, "got": self.got, "expected": self.expected,
        }  # fmt: skip


async def check(
    *, endpoint: str, token: str, sign: Sign, gtin: str | None, asked: str | None, timeout: float
) -> tuple[Checked, ...]:
    """Ask everything that a participant promises by the classes it states, up to the class `asked` for.

    `gtin` is a trade item that it sells (None: the one it states); `timeout` is seconds for each step of a
    call. Raises nothing for what the participant does.
    """
    desk = Desk(endpoint=endpoint, token=token, sign=sign, gtin=gtin, timeout=timeout)
    try:
        answers = [await _asked(desk, _opening(asked))]
        answers += [await _asked(desk, promise) for promise in _promised(desk, asked=asked)]
        return tuple(answers)
    finally:
        await desk.aclose()


def id_of(check: Check) -> str:
    """A check by its name in reports."""
    return check.__name__.replace("_", "-")


def _opening(asked: str | None) -> Check:
    """The first check: it reads what the participant states, by which all others are chosen."""

    async def states_its_classes(desk: Desk) -> None:
        desk.known = await desk.read(WELL_KNOWN)
        stated = _stated(desk)
        expect([], sorted(stated - CLASSES), sent=f"GET {WELL_KNOWN}: classes that there are not")
        expect(True, (asked or "A") in stated, sent=f"GET {WELL_KNOWN}: it states class {asked or 'A'}")

    return states_its_classes


def _stated(desk: Desk) -> frozenset[str]:
    classes = desk.known.get("classes")
    return frozenset(str(name) for name in classes) if isinstance(classes, list) else frozenset()


def _promised(desk: Desk, *, asked: str | None) -> tuple[Check, ...]:
    """The checks of the classes stated and asked for; only a platform has offers, lines and buyers."""
    sells = desk.known.get("role") == "platform"
    upto = {name for name in _stated(desk) if name <= (asked or "E")}
    chosen = {"A"} | (upto & CLASSES if sells else set())
    return (*(check for name in sorted(chosen) for check in BY_CLASS[name]), *privacy.CHECKS)


async def _asked(desk: Desk, promise: Check) -> Checked:
    """The answer to one question; a participant that fails has not kept its promise."""
    name = id_of(promise)
    words = name.replace("-", " ")
    try:
        await promise(desk)
    except Broken as broken:
        expected, got = repr(broken.expected)[:_SHOWN], repr(broken.got)[:_SHOWN]
        return Checked(id=name, ok=False, sent=broken.sent, expected=expected, got=got)
    except RecallError as error:
        sent, got = error.where or words, error.message[:_SHOWN]
        return Checked(id=name, ok=False, sent=sent, expected="an answer that can be read", got=got)
    return Checked(id=name, ok=True, sent=words, expected="kept", got="kept")
