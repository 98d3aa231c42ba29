"""Forgeries: whatever is made of a signed notice without its authority's key is not taken for genuine."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from recall.domain.copied import read_copy
from recall.errors import InputRefused
from recall.steps.check_copy import Verdict
from tests.steps.acts import WIDER, amended
from tests.steps.test_copies import shown, signed_form
from tests.world import World


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
    lure = "https://refund.example.net/pay"
    within = signed_form(world)["notice"] | {"refund_at": lure}
    product = signed_form(world)["notice"]
    product["products"][0]["remark"] = lure
    for copy in (within, product):
        checked = shown(world, copy)
        assert (Verdict.DIFFERS, (lure,)) == (checked.verdict, checked.differences[0].added)
    beside = shown(world, signed_form(world, pay_at=lure))
    assert (Verdict.DIFFERS, "pay_at") == (beside.verdict, beside.differences[0].field)
