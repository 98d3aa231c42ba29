"""The phrase: words to be found in a text whatever their ending, case or accents, in linear time.

A phrase is written as it is read: `volunt*` any ending; `(a|b c)` one of these; `[a|b]` one of these or
nothing; `...` up to six words of the same sentence. What parts two words in the text (blanks, a line end, a
hyphen, quotes, a comma) does not matter; a full stop does. Chinese needs no blanks between words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from recall.errors import InputRefused
from recall.reading.text import folded

_TOKEN = re.compile(r"\.\.\.|[()\[\]|]|[^\s()\[\]|.]+|\S")
_PARTED = re.compile(r"['-]")
_WORD = re.compile(r"[^\W_]+\*?")
_LETTER = r"[^\W_]"
_GAP = r"[^\w.!?;:]{0,6}+"
"""What may part two words: never the end of a sentence, and no more than a few signs."""
_ANY = rf"(?:{_LETTER}++{_GAP}){{0,6}}"
_ANY_IDEOGRAPHS = r"[^\n。.!?;:]{0,12}"
_BEGIN = rf"(?<!{_LETTER})"
_END = rf"(?!{_LETTER})"
_FIRST_IDEOGRAPH = "\u2e80"
_CLOSED = {"(": ")", "[": "]"}

Span = tuple[int, int]
"""Where something stands in a text: first character, and the one behind the last."""


def levelled(text: str) -> str:
    """`text` as phrases see it: small letters without accents, plain signs; same length, same places.

    >>> levelled("Par PRÉCAUTION – Größe")
    'par precaution - große'
    """
    return "".join(map(_level, folded(text)))


def found(phrases: Sequence[str], *, text: str) -> Iterator[Span]:
    """Where one of the phrases stands in a text that `levelled` made, from the left, none within another.

    Raises InputRefused for a phrase that cannot be read.
    """
    if not phrases:
        return
    for match in _pattern(tuple(phrases)).finditer(text):
        words = match.group().rstrip()
        while words and not words[-1].isalnum():
            words = words[:-1]
        if words:
            yield match.start(), match.start() + len(words)


def check_phrase(phrase: str) -> None:
    """Raises InputRefused where a phrase cannot be read."""
    _read(phrase)


@lru_cache(maxsize=200_000)
def _level(sign: str) -> str:
    """One sign for one sign: what decomposes loses its accents, the rest only its case."""
    return unicodedata.normalize("NFD", sign)[0].lower()[0]


@lru_cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all, so that a text is read once; possessive wherever it repeats."""
    start = "" if any(map(_has_ideographs, phrases)) else rf"{_BEGIN}(?={_LETTER})"
    return re.compile(f"{start}(?:{'|'.join(map(_read, phrases))})")


def _has_ideographs(phrase: str) -> bool:
    return max(phrase, default="") >= _FIRST_IDEOGRAPH


def _read(phrase: str) -> str:
    tokens = _TOKEN.findall(levelled(phrase))
    pattern, rest = _alternatives(tokens, phrase=phrase)
    if rest:
        raise _refused(phrase, got=rest[0])
    return pattern


def _alternatives(tokens: list[str], *, phrase: str) -> tuple[str, list[str]]:
    """What stands up to the end or the closing bracket, as a pattern, and the tokens that are left."""
    branches = [""]
    while tokens and tokens[0] not in (")", "]"):
        sign, tokens = tokens[0], tokens[1:]
        if sign == "|":
            branches.append("")
        elif sign == "...":
            branches[-1] += _ANY_IDEOGRAPHS if _has_ideographs(phrase) else _ANY
        elif sign in _CLOSED:
            inner, tokens = _alternatives(tokens, phrase=phrase)
            if not tokens or tokens[0] != _CLOSED[sign]:
                raise _refused(phrase, got=tokens[0] if tokens else "the end", expected=_CLOSED[sign])
            tokens = tokens[1:]
            branches[-1] += f"(?:{inner})" + ("?" if sign == "[" else "")
        else:
            branches[-1] += "".join(_word(part, phrase=phrase) for part in _PARTED.split(sign) if part)
    if not all(branches):
        raise _refused(phrase, got="nothing", expected="words")
    return "|".join(branches), tokens


def _word(token: str, *, phrase: str) -> str:
    if not _WORD.fullmatch(token):
        raise _refused(phrase, got=token)
    if token >= _FIRST_IDEOGRAPH:
        return re.escape(token)
    stem = re.escape(token.removesuffix("*")).replace("ß", "(?:ß|ss)")
    return stem + (f"{_LETTER}*+" if token.endswith("*") else "") + _END + _GAP


def _refused(
    phrase: str, *, got: str, expected: str = "words, `*` behind a word, (..|..), [..] or ..."
) -> InputRefused:
    return InputRefused.of(phrase, expected=expected, got=got)
