"""Prose of any issuer, asked last: what no other feed knows, and reads as a notice all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.feeds.plain import plain
from connectors.feeds.raw import Kind, Raw
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.text.mapping import names_goods, notice_of
from recall.domain.notice import Notice

_LOOKED_AT = 20_000
_PROSE = {Kind.TEXT, Kind.HTML, Kind.PDF}
_RECALL = re.compile(
    r"\brecall(?:s|ed|ing)?\b|\bwithdraw(?:al|n|s|ing)\b|召回|\brappel(?:s|é|ée|és|ées)?\b|\brückruf"
    r"|\bzurückgerufen\b|\bruft\b.{1,200}\bzurück\b|リコール|回収",
    re.IGNORECASE,
)


class TextFeed:
    """Reads a notice in an issuer's own words."""

    name = "text"

    def recognises(self, raw: Raw) -> bool:
        """A text, page or PDF whose beginning speaks of a recall and names goods."""
        beginning = _words(raw)[:_LOOKED_AT] if self.takes(raw) else ""
        return _RECALL.search(beginning) is not None and names_goods(beginning)

    def takes(self, raw: Raw) -> bool:
        """Any prose, for a person who says that it is a notice."""
        return raw.kind in _PROSE and bool(raw.text.strip())

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """The one notice that the prose is, or why it cannot be read."""
        yield or_refused(lambda: notice_of(_words(raw)), where="line 1")


def _words(raw: Raw) -> str:
    """What a reader of it sees."""
    return plain(raw.text) if raw.kind is Kind.HTML else raw.text
