"""Codes that no label names: a notice says only that they are printed on the goods."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.reading.lists import CodeList, list_at
from recall.reading.mentions import Mention
from recall.reading.values import ClauseKind

_SHOWN = re.compile(
    r"[ \t]*(?:(?:is|are)[ ](?:also[ ])?(?:printed|embossed|stamped|engraved|etched|molded|written|marked)"
    r"|(?:printed|embossed|stamped|engraved|written)[ ]on)\b"
)
_OPENS = re.compile(r"(?:(?<=[.\n])|(?<=[.:][ \"])|(?<=\n\")|(?<=[.][ ]\")|(?<=\")|(?<= and ))(?=[A-Z0-9])")
_GLOSS = re.compile(r"[ \t]*\([^()\n]{0,80}\)")
_NUMBERS = re.compile(r"\b(?:[Nn]umbers?|[Cc]odes?)[ ](?=[\"A-Z0-9])")
_NO_MODEL = r"(?!(?:CR|LR|SR|AG|RN|CA)\d)"
"""Types of batteries, and the registered numbers of makers of clothes."""
KNOWN = re.compile(
    rf"{_NO_MODEL}" r"(?=[A-Za-z0-9._/-]*\d)(?=[A-Za-z0-9._/-]*[A-Z]|\d)[A-Z0-9][A-Za-z0-9._/-]{4,29}"
)
"""A code that is one without a label: five signs or more, a digit among them, no word."""

_QUOTED = re.compile(
    rf"\"(?:NO\.[ ])?{_NO_MODEL}"
    r"(?P<code>(?=[A-Za-z0-9/_-]{0,20}\d)[A-Z](?=[A-Za-z0-9/_-]{0,20}[A-Z0-9])"
    r"[A-Za-z0-9/_-]{4,28}),?\""
)
_PRINTED = (
    r"\b(?:printed|embossed|stamped|engraved|etched|mold|written|marked|label|sticker|tag\b|appears?\b)"
)
_SHOWN_BEHIND = re.compile(rf"[^.\n]{{0,120}}?{_PRINTED}")
_SHOWN_BEFORE = re.compile(rf"{_PRINTED}[^.\n]{{0,80}}$")
_REACH = 100


def printed_codes(text: str) -> Iterator[Mention]:
    """`"ABC123-W" is embossed on the underside`, `The numbers 7411201 or 5411101 are printed on the box`.

    Codes of letters and digits count as models, figures alone only behind the word `number`: as items.
    """
    for opening, numbers in ((_OPENS, False), (_NUMBERS, True)):
        done = 0
        for begin in opening.finditer(text):
            if begin.end() < done:
                continue
            start = begin.end() - (text[begin.end() - 1 : begin.end()] == '"')
            codes = list_at(text, start=start)
            done = codes.end
            if codes.items and _is_shown(text, codes=codes, numbers=numbers):
                yield _mention(codes, start=start, numbers=numbers)


def quoted_codes(text: str) -> Iterator[Mention]:
    """`a label with either "CX192Y-N4" or "CX193Y-N4"`: codes in quotes in a sentence about what is shown."""
    for found in _QUOTED.finditer(text):
        behind = _SHOWN_BEHIND.match(text, found.end())
        if behind or _SHOWN_BEFORE.search(text, max(0, found.start() - _REACH), found.start()):
            start, end = found.span("code")
            yield Mention(
                kind=ClauseKind.MODEL, start=start, end=end, values=(found["code"],), confidence=0.6
            )


def _is_shown(text: str, *, codes: CodeList, numbers: bool) -> bool:
    """Whether the list holds codes alone, all figures where `numbers`, and is said to be printed."""
    if not all(item.last is None and KNOWN.fullmatch(item.first) for item in codes.items):
        return False
    gloss = _GLOSS.match(text, codes.end)
    figures = any(item.first.isdigit() for item in codes.items)
    return figures is numbers and bool(_SHOWN.match(text, gloss.end() if gloss else codes.end))


def _mention(codes: CodeList, *, start: int, numbers: bool) -> Mention:
    return Mention(
        kind=ClauseKind.IDENTIFIER if numbers else ClauseKind.MODEL, scheme="item" if numbers else "",
        start=start, end=codes.end, values=tuple(dict.fromkeys(item.first for item in codes.items)),
        confidence=0.7,
    )  # fmt: skip
