"""DVSA's file: several rows make one recall, and every range of numbers is read or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.dvsa.vins import vins_between
from connectors.feeds.reader import NoticesRead, read_notices
from recall.domain.notice import Notice
from recall.reading.serial_range import SerialRange

HEADER = (
    "Launch Date,Recalls Number,Make,Recalls Model Information,Concern,Defect,Remedy,Vehicle Numbers,"
    "Manufacturer Ref,Model,VIN Start,VIN End,Build Start,Build End"
)
HEAD = "22/03/2017,R/2017/900,ACME,Swift and Slow,DOOR MAY OPEN,The latch is weak.,Replace the latch.,120,A1"


def read(*rows: str, header: str = HEADER) -> NoticesRead:
    return read_notices("\r\n".join((header, *rows)).encode(), name="RecallsFile.csv")


def test_the_rows_of_a_recall_are_one_notice() -> None:
    (notice,) = read(
        f"{HEAD},SWIFT,ZZ1******AZ000100,ZZ1******AZ000159,01/02/2016,03/04/2016",
        f"{HEAD},SWIFT,ZZ1******BZ000200,ZZ1******BZ000219,01/02/2016,03/04/2016",
        f"{HEAD},SLOW,,,05/05/2016,",
    ).notices
    assert ("R/2017/900", "2017-03-22", 120, "GB") == (
        notice.reference, str(notice.published), notice.quantity, notice.jurisdiction,
    )  # fmt: skip
    assert ("The latch is weak.", "Replace the latch.") == (notice.hazard, notice.remedy)
    assert "ACME Swift and Slow: DOOR MAY OPEN" == notice.title
    swift, slow = notice.products
    assert ("ACME SWIFT", "ACME", "SWIFT") == (swift.name, swift.brand, swift.model)
    both = ("ZZ1******AZ000100 - ZZ1******AZ000159", "ZZ1******BZ000200 - ZZ1******BZ000219")
    assert both == swift.serials
    assert [{"from": "2016-02-01", "to": "2016-04-03"}] == [window.document() for window in swift.made]
    assert [{"from": "2016-05-05", "to": None}] == [window.document() for window in slow.made]
    assert () == notice.warnings
    assert {"serial", "made", "model"} == {c.kind.value for c in notice.clauses if c.products == (0,)}


@pytest.mark.parametrize(
    ("first", "last", "serials", "doubt"),
    [
        ("SEG1CR5BZ152276", "", (), "is no range"),
        ("740405", "872978", ("740405 - 872978",), ""),
        ("0290001 to 0295780", "", ("0290001 - 0295780",), ""),
        ("VF7******HT515752", "VF7******HT509642", ("VF7******HT509642 - VF7******HT515752",), "wrong way"),
        ("4XASVE951FA625166", "4XASVE952FA641974", ("4XASVE95*FA625166 - 4XASVE95*FA641974",), "place 9"),
        (
            "JMAXJGA6WBZ400101", "JMAXJGA6WCZ000869",
            ("JMAXJGA6WBZ400101 - JMAXJGA6WBZ999999", "JMAXJGA6WCZ000000 - JMAXJGA6WCZ000869"),
            "model years B, C",
        ),
        ("VF3******GT174225", "VF3******GS210463", ("VF3******G*174225 - VF3******G*210463",), "place 11"),
        ("WMAH17ZZ05W059888", "WMAH86ZZ65K001264", ("WMAH**ZZ*5*000000 - WMAH**ZZ*5*999999",), "any counter"),
        ("V**F*9998", "V**F*10005", ("V**F*9998 - V**F*9999", "V**F*10000 - V**F*10005"), ""),
        ("JKAZT00FFA000004", "JKAZXT00FFA003284", ("JKAZXT00FFA000004 - JKAZXT00FFA003284",), "lacks a sign"),
        ("ZL000000000090094", "ZN0000000000097934", ("Z*000000000090094 - Z*000000000097934",), "zeros too"),
        ("SEG2230CR5BB152276", "SEG2230CR5BC16415", ("SEG2230CR5B*",), "two shapes"),
        ("XA162896 and YA600000", "YA199999 and YA671407",
         ("XA162896 - XA999999", "YA000000 - YA199999", "YA600000 - YA671407"), "model years X, Y"),
        ("WAUZZZ8R#9A006992", "WAUZZZ8r#9A054268", ("WAUZZZ8R*9A006992 - WAUZZZ8R*9A054268",), ""),
        ("SA9DSRCXX15141014–", "SA9DSRCXX15141015", ("SA9DSRCXX15141014 - SA9DSRCXX15141015",), ""),
        ("0416/432", "0416/432", ("0416/432",), ""),
        ("Various", "", (), "not told: 'Various'"),
        ("1J4RD5GM0AY104258", "8Y8HX48P891514512", (), "is no range"),
        ("A100 and B100", "A200", (), "is no range"),
        ("", "", (), ""),
    ],
)  # fmt: skip
def test_each_pair_of_numbers_is_read_or_asked_about(
    first: str, last: str, serials: tuple[str, ...], doubt: str
) -> None:
    found = vins_between(first=first, last=last)
    assert serials == found.serials
    assert doubt in "".join(found.doubts)
    assert bool(doubt) == bool(found.doubts)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_cells_make_the_reader_of_numbers_fail(first: str, last: str) -> None:
    for text in vins_between(first=first, last=last).serials:
        assert " - " not in text or str(SerialRange.parse(text)) == text


@given(
    prefix=st.from_regex(r"[A-HJ-NPR-Z]{3}[0-9]{6}[A-H][A-Z]", fullmatch=True),
    low=st.integers(0, 999_999),
    more=st.integers(0, 999_999),
)
def test_a_range_of_one_prefix_is_kept_as_it_is(prefix: str, low: int, more: int) -> None:
    high = min(low + more, 999_999)
    found = vins_between(first=f"{prefix}{low:06d}", last=f"{prefix}{high:06d}")
    expected = f"{prefix}{low:06d} - {prefix}{high:06d}" if low < high else f"{prefix}{low:06d}"
    assert ((expected,), ()) == (found.serials, found.doubts)


def test_what_cannot_be_is_a_warning_and_the_rest_is_read() -> None:
    head = HEAD.replace("22/03/2017", "31/02/2017").replace(",120,", ",many,")
    (notice,) = read(f"{head},SWIFT,AB100000,AB999999,04/05/2016,01/02/2016").notices
    assert (None, None) == (notice.published, notice.quantity)
    assert [{"from": "2016-02-01", "to": "2016-05-04"}] == [w.document() for w in notice.products[0].made]
    said = " ".join(notice.warnings)
    assert all(words in said for words in ("31/02/2017", "'many'", "wrong way round"))


def test_ranges_that_hold_far_more_than_is_stated_are_a_warning() -> None:
    (notice,) = read(f"{HEAD},SWIFT,AB100000,AB999999,,").notices
    assert ("SWIFT: the ranges hold 900,000 numbers, the recall states 120 vehicles",) == notice.warnings


def test_rows_that_cannot_be_read_are_refused_at_their_place() -> None:
    answer = read(
        f"{HEAD},SWIFT,,,,,more,cells", f"{HEAD.replace('R/2017/900', '')},SWIFT,,,,", f"{HEAD},SWIFT,,,,"
    )
    assert 1 == len(answer.notices)
    assert ["row 2", "row 3"] == [refused.where for refused in answer.refused]


def test_columns_may_be_fewer_and_in_another_order() -> None:
    (notice,) = read("SWIFT,ACME,R/1,AB10,AB19", header="Model,Make,Recalls Number,VIN Start,VIN End").notices
    assert ("R/1", ("AB10 - AB19",)) == (notice.reference, notice.products[0].serials)


def test_the_shared_file_reads_whole_in_99_of_100_rows(shared: Path) -> None:
    raw = (shared / "notices" / "uk_dvsa" / "RecallsFile.csv").read_bytes()
    answer = read_notices(raw, name="RecallsFile.csv")
    assert (146, ()) == (len(answer.notices), answer.refused)
    unread = [warning for notice in answer.notices for warning in notice.warnings if "read it" in warning]
    rows = raw.decode().strip().count("\n")
    assert 274 == rows
    assert len(unread) * 2 <= 0.01 * rows, unread  # two rows may share one such warning
    assert all(Notice.read(notice.document()) == notice for notice in answer.notices)
