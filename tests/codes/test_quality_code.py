"""Codes that an authority defines by a file: read without code, and never slowly."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.codes.pattern import read_pattern
from recall.codes.quality_code import QualityCode
from recall.codes.quality_code_file import quality_codes_in, read_quality_code
from recall.codes.reader import decode_document, read_code
from recall.errors import CodeRefused, InputRefused
from tests.house.tree import ROOT

HELMETS = r"""
name = "quality-code"
title = "Quality code of helmets"
issuer = "The authority"
pattern = 'HX(?P<kind>[0-9]{6})(?P<lot>[0-9]{8})(?P<serial>[0-9A-Z]{1,10})'
resolver = "https://codes.example/v1/{kind}/{code}?from=recall"

[fields]
class_id = "kind"
lot = "lot"
serial = "serial"

[answer]
gtin = "/data/0/gtin"
production = "/data/0/made"
lot = "/data/0/lot"
"""
LINKS = r"""
name = "quality-link"
title = "Quality link"
issuer = "The authority"
pattern = 'https://q\.example/c/(?P<gtin>[0-9]{13})-(?P<made>[0-9]{8})'
[fields]
gtin = "gtin"
production = "made"
"""


@pytest.fixture
def helmets() -> QualityCode:
    """A text code with a resolver."""
    return read_quality_code(HELMETS)


def test_a_code_is_told_by_the_file_alone(helmets: QualityCode) -> None:
    code = read_code("HX12345600220117A7", adapters=(helmets.form,))
    assert ("quality-code", "123456", "00220117", "A7") == (
        code.scheme, code.class_id, code.lot, code.serial,
    )  # fmt: skip
    assert ("quality-code:HX12345600220117A7", "item") == (code.canonical, code.granularity)
    assert code.canonical == read_code(code.canonical, adapters=(helmets.form,)).canonical


def test_another_text_is_none_of_its_codes(helmets: QualityCode) -> None:
    with pytest.raises(CodeRefused, match="another form"):
        helmets.read("HX1")
    assert helmets.address(read_code("4006381333931")) is None


def test_without_the_file_the_code_is_refused() -> None:
    assert not decode_document("HX12345600220117A7")["valid"]


def test_an_address_without_a_gs1_key_goes_to_the_file_that_knows_it() -> None:
    links = read_quality_code(LINKS)
    code = read_code("https://q.example/c/4006381333931-20260102", adapters=(links.form,))
    assert ("04006381333931", (("production", date(2026, 1, 2)),), "q.example") == (
        code.gtin, code.dates, code.host,
    )  # fmt: skip
    with pytest.raises(CodeRefused, match="check digit 1"):
        read_code("https://q.example/c/4006381333932-20260102", adapters=(links.form,))
    with pytest.raises(CodeRefused, match="a day"):
        read_code("https://q.example/c/4006381333931-20261302", adapters=(links.form,))
    with pytest.raises(CodeRefused, match="a GS1 key"):
        read_code("https://q.example/d/1", adapters=(links.form,))


def test_a_gs1_key_is_never_overruled_by_a_file() -> None:
    greedy = read_quality_code(
        "name='all'\ntitle='All'\nissuer='Somebody'\npattern='(?P<serial>[^a]{1,50})'\n"
        "[fields]\nserial='serial'\n"
    )
    assert "gtin" == read_code("4006381333931", adapters=(greedy.form,)).scheme
    with pytest.raises(CodeRefused, match="check digit"):
        read_code("4006381333932", adapters=(greedy.form,))


def test_the_resolvers_address_holds_the_code_escaped(helmets: QualityCode) -> None:
    code = helmets.read("HX12345600220117A7")
    assert "https://codes.example/v1/123456/HX12345600220117A7?from=recall" == helmets.address(code)
    assert read_quality_code(LINKS).address(code) is None


def test_the_resolvers_answer_adds_what_it_knows_and_may_not_contradict(helmets: QualityCode) -> None:
    code = helmets.read("HX12345600220117A7")
    more = helmets.told(code, {"data": [{"gtin": "4006381333931", "made": "2026-01-02", "lot": "00220117"}]})
    assert ("04006381333931", "123456", "A7") == (more.gtin, more.class_id, more.serial)
    assert (("production", date(2026, 1, 2)),) == more.dates
    for answer in ({"data": "nothing"}, {"data": [{"gtin": True, "lot": ""}]}, [], None):
        assert code == helmets.told(code, answer)
    with pytest.raises(CodeRefused, match="lot '00220117'"):
        helmets.told(code, {"data": [{"lot": "220117"}]})


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("pattern = '(a+)+'", "pattern"),
        ("pattern = '(?P<lot>(?P<a>x))'", "pattern"),
        ("pattern = 'a.*b'", "pattern"),
        ("pattern = '(?=a)'", "pattern"),
        ("pattern = 'a|b'", "pattern"),
        ("pattern = '[a-'", "pattern"),
        ("pattern = '[z-a]'", "pattern"),
        ("pattern = '(?P<lot>a'", "pattern"),
        ("pattern = 'a{201}'", "pattern"),
        ("pattern = 'a{1,200}b{1,200}'", "pattern"),
        ("pattern = '" + "a?" * 12 + "'", "pattern"),
        ("pattern = '" + "a" * 501 + "'", "pattern"),
        ("pattern = '(?P<a>x)(?P<a>y)'", "pattern"),
        ("name = 'http'", "name"),
        ("name = 'Quality'", "name"),
        ("issuer = ''", "issuer"),
        ("granularity = 'box'", "granularity"),
        ("colour = 'red'", "colour"),
        ("resolver = 'https://{code}/x'", "resolver"),
        ("resolver = 'https://a.example/{other}'", "resolver"),
        ("resolver = 'file:///etc/{code}'", "resolver"),
        ("resolver = 'https://a.example/{code'", "resolver"),
        ("[fields]\nlot = 'other'", "fields"),
        ("[fields]\ncolour = 'lot'", "fields"),
        ("[answer]\nlot = 'data'", "answer"),
        ("[answer", "TOML"),
        ("#" * 100_001, "characters"),
    ],
)
def test_a_wrong_definition_is_refused_by_its_key(line: str, key: str) -> None:
    base = {"name": "'x-code'", "title": "'X'", "issuer": "'Y'", "pattern": "'(?P<lot>[0-9]{4})'"}
    base.pop(line.split(" =")[0], None)
    text = "\n".join(f"{name} = {value}" for name, value in base.items())
    with pytest.raises(InputRefused, match=key):
        read_quality_code(f"{text}\n{line}\n", where="x.toml")


def test_a_folder_of_definitions_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "1.toml").write_text(HELMETS, encoding="utf-8")
    (tmp_path / "2.toml").write_text(LINKS, encoding="utf-8")
    (tmp_path / "README.md").write_text("no definition", encoding="utf-8")
    assert ["quality-code", "quality-link"] == [code.name for code in quality_codes_in(tmp_path)]
    (tmp_path / "3.toml").write_text(HELMETS, encoding="utf-8")
    with pytest.raises(InputRefused, match="one definition of each name"):
        quality_codes_in(tmp_path)


def test_the_example_of_the_page_is_the_file_beside_it() -> None:
    example = (ROOT / "examples/codes/helmets.toml").read_text("utf-8")
    assert f"```toml\n{example}```" in (ROOT / "docs/how-to/add-a-quality-code.md").read_text("utf-8")
    assert "A7" == read_quality_code(example).read("HX12345600220117A7").serial


def test_a_pattern_is_not_too_long() -> None:
    with pytest.raises(InputRefused, match="at most 500 characters"):
        read_pattern("a" * 501)


def test_the_slowest_pattern_that_is_let_through_is_fast() -> None:
    pattern = read_pattern("(?P<a>[0-9]{1,40})(?P<b>[0-9]{1,50})x")
    started = time.perf_counter()
    for _ in range(10):
        assert pattern.fullmatch("1" * 90) is None
    assert time.perf_counter() - started < 1


_PIECES = st.sampled_from(
    ["a", "[0-9]", "{1,9}", "?", "+", "*", "(?P<a>", ")", "(", "|", "\\d", "\\", "^", "{3}"]
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_a_pattern_is_compiled_or_refused(text: str) -> None:
    try:
        pattern = read_pattern(text)
    except InputRefused:
        return
    assert re.compile(text, re.ASCII) == pattern
