"""Canada's recalls and safety alerts: the bulk file (JSON), and the page of one recall."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.feeds.health_canada.affected import is_affected
from connectors.feeds.health_canada.mapping import notice_of_page, notice_of_record
from connectors.feeds.raw import Kind, Raw
from connectors.feeds.records import any_has, records_of
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.tables import Page
from recall.domain.notice import Notice

_MARKS = frozenset({"NID", "What you should do", "Recall class", "Last updated", "Organization", "Archived"})
_OWN_WORDS = ("recalls-rappels.canada.ca", "field_affected_products", "field-affected-products")


class HealthCanadaFeed:
    """Reads `HCRSAMOpenData.json`, and pages of recalls-rappels.canada.ca of both vintages of table."""

    name = "health_canada"

    def recognises(self, raw: Raw) -> bool:
        """A record with at least two of the file's own field names; a page of the site, or with its table."""
        if raw.kind is not Kind.HTML:
            return any_has(raw.document, _MARKS)
        marked = any(word in raw.text for word in _OWN_WORDS)
        return marked or any(map(is_affected, Page(raw.text).tables()))

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each record as a draft notice, or the one that a page is; what cannot be read, with its place."""
        if raw.kind is Kind.HTML:
            yield or_refused(partial(notice_of_page, raw.text), where="/html")
            return
        for record, where in records_of(raw.document):
            yield or_refused(partial(notice_of_record, record, where=where), where=where or "/")
