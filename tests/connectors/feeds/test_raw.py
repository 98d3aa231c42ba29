"""The raw file: recognised by content in every form, and bounded before anything is built."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.feeds.decoding import decoded
from connectors.feeds.parsing import rows_of
from connectors.feeds.raw import Kind, Raw, opened
from recall.errors import NoticeRefused

MUCH = 50_000_000
WITHIN = 2.0
"""Seconds of computing, in this process and those that it starts: the clock would count others' work too."""


def raw(content: bytes | str) -> Raw:
    return opened(content.encode() if isinstance(content, str) else content, name="file")


def workbook(*sheets: list[list[object]]) -> bytes:
    book, target = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(str(number))
        for row in rows:
            sheet.append(row)
    book.worksheets[0].sheet_state = "hidden" if len(sheets) > 1 else "visible"
    book.save(target)
    return target.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('{"a": 1}', Kind.JSON),
        ("// where it came from\n\n[1]", Kind.JSON),
        ('<?xml version="1.0"?><rss/>', Kind.XML),
        ("  <recall-number id='1'/>", Kind.XML),
        ("<!DOCTYPE html><p>x", Kind.HTML),
        ('<?xml version="1.0"?><html xmlns="x"/>', Kind.HTML),
        ("<table><tr><td>x</table>", Kind.HTML),
        ('a,b,c\n1,"two, three",4\n', Kind.CSV),
        ("a\tb\tc\n", Kind.CSV),
        ("a;b;c\n1;2;3\n", Kind.CSV),
        ("Recalled are kettles, pots, pans and lids.\nStop, look, think, and return.", Kind.TEXT),
        ("kettles,pots,pans", Kind.TEXT),
        ("", Kind.TEXT),
    ],
)  # fmt: skip
def test_a_file_is_recognised_by_what_it_holds(content: str, kind: Kind) -> None:
    assert kind is raw(content).kind


def test_rows_keep_their_cells_without_the_blanks_around_them() -> None:
    assert (("a", "b", "c"), ("1", "two, three", "4")) == raw('a,b,c\r\n 1 ,"two, three",4\r\n\r\n').rows
    assert (("a", 'the "old" one', "c"),) == raw('a\tthe "old" one\tc\n').rows


def test_xml_keeps_its_text_and_knows_the_entities_of_html() -> None:
    root = raw('<?xml version="1.0" encoding="ISO-8859-1"?><r><a>Bob&reg; &amp; &nbsp;caf\u00e9</a></r>').xml
    assert root is not None
    assert "Bob® & \u00a0café" == root.findtext("a")


def test_a_workbook_is_its_first_visible_sheet_with_words() -> None:
    told = raw(workbook([["hidden"]], [[]], [["Entry", None, 5.0], [None, None, None], ["é", 2.5, 7]]))
    assert (Kind.XLSX, (("Entry", "", "5"), ("é", "2.5", "7"))) == (told.kind, told.rows)


def test_the_pdfs_of_singapore_have_words(shared: Path) -> None:
    file = next((shared / "notices" / "sg_cpso").glob("furniture*.pdf"))
    told = raw(file.read_bytes())
    assert Kind.PDF is told.kind
    assert "LETTAN" in told.text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Gerät zurückgerufen, prière de le rapporter à l'été", "cp1252"),
        ("缺陷产品召回公告:移动电源", "gb18030"),
        ("リコール開始日および製品名のお知らせ", "cp932"),
        ("リコール開始日および製品名のお知らせ", "euc_jp"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>", "latin-1"),
        ("召回", "utf-16"),
        ("召回", "utf-8-sig"),
    ],
)
def test_text_is_decoded_as_it_was_written(text: str, encoding: str) -> None:
    assert text == decoded(text.encode(encoding))


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_opened_or_refused(content: bytes) -> None:
    with suppress(NoticeRefused):
        assert isinstance(raw(content), Raw)


@given(st.lists(st.tuples(*[st.text("abc ,\"'é\n", max_size=8)] * 3), min_size=2, max_size=6))
def test_any_table_that_reads_has_rows_of_its_cells(rows: list[tuple[str, str, str]]) -> None:
    text = "x,y,z\n" + "\n".join(
        ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows
    )
    found = rows_of(text, name="file")
    kept = tuple(cells for row in rows if any(cells := tuple(cell.strip() for cell in row)))
    assert (("x", "y", "z"), *kept) == found


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: b"\x00" * MUCH, "a form that is read here"),
        (lambda: b"x" * 64_000_001, "at most 64,000,000 bytes"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600, "XLSX"),
        (lambda: b"[" * MUCH, "objects"),
        (lambda: b"[" + b"{}," * (MUCH // 3) + b"{}]", "objects"),
        (lambda: b"[" + b"1" * MUCH + b"]", "plain JSON"),
        (lambda: b"[" * 100_000, "nested too deep"),
        (lambda: b"a,b,c\n" * (MUCH // 6), "cells"),
        (lambda: b'a,b,c\n1,2,"' + b"x" * MUCH, "field larger"),
        (lambda: b"<r>" + b"x" * MUCH + b"</r>", "characters"),
        (lambda: b"<r " + b" ".join(b"a%d='1'" % i for i in range(10**6)) + b"/>", "attributes"),
        (lambda: b"<r>" * 200 + b"</r>" * 200, "levels"),
        (lambda: b"<r><a></r>", "line 1, column"),
        (lambda: b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>', "entities of its own"),
        (lambda: b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hosts">]><l>&a;</l>', "entities of its own"),
        (lambda: b"<html>" + b"<div>" * (MUCH // 5), "tags"),
        (lambda: archive({"xl/workbook.xml": b"0" * MUCH}), "unpacks to 50,000,000"),
        (lambda: archive({"notice.txt": b"recall"}), "without a workbook"),
        (lambda: archive({"xl/workbook.xml": b"<lol/>"}), "a broken one"),
        (lambda: workbook([[]]), "without a row"),
        (lambda: b"%PDF-1.4\n" + b"[" * 5_000_000, "PDF that can be read"),
        (lambda: b"%PDF-1.4\n" + b"1 0 obj\n<<>>\nendobj\n" * 400_000, "PDF that can be read"),
        (lambda: b"%PDF-1.4" + b"x" * 11_000_000, "more than 10,000,000"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_hostile_files_are_refused_within_seconds(build: Callable[[], bytes], said: str) -> None:
    content = build()
    begun = sum(os.times()[:4])
    with pytest.raises(NoticeRefused, match=said):
        opened(content, name="file")
    assert sum(os.times()[:4]) - begun < WITHIN
