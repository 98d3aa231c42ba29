"""The table of identifiers and the checks of contents against GS1's own dictionary and its cases."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from recall.codes.application_identifiers import ALPHABETS, TABLE, Part
from recall.codes.checks import CHECKS

OUR_NAME = {
    "csum": "check", "csumalpha": "check_pair", "gcppos1": "prefix1", "gcppos2": "prefix2",
    "yymmd0": "date0", "yymmdd": "date", "yyyymmdd": "long_date", "yyyymmd0": "long_date0",
    "hhmi": "time", "hh": "hour", "mi": "minute", "ss": "second", "latitude": "latitude",
    "longitude": "longitude", "pieceoftotal": "piece", "posinseqslash": "sequence", "zero": "zero",
    "nonzero": "nonzero", "nozeroprefix": "no_leading_zero", "hasnondigit": "nondigit", "hyphen": "hyphen",
    "pcenc": "percent", "winding": "winding", "yesno": "flag", "iso5218": "sex", "iban": "iban",
    "importeridx": "importer", "iso3166": "country", "iso3166999": "country_or_any",
    "iso3166alpha2": "country_letters", "iso4217": "currency", "mediatype": "media",
    "packagetype": "packaging", "couponcode": "coupon", "couponposoffer": "coupon_on_file",
}  # fmt: skip
"""GS1's name of a check: ours."""

ALPHABET_OF = {"csetnumeric": "n", "cset82": "x", "cset39": "y", "cset64": "z"}
A_DIRECTORY_SAYS_NO = {"GS1_LINTER_GCP_DATASOURCE_OFFLINE", "GS1_LINTER_INVALID_GCP_PREFIX"}
"""Answers of a directory of company prefixes that GS1's tests link in; docs/adr/0010."""


def test_every_check_agrees_with_gs1s_own(shared: Path) -> None:
    def is_right(case: dict[str, Any]) -> bool:
        value, name = case["input"], case["linter"]
        if name not in ALPHABET_OF:
            return CHECKS[OUR_NAME[name]](value) is None
        characters, _ = ALPHABETS[ALPHABET_OF[name]]
        padded = name != "cset64" or CHECKS["padded"](value) is None
        return padded and re.fullmatch(f"{characters}*", value) is not None

    path = shared / "vectors/gs1-syntax-dictionary/linter_cases.json"
    if not path.exists():
        pytest.skip("the cases of GS1's dictionary are not beside the project")
    cases = json.loads(path.read_text(encoding="utf-8"))
    tried = [case for case in cases if case.get("error") not in A_DIRECTORY_SAYS_NO]
    assert [] == [case for case in tried if is_right(case) != case["valid"]]


def _dictionary(shared: Path) -> dict[str, tuple[str, list[str]]]:
    """GS1's own table: identifier -> (flags, the words of its row)."""
    path = shared / "vectors/gs1-syntax-dictionary/gs1-syntax-dictionary.txt"
    if not path.exists():
        pytest.skip("the dictionary is not beside the project")
    rows = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line[:1].isdigit():
            names, *words = line.partition(" #")[0].split()
            flags = words.pop(0) if words[0] in ("*", "?", "*?") else ""
            first, _, last = names.partition("-")
            for number in range(int(first), int(last or first) + 1):
                rows[str(number).zfill(len(first))] = (flags, words)
    return rows


def _components(words: list[str]) -> list[tuple[Part, tuple[str, ...]]]:
    """Each component of a row with the names of its checks, but that digits begin with digits."""
    found = []
    for word in words:
        match = re.fullmatch(r"(\[?)([NXYZ])(\.\.)?([0-9]+)\]?((?:,\w+)*)", word)
        if match:
            kind, size = match[2].lower(), int(match[4])
            part = Part(kind=kind, size=size, up_to=bool(match[3]), optional=bool(match[1]))
            names = match[5].split(",")[1:]
            found.append((part, tuple(n for n in names if kind != "n" or not n.startswith("gcppos"))))
    return found


def test_the_table_knows_the_identifiers_of_gs1s_dictionary_and_no_others(shared: Path) -> None:
    assert set(_dictionary(shared)) == set(TABLE)


def test_every_identifier_has_the_components_that_gs1s_dictionary_gives_it(shared: Path) -> None:
    for ai, (flags, words) in _dictionary(shared).items():
        components, row = _components(words), TABLE[ai]
        assert tuple(part for part, _ in components) == row.parts, ai
        wanted = [(n, CHECKS[OUR_NAME[name]]) for n, (_, names) in enumerate(components, 1) for name in names]
        assert wanted == [pair for pair in row.checks if pair[1] is not CHECKS["padded"]], ai
        assert ("*" in flags, "?" in flags) == (row.length is not None, row.attribute), ai


def _matching(pattern: str) -> set[str]:
    return {ai for ai in TABLE if re.fullmatch(pattern.replace("n", "[0-9]"), ai)}


def test_every_identifier_keeps_the_company_that_gs1s_dictionary_gives_it(shared: Path) -> None:
    for ai, (_, words) in _dictionary(shared).items():
        rules = [word.partition("=") for word in words]
        excluded = {one for key, _, text in rules if key == "ex" for one in text.split(",")}
        needed = [group for key, _, text in rules if key == "req" for group in text.split(",")]
        row = TABLE[ai]
        assert set().union(*map(_matching, excluded)) - {ai} == row.excludes & set(TABLE), ai
        groups = [tuple(_matching(one) for one in group.split("+")) for group in needed]
        assert groups == [tuple(choice & set(TABLE) for choice in group) for group in row.needs], ai


def test_every_key_of_links_has_the_qualifiers_that_gs1s_dictionary_gives_it(shared: Path) -> None:
    for ai, (_, words) in _dictionary(shared).items():
        ways = [word.partition("=")[2] for word in words if word.startswith("dlpkey")]
        expected = [tuple(filter(None, way.split(","))) for text in ways for way in text.split("|")]
        assert expected == list(TABLE[ai].qualifiers or ()), ai
        assert bool(ways) == (TABLE[ai].qualifiers is not None), ai
