"""METI: recall notices as text, several cases in one mail, or the page of one product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from connectors.feeds.meti.mapping import KEYS, cases_of, notice_of
from connectors.feeds.raw import Kind, Raw
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.tables import Page
from recall.domain.notice import Notice

_LOOKED_AT = 20_000
_MARK = re.compile(rf"(?:{'|'.join(KEYS)})")


class MetiFeed:
    """Reads what METI sends by mail and puts on its pages."""

    name = "meti"

    def recognises(self, raw: Raw) -> bool:
        """A text or a page in Japanese with at least two of the ministry's own labels, about a recall."""
        if raw.kind not in (Kind.TEXT, Kind.HTML, Kind.CSV):
            return False
        beginning = raw.text[:_LOOKED_AT]
        return "リコール" in beginning and len(set(_MARK.findall(beginning))) > 1

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each case as a draft notice, or why it cannot be read."""
        text = Page(raw.text).words() if raw.kind is Kind.HTML else raw.text
        for number, case in enumerate(cases_of(text), start=1):
            where = f"case {number}"
            yield or_refused(partial(notice_of, case, where=where), where=where)
