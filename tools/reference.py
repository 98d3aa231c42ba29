"""The parts of the reference that the code writes itself: `python -m tools.reference` puts them in place.

A page marks such a part by `<!-- written: NAME -->` and `<!-- end -->`; a test holds each to what is written
here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from connectors.gs1.names import Kind, Tag
from flows.assembly import assemble
from recall.app import create_app
from recall.domain.completion import Account, Conflict, Holding, HoldingKind, postings_for_line
from recall.domain.confirmation import BUYER_OUTCOMES, DUTY_OF
from recall.domain.ground import Ground
from recall.domain.message import PRIORITY
from recall.domain.policy import Policy, available_policies, load_policy
from recall.domain.recall import TRANSITIONS as RECALL_TRANSITIONS
from recall.domain.recall import RecallState
from recall.domain.task import TRANSITIONS as TASK_TRANSITIONS
from recall.domain.task import TaskState
from recall.settings import Settings
from recall.views.law_clocks import time_in_words

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs"
PART = re.compile(r"(<!-- written: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def settings() -> str:
    """Every setting as its environment variable, with its default and what it is."""
    rows = (
        (f"`RECALL_{name.upper()}`", _default(field.get_default()), field.description or "")
        for name, field in Settings.model_fields.items()
    )
    return _table(("variable", "default", "meaning"), rows)


def gs1_names() -> str:
    """The names in GS1's recall messages, and how each is known."""
    kinds = ((kind, kind.known, "holds the message's document") for kind in Kind)
    tags = ((tag, tag.known, tag.holds) for tag in Tag)
    rows = ((f"`{name}`", known, holds) for name, known, holds in (*kinds, *tags))
    return _table(("name", "known by", "what it holds"), rows)


def _default(value: Any) -> str:
    shown = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
    return f"`{shown}`" if shown else "empty"


def task_states() -> str:
    """The transitions of a task, as a table and as a diagram."""
    moves = [(before, f"{act} by {by}", after) for (before, act, by), after in TASK_TRANSITIONS.items()]
    return _states(moves, first=TaskState.ISSUED)


def recall_states() -> str:
    """The transitions of a recall, as a table and as a diagram."""
    moves = [(before, str(act), after) for (before, act), after in RECALL_TRANSITIONS.items()]
    return _states(moves, first=RecallState.PROPOSED)


def _states(moves: Iterable[tuple[str, str, str]], *, first: str) -> str:
    known = list(moves)
    table = _table(("from", "act", "to"), ((str(a), act, str(b)) for a, act, b in known))
    acts: dict[tuple[str, str], list[str]] = {}
    for before, act, after in known:
        if before != after:
            acts.setdefault((before, after), []).append(act)
    arrows = (f"    {before} --> {after}: {', '.join(named)}" for (before, after), named in acts.items())
    lines = ("```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *arrows, "```", "")
    return "\n".join((*lines, table))


def buyer_outcomes() -> str:
    """Where a buyer's outcome moves the units of a line: asked of the books, not copied from them."""
    rows = ((f"`{outcome}`", _target(outcome), _certain(outcome)) for outcome in sorted(BUYER_OUTCOMES))
    return _table(("outcome", "units go to", "where the line is confirmed as affected"), rows)


def _target(outcome: Any) -> str:
    moved = postings_for_line(_line(certain=False), outcome=outcome, units=1)
    return "nowhere" if isinstance(moved, Conflict) else f"`{moved[0].target}`"


def _certain(outcome: Any) -> str:
    moved = postings_for_line(_line(certain=True), outcome=outcome, units=1)
    return "a conflict for a person" if isinstance(moved, Conflict) else "the same"


def _line(*, certain: bool) -> Holding:
    standing = dict.fromkeys(Account, 0) | {Account.OUTSTANDING: 1}
    return Holding(
        id="hld_1", kind=HoldingKind.LINE, party_id="party_1", ref="L-1", units=1, certain=certain,
        balances=standing,
    )  # fmt: skip


def duties() -> str:
    """Which outcome fulfils which duty."""
    rows = ((f"`{outcome}`", f"`{duty}`") for outcome, duty in DUTY_OF.items())
    return _table(("outcome", "fulfils the duty"), rows)


def order_of_messages() -> str:
    """The kinds of messages, those that leave first above."""
    ranked = sorted(PRIORITY.items(), key=lambda pair: pair[1])
    return _table(("leaves", "kind of message"), ((str(rank), f"`{kind}`") for kind, rank in ranked))


def clocks() -> str:
    """Every clock of every policy, with its ground and how sure it is."""
    rows = (
        (f"`{policy.id}`", f"`{clock.id}`", clock.role.value, clock.trigger.value, time_in_words(clock),
         *_ground(clock))
        for policy in _policies()
        for clock in policy.clocks
    )  # fmt: skip
    return _table(("policy", "clock", "role", "from", "time", *_GROUND), rows)


def law_reports() -> str:
    """Every report that a policy asks for."""
    rows = (
        (f"`{policy.id}`", f"`{report.id}`", report.role.value, report.trigger.value, time_in_words(report),
         *_ground(report))
        for policy in _policies()
        for report in policy.reports
    )  # fmt: skip
    return _table(("policy", "report", "role", "from", "time", *_GROUND), rows)


def law_rules() -> str:
    """Remedies, effectiveness checks, the two ends and the records of every policy."""
    return _table(("policy", "what", "is", *_GROUND), (row for p in _policies() for row in _rules(p)))


def _rules(policy: Policy) -> Iterable[tuple[str, ...]]:
    rules: list[tuple[str, str, Ground]] = [
        ("remedies", ", ".join(policy.remedies.allowed), policy.remedies),
        ("choices at least", str(policy.remedies.min_choices or "not said"), policy.remedies),
        *((f"effectiveness {level.id}", level.what, level) for level in policy.effectiveness),
        ("measures rest when", "; ".join(map(str, policy.closing.rest_when)), policy.closing),
        ("the recall ends when", "; ".join(map(str, policy.closing.end_when)), policy.closing),
        *((f"{kept.role} keeps", f"{kept.what}: {kept.years} years", kept) for kept in policy.retention),
        ("languages of the notice", policy.notice.languages, policy.notice.ground),
    ]
    return ((f"`{policy.id}`", what, said, *_ground(ground)) for what, said, ground in rules)


def reckonings() -> str:
    """How each law counts its periods."""
    rows = (
        (
            f"`{policy.id}`", f"{rules.place}, {rules.timezone}", " ".join(rules.places) or "-",
            rules.hours_begin.replace("_", " "), "out" if rules.pauses else "in",
            "moves" if rules.rolls else "stands", str(rules.least_working_days or "-"), *_ground(rules),
        )
        for policy in _policies()
        for rules in (policy.calendar,)
    )  # fmt: skip
    columns = ("policy", "days off, time", "places", "hours begin", "days off in hours and days")
    return _table((*columns, "an end on a day off", "working days at least", *_GROUND), rows)


_GROUND = ("basis", "confidence", "citation")


def _policies() -> Iterable[Policy]:
    return map(load_policy, available_policies())


def _ground(ground: Ground) -> tuple[str, str, str]:
    sure = f"{ground.confidence} {ground.read_on}" if ground.read_on else ground.confidence.value
    where = f" [source]({ground.url})" if ground.url else ""
    return ground.basis.value, sure, f"{ground.citation}{where}"


def engine_doors() -> str:
    """Every route of the engine's API, from the description that it gives of itself."""
    with TemporaryDirectory() as home:
        house = assemble(Settings(home=Path(home)))
        described = create_app(house.runtime, issuer_key=house.key.public).openapi()
        house.runtime.store.close()
    rows = (
        (f"`{method.upper()} {path}`", _audience(route), f"{route['summary']}")
        for path, methods in described["paths"].items()
        for method, route in methods.items()
    )
    return _table(("door", "for", "what"), rows)


def _audience(route: Mapping[str, Any]) -> str:
    """Who may come in, by the refusals that the route documents."""
    if "403" in route["responses"]:
        return "a regulator's officer"
    return "a party with a key" if "401" in route["responses"] else "everybody"


WRITERS: Mapping[str, Callable[[], str]] = {
    "settings": settings,
    "names-of-messages": gs1_names,
    "task-states": task_states,
    "recall-states": recall_states,
    "buyer-outcomes": buyer_outcomes,
    "duties": duties,
    "order-of-messages": order_of_messages,
    "clocks": clocks,
    "law-reports": law_reports,
    "law-rules": law_rules,
    "reckonings": reckonings,
    "engine-doors": engine_doors,
}
"""Who writes which part."""


def pages() -> list[Path]:
    """The pages that have a written part."""
    return [page for page in sorted(PAGES.rglob("*.md")) if PART.search(page.read_text("utf-8"))]


def renewed(text: str) -> str:
    """The page's text with its written parts as they are now. Raises KeyError for an unknown part."""
    return PART.sub(lambda found: f"{found[1]}{WRITERS[found[2]]()}\n{found[3]}", text)


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(columns)
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(' '.join(cell.split()) for cell in row)} |" for row in lines)


def main() -> None:
    """Write every page anew."""
    for page in pages():
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
