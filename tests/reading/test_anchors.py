"""Columns of codes without blanks between them: cut into rows where one way alone fits every row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.reading.anchors import anchored_rows
from recall.reading.reader import Reading, read_text

CHAIRS = "This recall is of chairs. The following are included:"


def cut(body: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(cell.code for cell in row) for row in anchored_rows(body, start=0, columns=columns)]


def read(table: str) -> Reading:
    return read_text(f"{CHAIRS}{table}\nUnits: About 300\n", language="en")


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (("model", "sku"), [("EVDT2828", "URDS416"), ("EVDT275", "URDS4240"), ("EVDT271", "URDS489")]),
        (("model", "item"), [("CFV85D", "KUZP24"), ("CFV86T", "KUZP20"), ("CFV56", "KUZP28")]),
        (("item", "model"), [("08785178", "GDSA12"), ("08765707", "GDSA14"), ("08799622", "GDSA10")]),
        (("model", "item"), [("ACZ257", "81084256"), ("ACZ279", "81868250"), ("ACZ245", "81404453")]),
        (
            ("model", "serial", "serial"),
            [
                ("51004", "MM489180", "MM489220"),
                ("51259", "MM476150", "MM476190"),
                ("51604", "MM424290", "MM424330"),
            ],
        ),
        (("model", "gtin"), [("GC747", "852266180442"), ("GC746", "852266138795")]),
        (("item", "gtin"), [("58671", "193175443663")]),
        (("model",), [("B204L",), ("B924PU",), ("B710",)]),
        (("model",), [("0609077",), ("0608043",), ("0607255",)]),
        (("model",), [("DF36G/BK/P",), ("DF36G/BK/P/LP",), ("DF48G/S/P",)]),
    ],
)
def test_rows_that_are_glued_are_cut_where_every_row_agrees(
    columns: Sequence[str], rows: list[tuple[str, ...]]
) -> None:
    assert rows == cut("".join(code for row in rows for code in row), *columns)


def test_the_shapes_of_cells_that_stand_alone_tell_those_that_are_glued() -> None:
    mask = "KM" + "X" * 6
    body = f"RD44ST 607{mask} 807{mask} RD43ST 506{mask} 508{mask} LS46BD704{mask}705{mask}LS13ST 1{mask[:0]}"
    assert [] == cut(body, "model", "serial", "serial")
    body = body.replace(" 1", f" 106{mask} 107{mask}")
    assert [("RD44ST", "RD43ST", "LS46BD", "LS13ST")] == [
        tuple(row[0] for row in cut(body, "model", "serial", "serial"))
    ]


@pytest.mark.parametrize(
    ("body", "columns"),
    [
        ("HB10A7094740HB11A7094741HB12A7107133", ("model", "sku")),
        ("AB100CD200AB101CD201AB102", ("model", "sku")),
        ("AB100CD200CD201AB101CD202AB102CD203", ("model", "sku")),
        ("AB1234567AB1234577AB1234587", ("model", "sku")),
        ("AB100", ("model",)),
        ("", ("model",)),
        ("KX45KX45MS KX45PS KX45NS", ("model",)),
        ("AB100CD200" * 500, ("model", "sku")),
    ],
)
def test_what_could_be_cut_in_two_ways_or_lacks_a_cell_is_left_to_a_person(
    body: str, columns: Sequence[str]
) -> None:
    assert [] == cut(body, *columns)


FIGURES = st.from_regex(r"[1-9][0-9]{2,4}", fullmatch=True)
CODES = st.lists(st.tuples(FIGURES, FIGURES), min_size=3, max_size=8, unique=True)


@given(codes=CODES, glue=st.sampled_from(["", " ", "Red"]))
def test_columns_that_begin_with_two_letters_each_are_cut_back_to_what_was_glued(
    codes: list[tuple[str, str]], glue: str
) -> None:
    rows = [(f"QR{one}", f"WV{two}") for one, two in codes]
    assert rows == cut(glue.join("".join(row) for row in rows), "model", "sku")


@pytest.mark.parametrize(
    "heading",
    [
        "Model numberItem No.",
        "MODEL NUMBERITEM NUMBER",
        "ModelItem #",
        "Model NumbersItem Code",
        "Model No.SKU",
    ],
)
def test_headings_are_known_in_capitals_and_in_small_letters(heading: str) -> None:
    products = read(f"{heading}CFV8598DKUZP241CFV8672TKUZP204CFV5615WKUZP283").products
    assert [("CFV8598D", "KUZP241"), ("CFV8672T", "KUZP204"), ("CFV5615W", "KUZP283")] == [
        (product.model, product.identifiers[0].value) for product in products
    ]


@pytest.mark.parametrize(
    "heading", ["Hose Description", "Tumbler Theme", "Bed Size", "Colors", "Product Type"]
)
def test_a_column_of_words_may_have_any_name(heading: str) -> None:
    products = read(f"Item number{heading}SM4363Light BrownSM4662WhiteSM4058Sea").products
    assert ["SM4363", "SM4662", "SM4058"] == [one.value for one in products[0].identifiers]


def test_the_ends_of_a_range_in_two_columns_stand_beside_their_model() -> None:
    text = "Model No.Starting Serial NumberEnding Serial Number"
    products = read(f"{text}FC95KB574730KB574749FC95LB530040KB530059FC96KB534370KB534389").products
    assert [] == [product for product in products if "LB530040 - KB530059" in product.serials]
    products = read(f"{text}FC95KB574730KB574749FC97KB530040KB530059FC96KB534370KB534389").products
    assert [("FC95", ("KB574730 - KB574749",)), ("FC97", ("KB530040 - KB530059",))] == [
        (product.model, product.serials) for product in products[:2]
    ]


def test_a_code_that_may_end_in_the_number_of_the_next_column_is_left_out() -> None:
    products = read(
        "BrandModel Thickness (in inches)WidthFoamA-M02822-10QueenFoamA-M02823-12KingFoamA-M02824-12Twin"
    )
    assert () == products.products


def test_a_day_of_making_is_no_model() -> None:
    products = read(
        "Model NumberAB100Red20241119-GJ20241121-GJAB101Blue20241123-GJAB102Sea20241203-GJ"
    ).products
    assert not {"20241119-GJ", "20241121-GJ"} & {product.model for product in products}
