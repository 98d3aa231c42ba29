"""The kit's last checks: in every answer that came, no field and no text that could name a buyer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.contract import expect
from connectors.protocol.connector import WELL_KNOWN
from connectors.protocol.kit.desk import Desk

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]{2,}")
_PHONE = re.compile(r"(?<![\d+])\+\d[\d ()-]{7,18}\d(?!\d)")
_EMAIL_FIELD = re.compile(r"e-?mail", re.IGNORECASE)
_PHONE_FIELD = re.compile(r"phone|mobile|^tel$|telefon", re.IGNORECASE)
_NAME_FIELD = re.compile(
    r"^(first|last|given|family|full)?_?name$|(buyer|customer|recipient|consignee)|address|street|post_?code",
    re.IGNORECASE,
)
_SHOWN = 3


async def keeps_emails_back(desk: Desk) -> None:
    """No e-mail address, and no field for one."""
    _expect_none(desk, field=_EMAIL_FIELD, text=_EMAIL, what="an e-mail address")


async def keeps_phones_back(desk: Desk) -> None:
    """No telephone number, and no field for one."""
    _expect_none(desk, field=_PHONE_FIELD, text=_PHONE, what="a telephone number")


async def keeps_names_back(desk: Desk) -> None:
    """No field for a name or an address of a person."""
    _expect_none(desk, field=_NAME_FIELD, text=None, what="a name or an address")


CHECKS = (keeps_emails_back, keeps_phones_back, keeps_names_back)


def _expect_none(desk: Desk, *, field: re.Pattern[str], text: re.Pattern[str] | None, what: str) -> None:
    """Raises Broken with where it stands, never with what stands there."""
    answers = [answer for answer in desk.heard if WELL_KNOWN not in answer.where]
    expect(True, bool(answers), sent="every answer: whether there was one")
    found = [
        f"{answer.where} {where}"
        for answer in answers
        for where, name, value in _leaves(answer.value, where="", name="")
        if field.search(name) or (text and text.search(value))
    ]
    expect([], found[:_SHOWN], sent=f"every answer: places with {what}")


def _leaves(value: object, *, where: str, name: str) -> Iterator[tuple[str, str, str]]:
    """Every value that is not a list or an object: its JSON pointer, its field, its text."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, where=f"{where}/{key}", name=str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, where=f"{where}/{number}", name=name)
    else:
        yield where, name, str(value)
