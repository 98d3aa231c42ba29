"""SAMR and the market regulators of China's cities: announcements as text, in prose or as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.feeds.raw import Kind, Raw
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.samr.mapping import notice_of
from connectors.feeds.samr.pages import lines_of_page, lines_of_text
from recall.domain.notice import Notice
from recall.reading.text import language_of

_LOOKED_AT = 20_000
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FEWEST = 40
"""Chinese signs that a page has at least, among all its markup."""


class SamrFeed:
    """Reads the announcements that samrdprc.org.cn and the press publish."""

    name = "samr"

    def recognises(self, raw: Raw) -> bool:
        """A text or page in Chinese that speaks of a recall."""
        if raw.kind is Kind.HTML:
            return raw.text.count("召回") > 1 and len(_CHINESE.findall(raw.text)) > _FEWEST
        beginning = raw.text[:_LOOKED_AT]
        plain = raw.document is None and not beginning.lstrip().startswith("<")
        return plain and "召回" in beginning and language_of(beginning) == "zh"

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """The one announcement that the text is, or why it cannot be read."""
        yield or_refused(lambda: notice_of(_lines(raw)), where="line 1")


def _lines(raw: Raw) -> str:
    return lines_of_page(raw.text) if raw.kind is Kind.HTML else lines_of_text(raw.text)
