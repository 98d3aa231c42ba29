"""CPSC's recalls: the JSON of its service (a list or one record), the CSV of its website, its old XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from connectors.feeds.cpsc.export import (
    record_of_retold,
    record_of_row,
    records_of_results,
    results_of,
    retold_of,
    sheet_of,
)
from connectors.feeds.cpsc.mapping import notice_of
from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from recall.domain.notice import Notice

_MARKS = {"RecallNumber", "RecallID", "RecallDate", "NumberOfUnits", "RemedyOptions", "ConsumerContact"}
_LOOKED_AT = 100


class CpscFeed:
    """Reads what `saferproducts.gov/RestWebServices/Recall?format=json` answers, and its exports."""

    name = "cpsc"

    def recognises(self, raw: Raw) -> bool:
        """A record with at least two of the service's own field names, or the site's own columns."""
        if sheet_of(raw.rows) or results_of(raw.xml) or retold_of(raw.document):
            return True
        records = raw.document[:_LOOKED_AT] if isinstance(raw.document, list) else [raw.document]
        return any(isinstance(record, Mapping) and len(_MARKS & record.keys()) > 1 for record in records)

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each record as a draft notice, or where in the list it cannot be read."""
        if sheet := sheet_of(raw.rows):
            for where, row in sheet.records():
                yield or_refused(partial(_notice_of_row, row, where=where), where=where)
            return
        if results := results_of(raw.xml):
            for where, record in records_of_results(results):
                yield or_refused(partial(notice_of, record), where=where)
            return
        if retold := retold_of(raw.document):
            for where, told in retold:
                yield or_refused(partial(_notice_of_retold, told, where=where), where=where)
            return
        if not isinstance(raw.document, list):
            yield or_refused(partial(notice_of, raw.document, where=""), where="/")
            return
        for number, record in enumerate(raw.document):
            where = f"/{number}"
            yield or_refused(partial(notice_of, record, where=where), where=where)


def _notice_of_row(row: Mapping[str, str], *, where: str) -> Notice:
    return notice_of(record_of_row(row, where=where), where=where)


def _notice_of_retold(record: object, *, where: str) -> Notice:
    return notice_of(record_of_retold(record, where=where), where=where)
