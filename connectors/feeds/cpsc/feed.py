"""CPSC's recalls: the JSON of its service (a list or one record), the CSV of its website, its old XML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
        for where, record in _records(raw):
            yield or_refused(partial(_notice, record, where=where), where=where or "/")


Record = Callable[..., object]
"""Gives a record under the service's names; takes its place for what it refuses."""


def _notice(record: Record, *, where: str) -> Notice:
    return notice_of(record(where=where), where=where)


def _records(raw: Raw) -> Iterator[tuple[str, Record]]:
    """Every record with its place, whichever form the file has."""
    if sheet := sheet_of(raw.rows):
        yield from ((where, partial(record_of_row, row)) for where, row in sheet.records())
    elif results := results_of(raw.xml):
        yield from ((where, partial(_as_it_is, record)) for where, record in records_of_results(results))
    elif retold := retold_of(raw.document):
        yield from ((where, partial(record_of_retold, record)) for where, record in retold)
    elif isinstance(raw.document, list):
        yield from ((f"/{number}", partial(_as_it_is, record)) for number, record in enumerate(raw.document))
    else:
        yield "", partial(_as_it_is, raw.document)


def _as_it_is(record: object, *, where: str) -> object:
    del where  # nothing is refused here
    return record
