"""Words that came with the marks of a page, as plain words; pure."""

from __future__ import annotations

import re
from html import unescape

from recall.reading.text import clean

_TAG = re.compile(r"<(?:(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,20})\b|[!?])[^<>]{0,2000}>")
_SPACE = re.compile(r"[\r\n\t]+")
_UNSEEN = {"script", "style", "template"}
_LINES = {"p", "br", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4"}


def plain(words: str) -> str:
    """The words that a page would show: without tags, scripts and entities, a line where it begins a new one.

    Words without a tag keep their lines.

    >>> plain("<p>Nuts &amp; Vanilla</p><script>alert(1)</script>")
    'Nuts & Vanilla'
    """
    shown, place, within = list[str](), 0, ""
    words = _SPACE.sub(" ", words) if _TAG.search(words) else words
    for tag in _TAG.finditer(words):
        if not within:
            shown.append(words[place : tag.start()])
        place, name = tag.end(), (tag["name"] or "").lower()
        if within:
            within = "" if tag["end"] and name == within else within
        elif name in _UNSEEN and not tag["end"]:
            within = name
        else:
            shown.append("\n" if name in _LINES else " ")
    shown.append("" if within else words[place:])
    lines = (" ".join(line.split()) for line in clean(unescape("".join(shown))).split("\n"))
    return "\n".join(line for line in lines if line)
