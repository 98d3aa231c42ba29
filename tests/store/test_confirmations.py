"""The confirmations: the same statement is one, and a conflict waits until a person settles it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from recall.domain.confirmation import Confirmation
from recall.domain.recall import Recall
from recall.errors import ConfirmationRefused, NotFound
from recall.store import confirmations
from recall.store.database import Store, Tx
from tests.builders import DAY, HOUR, NOW, make_confirmation, new_id


def add(
    tx: Tx,
    recall: Recall,
    said: Confirmation,
    *,
    party: str = "party_platform",
    digest: str = "d",
    conflict: str | None = None,
    hours: int = 0,
) -> str | None:
    id = new_id("cnf")
    new = confirmations.add_confirmation(
        tx, id=id, recall_id=recall.id, party_id=party, confirmation=said, body_digest=digest,
        conflict=conflict, at=NOW + hours * HOUR,
    )  # fmt: skip
    return id if new else None


def test_a_statement_comes_back_whole(store: Store, recall: Recall) -> None:
    said = make_confirmation(evidence={"parcel": "运单-1"}, seller_ref="S07", final=False, at=NOW - DAY)
    with store.begin() as tx:
        id = add(tx, recall, said)
        assert id is not None
        kept = confirmations.confirmation(tx, confirmation_id=id)
        assert (kept,) == confirmations.confirmations(tx, recall_id=recall.id)
        with pytest.raises(NotFound, match="cnf_unknown"):
            confirmations.confirmation(tx, confirmation_id="cnf_unknown")
    with store.read() as tx:
        assert kept == confirmations.confirmation(tx, confirmation_id=id)
    assert (said, None, NOW) == (kept.confirmation, kept.conflict, kept.received_at)


def test_the_same_statement_is_one_and_another_under_its_key_is_refused(store: Store, recall: Recall) -> None:
    said = make_confirmation()
    with store.begin() as tx:
        assert None is not add(tx, recall, said)
        assert None is add(tx, recall, said)
        with pytest.raises(ConfirmationRefused, match="another one"):
            add(tx, recall, replace(said, units=2), digest="other")
        assert None is not add(tx, recall, said, party="party_other")


def test_a_conflict_waits_until_a_person_settles_it(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        id = add(tx, recall, make_confirmation(), conflict="5 units where 3 stand") or ""
        add(tx, recall, make_confirmation())
        waiting = confirmations.confirmations(tx, recall_id=recall.id, conflicts_only=True)
        assert [id] == [kept.id for kept in waiting]
        confirmations.resolve_conflict(tx, confirmation_id=id, by="party_officer", at=NOW)
        assert () == confirmations.confirmations(tx, recall_id=recall.id, conflicts_only=True)
        assert "party_officer" == confirmations.confirmation(tx, confirmation_id=id).resolved_by
        with pytest.raises(NotFound, match="waits for a person"):
            confirmations.resolve_conflict(tx, confirmation_id=id, by="party_officer", at=NOW)


def test_statements_are_found_by_party_and_by_line_newest_first(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        first = add(tx, recall, make_confirmation(line_ref="L1"), hours=1)
        last = add(tx, recall, make_confirmation(line_ref="L2"), hours=3)
        theirs = add(tx, recall, make_confirmation(line_ref="L1"), party="party_other", hours=2)

        def found(**filters: Any) -> list[str]:
            some = confirmations.confirmations(tx, recall_id=recall.id, **filters)
            return [kept.id for kept in some]

        assert [last, theirs, first] == found()
        assert [last, first] == found(party_id="party_platform")
        assert [theirs, first] == found(line_ref="L1")
        assert [last] == found(limit=1)
