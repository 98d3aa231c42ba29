"""Events name one thing in many ways; its key is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recall.codes.content import check_digit
from recall.codes.digital_link import write_finest
from recall.codes.epc import read_urn
from recall.codes.keys import (
    elements_of,
    gtin_of,
    item_key,
    key_of,
    lot_key,
    lot_of,
    read_at_length,
    serial_of,
    sscc_of,
)
from recall.errors import CodeRefused


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ("urn:epc:id:sgtin:4012345.011111.9876", "https://id.gs1.org/01/04012345111118/21/9876"),
        (
            "https://shop.example/01/04012345111118/21/9876?17=301231",
            "https://id.gs1.org/01/04012345111118/21/9876",
        ),
        (
            "https://id.gs1.org/01/04012345111118/10/L7/21/9876",
            "https://id.gs1.org/01/04012345111118/21/9876",
        ),
        ("urn:epc:class:lgtin:4012345.011111.00L%2F7", "https://id.gs1.org/01/04012345111118/10/00L%2F7"),
        ("urn:epc:idpat:sgtin:4012345.011111.*", "https://id.gs1.org/01/04012345111118"),
        ("urn:epc:id:sscc:4012345.0000000111", "https://id.gs1.org/00/040123450000001112"),
        ("urn:epc:id:sgln:4012345.00011.987", "https://id.gs1.org/414/4012345000115/254/987"),
        ("urn:epc:id:sgln:4012345.00005.0", "https://id.gs1.org/414/4012345000054"),
        ("urn:epc:id:pgln:4012345.00000", "https://id.gs1.org/417/4012345000009"),
        ("urn:epc:id:giai:4000001.111", "https://id.gs1.org/8004/4000001111"),
        ("urn:epc:id:grai:4012345.00022.334455", "https://id.gs1.org/8003/04012345000221334455"),
        ("urn:epc:id:gdti:4012345.11111.123", "https://id.gs1.org/253/4012345111118123"),
        ("urn:epc:id:cpi:0614141.123ABC.1234", "https://id.gs1.org/8010/0614141123ABC/8011/1234"),
        ("urn:epc:id:itip:4012345.011111.01.02.987", "https://id.gs1.org/8006/040123451111180102/21/987"),
        ("urn:uuid:3a1b", "urn:uuid:3a1b"),
        ("https://plant.example/line/7", "https://plant.example/line/7"),
    ],
)
def test_urns_and_links_of_one_thing_share_one_key(identifier: str, key: str) -> None:
    assert key == key_of(identifier)
    assert key == key_of(key)


def test_a_lot_is_told_by_its_own_name_and_beside_a_serial() -> None:
    assert ("04012345111118", "0L7") == lot_of("urn:epc:class:lgtin:4012345.011111.0L7")
    assert ("04012345111118", "0L7") == lot_of("https://id.gs1.org/01/04012345111118/10/0L7/21/9")
    assert lot_of("urn:epc:id:sgtin:4012345.011111.9876") is None
    assert lot_of("https://plant.example/line/7") is None


def test_serial_unit_and_trade_item_are_told() -> None:
    assert ("04012345111118", "0098") == serial_of("urn:epc:id:sgtin:4012345.011111.0098")
    assert serial_of("urn:epc:class:lgtin:4012345.011111.0L7") is None
    assert "040123450000001112" == sscc_of("urn:epc:id:sscc:4012345.0000000111")
    assert "04012345111118" == gtin_of("urn:epc:idpat:sgtin:4012345.011111.*")
    assert gtin_of("urn:epc:id:sscc:4012345.0000000111") is None


def test_keys_are_written_as_they_are_read() -> None:
    assert key_of("urn:epc:class:lgtin:4012345.011111.0L7") == lot_key("04012345111118", "0L7")
    assert key_of("urn:epc:id:sgtin:4012345.011111.9876") == item_key("04012345111118", "9876")


@pytest.mark.parametrize(
    "identifier",
    [
        "urn:epc:id:sgtin:4012345.0111111.9876",
        "urn:epc:id:sscc:4012345.111",
        "https://id.gs1.org/01/04012345111119/21/1",
        "https://id.gs1.org/" + "x" * 9000,
    ],
)
def test_an_identifier_that_claims_to_be_of_gs1_and_is_wrong_is_refused(identifier: str) -> None:
    with pytest.raises(CodeRefused):
        key_of(identifier)


def test_a_urn_without_a_gs1_key_is_its_own_key() -> None:
    assert () == read_urn("urn:epc:id:usdod:CAGEY.5678")
    assert "urn:epc:id:usdod:CAGEY.5678" == key_of("urn:epc:id:usdod:CAGEY.5678")


TEXT = st.text("09AZaz_-.!'()*+,:;=%2F/ é", max_size=22)


def digits(*counts: int) -> st.SearchStrategy[str]:
    return st.sampled_from(counts).flatmap(
        lambda count: st.text("0123456789", min_size=count, max_size=count)
    )


@st.composite
def urns(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["id:sgtin", "class:lgtin", "id:sscc", "id:sgln", "idpat:sgtin", "id:giai"]))
    total = {"id:sscc": 17, "id:sgln": 12}.get(kind, 13)
    prefix = draw(st.integers(5, 13))
    reference = draw(digits(max(total - prefix, 0), max(total - prefix, 0), 3))
    tail = draw(st.sampled_from(["", ".0", ".*"]) | TEXT.map(lambda text: f".{text}"))
    return f"urn:epc:{kind}:{draw(digits(prefix))}.{reference}{tail}"


@st.composite
def links(draw: st.DrawFn) -> str:
    key, count = draw(st.sampled_from([("01", 14), ("00", 18), ("414", 13), ("01", 13), ("8003", 14)]))
    body = draw(digits(count - 1))
    last = draw(st.just(check_digit(body)) | digits(1, 0))
    host = draw(st.sampled_from(["https://id.gs1.org", "http://a.example:80", "https://Shop.example/x/01"]))
    tail = "".join(
        f"/{draw(st.sampled_from(['10', '21', '254', '22', 'lot']))}/{draw(TEXT)}"
        for _ in range(draw(st.integers(0, 3)))
    )
    return f"{host}/{key}/{body}{last}{tail}{draw(st.sampled_from(['', '?17=301231', '#x']))}"


@given(urns() | links())
@example("urn:epc:id:sgtin:401234501111.1.1")
@example("urn:epc:id:sscc:4012345.0000000111.0")
@example("https://id.gs1.org/414/4012345000054/254/0")
@example("https://id.gs1.org/01/04012345111118/10/a/21/b")
def test_the_short_road_and_the_long_one_lead_to_the_same_key(identifier: str) -> None:
    assert _outcome(read_at_length, identifier) == _outcome(elements_of, identifier)
    assert _outcome(_key_at_length, identifier) == _outcome(key_of, identifier)


def _key_at_length(identifier: str) -> str:
    return write_finest(read_at_length(identifier)) or identifier


def _outcome(read: Callable[[str], object], identifier: str) -> object:
    """What a reader makes of an identifier, or what it expected instead."""
    try:
        return read(identifier)
    except CodeRefused as refusal:
        return refusal.expected
