"""The clause: what it names by ranges, masks, days and date codes, what it lets off, and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recall.domain.clause import Exclusion, ScopeClause
from recall.domain.goods import LotFact, LotKey
from recall.errors import NoticeRefused
from recall.reading.date_code import DateCode
from recall.reading.mask import Mask
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window
from tests.builders import GTIN

JUNE = (Window(first=date(2023, 6, 5), last=date(2023, 6, 11)),)
DAY, OTHER_DAY = date(2023, 6, 7), date(2023, 8, 1)
PLANT, OTHER_PLANT = "https://id.gs1.org/414/6901234000016", "https://id.gs1.org/414/6901234000023"


def names(lot: str, *, on: date | None = None, at: str = PLANT, **parts: Any) -> bool:
    """Whether a clause of these parts names a lot made on a day (None: nobody told) at a plant."""
    clause = ScopeClause(number=1, name="", model=None, gtins=frozenset({GTIN}), **parts)
    return clause.names_lot(
        LotFact(key=LotKey(GTIN, lot), made_first=on, made_last=on, sites=frozenset({at}))
    )


def code(encoding: str, start: int = 0, of: str = "lot") -> tuple[DateCode, ...]:
    return (DateCode.parse(encoding=encoding, of=of, start=start),)


@pytest.mark.parametrize(
    ("lot", "named"),
    [("A10", True), ("A9", False), ("A010", False), ("B10", False), ("A20", True), ("A21", False)],
)
def test_a_range_counts_and_never_goes_by_the_alphabet(lot: str, named: bool) -> None:
    assert named is names(lot, lot_ranges=(SerialRange.parse("A10 - A20"),))


@pytest.mark.parametrize("text", ["A9 - A10", "A10 - B20", "A - B", "A20 - A10"])
def test_a_range_that_only_the_alphabet_would_order_is_refused(text: str) -> None:
    with pytest.raises(NoticeRefused):
        SerialRange.parse(text)


@pytest.mark.parametrize(
    ("lot", "named"), [("L07x", True), ("L7x", False), ("L077", False), ("l07x", False), ("L07xx", False)]
)
def test_a_mask_fits_place_by_place(lot: str, named: bool) -> None:
    assert named is names(lot, lot_masks=(Mask.parse("L##@"),))


@pytest.mark.parametrize("text", ["", "A\\", "#" * 91])
def test_a_mask_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(NoticeRefused):
        Mask.parse(text)


@pytest.mark.parametrize(
    ("encoding", "inside", "outside"),
    [
        ("YYWW", "2323", "2331"), ("WWYY", "2323", "3123"), ("MMYY", "0623", "0823"),
        ("YYDDD", "23158", "23213"), ("YMMDD", "30607", "30801"), ("YYYYMMDD", "20230607", "20230801"),
        ("YWWD", "3233", "3311"),
    ],
)  # fmt: skip
def test_a_declared_date_code_names_the_lots_of_those_days(encoding: str, inside: str, outside: str) -> None:
    parts = {"made": JUNE, "encodings": code(encoding, start=1)}
    assert names(f"L{inside}-7", **parts)
    assert not names(f"L{outside}-7", **parts)
    assert names("Lwhat-7", **parts), "a code that tells no day lets nothing off"


def test_a_day_that_events_or_the_code_tell_brings_a_lot_in_and_both_must_let_it_off() -> None:
    parts = {"made": JUNE, "encodings": code("YYWW")}
    assert names("2323", on=OTHER_DAY, **parts)
    assert names("2331", on=DAY, **parts)
    assert not names("2331", on=OTHER_DAY, **parts)


@pytest.mark.parametrize("encoding", ["YYYYYY", "WW", "ABC", "", "YYMMWW", "YYxWW"])
def test_an_encoding_that_tells_no_days_is_refused(encoding: str) -> None:
    with pytest.raises(NoticeRefused):
        code(encoding)


def test_a_date_in_a_serial_names_the_item() -> None:
    clause = ScopeClause(
        number=1, name="", model=None, gtins=frozenset({GTIN}), made=JUNE,
        encodings=code("YYWW", start=2, of="serial"),
    )  # fmt: skip
    assert clause.names_serial(gtin=GTIN, serial="SN2323001")
    assert not clause.names_serial(gtin=GTIN, serial="SN2331001")


def test_exceptions_let_off_by_code_or_by_place_and_days_together() -> None:
    assert not names("A1", exclusion=Exclusion(lots=frozenset({"A1"})))
    assert not names("A150", exclusion=Exclusion(lot_ranges=(SerialRange.parse("A100 - A199"),)))
    there = Exclusion(sites=frozenset({PLANT}), made=JUNE)
    assert not names("A1", on=DAY, exclusion=there)
    assert names("A1", on=OTHER_DAY, exclusion=there)
    assert names("A1", on=DAY, at=OTHER_PLANT, exclusion=there)
    assert names("A1", exclusion=there), "not knowing the day lets nothing off"


def test_windows_of_packing_and_expiry_let_off_only_by_what_is_told() -> None:
    fact = LotFact(key=LotKey(GTIN, "A1"), packed=(DAY, DAY), expires=(OTHER_DAY, OTHER_DAY))
    of: dict[str, Any] = {"number": 1, "name": "", "model": None, "gtins": frozenset({GTIN})}
    assert ScopeClause(**of, packed=JUNE).names_lot(fact)
    assert not ScopeClause(**of, expires=JUNE).names_lot(fact)
    assert ScopeClause(**of, expires=JUNE).names_lot(LotFact(key=LotKey(GTIN, "A2")))


def test_of_two_days_of_keeping_neither_lets_a_lot_off_nor_makes_it_certain() -> None:
    of: dict[str, Any] = {"number": 1, "name": "", "model": None, "gtins": frozenset({GTIN}), "expires": JUNE}
    both = LotFact(key=LotKey(GTIN, "A1"), expires=(DAY, OTHER_DAY))
    assert ScopeClause(**of).names_lot(both)
    assert ScopeClause(**of).leaves_open(both)
    assert not ScopeClause(**of).leaves_open(LotFact(key=LotKey(GTIN, "A1"), expires=(DAY, DAY)))


def test_a_lot_of_which_some_units_may_be_of_other_days_is_neither_let_off_nor_certain() -> None:
    of: dict[str, Any] = {"number": 1, "name": "", "model": None, "gtins": frozenset({GTIN})}
    told: dict[str, Any] = {"key": LotKey(GTIN, "A1"), "made_first": OTHER_DAY, "made_last": OTHER_DAY}
    assert not ScopeClause(**of, made=JUNE).names_lot(LotFact(**told))
    assert ScopeClause(**of, made=JUNE).names_lot(LotFact(**told, undated=True))
    assert ScopeClause(**of, made=JUNE).leaves_open(LotFact(**told, undated=True))
    spared = Exclusion(made=(Window(first=OTHER_DAY, last=OTHER_DAY),))
    assert not ScopeClause(**of, exclusion=spared).names_lot(LotFact(**told))
    assert ScopeClause(**of, exclusion=spared).names_lot(LotFact(**told, undated=True))


def test_a_lot_whose_day_nobody_told_is_left_open_by_a_window_and_not_by_its_code() -> None:
    window = ScopeClause(number=1, name="", model=None, gtins=frozenset({GTIN}), made=JUNE)
    named = ScopeClause(
        number=1, name="", model=None, gtins=frozenset({GTIN}), made=JUNE, lots=frozenset({"A1"})
    )
    untold = LotFact(key=LotKey(GTIN, "A1"))
    assert window.leaves_open(untold)
    assert not window.leaves_open(LotFact(key=LotKey(GTIN, "A1"), made_first=DAY, made_last=DAY))
    assert not named.leaves_open(untold)
