"""The program that reads one PDF or workbook: bytes on standard input, JSON on standard output.

`aside_child.py pdf|xlsx` answers `{"text"}`, `{"rows"}` or `{"refused"}`. It opens no other file, asks no
network, and is ended by the machine when it computes for too long or takes too much memory.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

SECONDS = 0.8
"""Of computing, once the libraries are there."""
MEMORY = 1_500_000_000
MOST_UNPACKED, MOST_RATIO = 30_000_000, 200
"""Of a workbook: bytes when unpacked, and how many times its packed size any large part may be."""
MOST_PAGES = 100
MOST_ROWS, MOST_COLUMNS = 20_000, 100
MOST_SIGNS = 1_000_000
"""Characters of all pages or cells."""
_SMALL_PART = 1_000_000


class Refused(Exception):
    """What the file is instead of one that can be read."""


def main(kind: str) -> None:
    """Read standard input as `kind` and print the answer."""
    read = {"pdf": text_of_pdf, "xlsx": rows_of_xlsx}[kind]
    try:
        answer: dict[str, object] = read(sys.stdin.buffer.read())
    except Refused as refused:
        answer = {"refused": str(refused)}
    except Exception as problem:  # whatever the libraries raise for a broken file, it is the file's fault
        answer = {"refused": f"a broken one ({type(problem).__name__})"}
    sys.stdout.write(json.dumps(answer))


def text_of_pdf(raw: bytes) -> dict[str, object]:
    """`{"text"}`: the words of every page; a page ends in a line end."""
    from pypdf import PdfReader

    _bounded()
    pages = PdfReader(io.BytesIO(raw)).pages
    if len(pages) > MOST_PAGES:
        raise Refused(f"{len(pages):,} pages, more than {MOST_PAGES}")
    text = ""
    for page in pages:
        text += page.extract_text() + "\n"
        if len(text) > MOST_SIGNS:
            raise Refused(f"more than {MOST_SIGNS:,} characters")
    if not text.strip():
        raise Refused("one without words: a scan or a picture")
    return {"text": text}


def rows_of_xlsx(raw: bytes) -> dict[str, object]:
    """`{"rows"}`: of the first visible sheet that is not empty."""
    from openpyxl import load_workbook

    _bounded()
    _refuse_bomb(raw)
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = list(_rows(sheet)) if sheet.sheet_state == "visible" else []
        if rows:
            return {"rows": rows}
    raise Refused("one without a row")


def _rows(sheet: object) -> Iterator[list[str]]:
    signs = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True)):  # type: ignore[attr-defined] # untyped library
        cells = [_words(value) for value in row[:MOST_COLUMNS]]
        signs += sum(map(len, cells))
        if number >= MOST_ROWS or signs > MOST_SIGNS:
            raise Refused(f"more than {MOST_ROWS:,} rows or {MOST_SIGNS:,} characters")
        if any(cells):
            yield cells


def _words(value: object) -> str:
    """A cell as text: whole numbers without a fraction, days without a time."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _refuse_bomb(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Refused("an archive without a workbook")
    unpacked = sum(part.file_size for part in parts)
    swollen = any(part.file_size > max(_SMALL_PART, MOST_RATIO * part.compress_size) for part in parts)
    if unpacked > MOST_UNPACKED or swollen:
        raise Refused(f"an archive that unpacks to {unpacked:,} bytes from {len(raw):,}")


def _bounded() -> None:
    """Let the machine end this process when it takes too much; one without these bounds has the clock."""
    with contextlib.suppress(ImportError, AttributeError, ValueError, OSError):
        import resource
        import signal

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.setitimer(signal.ITIMER_PROF, SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
