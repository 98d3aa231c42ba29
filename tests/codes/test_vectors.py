"""The codes against vectors that others wrote: GS1's engine, GS1's dictionary, an EPC library."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from recall.codes.application_identifiers import TABLE
from recall.codes.content import CHECKS
from recall.codes.reader import decode_document

Case = Mapping[str, Any]

CHECKED = {
    "csum": ("check", "[0-9]{2,18}"),
    "csumalpha": ("check_pair", "[!-z]{3,25}"),
    "yymmd0": ("date0", "[0-9]{6}"),
    "yymmdd": ("date", "[0-9]{6}"),
    "yyyymmdd": ("long_date", "[0-9]{8}"),
    "hhmi": ("time", "[0-9]{4}"),
    "hh": ("hour", "[0-9]{2}"),
    "mi": ("minute", "[0-9]{2}"),
    "ss": ("second", "[0-9]{2}"),
    "latitude": ("latitude", "[0-9]{10}"),
    "longitude": ("longitude", "[0-9]{10}"),
    "pieceoftotal": ("piece", "[0-9]{4}"),
    "posinseqslash": ("sequence", ".{3}"),
    "zero": ("zero", "[0-9]"),
    "nonzero": ("nonzero", "[0-9]+"),
    "nozeroprefix": ("no_leading_zero", "[0-9]+"),
    "hasnondigit": ("nondigit", ".+"),
    "winding": ("winding", "[0-9]"),
    "yesno": ("flag", "[0-9]"),
    "hyphen": ("hyphen", "."),
    "iso5218": ("sex", "[0-9]"),
    "pcenc": ("percent", ".*"),
    "iban": ("iban", ".{1,34}"),
    "importeridx": ("importer", "."),
}
"""GS1's name of a check: ours, and the shape that the table's patterns let through to it."""


def _cases(shared: Path, name: str) -> list[Case]:
    path = shared / "vectors" / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    cases: list[Case] = json.loads(path.read_text(encoding="utf-8"))
    return cases


def _share(agreed: list[bool]) -> float:
    print(f"{sum(agreed)} of {len(agreed)} agree")
    return sum(agreed) / len(agreed)


def _agrees_with_the_oracle(case: Case) -> bool:
    answer = decode_document(case["input"])
    if not (answer["valid"] and case["valid"]):
        return bool(answer["valid"] == case["valid"])
    canonical = case.get("canonical_dl", answer["canonical"])
    return bool(answer["elements"] == case["elements"] and answer["canonical"] == canonical)


def test_the_reader_agrees_with_gs1s_engine_on_every_random_code(shared: Path) -> None:
    cases = _cases(shared, "gs1-engine-oracle/differential.json")
    assert [] == [case["input"] for case in cases if not _agrees_with_the_oracle(case)]


def _engine_answers(shared: Path, name: str, *, field: str = "input") -> list[bool]:
    cases = [case for case in _cases(shared, f"gs1-syntax-engine/{name}.json") if not case.get("options")]
    return [decode_document(case[field])["valid"] == case["valid"] for case in cases]


def test_the_reader_agrees_with_gs1s_engine_on_links(shared: Path) -> None:
    assert 1.0 == _share(_engine_answers(shared, "dl_parse"))


def test_lenient_reads_the_links_that_gs1s_engine_reads_with_its_switches_on(shared: Path) -> None:
    switches = {"permitConvenienceAlphas", "permitZeroSuppressedGTINinDLuris"}
    cases = [
        case
        for case in _cases(shared, "gs1-syntax-engine/dl_parse.json")
        if switches & set(case.get("options", ()))
    ]
    agreed = [decode_document(c["input"], profile="lenient")["valid"] == c["valid"] for c in cases]
    assert 0.88 <= _share(agreed)  # the one apart: a short GTIN in the query, where no edition allowed it


def test_the_reader_agrees_with_gs1s_engine_on_what_may_stand_together(shared: Path) -> None:
    cases = _cases(shared, "gs1-syntax-engine/ai_combination_rules.json")
    known = [
        case for case in cases if "(89)" not in case["input"]
    ]  # 89 is no identifier; the engine was told to allow it
    assert 1.0 == _share([decode_document(case["input"])["valid"] == case["valid"] for case in known])


def test_the_reader_agrees_with_gs1s_engine_on_scans_of_codes(shared: Path) -> None:
    cases = _cases(shared, "gs1-syntax-engine/scandata_process.json")
    plain = ("]Q1", "]d1", "]J0")  # carriers of free text, which is no product code unless it is a link
    codes = [case for case in cases if not case["scan"].startswith(plain) or "http" in case["scan"]]
    assert 1.0 == _share([decode_document(case["scan"])["valid"] == case["valid"] for case in codes])


def test_element_strings_that_gs1s_engine_finds_malformed_are_refused(shared: Path) -> None:
    for name in ("ai_bracketed_parse", "ai_unbracketed_process"):
        malformed = [case for case in _cases(shared, f"gs1-syntax-engine/{name}.json") if not case["valid"]]
        assert [] == [case["input"] for case in malformed if decode_document(case["input"])["valid"]]


def test_the_content_checks_agree_with_gs1s_own(shared: Path) -> None:
    wrong = []
    for case in _cases(shared, "gs1-syntax-dictionary/linter_cases.json"):
        name, shape = CHECKED.get(case["linter"], ("", "(?!)"))
        if re.fullmatch(shape, case["input"]) and (CHECKS[name](case["input"]) is None) != case["valid"]:
            wrong.append((name, case["input"]))
    assert [] == wrong


def test_every_identifier_of_gs1s_dictionary_is_known(shared: Path) -> None:
    path = shared / "vectors/gs1-syntax-dictionary/gs1-syntax-dictionary.txt"
    if not path.exists():
        pytest.skip("the dictionary is not beside the project")
    first = [line.split()[0] for line in path.read_text(encoding="utf-8").splitlines() if line[:1].isdigit()]
    ends = {end for item in first for end in item.split("-")}
    assert set() == ends - set(TABLE)
