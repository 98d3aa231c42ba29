"""Our own JSON form: one notice, a list of them, or the form of answer with `notices`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from connectors.feeds.own.mapping import notice_of
from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from recall.domain.notice import Notice

_MARKS = {"source", "reference", "products"}
_LOOKED_AT = 100


class OwnFeed:
    """Reads what `Notice.document()` writes."""

    name = "own"

    def recognises(self, raw: Raw) -> bool:
        """A `notices` list, or an object with at least two of source, reference and products."""
        document = raw.document
        if isinstance(document, Mapping) and isinstance(document.get("notices"), list):
            return True
        return any(_is_ours(value) for value, _ in islice(_records(document), _LOOKED_AT))

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each notice, or where in the document it cannot be read."""
        for value, where in _records(raw.document):
            yield or_refused(partial(notice_of, value, where=where), where=where)


def _is_ours(value: object) -> bool:
    return isinstance(value, Mapping) and len(_MARKS & value.keys()) > 1


def _records(document: Any) -> Iterator[tuple[Any, str]]:
    """Every record with its JSON pointer."""
    if isinstance(document, Mapping) and isinstance(document.get("notices"), list):
        yield from ((value, f"/notices/{number}") for number, value in enumerate(document["notices"]))
    elif isinstance(document, list):
        yield from ((value, f"/{number}") for number, value in enumerate(document))
    else:
        yield document, ""
