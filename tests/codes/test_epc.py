"""EPCs in all their forms: URNs, keys, tags and the bits on them, each way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.codes.epc import Epc, read_epc, read_urn, shorter_gtin, write_epc
from recall.codes.epc_code import is_memory
from recall.codes.epc_schemes import SCHEMES
from recall.codes.epc_tag import CODINGS, Tag, read_memory, read_tag, write_tag
from recall.codes.gs1 import bracketed
from recall.codes.reader import decode_document, read_code
from recall.errors import CodeRefused

Case = Mapping[str, Any]


def _cases(shared: Path) -> list[Case]:
    folder = shared / "vectors/epcpy"
    if not folder.exists():
        pytest.skip("the vectors of the EPC library are not beside the project")
    names = ("epc_schemes.json", "epc_conversions.json")
    return [case for name in names for case in json.loads((folder / name).read_text(encoding="utf-8"))]


def _read(case: Case) -> Epc | None:
    """The EPC of a case: of the very scheme that it names, and of a length that its GTIN may have."""
    try:
        epc = read_epc(case["uri"])
        length = case.get("kwargs", {}).get("gtin_type")
        if length and epc.gs1_key:
            shorter_gtin(epc.gs1_key, length=length["value"])
    except CodeRefused:
        return None
    return epc if epc.scheme == case["scheme"].lower() else None


def test_every_urn_of_the_library_is_read_or_refused_as_it_says(shared: Path) -> None:
    cases = [case for case in _cases(shared) if case.get("kind") != "TagEncodable"]
    assert 200 < len(cases)
    assert [] == [case["uri"] for case in cases if (_read(case) is not None) != case["valid"]]
    assert [] == [c["uri"] for c in cases if c["valid"] and not decode_document(c["uri"])["valid"]]


def test_every_urn_becomes_the_keys_of_the_library_and_comes_back(shared: Path) -> None:
    wrong = []
    for case in _cases(shared):
        epc = _read(case)
        if epc is None or not case.get("gs1_element_string"):
            continue
        key, length = epc.gs1_key or "", case.get("kwargs", {}).get("gtin_type")
        key = shorter_gtin(key, length=length["value"]) if length else key
        size = case.get("company_prefix_length", epc.parts[0] and len(epc.parts[0]))
        right = (
            bracketed(epc.elements) == case["gs1_element_string"]
            and case.get("gs1_key") in (None, key)
            and write_epc(epc.elements, prefix_length=size).uri == case["uri"]
        )
        wrong += [] if right else [case["uri"]]
    assert [] == wrong


def _tag(case: Case) -> Tag | None:
    options = case.get("kwargs", {})
    named = options.get("binary_coding_scheme", {}).get("value")
    coding = named or case["tag_uri"].split(":")[3]
    told = int(options["filter_value"]["value"]) if "filter_value" in options else None
    if told is None and case.get("tag_uri"):
        told = read_tag(case["tag_uri"]).filter_value
    try:
        return write_tag(read_epc(case["uri"]), coding=coding, filter_value=told)
    except CodeRefused:
        return None


def test_every_tag_of_the_library_is_written_bit_for_bit_and_read_again(shared: Path) -> None:
    cases = [case for case in _cases(shared) if case.get("kind") == "TagEncodable" or case.get("hex")]
    assert 60 < len(cases)
    assert [] == [case["uri"] for case in cases if (_tag(case) is not None) != case["valid"]]
    for case in cases:
        tag = _tag(case)
        if tag is not None:
            assert (case["hex"], case["tag_uri"]) == (tag.hex, tag.uri)
            assert case.get("binary", tag.bits) == tag.bits
            assert tag == read_memory(case["hex"]) == read_tag(case["tag_uri"])
            assert decode_document(case["tag_uri"])["canonical"] == decode_document(case["hex"])["canonical"]


@pytest.mark.parametrize(
    ("urn", "elements"),
    [
        ("urn:epc:class:gtin:4012345.011111", (("01", "04012345111118"),)),
        ("urn:epc:idpat:sgtin:4012345.011111.*", (("01", "04012345111118"),)),
        ("urn:epc:idpat:sgtin:4012345.011111.9", (("01", "04012345111118"), ("21", "9"))),
        ("urn:epc:idpat:sgtin:4012345.*.*", ()),
        ("urn:epc:idpat:sgtin:*.*.*", ()),
        ("urn:epc:idpat:sscc:4012345.*", ()),
        ("urn:epc:idpat:sscc:4012345.0000000111", (("00", "040123450000001112"),)),
        ("urn:epc:idpat:giai:4012345.*", ()),
        ("urn:epc:idpat:sgln:4012345.00011.*", ()),
        ("urn:epc:idpat:itip:4012345.011111.*.*.*", ()),
        ("urn:epc:idpat:grai:4012345.00022.*", (("8003", "04012345000221"),)),
        ("urn:epc:idpat:bic:*", ()),
        ("urn:epc:id:sgtin:4012345.011111.*", (("01", "04012345111118"), ("21", "*"))),
    ],
)
def test_classes_and_patterns_name_a_key_only_where_there_is_one(urn: str, elements: object) -> None:
    assert elements == read_urn(urn)
    assert urn == read_epc(urn).uri


@pytest.mark.parametrize(
    "urn",
    [
        "urn:epc:idpat:sgtin:*.011111.*",
        "urn:epc:idpat:sgtin:4012345.*",
        "urn:epc:idpat:sgtin:4012345.0111111.*",
        "urn:epc:idpat:lgtin:4012345.011111.*",
        "urn:epc:class:sgtin:4012345.011111.1",
        "urn:epc:id:lgtin:4012345.011111.1",
        "urn:epc:id:sgtin:4012345.011111.%23",
        "urn:epc:id:sgtin:4012345.011111.%",
        "URN:EPC:ID:SGTIN:4012345.011111.1",
        "urn:epc:id:sgtin:4012345.011111.9\n",
        "urn:epc:tag:sgtin-96:8.0614141.812345.6789",
        "urn:epc:tag:sgtin-96:3.0614141.812345.0678",
        "urn:epc:tag:sgtin-64:3.0614141.812345.6789",
        "urn:epc:raw:96.x3074257BF7194E4000001A8",
        "urn:epc:raw:92.x3074257BF7194E4000001A85",
        "urn:epc:raw:96.x3074257BF7194E4000001a85",
        "307C257BF7194E4000001A85",
        "E2801160600002054F5D3C8A",
    ],
)
def test_what_the_standard_does_not_write_is_refused(urn: str) -> None:
    with pytest.raises(CodeRefused):
        read_code(urn)


def test_a_tag_is_read_in_each_of_its_forms() -> None:
    item = "https://id.gs1.org/01/80614141123458/21/6789"
    for raw in (
        "urn:epc:tag:sgtin-96:3.0614141.812345.6789",
        "urn:epc:tag:[att=x01][xpc=x0004]sgtin-96:3.0614141.812345.6789",
        "urn:epc:raw:96.x3074257BF7194E4000001A85",
        "urn:epc:raw:96.14995692880814596164774009477",
        "3074257BF7194E4000001A85",
        "3074257bf7194e4000001a85",
    ):
        assert item == read_code(raw).canonical


def test_a_tag_of_another_family_is_told_as_such() -> None:
    code = read_code("urn:epc:raw:96.xA1.x0CA60301AB")
    assert "urn:epc:raw:96.xA1.x0CA60301AB" == code.canonical
    assert ("the tag holds no EPC but data of another family",) == code.warnings


def test_bits_behind_the_epc_must_be_zeros() -> None:
    assert read_memory("3074257BF7194E4000001A85").epc == read_memory("3074257BF7194E4000001A850000").epc
    for memory in ("3074257BF7194E4000001A850001", "31003932449F003039000001"):
        with pytest.raises(CodeRefused, match="zeros behind"):
            read_memory(memory)
    with pytest.raises(CodeRefused, match="more bits"):
        read_memory("3074257BF7194E400000")


def test_a_container_with_a_wrong_check_digit_is_read_with_a_warning() -> None:
    assert () == read_code("urn:epc:id:bic:CSQU3054383").warnings
    assert ("the container's check digit should be 6",) == read_code("urn:epc:id:bic:CSQJ3054381").warnings


def test_a_piece_of_nothing_is_read_with_a_warning() -> None:
    (warning,) = read_code("urn:epc:id:itip:4012345.012345.00.00.1").warnings
    assert "a piece number" in warning


def test_a_key_is_cut_where_it_is_told_to() -> None:
    item = (("01", "09521141123454"), ("10", "L"), ("21", "4711"))
    assert "urn:epc:id:sgtin:9521141.012345.4711" == write_epc(item, prefix_length=7).uri
    assert "urn:epc:id:sgtin:952114112345.0.4711" == write_epc(item, prefix_length=12).uri
    assert "urn:epc:class:lgtin:9521141.012345.L" == write_epc(item[:2], prefix_length=7).uri
    assert "urn:epc:idpat:sgtin:9521141.012345.*" == write_epc(item[:1], prefix_length=7).uri
    assert "urn:epc:id:sgln:9521141.12345.0" == write_epc((("414", "9521141123454"),), prefix_length=7).uri
    short = (("01", "00000095010939"), ("21", "Serial"))
    assert "urn:epc:id:sgtin:00000950.01093.Serial" == write_epc(short).uri


@pytest.mark.parametrize(
    "elements",
    [(), (("01", ""),), (("01", "ABC"),), (("01", "09521141123455"),), (("99", "X"),), (("8003", "0"),)],
)
def test_elements_without_an_epc_are_refused(elements: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(CodeRefused):
        write_epc(elements, prefix_length=7)
    with pytest.raises(CodeRefused):
        write_epc((("01", "09521141123454"),))


@pytest.mark.parametrize(
    ("urn", "coding"),
    [
        ("urn:epc:id:gdti:0614141.12345.A", "gdti-113"),
        ("urn:epc:id:gdti:0614141.12345.A", "sgtin-96"),
        ("urn:epc:id:gdti:0614141.12345.1", "gdti-95"),
        ("urn:epc:idpat:gdti:0614141.12345.*", "gdti-96"),
        ("urn:epc:id:giai:0614141.12345678901234567890123", "giai-96"),
        ("urn:epc:id:sgln:0614141.12345.2199023255552", "sgln-96"),
        ("urn:epc:id:itip:0614141.112345.01.02.A", "itip-110"),
    ],
)
def test_an_epc_that_does_not_fit_its_tag_is_refused(urn: str, coding: str) -> None:
    with pytest.raises(CodeRefused):
        write_tag(read_epc(urn), coding=coding)


@pytest.mark.parametrize(
    "memory",
    [
        "3A14257BF460720000000000000000000000",  # no one before the digits of the serial
        "36500001DB01110009E5A70EC000000000000000000000000000",  # a zero between two letters
        "3074257BF7194E400000",
        "3074",
        "E2801160600002054F5D3C8A",
    ],
)
def test_a_memory_that_no_tag_could_hold_is_refused(memory: str) -> None:
    with pytest.raises(CodeRefused):
        read_memory(memory)


def test_a_document_of_digits_survives_the_older_coding() -> None:
    tag = write_tag(read_epc("urn:epc:id:gdti:0614141.12345.007"), coding="gdti-113", filter_value=3)
    assert tag == read_memory(tag.hex) == read_tag(tag.uri)


def test_a_coding_without_a_filter_has_none() -> None:
    general = write_tag(read_epc("urn:epc:id:gid:1.2.3"), coding="gid-96")
    assert (None, "urn:epc:tag:gid-96:1.2.3") == (general.filter_value, general.uri)


_LETTERS = st.sampled_from("!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz")
_SERIALS = st.text(_LETTERS, min_size=1, max_size=20)


@st.composite
def _numbers(draw: st.DrawFn, total: int) -> tuple[str, str]:
    """A company prefix and a reference that fills it up."""
    size = draw(st.integers(6, 12))
    digits = draw(st.text("0123456789", min_size=total, max_size=total))
    return digits[:size], digits[size:]


@given(numbers=_numbers(13), serial=_SERIALS)
def test_an_item_survives_every_form(numbers: tuple[str, str], serial: str) -> None:
    epc = Epc(form="id", scheme="sgtin", parts=(*numbers, serial))
    assert epc == read_epc(epc.uri)
    assert epc == write_epc(epc.elements, prefix_length=len(numbers[0]))
    tag = write_tag(epc, coding="sgtin-198", filter_value=1)
    assert tag == read_tag(tag.uri) == read_memory(tag.hex)


@given(numbers=_numbers(12), serial=st.integers(0, (1 << 38) - 1))
def test_an_asset_survives_every_form(numbers: tuple[str, str], serial: int) -> None:
    epc = Epc(form="id", scheme="grai", parts=(*numbers, str(serial)))
    tag = write_tag(epc, coding="grai-96", filter_value=7)
    assert epc == write_epc(epc.elements, prefix_length=len(numbers[0]))
    assert tag == read_tag(tag.uri) == read_memory(tag.hex)


@given(st.sampled_from(sorted(f"{coding.header:02X}" for coding in CODINGS.values())), st.binary(max_size=40))
def test_no_memory_raises_anything_else(header: str, rest: bytes) -> None:
    memory = header + rest.hex().upper()
    try:
        tag = read_memory(memory)
    except CodeRefused:
        return
    assert is_memory(memory) or len(memory) % 4
    assert tag == read_memory(tag.hex)


@given(
    st.sampled_from(["id", "class", "idpat", "tag", "raw", "pat"]),
    st.sampled_from([*SCHEMES, *CODINGS]),
    st.text("0123456789.%*ABCxyz-2F#/\n", max_size=40),
)
def test_no_urn_raises_anything_else(form: str, name: str, body: str) -> None:
    urn = f"urn:epc:{form}:{name}:{body}"
    try:
        code = read_code(urn)
    except CodeRefused:
        return
    assert code.canonical == read_code(code.canonical).canonical
