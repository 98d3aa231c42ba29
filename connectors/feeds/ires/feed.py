"""FDA's iRES service: `RESULT` with upper-case fields, in an envelope whose status 400 says success."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from connectors.feeds.fda import notice_of
from connectors.feeds.ires.mapping import record_of
from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from recall.domain.notice import Notice

_MARKS = {"RECALLEVENTID", "PRODUCTDESCRIPTIONTXT", "FIRMLEGALNAM", "RECALLNUM", "PRODUCTSHORTREASONTXT"}
_ENVELOPE = {"RESULT", "STATUSCODE", "MESSAGE"}
_LOOKED_AT = 100


class IresFeed:
    """Reads what `POST /rest/iresapi/recalls/` answers, its `RESULT` alone, or one record."""

    name = "ires"

    def recognises(self, raw: Raw) -> bool:
        """The service's envelope, or a record with at least two of its fields."""
        document = raw.document
        if isinstance(document, Mapping) and len(_ENVELOPE & document.keys()) > 1:
            return True
        known = (record for record, _ in islice(_records(document), _LOOKED_AT))
        return any(isinstance(record, Mapping) and len(_MARKS & record.keys()) > 1 for record in known)

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each record as a draft notice, or where it cannot be read; what an answer without any says."""
        found = False
        for record, where in _records(raw.document):
            found = True
            yield or_refused(partial(_notice, record, where=where), where=where or "/")
        if not found:
            said = str(raw.document.get("MESSAGE"))[:120]
            yield Refused(where="/", reason=f"The answer holds no recall: {said!r}.")


def _notice(record: Any, *, where: str) -> Notice:
    return notice_of(record_of(record, where=where), where=where)


def _records(document: Any) -> Iterator[tuple[Any, str]]:
    """Every record with its JSON pointer."""
    if isinstance(document, Mapping) and _ENVELOPE & document.keys():
        held = document.get("RESULT")
        yield from ((one, f"/RESULT/{n}") for n, one in enumerate(held if isinstance(held, list) else []))
    elif isinstance(document, list):
        yield from ((one, f"/{n}") for n, one in enumerate(document))
    else:
        yield document, ""
