"""The protocol's connector keeps the contract of all connectors, on a real participant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.contract import CHECKS, Broken, Check, expect
from connectors.contract import finds_every_line_once as finds_every_line
from recall.errors import GiveUp, TryLater

from .conftest import Participant


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_connector_keeps_the_contract(participant: Participant, check: Check) -> None:
    partner = participant.partner()
    try:
        await check(partner, participant.known)
    finally:
        await partner.aclose()


async def test_a_line_that_is_never_found_breaks_the_contract(participant: Participant) -> None:
    known = replace(participant.known, line_refs=participant.known.line_refs | {"HM-LOST"})
    partner = participant.partner()
    with pytest.raises(Broken, match="the lines found"):
        await finds_every_line(partner, known)
    await partner.aclose()


def test_a_broken_promise_says_what_was_sent_expected_and_got() -> None:
    with pytest.raises(Broken) as broken:
        expect([1], [2], sent="a question")
    assert (broken.value.sent, broken.value.expected, broken.value.got) == ("a question", [1], [2])


async def test_a_scan_walks_every_page(participant: Participant) -> None:
    partner = participant.partner()
    pages = [page async for page in partner.scan(gtin=participant.known.gtin)]
    await partner.aclose()
    assert len(pages) > 1
    assert sum(len(page.lines) for page in pages) == len(participant.known.line_refs)
    assert {page.refused for page in pages} == {()}


async def test_a_wrong_token_is_for_a_person_to_settle(participant: Participant) -> None:
    partner = participant.partner(token="another")
    with pytest.raises(GiveUp, match="401"):
        await partner.listings(gtin=participant.known.gtin)
    await partner.aclose()


async def test_a_listing_that_is_not_there_is_refused_for_good(participant: Participant) -> None:
    partner = participant.partner()
    with pytest.raises(GiveUp, match="404"):
        await partner.stop_sale(listing_ref="no/such listing", recall_id="rcl_1", stopped_before=None)
    await partner.aclose()


async def test_an_absent_participant_is_asked_again_later(participant: Participant) -> None:
    partner = replace(participant, url="http://127.0.0.1:9").partner()
    with pytest.raises(TryLater) as refused:
        await partner.capabilities()
    await partner.aclose()
    assert refused.value.after == 30
