"""openFDA's enforcement reports: the service's envelope, a list, one record, and the older reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from connectors.feeds.fda import notice_of
from connectors.feeds.openfda.mapping import fields_of, fields_of_element, record_of, sections_of
from connectors.feeds.plain import plain
from connectors.feeds.raw import Kind, Raw
from connectors.feeds.records import records_of
from connectors.feeds.refused import Refused, or_refused
from recall.domain.notice import Notice

_MARKS = frozenset(
    {"product_description", "code_info", "reason_for_recall", "recalling_firm", "product_quantity"}
)
_LOOKED_AT = 100
_WORDS_AT = 200_000
_HEADINGS = ("PRODUCT", "CODE", "RECALLING FIRM/MANUFACTURER", "REASON")


class OpenfdaFeed:
    """Reads `/food|drug|device/enforcement.json` and what the weekly reports of FDA were before it."""

    name = "openfda"

    def recognises(self, raw: Raw) -> bool:
        """At least three of the record's own fields, an answer without results, or the reports' headings."""
        if (
            _failure(raw.document)
            or _is_envelope(raw.document)
            or (raw.xml is not None and next(raw.xml.iter("recall-number"), None) is not None)
        ):
            return True
        if raw.kind in (Kind.TEXT, Kind.HTML, Kind.CSV):
            return all(heading in raw.text[:_WORDS_AT] for heading in _HEADINGS)
        return any(_is_record(one) for one, _ in _first(raw.document))

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each record as a draft notice, or where it cannot be read."""
        if failed := _failure(raw.document):
            yield Refused(where="/error", reason=f"The answer holds no recall: {failed!r}.")
        elif raw.xml is not None:
            for number, element in enumerate(raw.xml.iter("recall-number"), 1):
                yield _read(fields_of_element(element), where=f"recall-number {number}")
        elif raw.document is not None:
            for value, where in records_of(raw.document):
                yield or_refused(partial(_notice, value, where=where), where=where or "/")
        else:
            text = plain(raw.text) if raw.kind is Kind.HTML else raw.text
            for number, fields in enumerate(sections_of(text), 1):
                yield _read(fields, where=f"recall {number}")


def _notice(value: Any, *, where: str) -> Notice:
    return notice_of(record_of(fields_of(value, where=where)), where=where)


def _read(fields: Mapping[str, str], *, where: str) -> Notice | Refused:
    return or_refused(lambda: notice_of(record_of(fields), where=where), where=where)


def _first(document: Any) -> Iterator[tuple[Any, str]]:
    for number, record in enumerate(records_of(document)):
        if number >= _LOOKED_AT:
            return
        yield record


def _is_record(value: Any) -> bool:
    return isinstance(value, Mapping) and len(_MARKS & {key.replace("-", "_") for key in value}) > 2


def _failure(document: Any) -> str:
    """What the service says when it found nothing; empty for another document."""
    error = document.get("error") if isinstance(document, Mapping) else None
    said = error.get("message") if isinstance(error, Mapping) and "code" in error else None
    return str(said)[:120] if said else ""


def _is_envelope(document: Any) -> bool:
    """Whether the service answered, with results or without."""
    meta = document.get("meta") if isinstance(document, Mapping) else None
    counts = meta.get("results") if isinstance(meta, Mapping) else None
    return isinstance(counts, Mapping) and {"skip", "limit", "total"} <= counts.keys()
