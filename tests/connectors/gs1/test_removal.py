"""GS1's removal confirmation and closeout: units by item, lot and site, read, written, or refused whole."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feeds.raw import opened
from connectors.feeds.reader import read_notices
from connectors.gs1.closeout import closeout, closeout_of
from connectors.gs1.message import documents
from connectors.gs1.names import Kind
from connectors.gs1.removal import removal, removal_of
from recall.domain.confirmation import Confirmation, Outcome
from recall.errors import ConfirmationRefused
from recall.ports import Removal

GTIN, GLN, GDTI = "06901234567892", "4012345000009", "4012345000023PB2026"
SITE = f"https://id.gs1.org/414/{GLN}"
AT = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
MESSAGE = """<m:productRemovalConfirmationMessage xmlns:m="urn:gs1:ecom:product_removal_confirmation:xsd:3">
<productRemovalConfirmation><creationDateTime>2026-03-03T08:00:00Z</creationDateTime>
<originalPRNIdentification>4012345000023PB2026</originalPRNIdentification>
<pRCIdentification>4012345000030RC1</pRCIdentification>
<productRemovalParty><gln>4012345000009</gln></productRemovalParty>
<productRecallItem><gtin>06901234567892</gtin>
<productTracking><productTrackingKeyCode>BATCH_LOT_CODE</productTrackingKeyCode>
<productTrackingKeyValue>C14-P6</productTrackingKeyValue></productTracking>
<productRemovalLocation><gln>4012345000009</gln></productRemovalLocation>
<quantityRemoved>240</quantityRemoved><quantityReturned>200</quantityReturned>
<quantityDestroyed>0</quantityDestroyed></productRecallItem>
</productRemovalConfirmation></m:productRemovalConfirmationMessage>"""


def document(xml: str) -> tuple[Kind, Element]:
    root = opened(xml.encode(), name="message.xml").xml
    assert root is not None
    (found,) = documents(root)
    return found


def read(xml: str, *, final: bool = False) -> Removal:
    kind, element = document(xml)
    assert Kind.REMOVAL is kind
    return removal_of(element, final=final)


def said(units: int, outcome: Outcome = Outcome.QUARANTINED, **parts: str | None) -> Confirmation:
    given_parts = {"gtin": GTIN, "lot": "C14-P6", "place": SITE} | parts
    return Confirmation(key=f"k{units}{outcome}{parts}", outcome=outcome, units=units, at=AT, **given_parts)


def test_units_are_read_by_item_lot_and_site() -> None:
    found = read(MESSAGE)
    assert ("4012345000023PB2026", "4012345000030RC1", GLN, ()) == (
        found.original, found.own, found.gln, found.warnings,
    )  # fmt: skip
    assert [
        (Outcome.QUARANTINED, 240, GTIN, "C14-P6", SITE, AT),
        (Outcome.COLLECTED, 200, GTIN, "C14-P6", SITE, AT),
    ] == [(c.outcome, c.units, c.gtin, c.lot, c.place, c.at) for c in found.confirmations]  # fmt: skip


def test_only_a_final_message_ends_the_task_of_a_site_and_the_same_one_is_the_same_statements() -> None:
    line = MESSAGE[MESSAGE.index("<productRecallItem>") : MESSAGE.index("</productRemovalConfirmation>")]
    two = MESSAGE.replace(line, line + line.replace("C14-P6", "C14-P7"))
    assert [False, False, True, True] == [one.final for one in read(two, final=True).confirmations]
    assert {False} == {one.final for one in read(two).confirmations}
    assert read(two) == read(two)
    assert 4 == len({one.key for one in read(two).confirmations})


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("06901234567892", "06901234567893", "check digit is wrong"),
        ("9</gln></productRemovalLocation>", "8</gln></productRemovalLocation>", "a GLN"),
        (">240<", ">24.5<", "a whole number of units"),
        (">240<", ">-3<", "a whole number of units"),
        (">240<", ">9999999999<", "1,000,000,000"),
        ("2026-03-03T08:00:00Z", "soon", "a time in creationDateTime"),
        ("pRCIdentification>", "other>", "the element pRCIdentification"),
        ("originalPRNIdentification>", "other>", "the element originalPRNIdentification"),
        ("</productTracking>", "<productTrackingKeyValue>X</productTrackingKeyValue></productTracking>",
         "one lot a trade item"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_refuses_the_whole_message(before: str, after: str, why: str) -> None:
    with pytest.raises(ConfirmationRefused, match=why):
        read(MESSAGE.replace(before, after))


def test_a_line_without_units_is_refused() -> None:
    bare = MESSAGE
    for name in ("quantityRemoved", "quantityReturned", "quantityDestroyed"):
        bare = bare.replace(name, "other")
    with pytest.raises(ConfirmationRefused, match="quantityRemoved"):
        read(bare)


def test_an_element_that_is_not_known_is_kept_out_and_said() -> None:
    odd = MESSAGE.replace("<quantityRemoved>", "<storeMood>calm</storeMood><quantityRemoved>")
    assert ("the element storeMood is not read: 'calm'",) == read(odd).warnings
    assert read(MESSAGE).confirmations == read(odd).confirmations


def test_items_of_another_make_are_found_by_their_gtins() -> None:
    other = MESSAGE.replace("productRecallItem", "removalLine").replace("productTracking>", "tracking>")
    assert read(MESSAGE).confirmations == read(other).confirmations
    line = other[other.index("<removalLine>") : other.index("</productRemovalConfirmation>")]
    two = read(other.replace(line, line + line.replace(GTIN, "04006381333931")))
    assert {GTIN, "04006381333931"} == {one.gtin for one in two.confirmations}


GOODS = st.builds(
    said, st.integers(0, 10**6), st.sampled_from([Outcome.QUARANTINED, Outcome.COLLECTED, Outcome.DISPOSED]),
    lot=st.sampled_from([None, "A1", "B2 & <C>"]), place=st.sampled_from([None, SITE, "dock 7"]),
)  # fmt: skip


def units(confirmations: tuple[Confirmation, ...] | list[Confirmation]) -> Counter[object]:
    """Units by what they are about; nothing where none were."""
    return +sum((Counter({(c.outcome, c.gtin, c.lot, c.place): c.units}) for c in confirmations), Counter())


@settings(deadline=None, max_examples=100)
@given(goods=st.lists(GOODS, min_size=1, max_size=6))
def test_whatever_was_confirmed_reads_back_as_the_same_units(goods: list[Confirmation]) -> None:
    back = read(removal(goods, gdti=GDTI, gln=GLN, name="Northgate", gtin=None, receiver=""))
    assert units(goods) == units(back.confirmations)
    assert (GDTI, GLN) == (back.original, back.gln)
    assert {AT} >= {one.at for one in back.confirmations}


def test_statements_that_name_no_item_are_of_the_only_one() -> None:
    text = removal([said(3, gtin=None)], gdti=GDTI, gln=GLN, name="Northgate", gtin=GTIN, receiver="")
    assert [GTIN] == [one.gtin for one in read(text).confirmations]


def test_a_party_that_moved_no_goods_has_nothing_to_confirm() -> None:
    with pytest.raises(ConfirmationRefused, match="quarantined, collected or disposed"):
        removal([said(0, Outcome.DELISTED)], gdti=GDTI, gln=GLN, name="Harbour", gtin=None, receiver="")


def test_a_closeout_reads_back() -> None:
    xml = closeout(gdti=GDTI, sender=GLN, authority="Market Supervision", receiver="", at=AT)
    kind, element = document(xml)
    found = closeout_of(element)
    assert (Kind.CLOSEOUT, GDTI, f"{GDTI}-end", GLN, AT, ()) == (
        kind, found.original, found.own, found.gln, found.at, found.warnings,
    )  # fmt: skip
    with pytest.raises(ConfirmationRefused, match="originalPRNIdentification"):
        closeout_of(document(xml.replace("originalPRN", "otherPRN"))[1])


def test_neither_of_them_is_a_notice() -> None:
    (refused,) = read_notices(MESSAGE.encode(), name="message.xml").refused
    assert "recall task take" in refused.reason
    assert "/productRemovalConfirmation[1]" == refused.where
