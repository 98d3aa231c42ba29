"""CPSC's recall service: a JSON list of records, or one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from connectors.feeds.cpsc.mapping import notice_of
from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from recall.domain.notice import Notice

_MARKS = {"RecallNumber", "RecallID", "RecallDate", "NumberOfUnits", "RemedyOptions", "ConsumerContact"}


class CpscFeed:
    """Reads what `saferproducts.gov/RestWebServices/Recall?format=json` answers."""

    name = "cpsc"

    def recognises(self, raw: Raw) -> bool:
        """A record with at least two of the service's own field names."""
        records = raw.document if isinstance(raw.document, list) else [raw.document]
        return any(isinstance(record, Mapping) and len(_MARKS & record.keys()) > 1 for record in records)

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each record as a draft notice, or where in the list it cannot be read."""
        if not isinstance(raw.document, list):
            yield or_refused(partial(notice_of, raw.document, where=""), where="/")
            return
        for number, record in enumerate(raw.document):
            where = f"/{number}"
            yield or_refused(partial(notice_of, record, where=where), where=where)
