"""The tables and the words of an HTML page, as text: nothing of its markup is kept; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from recall.reading.text import clean

MOST_ROWS = 20_000
"""The most rows of one table."""
MOST_CELLS = 200
"""The most cells of a row."""
_BLOCKS = frozenset(
    {
        "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "td", "th",
        "table", "ul", "ol",
    }
)  # fmt: skip
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its head; the lines of a cell are parted by line feeds."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Page:
    """A page as it was read, however broken its markup; elements deeper than 256 are left out."""

    def __init__(self, html: str) -> None:
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
        self._root = etree.fromstring(html.encode("utf-8", "replace") or b"<html/>", parser)

    def tables(self) -> Iterator[Table]:
        """Every table that holds no other one and has a head and a row; the head is its first row.

        >>> [table.rows for table in Page("<table><tr><th>Lot<tr><td><p>1</p><p>2</p></table>").tables()]
        [(('1\\n2',),)]
        """
        for table in self._each("table"):
            if table.find(".//table") is None:
                rows = [cells for row in islice(table.iter("tr"), MOST_ROWS) if (cells := _cells(row))]
                if len(rows) > 1:
                    yield Table(head=rows[0], rows=tuple(rows[1:]))

    def words(self) -> str:
        """The words of the page, a line a block, without blank lines."""
        return "" if self._root is None else _lines(self._root)

    def first(self, tag: str) -> str:
        """The words of the first element of a tag on one line; empty where there is none."""
        return next((" ".join(_lines(found).split()) for found in self._each(tag)), "")

    def addresses(self) -> Iterator[str]:
        """Where the page's links lead, as they are written, and the address that it says is its own first."""
        own = (link.get("href") for link in self._each("link") if link.get("rel") == "canonical")
        yield from (address for address in own if address)
        yield from (address for link in self._each("a") if (address := link.get("href")))

    def pictures(self) -> Iterator[str]:
        """For each picture the words that belong to it: its `alt`, its title, the caption of its figure.

        >>> list(Page("<figure><img alt='Kettle'><figcaption>Lot, base</figcaption></figure>").pictures())
        ['Kettle Lot, base']
        """
        for picture in (each for tag in ("img", "svg") for each in self._each(tag)):
            figure = next(picture.iterancestors("figure"), None)
            captions = () if figure is None else tuple(figure.iter("figcaption"))
            own = (picture.get(name) or "" for name in ("alt", "title", "aria-label"))
            said = (*own, *(_lines(each) for each in (*picture.iter("title", "desc"), *captions)))
            yield " ".join(" ".join(said).split())

    def _each(self, tag: str) -> Iterator[etree._Element]:
        return iter(()) if self._root is None else self._root.iter(tag)


def _cells(row: etree._Element) -> tuple[str, ...]:
    cells = tuple(_lines(cell) for cell in row[:MOST_CELLS] if cell.tag in ("td", "th"))
    return cells if any(cells) else ()


def _lines(element: etree._Element) -> str:
    """The words in an element, a line a block."""
    parts, unseen = list[str](), 0
    for event, each in etree.iterwalk(element, events=("start", "end")):
        block = "\n" if each.tag in _BLOCKS else ""
        if event == "start":
            unseen += each.tag in _UNSEEN
            parts.append(block + ("" if unseen else each.text or ""))
        else:
            unseen -= each.tag in _UNSEEN
            parts.append(block + ("" if unseen or each is element else each.tail or ""))
    lines = (" ".join(line.split()) for line in clean("".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line)
