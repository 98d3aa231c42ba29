"""The recalls: one a notice, its versions approved one by one, its scope and stages beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recall.domain.recall import Recall, RecallState
from recall.domain.scope import Scope, ScopeClause
from recall.errors import NotFound, NotNow
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window
from recall.store import recalls
from recall.store.database import Store
from tests.builders import DAY, GTIN, HOUR, NOW, make_notice, make_recall


def test_a_recall_is_found_by_id_and_by_reference(store: Store, recall: Recall) -> None:
    with store.read() as tx:
        assert recall == recalls.recall(tx, recall_id=recall.id)
        assert recall == recalls.recall_by_reference(tx, reference=recall.reference)
        assert None is recalls.recall_by_reference(tx, reference="unknown")
        with pytest.raises(NotFound, match="rcl_unknown"):
            recalls.recall(tx, recall_id="rcl_unknown")


def test_a_notice_sets_one_recall_going(store: Store, recall: Recall) -> None:
    with store.begin() as tx, pytest.raises(NotNow, match=recall.reference):
        recalls.add_recall(tx, make_recall(reference=recall.reference))


def test_the_newest_recall_comes_first(store: Store, recall: Recall) -> None:
    newer = make_recall(proposed_at=NOW + DAY)
    with store.begin() as tx:
        recalls.add_recall(tx, newer)
        assert (newer, recall) == recalls.recalls(tx)


def test_a_recall_is_kept_as_it_is_now(store: Store, recall: Recall) -> None:
    rested = replace(recall, state=RecallState.MONITORING, rested_at=NOW + DAY)
    with store.begin() as tx:
        recalls.save_recall(tx, rested)
        assert rested == recalls.recall(tx, recall_id=recall.id)
        with pytest.raises(NotFound, match="There is no recall"):
            recalls.save_recall(tx, make_recall())


def test_a_notice_waits_for_its_approval_version_by_version(store: Store, recall: Recall) -> None:
    first, second = make_notice(), make_notice(quantity=444_831)
    of = {"recall_id": recall.id}
    with store.begin() as tx:
        with pytest.raises(NotFound, match="approved version"):
            recalls.notice(tx, **of)
        for version, notice in ((1, first), (2, second)):
            recalls.add_notice(tx, **of, version=version, notice=notice, submitted_by="party_officer", at=NOW)
            assert version == recalls.pending_version(tx, **of)
            assert notice == recalls.notice(tx, **of, version=version)
            assert "party_officer" == recalls.submitter(tx, **of, version=version)
            recalls.approve_notice(tx, **of, version=version, approved_by="party_platform", at=NOW)
            assert None is recalls.pending_version(tx, **of)
            assert notice == recalls.notice(tx, **of)
        assert first == recalls.notice(tx, **of, version=1)


def test_a_version_is_proposed_once_and_approved_once(store: Store, recall: Recall) -> None:
    given = {"recall_id": recall.id, "version": 1}
    proposed = given | {"notice": make_notice(), "submitted_by": "party_officer", "at": NOW}
    with store.begin() as tx:
        with pytest.raises(NotNow, match="waits for approval"):
            recalls.approve_notice(tx, **given, approved_by="party_officer", at=NOW)
        with pytest.raises(NotFound, match="version 1"):
            recalls.submitter(tx, **given)
        recalls.add_notice(tx, **proposed)
        with pytest.raises(NotNow, match="there already"):
            recalls.add_notice(tx, **proposed)
        recalls.approve_notice(tx, **given, approved_by="party_officer", at=NOW)
        with pytest.raises(NotNow, match="waits for approval"):
            recalls.approve_notice(tx, **given, approved_by="party_officer", at=NOW)


def test_a_scope_comes_back_equal_and_replaces_the_one_before(store: Store, recall: Recall) -> None:
    clause = ScopeClause(
        number=1, name="Power bank", model="PAC20-272", gtins=frozenset({GTIN}),
        lots=frozenset({"C14-P6", "c14-p6"}), excluded_lots=frozenset({"C14-P9"}), serials=frozenset({"S1"}),
        serial_ranges=(SerialRange.between(first="SQC200034980", last="SQC202319171"),),
        serial_prefixes=("J0D",), date_codes=("2306",), made=(Window(first=date(2023, 6, 5)),),
        sold=(Window(first=date(2023, 7, 1), last=date(2024, 7, 1)), Window()), stated_units=331_578,
    )  # fmt: skip
    wide = Scope(recall_id=recall.id, version=1, clauses=(clause, replace(clause, number=2)))
    narrow = replace(wide, clauses=(clause,))
    with store.begin() as tx:
        assert () == recalls.scope(tx, recall_id=recall.id, version=1).clauses
        for scope in (wide, narrow):
            recalls.save_scope(tx, scope)
            assert scope == recalls.scope(tx, recall_id=recall.id, version=1)
        assert () == recalls.scope(tx, recall_id=recall.id, version=2).clauses


def test_a_stage_says_when_it_last_ran(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        for name, began in (("trace", NOW + HOUR), ("scope", NOW), ("trace", NOW + DAY)):
            recalls.save_stage(
                tx, recall_id=recall.id, version=1, name=name, began_at=began, ended_at=began + HOUR,
                seconds=0.5, result={"lots": 31},
            )  # fmt: skip
        stages = recalls.stages(tx, recall_id=recall.id)
    assert [("scope", NOW, NOW + HOUR), ("trace", NOW + DAY, NOW + DAY + HOUR)] == [
        (stage.name, stage.began_at, stage.ended_at) for stage in stages
    ]
    assert {"lots": 31} == stages[0].result
