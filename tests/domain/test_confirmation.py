"""The confirmation: read whole or refused whole, with the place of what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain.confirmation import Confirmation, Outcome, RelayReceipt
from recall.errors import ConfirmationRefused

GOOD: dict[str, Any] = {
    "key": "k1", "task": "tsk_1", "outcome": "returned", "units": 2, "line": "HM-1", "lot": None,
    "place": None, "seller": None, "final": True, "at": "2025-06-17T09:00:00+08:00", "evidence": {"a": "b"},
}  # fmt: skip


def test_a_confirmation_reads_back_what_it_wrote() -> None:
    read = Confirmation.read(GOOD)
    assert Outcome.RETURNED is read.outcome
    assert read == Confirmation.read(read.document())


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"outcome": "lost"}, "/outcome"),
        ({"outcome": None}, "/outcome"),
        ({"key": ""}, "/key"),
        ({"units": -1}, "/units"),
        ({"units": 1.5}, "/units"),
        ({"units": True}, "/units"),
        ({"units": 10**12}, "/units"),
        ({"at": "yesterday"}, "/at"),
        ({"at": "2025-06-17T09:00:00"}, "/at"),
        ({"line": None}, "/line"),
        ({"line": 7}, "/line"),
        ({"place": "x" * 501}, "/place"),
        ({"final": "yes"}, "/final"),
        ({"evidence": ["a"]}, "/evidence"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], where: str) -> None:
    with pytest.raises(ConfirmationRefused) as refused:
        Confirmation.read(GOOD | change, where="/confirmations/3")
    assert f"/confirmations/3{where}" == refused.value.where


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=8,
    )
)
def test_nothing_raises_anything_but_a_refusal(document: object) -> None:
    for read in (Confirmation.read, RelayReceipt.read):
        with pytest.raises(ConfirmationRefused):
            read(document)


def test_a_receipt_says_whether_the_message_came_to_its_buyer() -> None:
    row = {"seq": 1, "line": "HM-1", "kind": "notify_buyer", "result": "bounced", "at": GOOD["at"]}
    assert not RelayReceipt.read(row).delivered
    with pytest.raises(ConfirmationRefused, match="delivered or bounced"):
        RelayReceipt.read(row | {"result": "maybe"})
