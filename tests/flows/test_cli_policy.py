"""`recall policy`: which laws there are, what each says and how sure that is, and when its clocks run out."""

from __future__ import annotations

import pytest

from flows.cli import Code
from recall.domain.policy import available_policies
from tests.flows.command import Command


def test_the_list_tells_how_many_numbers_nobody_verified(recall: Command) -> None:
    listed = recall("policy", "list", "--json").document["policies"]
    assert list(available_policies()) == [row["id"] for row in listed]
    assert all(0 < row["unverified"] < row["numbers"] for row in listed)
    assert len(listed) + 1 == len(recall("policy", "list").rows)


def test_a_policy_is_shown_whole_with_the_ground_of_each_number(recall: Command) -> None:
    shown = recall("policy", "show", "eu-gpsr", "--json").document
    assert "Produktsicherheitsrückruf" == shown["notice"]["headline"]["de"]
    assert {"basis", "citation", "confidence", "url", "read_on"} <= shown["clocks"][0].keys()
    text = recall("policy", "show", "us-fda").out
    assert "effectiveness A" in text
    assert "unverified" in text


def test_clocks_of_several_laws_stand_on_one_timeline(recall: Command) -> None:
    said = recall("policy", "due", "cn-samr", "eu-gpsr", "--since", "2025-09-26T10:00", "--json")
    clocks = said.document["clocks"]
    assert {"cn-samr", "eu-gpsr"} == {clock["policy"] for clock in clocks}
    assert sorted(clock["due_at"] for clock in clocks) == [clock["due_at"] for clock in clocks]
    assert {"2025-09-26T10:00:00+08:00"} == {clock["since"] for clock in clocks}


@pytest.mark.parametrize(
    ("words", "due"),
    [
        (("cn-samr", "--clock", "producer-report", "--since", "2025-09-26T10:00"), "2025-09-30 00:00"),
        (("eu-gpsr", "--clock", "platform-stop-sale", "--place", "DE", "--since", "2025-04-17T10:00"),
         "2025-04-24 00:00"),
        (("us-cpsc", "--clock", "firm-report", "--since", "2025-06-20T15:00"), "2025-06-23 15:00"),
        (("us-cpsc", "--clock", "firm-report", "--since", "2025-06-20T19:00Z"), "2025-06-23 15:00"),
        (("us-cpsc", "--clock", "monthly-progress", "--since", "2025-06-20T15:00"), "2025-07-02 00:00"),
    ],
)  # fmt: skip
def test_one_clock_runs_out_by_the_calendar_of_its_place(
    recall: Command, words: tuple[str, ...], due: str
) -> None:
    (clock,) = recall("policy", "due", *words, "--json").document["clocks"]
    assert clock["due"].startswith(due)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("due", "cn-samr", "--since", "tomorrow"), "a time as 2025-09-26T10:00"),
        (("due", "cn-samr", "--place", "DE"), "a place of cn-samr: CN"),
        (("due", "cn-samr", "--clock", "no-such"), "There is no clock"),
        (("show", "no-such"), "cn-samr"),
    ],
)
def test_what_cannot_be_answered_says_why(recall: Command, words: tuple[str, ...], said: str) -> None:
    answer = recall("policy", *words)
    assert Code.ERROR == answer.code
    assert said in answer.err
