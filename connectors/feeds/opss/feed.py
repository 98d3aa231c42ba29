"""OPSS's sheet of many products: XLSX (or the same as CSV), one row a product, one sheet a notice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.feeds.opss.mapping import COLUMNS, notice_of
from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.sheets import Sheet
from recall.domain.notice import Notice


class OpssFeed:
    """Reads the filled form `bulk_products_upload_template.xlsx` of the Product Safety Database."""

    name = "opss"

    def recognises(self, raw: Raw) -> bool:
        """A table with the form's own columns, wherever its header stands."""
        return Sheet.of(raw.rows, columns=COLUMNS) is not None

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """The one notice of all products of the sheet, or why there is none."""
        sheet = Sheet.of(raw.rows, columns=COLUMNS)
        yield or_refused(partial(notice_of, list(sheet.records()) if sheet else []), where=raw.name)
