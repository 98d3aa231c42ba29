"""Fields of codes: what each token is, what goes with what, and that nothing is passed over in silence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.reading.code_text import CodesRead, read_codes
from recall.reading.dates import Order
from recall.reading.values import ClauseKind

TOKENS = st.sampled_from(
    ["Lot ", "lots: ", "UB ", "Best by ", "UPC ", "885911843430", "0-70257-52226-6", "A1", "B2-07", "6/29/26",
     "JUN 30 2027",
     "2027-05", ", ", "; ", " and ", " & ", " through ", "(a) ", "16 oz ", "All codes ", "None ",
     "Serial numbers ", "100 - 199", "\n",
     "(10)", "(17)", "SN", " for the product ", "12:30", "MHD ", "ロット番号", "!"]
)  # fmt: skip


def read(text: str, *, order: Order = Order.MONTH_FIRST) -> CodesRead:
    return read_codes(text, order=order)


def pairs(text: str, *, order: Order = Order.MONTH_FIRST) -> list[tuple[tuple[str, ...], list[str | None]]]:
    """Each product's lots, with the last days of its expiry."""
    return [
        ((*product.lots, *product.lot_ranges), [window.document()["to"] for window in product.expires])
        for product in read(text, order=order).products
    ]


@given(
    text=st.lists(TOKENS, max_size=30).map("".join) | st.text(max_size=120),
    order=st.sampled_from(list(Order)),
)
def test_every_clause_stands_where_it_says_and_nothing_is_lost(text: str, order: Order) -> None:
    answer = read(text, order=order)
    for clause in answer.clauses:
        assert answer.text[clause.start : clause.end] == clause.text
        assert all(number < len(answer.products) for number in clause.products)
    covered = [(clause.start, clause.end) for clause in answer.clauses]
    for start, end in answer.unread:
        figures = [place for place in range(start, end) if answer.text[place].isdigit()]
        assert not any(first <= figures[0] < last for first, last in covered)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Lot A1 UB 6/29/26, Lot B2 UB 9/4/26", [(("A1",), ["2026-06-29"]), (("B2",), ["2026-09-04"])]),
        ("Lot A1 UB 6/29/26, Lot A1 UB 6/30/26", [(("A1",), ["2026-06-29"]), (("A1",), ["2026-06-30"])]),
        ("Lot A1 UB 6/29/26 & Lot B2 UB 6/29/26", [(("A1", "B2"), ["2026-06-29"])]),
        ("Lot, Best Before: K1M, 01FEB2028; K2M, 02FEB2028.",
         [(("K1M",), ["2028-02-01"]), (("K2M",), ["2028-02-02"])]),
        ("BBD 06/16/2025 LOT # X1  BBD 08/01/2025 LOT # X2",
         [(("X1",), ["2025-06-16"]), (("X2",), ["2025-08-01"])]),
        ("Lots: A1, A2; Use by: 6/1/2026, 7/1/2026", [(("A1", "A2"), ["2026-06-01", "2026-07-01"])]),
        ("X9 EXP 7/28 X8 EXP 6/28", [(("X9",), ["2028-07-31"]), (("X8",), ["2028-06-30"])]),
        ("(a) Best by: 6/10/2018 (b) Best by: 3/17/2018, 4/22/2018",
         [((), ["2018-06-10"]), ((), ["2018-03-17", "2018-04-22"])]),
        ("2lb - All EXP DATES up to and including 10/2024 5lb - All EXP DATES up to and including 09/2022",
         [((), ["2024-10-31"]), ((), ["2022-09-30"])]),
        ("Lot 24323-25197", [(("24323 - 25197",), [])]),
        ("Lot: 5, 334882-334884", [(("5", "334882", "334883", "334884"), [])]),
        ("Lots: S9N 42K; S9N 43K", [(("S9N 42K", "S9N 43K"), [])]),
        ("Lots: 51A9 51B9 52C9", [(("51A9", "51B9", "52C9"), [])]),
        ("Lot # BF2 065 03 24 BF2 072 03 24", [(("BF2 065 03 24", "BF2 072 03 24"), [])]),
        ("Lot numbers: 8-11-17, 8-15-17", [(("8-11-17", "8-15-17"), [])]),
        ("Lots: A, B", [(("A", "B"), [])]),
        ("BEST BY: 5/13/2027 and all prior batches", [((), ["2027-05-13"])]),
        ("Charge: 12A, MHD 12.03.2026", [(("12A",), ["2026-12-03"])]),
        ("ロット番号：A1234、賞味期限：2026年3月1日", [(("A1234",), ["2026-03-01"])]),
        ("批号：20250102，有效期至：2027年1月1日", [(("20250102",), ["2027-01-01"])]),
        ("lot 4523, date limite de consommation 25/03/2026", [(("4523",), ["2026-03-25"])]),
    ],
)  # fmt: skip
def test_lots_and_days_that_pair_are_products_of_their_own(
    text: str, told: list[tuple[tuple[str, ...], list[str | None]]]
) -> None:
    assert told == pairs(text)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("Packed after 12/1/2026", ("packed", "2026-12-02", None)),
        ("Manufactured between 01/30/2018-02/22/2018", ("made", "2018-01-30", "2018-02-22")),
        ("Date of manufacture: 04/27/2027", ("made", "2027-04-27", "2027-04-27")),
        ("purchased from December 19, 2025 to April 3, 2026", ("sold", "2025-12-19", "2026-04-03")),
        ("Sell by 7/9/25 THROUGH Sell by 7/26/25", ("expires", "2025-07-09", "2025-07-26")),
        ("All products with Best By Date before 01/15/2028", ("expires", None, "2028-01-14")),
        ("BB codes: 022126 to 022127", ("expires", "2026-02-21", "2027-02-21")),
    ],
)  # fmt: skip
def test_a_window_goes_to_the_kind_that_its_label_says(
    text: str, window: tuple[str, str | None, str | None]
) -> None:
    kind, first, last = window
    (product,) = read(text).products
    assert [{"from": first, "to": last}] == product.document()[kind]


@pytest.mark.parametrize(
    ("text", "gtins", "others"),
    [
        ("UPC: 4 973993 173586", ["04973993173586"], []),
        ("UPC: 0-70257-52226-6 16 oz", ["00070257522266"], []),
        ("UPC: 8-12017-00903", [], ["8-12017-00903"]),
        ("885911843430, 070257522266", ["00885911843430", "00070257522266"], []),
        ("Item UPC: 850180006510 Case GTIN: 10850180006517", ["00850180006510", "10850180006517"], []),
        ("(01)00312345678906(17)250131(10)AB1(21)S55", ["00312345678906"], []),
    ],
)  # fmt: skip
def test_a_trade_item_is_a_gtin_where_its_check_digit_is_right_and_kept_as_written_where_not(
    text: str, gtins: list[str], others: list[str]
) -> None:
    products = read(text).products
    assert gtins == [product.gtin for product in products if product.gtin]
    assert others == [identifier.value for product in products for identifier in product.identifiers]


def test_an_element_string_is_read_part_by_part() -> None:
    (product,) = read("(01)00312345678906(17)250131(10)AB1(21)S55").products
    assert (("AB1",), ("S55",)) == (product.lots, product.serials)
    assert {"from": "2025-01-31", "to": "2025-01-31"} == product.expires[0].document()


def test_what_stands_once_is_of_every_pair() -> None:
    answer = read("Product Number K77 Lot A1 and Use By 03/31/2028 Lot B2 and Use By 04/30/2028")
    assert [("A1",), ("B2",)] == [product.lots for product in answer.products]
    assert {"K77"} == {product.identifiers[0].value for product in answer.products}
    assert (0, 1) == answer.clauses[0].products


def test_a_field_of_a_device_has_models_serials_and_references() -> None:
    (product,) = read("Model Number 45-123, Serial Numbers: 1001 to 1999, REF: 55-1").products
    assert ("45-123", ("1001 - 1999",)) == (product.model, product.serials)
    assert [("reference", "55-1")] == [(one.scheme, one.value) for one in product.identifiers]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("None", "names no codes"),
        ("There are no codes on the product.", "names no codes"),
        ("TBD", "names no codes"),
        ("21340A", "no word says what"),
        ("11/11/25", "no word says what happened"),
        ("Best by: 322-17", "say how it tells one"),
        ("Enjoy by Oct. 28", "give its year"),
        ("Lot codes of 369 and below", "where the range begins"),
    ],
)
def test_what_is_not_certain_is_asked(text: str, said: str) -> None:
    answer = read(text)
    assert answer.whole
    assert any(said in warning for warning in answer.warnings)
    assert all(clause.confidence <= 0.6 for clause in answer.clauses)


def test_all_of_a_kind_is_a_clause_of_its_own() -> None:
    (clause,) = read("All codes of this product").clauses
    assert (ClauseKind.ALL, "All codes") == (clause.kind, clause.text)
    assert () == read("All codes").products


def test_a_figure_that_no_rule_knows_is_unread() -> None:
    answer = read("Lot A1, for 4 people in hall 7")
    assert not answer.whole
    assert ["4", "7"] == [answer.text[start:end] for start, end in answer.unread]


def test_sizes_hours_and_enumerators_are_no_codes() -> None:
    answer = read("16 oz cans, case of 24- 5 ounce cans: Lot A1 13:31")
    assert answer.whole
    assert [("A1",)] == [product.lots for product in answer.products]


def test_the_clauses_move_into_a_longer_text() -> None:
    answer = read("Lot A1 UB 6/29/26, Lot B2 UB 9/4/26")
    text = f"Cheese\n{answer.text}"
    moved = answer.moved(by=7, first=3)
    assert [clause.text for clause in moved] == [text[clause.start : clause.end] for clause in moved]
    assert [(3,), (3,), (4,), (4,)] == [clause.products for clause in moved]


@pytest.mark.parametrize(
    "piece", ["Lot A1, ", "1", "1/", "A-", "(", "Best by 1/1/26 ", "1-1-1 ", " ",
              "UPC 1 ", "(01)", "all ", "a.) ", "Lot 1 UB "]
)  # fmt: skip
def test_a_field_that_repeats_itself_is_read_in_a_moment(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    begin = time.process_time()
    read(text)
    assert time.process_time() - begin < 2


def test_codes_behind_an_item_and_its_colon_are_lots_that_are_asked_about() -> None:
    read = read_codes("Item QMU41-1020: B29060 B29061 Item QMU41-1030: B29070")
    assert {"B29060", "B29061", "B29070"} == {lot for product in read.products for lot in product.lots}
    named = {one.value for product in read.products for one in product.identifiers}
    assert {"QMU41-1020", "QMU41-1030"} == named
    assert read.warnings


def test_a_check_digit_before_a_full_stop_belongs_to_its_number() -> None:
    read = read_codes("UPC 0 36000-29145 2. 2. Net Wt 5 oz")
    assert {"00036000291452"} == {product.gtin for product in read.products}
