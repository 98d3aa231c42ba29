"""CPSO: press notices as PDF, and the pages of the site's source that list them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from connectors.feeds.cpso.listing import listed
from connectors.feeds.cpso.mapping import notice_of_listed, notice_of_press
from connectors.feeds.raw import Kind, Raw
from connectors.feeds.refused import Refused, or_refused
from recall.domain.notice import Notice

_LOOKED_AT = 4_000
_RECALL = re.compile(r"\brecall|\breplacement\b|\bsafety alert\b", re.IGNORECASE)
_OFFICE = re.compile(
    r"Consumer Product Safety Office|\bCPSO\b|permalink: /consumers/|/safety-alerts-and-recalls/"
)
_GUIDE = re.compile(r"\bguidelines?\b.{0,40}\brecall notice\b", re.IGNORECASE)


class CpsoFeed:
    """Reads the notices that consumerproductsafety.gov.sg publishes."""

    name = "cpso"

    def recognises(self, raw: Raw) -> bool:
        """A PDF in English that speaks of a recall; a page of the office's own source."""
        beginning = raw.text[:_LOOKED_AT]
        if raw.kind is Kind.PDF:
            return bool(_RECALL.search(beginning) or _OFFICE.search(beginning))
        return raw.kind in (Kind.TEXT, Kind.HTML) and bool(
            _OFFICE.search(beginning) and _RECALL.search(beginning)
        )

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """The one notice of a PDF, or each that a page lists; why, where there is none."""
        if raw.kind is not Kind.PDF:
            for entry in listed(raw.text):
                yield or_refused(partial(notice_of_listed, entry), where=entry.where)
        elif _GUIDE.search(raw.text[:_LOOKED_AT]):
            yield Refused(where="page 1", reason="A guideline on recall notices, not a notice of a product.")
        else:
            yield or_refused(partial(notice_of_press, raw.text), where="page 1")
