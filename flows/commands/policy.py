"""The word `policy`: the laws that recalls run under, and when each of their clocks runs out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from flows.calendars import calendar
from flows.printing import Cell, Json, print_json, print_pairs, print_table
from recall.domain.ground import Confidence, Ground
from recall.domain.laws import report_due
from recall.domain.policy import LegalClock, Policy, Report, available_policies, load_policy
from recall.errors import InputRefused, NotFound
from recall.views.law_clocks import time_in_words

app = typer.Typer(add_completion=False, no_args_is_help=True)

Named = Annotated[str, typer.Argument(help="A policy, by its id.", metavar="POLICY")]
_LISTED = ("id", "authority", "place", "clocks", "reports", "numbers", "unverified")
_CLOCKS = ("clock", "role", "from", "time", "what", "basis", "confidence", "citation")
_DUES = ("due", "policy", "clock", "role", "time", "days_off", "basis", "confidence", "citation")


@app.callback()
def policy() -> None:
    """Show the laws of recalls, and when their clocks run out."""


@app.command(name="list")
def list_(*, json: Json = False) -> None:
    """List the policies: how many clocks and reports each has, and how many of its numbers nobody verified.

    Examples:

        recall policy list
    """
    rows = [_line(load_policy(name)) for name in available_policies()]
    if json:
        print_json({"policies": rows})
    else:
        print_table(_LISTED, ([row[name] for name in _LISTED] for row in rows))


@app.command()
def show(policy: Named, *, json: Json = False) -> None:
    """Show one policy whole: clocks, reports, notice, remedies, checks, closing, each with its ground.

    Examples:

        recall policy show eu-gpsr

        recall policy show cn-samr --json
    """
    found = load_policy(policy)
    if json:
        print_json(found.model_dump(mode="json"))
        return
    print_pairs(_head(found), title=f"Policy {found.id}")
    print_table(_CLOCKS, map(_clock, found.timed), title="Clocks and reports")
    print_table(("what", "is", "basis", "confidence", "citation"), _rules(found), title="Rules")


@app.command()
def due(
    policies: Annotated[list[str], typer.Argument(help="One policy or several.", metavar="POLICY...")],
    *,
    since: Annotated[
        str,
        typer.Option(
            help="When the clocks begin, as 2025-09-26T10:00: in the (first) law's time, or with an offset."
        ),
    ] = "",
    clock: Annotated[str, typer.Option(help="Only the clock or report of that id.")] = "",
    place: Annotated[str, typer.Option(help="Whose days off count: DE, AU-NSW; else the law's own.")] = "",
    json: Json = False,
) -> None:
    """Show when each clock of one law or of several runs out if it begins now, or at a time, on one timeline.

    Examples:

        recall policy due cn-samr --since 2025-09-26T10:00

        recall policy due cn-samr eu-gpsr us-cpsc --json

        recall policy due eu-gpsr --clock platform-stop-sale --place DE --since 2025-04-17T10:00
    """
    rows = sorted(_dues(policies, since=since, only=clock, place=place), key=lambda row: row["due_at"])
    if clock and not rows:
        raise NotFound(f"There is no clock {clock!r} with a number in {', '.join(policies)}", value=clock)
    if json:
        print_json({"clocks": rows})
    else:
        print_table(_DUES, ([row[name] for name in _DUES] for row in rows))


def _dues(names: Sequence[str], *, since: str, only: str, place: str) -> Iterator[dict[str, str]]:
    policies = [load_policy(name) for name in dict.fromkeys(names)]
    begins = _moment(since, policies[0], place=_place(policies[0], asked=place))
    for policy in policies:
        own = _place(policy, asked=place)
        zone, days = policy.calendar.zone(own), calendar(own)
        for clock in policy.timed:
            end = (
                report_due(clock, policy, period=1, since=begins, calendar=days)
                if isinstance(clock, Report)
                else policy.due(clock, since=begins, calendar=days)
            )
            if end is not None and only in ("", clock.id):
                yield {
                    "policy": policy.id, "clock": clock.id, "role": clock.role.value,
                    "trigger": clock.trigger.value, "time": time_in_words(clock), "place": own,
                    "since": begins.isoformat(), "due_at": end.at.isoformat(),
                    "due": f"{end.at.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}",
                    "days_off": "forecast" if end.provisional else "announced", "what": clock.what,
                } | _ground(clock)  # fmt: skip


def _place(policy: Policy, *, asked: str) -> str:
    """The place whose days off count. Raises InputRefused for one outside of the law's reach."""
    if asked in ("", policy.calendar.place) or asked in policy.calendar.places:
        return asked or policy.calendar.place
    known = ", ".join((policy.calendar.place, *policy.calendar.places))
    raise InputRefused.of(asked, expected=f"a place of {policy.id}: {known}", got=asked, where="--place")


def _moment(text: str, policy: Policy, *, place: str) -> datetime:
    """A time as it was typed, in the law's own time where it has no offset; now where nothing was."""
    if not text:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InputRefused.of(
            text, expected="a time as 2025-09-26T10:00", got=text, where="--since"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=policy.calendar.zone(place))


def _line(policy: Policy) -> dict[str, Cell]:
    grounds = policy.grounds
    unsure = sum(ground.confidence is Confidence.UNVERIFIED for ground in grounds)
    return {
        "id": policy.id, "authority": policy.authority, "place": policy.calendar.place,
        "clocks": len(policy.clocks), "reports": len(policy.reports), "numbers": len(grounds),
        "unverified": unsure,
    }  # fmt: skip


def _head(policy: Policy) -> Iterator[tuple[str, Cell]]:
    rules = policy.calendar
    yield "authority", policy.authority
    yield "applies to", policy.applies
    yield "time", f"{rules.timezone}, days off of {rules.place}"
    yield "places", " ".join(rules.places)
    yield "hours begin", rules.hours_begin.replace("_", " ")
    yield "weekends and holidays", "do not count" if rules.pauses else "count"
    yield "an end on a day off", "goes to the next working day" if rules.rolls else "stands"
    yield "counted by", rules.said


def _clock(clock: LegalClock | Report) -> tuple[Cell, ...]:
    ground = _ground(clock)
    return (
        clock.id, clock.role.value, clock.trigger.value, time_in_words(clock), clock.what, ground["basis"],
        ground["confidence"], clock.citation,
    )  # fmt: skip


def _rules(policy: Policy) -> Iterable[tuple[Cell, ...]]:
    notice, remedies, closing = policy.notice, policy.remedies, policy.closing
    rows: list[tuple[str, str, Ground]] = [
        ("notice carries", ", ".join(notice.required), notice.ground),
        ("languages", notice.languages, notice.ground),
        *(
            (f"headline ({language})", words, notice.ground_of_headline(language))
            for language, words in notice.headline.items()
        ),
        *(
            (f"forbidden ({language})", ", ".join(phrases.words), phrases)
            for language, several in notice.forbidden.items()
            for phrases in several
        ),
        ("remedies", ", ".join(remedies.allowed), remedies),
        ("choices", str(remedies.min_choices or "not said"), remedies),
        ("who pays", remedies.cost_bearer, remedies),
        *((f"effectiveness {level.id}", level.what, level) for level in policy.effectiveness),
        ("measures may end", "; ".join(map(str, closing.rest_when)), closing),
        ("the recall may end", "; ".join(map(str, closing.end_when)), closing),
        *((f"{kept.role} keeps", f"{kept.what}: {kept.years} years", kept) for kept in policy.retention),
    ]
    return ((what, said, g.basis.value, g.confidence.value, g.citation) for what, said, g in rows)


def _ground(ground: Ground) -> dict[str, str]:
    return {
        "basis": ground.basis.value, "confidence": ground.confidence.value, "citation": ground.citation,
        "url": ground.url,
    }  # fmt: skip
