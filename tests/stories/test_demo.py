"""The demo, told by its report: nobody is missed, the units balance, the trail is whole.

Given a market whose truth the engine never sees, when one real notice is carried to its rest, then every
truly affected order line was told, far fewer than a recall of the whole products would have told, and every
unit is accounted for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.stories.demo import Demo

pytestmark = pytest.mark.prefect


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo of two thousand lines that has run through."""
    return Demo(home=tmp_path_factory.mktemp("story") / "demo", lines=2000, seed=11)


@pytest.fixture(scope="module")
def report(demo: Demo) -> Mapping[str, Any]:
    """Its report."""
    return demo.finish()


def test_nobody_is_missed_and_many_are_spared(report: Mapping[str, Any]) -> None:
    score = report["score"]
    assert 0 == score["missed"]
    assert 0 < score["affected"] <= score["told"] < score["blanket"]
    assert report["targeting"]["told"] == score["told"] + score["unreachable"]


def test_every_unit_is_accounted_for(report: Mapping[str, Any]) -> None:
    books = report["ledger"]
    assert books["balances"]
    ends = ("recovered", "corrected", "disposed", "unreachable", "outstanding")
    assert books["affected"] == sum(books[name] for name in ends)
    assert 0 < books["disposed"]
    assert 0 == books["recovered"], "what was recovered has been disposed of when the recall comes to rest"


def test_the_recall_comes_to_rest_but_not_to_an_end(report: Mapping[str, Any]) -> None:
    assert "monitoring" == report["state"]
    assert 0 < report["ledger"]["outstanding"], "silent buyers keep their remedy"


def test_the_funnel_only_narrows(report: Mapping[str, Any]) -> None:
    funnel = report["funnel"]
    steps = [
        funnel[name] for name in ("in_scope", "located", "notified", "answered", "recovered", "disposed")
    ]
    assert sorted(steps, reverse=True) == steps


def test_one_line_is_proven_from_the_notice_to_the_buyer(report: Mapping[str, Any]) -> None:
    links = report["evidence"]["links"]
    assert ["published", "named by the notice"] == [link["rule"] for link in links[:2]]
    reached = {links[0]["from"]}
    for link in links:
        assert link["from"] in reached, "every link goes on from where another has come"
        reached.add(link["to"])
    assert any("its buyer" in place for place in reached)


def test_the_trail_is_whole_and_the_over_count_was_settled_by_a_person(
    report: Mapping[str, Any], demo: Demo
) -> None:
    assert report["audit_whole"]
    assert [] == report["conflicts"]
    actions = {row["action"] for row in demo.audit()}
    assert {"confirmation.conflict", "conflict.settled", "task.overdue", "recall.opened"} <= actions


def test_every_mail_left_once(demo: Demo, report: Mapping[str, Any]) -> None:
    assert report
    assert {1} == set(demo.mails().values())
