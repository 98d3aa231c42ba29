"""Tables of announcements as lines that the reader reads: a label and its cell, or a product a line; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.feeds.tables import Page

_COLUMNS = ("型号", "批", "数量", "生产日期", "制造日期", "产品名称", "品牌", "规格")
_FEWEST = 3


def lines_of_page(html: str) -> str:
    """The words of an HTML page, its tables with one line for each row."""
    page = Page(html)
    words, lines = page.words(), list[str]()
    for table in page.tables():
        lines += lines_of_rows([table.head, *table.rows])
    cells = {line.strip() for line in lines for line in line.split("\n")}
    plain = [line for line in words.split("\n") if line.strip() and line.strip() not in cells]
    return "\n".join([*_before_tables(plain, lines=lines), *lines])


def _before_tables(plain: Sequence[str], *, lines: Sequence[str]) -> list[str]:
    """The lines of a page that no table holds."""
    held = "\n".join(lines)
    return [line for line in plain if line.strip() not in held]


def lines_of_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines: under a heading of columns one product a line, else each label with its cell."""
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    if not cells:
        return []
    head = cells[0]
    if len(head) >= _FEWEST and sum(any(word in cell for word in _COLUMNS) for cell in head) > 1:
        return [_product(head, row) for row in cells[1:] if any(row)]
    return [line for row in cells for line in _pairs(row)]


def _product(head: Sequence[str], row: Sequence[str]) -> str:
    told = (f"{label}：{cell}" for label, cell in zip(head, row, strict=False) if cell and label)
    return "，".join(told) + "。"


def _pairs(row: Sequence[str]) -> Iterable[str]:
    """`label | cell`; four cells are two such pairs."""
    if len(row) % 2:
        yield " ".join(row)
        return
    yield from (f"{label} | {cell}" for label, cell in zip(row[::2], row[1::2], strict=True) if label)


def lines_of_text(text: str) -> str:
    """A text whose columns are parted by `|` or tabs, with one line for each product; others as they are."""
    lines, table = list[str](), list[list[str]]()
    for line in [*text.split("\n"), ""]:
        cells = line.replace("｜", "|").replace("\t", "|").split("|")
        if len(cells) >= _FEWEST:
            table.append([cell.strip() for cell in cells])
            continue
        lines += lines_of_rows(table)
        table = []
        lines.append(line)
    return "\n".join(lines[:-1])
