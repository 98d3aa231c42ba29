"""Forgeries: whatever is made of a signed notice without its authority's key is not taken for genuine."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from recall.domain.copied import addresses, read_copy
from recall.errors import InputRefused
from recall.steps.check_copy import Verdict
from tests.steps.acts import WIDER, amended
from tests.steps.test_copies import shown, signed_form
from tests.world import REFERENCE, World

LURE = "https://refund.example.net/pay"


def compact(header: Mapping[str, Any], payload: str, signature: str = "") -> str:
    """A compact JWS with this header over the payload (in its base64) of another."""
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{head}.{payload}.{signature}"


@pytest.mark.parametrize(
    "header",
    [{"alg": "none"}, {"alg": "HS256", "typ": "recall-notice+jwt"}, {"alg": "EdDSA", "crit": ["b64"]}],
)
def test_a_signature_by_no_key_or_by_another_way_is_none(world: World, header: dict[str, Any]) -> None:
    _, payload, signature = str(signed_form(world)["signature"]).split(".")
    for tail in ("", signature):
        checked = shown(world, signed_form(world, signature=compact(header, payload, tail)))
        assert (Verdict.DIFFERS, "") == (checked.verdict, checked.signed_by)
        assert Verdict.UNKNOWN is shown(world, compact(header, payload, tail)).verdict


def test_the_seal_of_one_version_makes_no_other_version_genuine(world: World) -> None:
    old = signed_form(world)
    amended(world, WIDER)
    mixed = signed_form(world, signature=old["signature"])
    assert Verdict.DIFFERS is shown(world, mixed).verdict


def test_json_that_two_readers_read_differently_is_refused(world: World) -> None:
    text = json.dumps(signed_form(world))
    twin = text.replace('"lots": [', '"lots": ["Z9"], "lots": [', 1)
    assert text != twin
    with pytest.raises(InputRefused, match="twice"):
        read_copy(twin.encode())


def test_what_stands_where_a_notice_says_nothing_is_a_difference(world: World) -> None:
    within = signed_form(world)["notice"] | {"refund_at": LURE}
    product = signed_form(world)["notice"]
    product["products"][0]["remark"] = LURE
    for copy in (within, product):
        checked = shown(world, copy)
        assert (Verdict.DIFFERS, (LURE,)) == (checked.verdict, checked.differences[0].added)


@pytest.mark.parametrize("said", [False, 0, {"to": LURE}])
def test_a_no_and_a_none_say_something_too(world: World, said: object) -> None:
    checked = shown(world, signed_form(world)["notice"] | {"dangerous": said})
    assert (Verdict.DIFFERS, "dangerous") == (checked.verdict, checked.differences[0].field)


@pytest.mark.parametrize("parts", [{"pay_at": LURE}, {"code": LURE}, {"signature": [LURE]}, {"code": 0}])
def test_nothing_stands_beside_a_notice_as_if_it_were_sealed(world: World, parts: dict[str, Any]) -> None:
    (key,) = parts
    for copy in (signed_form(world, **parts), {"notices": [signed_form(world, **parts)]}):
        checked = shown(world, copy)
        assert (Verdict.DIFFERS, key) == (checked.verdict, checked.differences[0].field)


def test_nothing_stands_around_a_notice_as_if_it_were_the_engines(world: World) -> None:
    form = signed_form(world)
    for one in (form, form["notice"]):
        assert Verdict.GENUINE is shown(world, {"notices": [one], "refused": []}).verdict
        checked = shown(world, {"notices": [one], "pay_at": LURE})
        assert (Verdict.DIFFERS, (LURE,)) == (checked.verdict, checked.differences[0].added)


def test_a_code_of_another_version_stands_beside_no_notice(world: World) -> None:
    old = signed_form(world)
    amended(world, WIDER)
    assert Verdict.DIFFERS is shown(world, signed_form(world, code=old["code"])).verdict
    assert Verdict.GENUINE is shown(world, signed_form(world)).verdict


def test_no_warning_is_put_into_the_mouth_of_the_reader(world: World) -> None:
    checked = shown(world, signed_form(world)["notice"] | {"warnings": [LURE]})
    assert (Verdict.DIFFERS, ["warnings"]) == (checked.verdict, [each.field for each in checked.differences])
    told = signed_form(world)["notice"]
    assert Verdict.GENUINE is shown(world, {key: told[key] for key in told if key != "warnings"}).verdict


@pytest.mark.parametrize(
    "lure",
    [
        LURE,
        "www.refund-example.net",
        "refund-example.net/pay",
        "pay@refund-example.net",
        "去@refund-example.net",
    ],
)
def test_a_text_that_leads_elsewhere_does_so_without_a_scheme_too(world: World, lure: str) -> None:
    code = signed_form(world)["code"]
    assert Verdict.DIFFERS is shown(world, f"Recall {REFERENCE}: {lure} code {code}").verdict
    plain = f"Recall {REFERENCE}: see testserver/notices/{REFERENCE}, approx.5/unit. Code {code}"
    assert Verdict.GENUINE is shown(world, plain).verdict


def test_of_a_text_is_said_that_only_its_codes_were_compared(world: World) -> None:
    code = signed_form(world)["code"]
    checked = shown(world, f"Recall {REFERENCE}: call +86 138 1234 5678 and pay 200. Code {code}")
    assert (Verdict.GENUINE, False) == (checked.verdict, checked.whole)
    assert shown(world, signed_form(world)).whole


def test_addresses_in_a_hostile_text_are_found_in_the_time_of_its_length() -> None:
    for unit in ("a", "a.", "a-", "a@", "www.", "a.bc", "+"):
        began = time.process_time()
        addresses(unit * (1_000_000 // len(unit)))
        assert time.process_time() - began < 2
