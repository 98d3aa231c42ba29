"""A table of rows read by the names of its columns, wherever its header stands; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from recall.errors import NoticeRefused
from recall.reading.text import clean, folded, squeezed

Rows = list[tuple[str, Mapping[str, str]]]
"""Rows with their places, each by the names of its columns."""
BEYOND = "*"
_LOOKED_AT = 12
"""Rows among which the header stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Named columns and the rows under them; a name is small letters without a closing `*`."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first: int
    """The number of the first row, counted from 1 as people do."""

    @classmethod
    def of(cls, rows: tuple[tuple[str, ...], ...], *, columns: frozenset[str]) -> Sheet | None:
        """The table whose header has all these columns; None where no row near the top does.

        >>> Sheet.of((("Make", "Model*"), ("A", "B")), columns=frozenset({"make", "model"})).names
        ('make', 'model')
        """
        for number, row in enumerate(rows[:_LOOKED_AT]):
            names = tuple(squeezed(folded(cell).lower()).rstrip("* ") for cell in row)
            if columns <= set(names):
                return cls(names=names, rows=rows[number + 1 :], first=number + 2)
        return None

    def records(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Each row's place (`row 5`) and its clean cells by the names of their columns; one too few is empty.

        What stands in cells beyond the last column is under `BEYOND`.
        """
        for number, row in enumerate(self.rows, self.first):
            cells = [clean(cell).strip() for cell in row]
            record = dict(zip(self.names, cells + [""] * (len(self.names) - len(cells)), strict=False))
            yield f"row {number}", record | {BEYOND: " | ".join(filter(None, cells[len(self.names) :]))}


def refuse_beyond(record: Mapping[str, str], *, where: str) -> None:
    """Raises NoticeRefused for a row with more cells than there are columns: a mark is missing somewhere."""
    if record[BEYOND]:
        raise NoticeRefused.of(record[BEYOND], expected="no more cells than columns", got="more", where=where)
