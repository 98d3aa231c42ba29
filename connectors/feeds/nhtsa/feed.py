"""NHTSA's two forms: the flat file of all recalls (tabs, no header), and the answers of its services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from connectors.feeds.nhtsa.mapping import Line, line_of_answer, line_of_row, notice_of
from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from recall.domain.notice import Notice
from recall.errors import InputRefused

_CAMPAIGN = re.compile(r"[0-9]{2}[VETCIX][0-9]{3,9}", re.IGNORECASE)
_LEAST_COLUMNS = 22
"""Of a row: those that the file had before 2007."""
_LOOKED_AT = 20
_MARKS = {"nhtsacampaignnumber", "potentialnumberofunitsaffected", "conequence", "reportreceiveddate"}


class NhtsaFeed:
    """Reads `FLAT_RCL*.txt` of any year, and the old and the new form of `recallsByVehicle` and its kin."""

    name = "nhtsa"

    def recognises(self, raw: Raw) -> bool:
        """Rows with a campaign number in their second cell, or an answer with the service's own fields."""
        if any(_is_row(row) for row in raw.rows[:_LOOKED_AT]):
            return True
        return _answered(raw.document) is not None

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each campaign with all its lines, in the order of their first, and each line that is refused."""
        answered = _answered(raw.document)
        if answered == []:
            yield Refused(where="/", reason=_why_empty(raw.document))
        read = (
            [(f"row {number}", partial(line_of_row, row)) for number, row in enumerate(raw.rows, 1)]
            if answered is None
            else [(where, partial(line_of_answer, record)) for where, record in answered]
        )
        campaigns: dict[str, list[tuple[str, Line]]] = {}
        for where, line in read:
            try:
                told = line(where=where)
            except InputRefused as problem:
                yield Refused(where=problem.where or where, reason=str(problem))
                continue
            campaigns.setdefault(told.campaign, []).append((where, told))
        for lines in campaigns.values():
            yield or_refused(partial(notice_of, [line for _, line in lines]), where=lines[0][0])


def _is_row(row: Sequence[str]) -> bool:
    return len(row) >= _LEAST_COLUMNS and _CAMPAIGN.fullmatch(row[1]) is not None


def _answered(document: Any) -> list[tuple[str, Any]] | None:
    """The records of an answer with their JSON pointers; none of them for one that found nothing; None for
    another document. A list of records without the envelope, or one record alone, is an answer too."""
    if isinstance(document, Mapping):
        named = {key.lower(): key for key in document}
        if {"count", "message", "results"} <= named.keys() and isinstance(document[named["results"]], list):
            records, where = document[named["results"]], f"/{named['results']}"
        else:
            records, where = [document], ""
    elif isinstance(document, list):
        records, where = document, ""
    else:
        return None
    known = [record for record in records[:_LOOKED_AT] if isinstance(record, Mapping) and _is_known(record)]
    if known:
        alone = records == [document]
        return [("/" if alone else f"{where}/{number}", record) for number, record in enumerate(records)]
    return [] if where else None


def _is_known(record: Mapping[str, Any]) -> bool:
    names = {key.lower() for key in record}
    return "nhtsacampaignnumber" in names and len(names & (_MARKS | {"summary", "component", "make"})) > 2


def _why_empty(document: Mapping[str, Any]) -> str:
    said = {key.lower(): value for key, value in document.items()}
    if "searchcriteria" in said:
        return "The answer describes a vehicle and names no recall: expected that of a recall service."
    return f"The answer holds no recall: {str(said['message'])[:120]!r}."
