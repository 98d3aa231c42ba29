"""Junk in the fields of every feed: each record is read or refused, and what is read is a notice of ours."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feeds.reader import read_notices
from recall.domain.notice import Notice
from tests.connectors.feeds.test_dvsa import HEAD, HEADER
from tests.connectors.feeds.test_exports import CPSC, FORM
from tests.connectors.feeds.test_fda import IRES, RECORD, REPORT
from tests.connectors.feeds.test_nhtsa import RECORD as CAMPAIGN
from tests.connectors.feeds.test_nhtsa import row
from tests.connectors.feeds.test_raw import MUCH, WITHIN

STRANGE = (
    "", " ", "\u0000\u0007", "<script>alert(1)</script>", "{{7*7}}", "\u202egnp.exe", "=cmd|' /C calc'!A0",
    "9" * 400, "' OR 1=1 --", "-", "N/A", "²³", "٣٤", "\ud800", "http://[", "/Date(99999999999999-9999)/",
    "20269931", "lot", "UPC 1", "VF7******AZ - ", "A" * 5_000, "((((((((((", "&lt;b&gt;", "\r\n\r\n",
    "1 2 3 4 5 6 7 8 9",
)  # fmt: skip
words = st.sampled_from(STRANGE) | st.text(max_size=30)
junk = words | st.none() | st.booleans() | st.integers() | st.lists(words, max_size=2) | st.just({"name": {}})
ITEM = {"title": "Bars", "description": "d", "link": "https://www.fda.gov/1", "publicationDate": "2026-01-02"}


def checked(raw: bytes) -> None:
    """Whatever it is, it is read or refused, and each notice reads back from its own form."""
    answer = read_notices(raw, name="file")
    assert answer.notices or answer.refused
    assert all(refused.reason and refused.where for refused in answer.refused)
    for notice in answer.notices:
        assert notice == Notice.read(notice.document())


JSON = {
    "openfda": (RECORD, lambda records: {"results": records}),
    "ires": (IRES, lambda records: {"RESULT": records, "STATUSCODE": 400, "MESSAGE": "success"}),
    "nhtsa": (CAMPAIGN, lambda records: {"Count": 2, "Message": "", "Results": records}),
    "syndicated": (ITEM, lambda records: records),
}


@pytest.mark.parametrize("feed", JSON)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_junk_in_the_fields_of_json_fails_no_feed(feed: str, data: st.DataObject) -> None:
    record, wrap = JSON[feed]
    changes = data.draw(st.dictionaries(st.sampled_from(sorted(record)), junk, min_size=1, max_size=4))
    checked(json.dumps(wrap([record, record | changes])).encode())


ROWS = {
    "dvsa": (HEADER.split(","), [*HEAD.split(","), "SWIFT", "AB100000", "AB999999", "", ""]),
    "cpsc": (CPSC.strip().lstrip("\ufeff").split(","), ["24-901", "", "December 07, 2023", *"abcdefghi"]),
    "opss": (list(FORM), ["1", "Toys", "Cars", "", "China", "", "Car", "", "300", "Acme", "L1"]),
}


@pytest.mark.parametrize("feed", ROWS)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_junk_in_the_cells_of_a_table_fails_no_feed(feed: str, data: st.DataObject) -> None:
    header, cells = ROWS[feed]
    changes = data.draw(st.dictionaries(st.integers(0, len(cells) - 1), words, min_size=1, max_size=4))
    target = io.StringIO()
    wrong = [changes.get(number, cell) for number, cell in enumerate(cells)]
    csv.writer(target).writerows([header, cells, wrong])
    checked(target.getvalue().encode("utf-8", "replace"))


@settings(deadline=None, max_examples=60)
@given(place=st.integers(0, 28), cell=words.filter(lambda text: not set(text) & set("\t\r\n")))
def test_junk_in_the_flat_file_fails_no_feed(place: int, cell: str) -> None:
    cells = row().split("\t")
    cells[place] = cell
    checked("\n".join((row(), "\t".join(cells))).encode("utf-8", "replace"))


@pytest.mark.parametrize(
    "build",
    [
        lambda: b"recall lot 5 " * (MUCH // 13),
        lambda: "召回".encode() * (MUCH // 6),
        lambda: b"\n" * MUCH,
        lambda: b'[{"product_description":"' + b"x" * MUCH + b'","code_info":"","recalling_firm":""}]',
        lambda: b"[" + b"1," * 3_900_000 + b"1]",
        lambda: b"[" + b"{}," * 999_000 + b"{}]",
        lambda: b"PRODUCT CODE RECALLING FIRM/MANUFACTURER REASON " * 400_000,
        lambda: f"{HEADER}\n{HEAD},SWIFT,1{' ' * 130_000}x,AB2,,\n".encode(),
        lambda: f"{HEADER}\n{HEAD},SWIFT,{'1 to ' * 25_000},,,\n".encode(),
        lambda: b"<rss><channel>" + b"<item><title>a</title></item>" * 60_000 + b"</channel></rss>",
        lambda: b"<rss><channel><item><title>" + b"&lt;a" * 90_000 + b"</title></item></channel></rss>",
    ],
    ids=range(11),
)
def test_files_of_any_size_are_read_or_refused_in_two_seconds(build: Callable[[], bytes]) -> None:
    content = build()
    begun = sum(os.times()[:4])
    answer = read_notices(content, name="file")
    assert sum(os.times()[:4]) - begun < WITHIN
    assert answer.notices or answer.refused


@settings(deadline=None, max_examples=60)
@given(where=st.integers(0, len(REPORT)), cut=st.integers(0, 80), put=words)
def test_junk_in_a_report_fails_no_feed(where: int, cut: int, put: str) -> None:
    checked((REPORT[:where] + put + REPORT[where + cut :]).encode("utf-8", "replace"))
