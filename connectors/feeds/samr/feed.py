"""SAMR and the market regulators of China's cities: announcements as text, in prose or as a table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.samr.mapping import notice_of
from recall.domain.notice import Notice
from recall.reading.text import language_of

_LOOKED_AT = 20_000


class SamrFeed:
    """Reads the announcements that samrdprc.org.cn and the press publish."""

    name = "samr"

    def recognises(self, raw: Raw) -> bool:
        """A text in Chinese, not JSON, that speaks of a recall."""
        beginning = raw.text[:_LOOKED_AT]
        plain = raw.document is None and not beginning.lstrip().startswith("<")
        return plain and "召回" in beginning and language_of(beginning) == "zh"

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """The one announcement that the text is, or why it cannot be read."""
        yield or_refused(partial(notice_of, raw.text), where="line 1")
