"""The policies: every number says what it rests on, a wrong file says where, and the strictest law binds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from recall.domain.calendar import end_of
from recall.domain.confirmation import DUTY_OF, Outcome
from recall.domain.ground import Basis, Confidence
from recall.domain.laws import laws_of, report_due
from recall.domain.party import Role
from recall.domain.policy import Duty, Policy, Trigger, available_policies, load_policy, read_policy
from recall.errors import InputRefused, NotFound
from tests.builders import NOW, no_holidays

NAMES = ("au-accc", "cn-samr", "eu-gpsr", "us-cpsc", "us-fda", "us-nhtsa")
POLICIES = [load_policy(name) for name in NAMES]
CHINA = (resources.files("recall.policies") / "cn-samr.toml").read_text("utf-8")
each = pytest.mark.parametrize("policy", POLICIES, ids=NAMES)


def test_the_six_laws_are_there() -> None:
    assert NAMES == available_policies()


@each
def test_a_number_that_nobody_found_in_law_is_a_target_and_is_never_called_verified(policy: Policy) -> None:
    targets = [ground for ground in policy.grounds if ground.basis is Basis.TARGET]
    assert {Confidence.UNVERIFIED} == {ground.confidence for ground in targets}
    assert all("engine" in ground.citation for ground in targets)
    assert all("engine" not in g.citation for g in policy.grounds if g.basis is not Basis.TARGET)


@each
def test_what_was_verified_says_on_which_day(policy: Policy) -> None:
    for ground in policy.grounds:
        assert (ground.read_on is None) == (ground.confidence is Confidence.UNVERIFIED)


@each
def test_a_duty_is_fulfilled_by_the_outcome_that_its_clock_names(policy: Policy) -> None:
    for clock in policy.clocks:
        if clock.duty is not None:
            assert clock.duty is DUTY_OF[Outcome(clock.satisfied_by)]
            assert clock.id == f"{clock.role}-{clock.duty}".replace("_", "-")


@each
def test_every_law_bounds_what_the_engine_asks_of_platforms_sellers_and_logistics(policy: Policy) -> None:
    asked = {(clock.role, clock.duty) for clock in policy.clocks}
    assert {
        *((Role.PLATFORM, duty) for duty in (Duty.STOP_SALE, Duty.NOTIFY_BUYERS, Duty.QUARANTINE)),
        *((Role.SELLER, duty) for duty in (Duty.STOP_SALE, Duty.QUARANTINE)),
        *((Role.LOGISTICS, duty) for duty in (Duty.QUARANTINE, Duty.RETRIEVE, Duty.DISPOSE)),
    } <= asked  # fmt: skip


@each
def test_every_clock_warns_at_half_of_its_time_and_tells_those_above_at_its_end(policy: Policy) -> None:
    assert {(50, 75, 90, 100)} == {clock.escalate_at for clock in policy.clocks}


@each
def test_a_recall_ends_in_two_steps(policy: Policy) -> None:
    assert policy.closing.two_step


def test_the_checks_of_the_fda_go_from_all_to_none() -> None:
    levels = {level.id: level.percent for level in load_policy("us-fda").effectiveness}
    assert {"A": 100, "B": None, "C": 10, "D": 2, "E": 0} == levels


@pytest.mark.parametrize(
    ("right", "wrong", "where", "said"),
    [
        ('country = "CN"', 'country = "China"', "country", "pattern"),
        ('country = "CN"', 'country = "CN"\nflag = 1', "flag", "Extra inputs"),
        ("duration = 24\n", "duration = 0\n", "clocks.0.duration", "greater than or equal to 1"),
        ("duration = 24\n", "", "clocks.0", "both or neither"),
        ('unit = "hours"', 'unit = "fortnights"', "clocks.0.unit", "'hours'"),
        ('role = "platform"', 'role = "carrier"', "clocks.0.role", "'regulator'"),
        ('basis = "guidance"', 'basis = "hearsay"', "clocks.0.basis", "'law'"),
        ("read_on = 2026-11-21\n", "", "notice.ground", "read_on"),
        ('id = "seller-stop-sale"', 'id = "platform-stop-sale"', "", "an id of its own"),
        ('role = "seller"\nduty = "stop_sale"', 'role = "platform"\nduty = "stop_sale"', "", "one clock"),
        (
            'satisfied_by = "delisted"',
            'trigger = "opened"\nsatisfied_by = "delisted"',
            "clocks.0",
            "from `told`",
        ),
        (
            'satisfied_by = "delisted"',
            'escalate_at = [75, 50]\nsatisfied_by = "delisted"',
            "clocks.0",
            "grow",
        ),
        ("repeats = false", "repeats = false\ndue_day = 1", "reports.1", "divides the year"),
        ('trigger = "rested"', 'trigger = "learned"', "reports.1.trigger", "opened"),
        ("[closing]", "[closings]", "closing", "Field required"),
        ("[closing]", "[closing", "cn-samr.toml", "TOML"),
        (
            'report = "final-summary"',
            'report = "no-such"',
            "cn-samr.toml",
            "reports that the policy asks for",
        ),
        ('by = "accounted"', 'by = "luck"', "closing.end_when.1.by", "'accounted'"),
        ('by = "reports", report = "final-summary"', 'by = "reports"', "closing.end_when.0", "`report`"),
    ],
)
def test_a_policy_that_is_wrong_says_what_was_expected_and_where(
    right: str, wrong: str, where: str, said: str
) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_policy(CHINA.replace(right, wrong, 1), policy_id="cn-samr")
    assert said in str(refusal.value)
    assert where in str(refusal.value)


def test_a_policy_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(NotFound, match="cn-samr"):
        load_policy("no-such")


def test_a_clock_without_a_number_has_no_end_and_a_role_without_a_duty_none() -> None:
    china = load_policy("cn-samr")
    at_once = next(clock for clock in china.clocks if clock.id == "producer-stop")
    assert china.due(at_once, since=NOW, calendar=no_holidays("CN")) is None
    asked = laws_of(["cn-samr"]).strictest(
        duty=Duty.STOP_SALE, role=Role.MANUFACTURER, timezone="UTC", since=NOW, calendar_of=no_holidays
    )
    assert asked is None


def test_a_report_and_a_clock_that_is_gone_are_chased_at_the_usual_marks() -> None:
    laws = laws_of(["cn-samr"])
    marks = [laws.escalation(name) for name in ("cn-samr/platform-stop-sale", "cn-samr/phase-summary#1")]
    assert [(50, 75, 90, 100)] * 2 == marks


def test_of_several_laws_the_strictest_binds_and_is_named() -> None:
    laws = laws_of(["eu-gpsr", "cn-samr", "us-nhtsa"])
    given = {"role": Role.PLATFORM, "timezone": "UTC", "since": NOW, "calendar_of": no_holidays}
    stop = laws.strictest(duty=Duty.STOP_SALE, **given)  # type: ignore[arg-type] # the same for both
    tell = laws.strictest(duty=Duty.NOTIFY_BUYERS, **given)  # type: ignore[arg-type] # the same for both
    assert stop is not None
    assert tell is not None
    assert ("cn-samr/platform-stop-sale", NOW + timedelta(hours=24)) == (stop.name, stop.due.at)
    assert "eu-gpsr/platform-notify-buyers" == tell.name
    assert "unverified" in tell.basis


def test_every_law_has_its_own_end_of_the_same_duty() -> None:
    laws = laws_of(["cn-samr", "eu-gpsr"])
    bounds = laws.bounds(
        duty=Duty.STOP_SALE, role=Role.PLATFORM, timezone="Europe/Berlin", since=NOW, calendar_of=no_holidays
    )
    assert [
        ("cn-samr/platform-stop-sale", datetime(2025, 6, 17, 1, tzinfo=UTC)),
        ("eu-gpsr/platform-stop-sale", datetime(2025, 6, 18, 22, tzinfo=UTC)),
    ] == [(bound.name, bound.due.at) for bound in bounds]


def test_a_buyer_is_offered_what_every_law_allows() -> None:
    assert ("replace", "refund", "repair") == laws_of(["cn-samr", "eu-gpsr"]).remedies
    assert ("repair", "replace", "refund") == laws_of(["eu-gpsr", "cn-samr"]).remedies


def test_silent_buyers_are_asked_in_the_rounds_of_every_law() -> None:
    assert (5, 7, 21) == laws_of(["eu-gpsr", "cn-samr"]).reminders_after_days


def owed(name: str, *, role: Role = Role.MANUFACTURER, days: int = 0, rested: bool = False) -> list[str]:
    """The reports of a law so many days after the opening: each with the local day at whose end it is due."""
    laws = laws_of([name])
    began = {Trigger.OPENED: NOW} | ({Trigger.RESTED: NOW + timedelta(days=1)} if rested else {})
    found = laws.reports(
        role=role,
        timezone="UTC",
        began={name: began},
        now=NOW + timedelta(days=days),
        calendar_of=no_holidays,
    )
    zone = ZoneInfo(laws.leading.timezone)
    return [f"{each.name} {each.due.at.astimezone(zone) - timedelta(seconds=1):%Y-%m-%d}" for each in found]


@pytest.mark.parametrize(
    ("name", "days", "expected"),
    [
        ("cn-samr", 0, ["cn-samr/phase-summary#1 2025-09-16"]),  # 16 June and three months
        ("cn-samr", 93, ["cn-samr/phase-summary#2 2025-12-16"]),  # the first was due; the second runs
        ("us-cpsc", 0, ["us-cpsc/monthly-progress#1 2025-07-01"]),  # opened on the 15th in Washington
        ("us-cpsc", 20, ["us-cpsc/monthly-progress#2 2025-08-01"]),
        ("us-fda", 0, ["us-fda/status-report#1 2025-06-29"]),
        ("us-nhtsa", 0, ["us-nhtsa/quarterly-completion#1 2025-07-30"]),  # the second quarter ends in June
        ("us-nhtsa", 60, ["us-nhtsa/quarterly-completion#2 2025-10-30"]),
    ],
)
def test_a_report_is_owed_period_by_period_as_its_law_says(name: str, days: int, expected: list[str]) -> None:
    assert expected == owed(name, days=days)


def test_the_final_summary_is_owed_when_active_measures_have_ended() -> None:
    assert ["cn-samr/phase-summary#1 2025-09-16", "cn-samr/final-summary 2025-07-08"] == owed(
        "cn-samr", rested=True
    )


def test_a_role_without_a_report_in_the_law_owes_none() -> None:
    assert [] == owed("us-cpsc", role=Role.PLATFORM)
    assert [] == owed("cn-samr", role=Role.SELLER)


def test_a_report_by_a_day_of_the_month_is_due_when_that_day_ends() -> None:
    policy = load_policy("us-nhtsa")
    report = policy.reports[0].model_copy(update={"duration": 1, "due_day": 31})
    end = report_due(report, policy, period=8, since=NOW, calendar=no_holidays("US"))
    assert end_of(datetime(2026, 2, 28, tzinfo=UTC).date(), zone=ZoneInfo("America/New_York")) == end.at
