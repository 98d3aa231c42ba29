"""Names that belong to others: told by scheme, kept letter by letter."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.codes.opaque import read_link, web_host
from recall.codes.reader import decode_document, read_code
from recall.errors import CodeRefused

DEVICE = "MA.156.M0.100761.21234561"


@pytest.mark.parametrize(
    ("raw", "scheme", "canonical"),
    [
        ("did:web:maker.example:products:7", "did", "did:web:maker.example:products:7"),
        ("did:key:z6MkhaXgBZDvotDkL5257#key-1", "did", "did:key:z6MkhaXgBZDvotDkL5257#key-1"),
        ("88.300.15907541011/A.b-007", "handle", "88.300.15907541011/A.b-007"),
        ("doi:10.1000/ABC", "doi", "doi:10.1000/abc"),
        ("1.2.156.326.00", None, None),
        ("1.2.156.3006.7", "oid", "urn:oid:1.2.156.3006.7"),
        ("urn:oid:2.16.840.1", "oid", "urn:oid:2.16.840.1"),
        ("urn:oid:1.40.1", None, None),
        ("Ecode:10003693013680000A", "ecode", "ecode:10003693013680000A"),
        ("ecode:0000369301368", None, None),
        ("88.300/", None, None),
        ("did:web:", None, None),
        ("did:Web:x", None, None),
        ("1.2.3.4", None, None),
    ],
)
def test_each_name_is_told_by_its_scheme_or_refused(
    raw: str, scheme: str | None, canonical: str | None
) -> None:
    answer = decode_document(raw)
    assert (scheme is not None, scheme, canonical) == (answer["valid"], answer["scheme"], answer["canonical"])
    assert (answer["lot"], answer["serial"]) == (None, None)


def test_the_host_of_a_did_is_told() -> None:
    assert "maker.example:8443" == read_code("did:web:Maker.example%3A8443:p").host
    assert web_host("did:key:z6Mk") is None
    assert web_host("nothing") is None


def test_an_address_without_a_key_is_no_product_code_but_may_be_a_name() -> None:
    address = "https://Id.Maker.example/x/7?y=Z"
    with pytest.raises(CodeRefused, match="a GS1 key"):
        read_code(address)
    code = read_link(address)
    assert ("identification-link", address, "id.maker.example", "claimed") == (
        code.scheme, code.canonical, code.host, code.trust,
    )  # fmt: skip
    with pytest.raises(CodeRefused):
        read_link("https://maker.example")


def test_a_medical_ma_code_tells_its_lot_serial_and_days() -> None:
    code = read_code(f"{DEVICE}.Sx00008.M220117.L0220117.D20220118.E220130.V220117.C3")
    assert (DEVICE, "0220117", "x00008", "item") == (code.class_id, code.lot, code.serial, code.granularity)
    assert (
        ("production", date(2022, 1, 17)),
        ("expiration", date(2022, 1, 30)),
        ("valid_until", date(2022, 1, 17)),
    ) == code.dates
    assert ("batch", "model") == (read_code(f"{DEVICE}.L1").granularity, read_code(DEVICE).granularity)


def test_an_ma_code_of_another_trade_tells_no_lot() -> None:
    code = read_code("MA.156.1003.1629/10.46100000.L20220117")
    assert (None, None, None) == (code.lot, code.serial, code.granularity)
    assert "its owner's own" in code.warnings[0]
    assert code.raw == code.canonical


def test_a_day_that_is_none_is_a_warning_and_the_code_stays() -> None:
    code = read_code(f"{DEVICE}.E220230.M20220117.V220100")
    assert () == code.dates
    assert 3 == len(code.warnings)


@pytest.mark.parametrize("raw", ["MA.", "MA.156", "MA.156..1", "MA.1x6.M0", f"{DEVICE}.L1.L2", "MA.156.a b"])
def test_a_broken_ma_code_is_refused(raw: str) -> None:
    with pytest.raises(CodeRefused):
        read_code(raw)


def test_an_ecode_without_its_mark_is_read_in_china_only_and_with_a_warning() -> None:
    with pytest.raises(CodeRefused):
        read_code("100036930136800000")
    code = read_code("100036930136800000", profile="cn")
    assert ("ecode:100036930136800000", ("read as an Ecode by its shape alone",)) == (
        code.canonical, code.warnings,
    )  # fmt: skip


def test_the_transcribed_ma_codes_are_read_as_others_read_them(shared: Path) -> None:
    path = shared / "vectors/china-ma/ma_udi_cases.json"
    if not path.exists():
        pytest.skip("the MA codes are not beside the project")
    for case in json.loads(path.read_text(encoding="utf-8")):
        answer = decode_document(case["input"])
        assert case["valid"] == answer["valid"]
        if case["valid"]:
            code = read_code(case["input"])
            assert case["input"] == code.canonical
            assert (case.get("serial"), case.get("lot")) == (code.serial, code.lot)
            assert case.get("di", code.class_id) == code.class_id


@given(st.text(st.sampled_from("MA.1560SLEVDC/-_:did88ecoe%#é 中\n"), max_size=60))
def test_no_string_raises_anything_else(text: str) -> None:
    for raw in (text, f"MA.156.M0.1.2.{text}", f"did:{text}", f"88.1/{text}", f"ecode:1{text}"):
        for profile in ("strict", "lenient", "cn"):
            answer = decode_document(raw, profile=profile)
            assert answer["valid"] is (answer["error"] is None)
