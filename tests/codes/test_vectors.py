"""The codes against vectors that others wrote: GS1's engine, its links of all ages, compressed links."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from recall.codes.digital_link import HOME, read_uri, write_uri
from recall.codes.gs1 import SEPARATOR, Elements, bracketed, read_bracketed, read_separated, separated
from recall.codes.profile import LENIENT, STRICT, Tolerance
from recall.codes.reader import decode_document, read_code
from recall.codes.scan import read_scan, write_scan
from recall.errors import CodeRefused

Case = Mapping[str, Any]

TOLERANCE_OF = {
    "permitUnknownAIs": "unknown",
    "permitConvenienceAlphas": "old_words",
    "permitZeroSuppressedGTINinDLuris": "short_gtins",
}
"""A switch of GS1's engine: the tolerance that does the same."""


def _cases(shared: Path, name: str) -> list[Case]:
    path = shared / "vectors" / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    cases: list[Case] = json.loads(path.read_text(encoding="utf-8"))
    return cases


def _tolerance(case: Case, **also: bool) -> Tolerance:
    switches = case.get("options", {})
    told = {ours: True for theirs, ours in TOLERANCE_OF.items() if switches.get(theirs)}
    return Tolerance(**told, **also, unknown_in_links=switches.get("unknownAInotDLattr") is False)


def _or_none(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except CodeRefused:
        return None


def _apart(cases: list[Case], answer: Callable[[Case], Any], expected: Callable[[Case], Any]) -> list[Any]:
    """The cases whose answer is another than the expected."""
    return [(case, got) for case in cases if (got := answer(case)) != expected(case)]


def _unbracketed(elements: Elements | None) -> str | None:
    return None if elements is None else f"^{separated(elements, separator='^')}"


def test_bracketed_element_strings_are_read_as_gs1s_engine_reads_them(shared: Path) -> None:
    alone = Tolerance(apart=True)

    def answer(case: Case) -> str | None:
        return _unbracketed(_or_none(lambda: read_bracketed(case["input"], tolerance=alone)[0]))

    cases = _cases(shared, "gs1-syntax-engine/ai_bracketed_parse.json")
    assert [] == _apart(cases, answer, lambda case: case.get("unbracketed"))


def test_element_strings_run_together_are_read_as_gs1s_engine_reads_them(shared: Path) -> None:
    def is_read(case: Case) -> bool:
        data = case["input"].removeprefix("^").replace("^", SEPARATOR)
        alone = Tolerance(apart=True)
        read = _or_none(lambda: read_separated(data, raw=data, tolerance=alone))
        return case["input"].startswith("^") and read is not None

    cases = _cases(shared, "gs1-syntax-engine/ai_unbracketed_process.json")
    assert [] == _apart(cases, is_read, lambda case: case["valid"])


@pytest.mark.parametrize("name", ["ai_linters", "ai_combination_rules"])
def test_contents_and_company_are_judged_as_gs1s_engine_judges_them(shared: Path, name: str) -> None:
    def is_read(case: Case) -> bool:
        wanted = case.get("rule") != "validateAIrepeats"  # that rule is tried with the others off
        tolerance = _tolerance(case, apart=not wanted)
        return _or_none(lambda: read_bracketed(case["input"], tolerance=tolerance)) is not None

    cases = _cases(shared, f"gs1-syntax-engine/{name}.json")
    assert [] == _apart(cases, is_read, lambda case: case["valid"])


def test_links_are_read_as_gs1s_engine_reads_them(shared: Path) -> None:
    def answer(case: Case) -> str | None:
        return _unbracketed(_or_none(lambda: read_uri(case["input"], tolerance=_tolerance(case))[1]))

    cases = _cases(shared, "gs1-syntax-engine/dl_parse.json")
    assert [] == _apart(cases, answer, lambda case: case.get("unbracketed"))


def test_lenient_reads_every_link_that_some_switch_of_gs1s_engine_permits(shared: Path) -> None:
    cases = [case for case in _cases(shared, "gs1-syntax-engine/dl_parse.json") if case["valid"]]
    assert [] == _apart(
        cases, lambda case: decode_document(case["input"], profile="lenient")["valid"], lambda _: True
    )


def test_links_are_written_as_gs1s_engine_writes_them(shared: Path) -> None:
    def answer(case: Case) -> str | None:
        tolerance = _tolerance(case)
        elements, _ = read_bracketed(case["bracketed"], tolerance=tolerance)
        return write_uri(elements, stem=case["stem"] or HOME, tolerance=tolerance)

    cases = _cases(shared, "gs1-syntax-engine/dl_generate.json")
    assert [] == _apart(cases, answer, lambda case: case.get("uri"))


def test_scans_are_read_as_gs1s_engine_reads_them(shared: Path) -> None:
    def expected(case: Case) -> tuple[str, str] | None:
        return (case["symbology"], case["data"]) if case["valid"] else None

    cases = _cases(shared, "gs1-syntax-engine/scandata_process.json")
    assert [] == _apart(cases, lambda case: _or_none(lambda: read_scan(case["scan"])), expected)


def test_a_scan_of_element_strings_or_of_a_link_is_a_code(shared: Path) -> None:
    cases = _cases(shared, "gs1-syntax-engine/scandata_process.json")
    text = ("]Q1", "]d1", "]J0")  # text that is no link is a right scan, and no product code; docs/adr/0010
    codes = [case for case in cases if not case["scan"].startswith(text) or "http" in case["scan"].lower()]
    assert [] == _apart(
        codes, lambda case: decode_document(case["scan"])["valid"], lambda case: case["valid"]
    )


def test_scans_are_written_as_gs1s_engine_writes_them(shared: Path) -> None:
    def answer(case: Case) -> str | None:
        written: str | None = _or_none(lambda: write_scan(case["symbology"], case["data"]))
        return written

    cases = _cases(shared, "gs1-syntax-engine/scandata_generate.json")
    assert [] == _apart(cases, answer, lambda case: case.get("scan"))


def test_the_reader_agrees_with_gs1s_engine_on_every_random_code(shared: Path) -> None:
    def agrees(case: Case) -> bool:
        answer = decode_document(case["input"])
        if not (answer["valid"] and case["valid"]):
            return bool(answer["valid"] == case["valid"])
        canonical = case.get("canonical_dl", answer["canonical"])
        return bool(answer["elements"] == case["elements"] and answer["canonical"] == canonical)

    cases = _cases(shared, "gs1-engine-oracle/differential.json")
    assert [] == _apart(cases, agrees, lambda _: True)


@pytest.mark.parametrize("name", ["roundtrip", "leading_zero_reference_defect"])
def test_a_compressed_link_says_what_its_long_form_says_to_the_last_zero(shared: Path, name: str) -> None:
    def agrees(case: Case) -> bool:
        long, short = read_code(case["uncompressed"]), read_code(case["compressed"])
        written = bracketed(short.elements).replace("\\(", "(")  # the published tool escapes nothing
        same = set(long.elements) == set(short.elements) and case.get("elements", written) == written
        return same and (long.lot, long.serial, long.host) == (short.lot, short.serial, short.host)

    cases = _cases(shared, f"gs1-dl-compression/{name}.json")
    assert [] == _apart(cases, agrees, lambda _: True)


def test_links_of_the_first_editions_are_read_leniently(shared: Path) -> None:
    def agrees(case: Case) -> bool:
        answer = decode_document(case["input"], profile="lenient")
        if case["op"] == "valid":
            return bool(answer["valid"] == case["expect"])
        return answer["canonical"] == decode_document(case["expect"])["canonical"] is not None

    cases = _cases(shared, "gs1-digital-link-js/cases.json")
    assert [] == _apart(cases, agrees, lambda _: True)


def test_strict_and_lenient_are_none_and_all_of_the_tolerances() -> None:
    names = Tolerance.__slots__
    assert [False] * len(names) == [getattr(STRICT, name) for name in names]
    assert [True] * len(names) == [getattr(LENIENT, name) for name in names]
