"""What a part of a value must be beyond its length: one right and several wrong values a check."""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

import recall.codes
from recall.codes.application_identifiers import TABLE, unknown_identifier
from recall.codes.checks import CHECKS

RIGHT_AND_WRONG = {
    "check": (["96385074", "4006381333931"], ["4006381333930", "", "x0"]),
    "check_pair": (["1987654Ad4X4bL5ttr2310c2K"], ["1987654Ad4X4bL5ttr2310c22", "A", "a b2K", "A" * 100]),
    "prefix1": (["4012", "4012ABC"], ["401", "40A2", ""]),
    "prefix2": (["X4012"], ["4012", "X"]),
    "date": (["240229", "991231"], ["230229", "241301", "240100", "24010", "2x0101"]),
    "date0": (["240200", "240229"], ["240230", "240000"]),
    "long_date": (["20240229", "19991231"], ["20230229", "20240100", "240101"]),
    "long_date0": (["20240200"], ["20240230"]),
    "time": (["0000", "2359"], ["2400", "0060", "999"]),
    "hour": (["23"], ["24", "7", "x1"]),
    "minute": (["59"], ["60", ""]),
    "second": (["00"], ["99"]),
    "latitude": (["1800000000"], ["1800000001", "18"]),
    "longitude": (["3600000000"], ["3600000001"]),
    "piece": (["0102", "11"], ["0201", "0001", "012", ""]),
    "sequence": (["1/3", "9/10"], ["0/1", "3/2", "13", "1/"]),
    "zero": (["0", "00"], ["", "01"]),
    "nonzero": (["01"], ["00", "", "x"]),
    "no_leading_zero": (["", "10"], ["0", "01", "1x"]),
    "nondigit": (["A1"], ["", "12"]),
    "hyphen": (["-"], ["", "+"]),
    "percent": (["A%2fB"], ["%", "A%g0"]),
    "padded": (["AB", "AB=", "A=="], ["===", "A=", "=AB"]),
    "winding": (["0", "9"], ["2", ""]),
    "flag": (["1"], ["2"]),
    "sex": (["9"], ["3"]),
    "country": (["156"], ["157", "CN", "999"]),
    "country_or_any": (["156", "999"], ["000"]),
    "country_letters": (["CN"], ["XX", "cn"]),
    "currency": (["978", "156"], ["000", "EUR"]),
    "media": (["01", "80"], ["11", "00"]),
    "packaging": (["CT", "200"], ["000", "ct"]),
    "iban": (
        ["GB82WEST12345698765432"],
        ["GB83WEST12345698765432", "XX82WEST12345698765432", "GB82WEST1", "GB82west12345698765432"],
    ),
    "importer": (["-", "A"], ["", "AB", "="]),
    "coupon": (
        [
            "012345612345611110123",
            "012345612345611110123" + "3250606" + "4250601" + "50123456" + "90000",
        ],
        [
            "",
            "912345612345611110123",
            "012345612345611110123" + "3251301",
            "012345612345611110123" + "3250601" + "4250606",
            "0123456123456111101238",
        ],
    ),
    "coupon_on_file": (["001234561234560123456"], ["201234561234560123456", "0", "0012345612345601234567"]),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_lets_the_right_pass_and_says_what_is_wrong(name: str) -> None:
    right, wrong = RIGHT_AND_WRONG[name]
    assert [None] * len(right) == [CHECKS[name](value) for value in right]
    for value in wrong:
        found = CHECKS[name](value)
        assert found is not None, value
        expected, _ = found
        assert expected


def test_every_identifier_describes_its_shape_in_words() -> None:
    assert "14 digits" == TABLE["01"].shape
    assert "13 digits and at most 17 characters of the GS1 alphabet" == TABLE["253"].shape
    assert ("at most 20 characters of the GS1 alphabet", "''") == TABLE["10"].finding("")


def test_digits_that_gs1_has_not_given_out_may_become_an_identifier_if_their_length_allows() -> None:
    variable, fixed = unknown_identifier("89"), unknown_identifier("3106")
    assert variable is not None
    assert fixed is not None
    assert (None, 6) == (variable.length, fixed.length)
    assert [None] * 4 == [unknown_identifier(ai) for ai in ("012", "1", "89012", "31")]


@pytest.mark.parametrize("name", [module.name for module in iter_modules(recall.codes.__path__)])
def test_the_examples_in_the_docstrings_are_true(name: str) -> None:
    outcome = doctest.testmod(import_module(f"recall.codes.{name}"))
    assert 0 == outcome.failed
