"""DVSA's recalls file: CSV with a header, several rows a recall."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.feeds.dvsa.mapping import COLUMNS, notice_of
from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.sheets import Rows, Sheet, refuse_beyond
from recall.domain.notice import Notice
from recall.errors import InputRefused


class DvsaFeed:
    """Reads `RecallsFile.csv` as check-vehicle-recalls.service.gov.uk gives it."""

    name = "dvsa"

    def recognises(self, raw: Raw) -> bool:
        """A table with the register's own columns."""
        return Sheet.of(raw.rows, columns=COLUMNS) is not None

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each recall with all its rows, in the order of their first, and every row that cannot be read."""
        sheet = Sheet.of(raw.rows, columns=COLUMNS)
        recalls: dict[str, Rows] = {}
        for where, row in sheet.records() if sheet else ():
            try:
                refuse_beyond(row, where=where)
            except InputRefused as problem:
                yield Refused(where=where, reason=str(problem))
                continue
            key = row["recalls number"].upper()
            recalls.setdefault(key or where, []).append((where, row))
        for rows in recalls.values():
            yield or_refused(partial(notice_of, rows), where=rows[0][0])
