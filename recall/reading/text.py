"""The text as it is read: capped, free of control characters, and folded to plain signs, place by place.

Every step keeps one character for one character, so that a place in the folded text is the same place
in the text that is shown.
"""

from __future__ import annotations

import re

from recall.errors import NoticeRefused

LONGEST = 1_000_000
"""The most characters a notice's text may have."""

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_INVISIBLE = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-") | dict.fromkeys(
    map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f"), " "
)
_QUOTES = dict.fromkeys(map(ord, "“”„‟「」『』″"), '"') | dict.fromkeys(map(ord, "‘’‚′"), "'")
_FOLD = {**_FULL_WIDTH, **_SIGNS, **_QUOTES, ord("∼"): "~", ord("〜"): "~", ord("丨"): "|", ord("︰"): ":"}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3041-\u30fa]")
_FRENCH = re.compile(r"\b(?:les|des|est|une|rappel|produits?|dans|avec|sont|du|pour)\b", re.IGNORECASE)
_GERMAN = re.compile(r"\b(?:und|der|die|das|nicht|wird|werden|mit|rückruf|für|von|produkt)\b", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(?:the|and|is|are|of|recall|for|with|this|to)\b", re.IGNORECASE)
_LOOKED_AT = 20_000


def clean(text: str, *, most: int = LONGEST) -> str:
    """`text` with line feeds as its only line ends and a blank for each control character.

    NoticeRefused when it is longer than `most` characters.
    """
    if len(text) > most:
        raise NoticeRefused.of(
            text[:40], expected=f"at most {most:,} characters", got=f"{len(text):,}",
            advice="Give the notice alone, without its attachments.",
        )  # fmt: skip
    lined = _LINE_ENDS.sub("\n", text)
    return _UNSEEN.sub(" ", _INVISIBLE.sub("", lined))


def is_clean(text: str) -> bool:
    """Whether `clean` would leave `text` as it is."""
    return len(text) <= LONGEST and not any(
        pattern.search(text) for pattern in (_LINE_ENDS, _UNSEEN, _INVISIBLE)
    )


def folded(text: str) -> str:
    """`text` with full-width letters, dashes, quotes and blanks as plain ones: same length, same places.

    >>> folded("型号：ＰＡＣ２０–２７２")
    '型号:PAC20-272'
    """
    return text.translate(_FOLD)


def language_of(text: str) -> str:
    """`zh`, `ja`, `fr`, `de` or `en`, by the script of the text's beginning and its most common words."""
    text = text[:_LOOKED_AT]
    if len(_KANA.findall(text)) > 4:
        return "ja"
    if len(_CHINESE.findall(text)) * 10 > len(text.strip()):
        return "zh"
    counts = {"en": _ENGLISH, "fr": _FRENCH, "de": _GERMAN}
    return max(counts, key=lambda language: len(counts[language].findall(text)))


def squeezed(text: str) -> str:
    """`text` on one line, with single blanks."""
    return " ".join(text.split())
