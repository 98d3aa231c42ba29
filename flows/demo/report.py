"""The demo's report: what happened, for people as tables and for scripts as one document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from flows.demo.intake import party_id
from flows.demo.story import Told
from recall.domain.confirmation import Outcome
from recall.links import LineLink, TaskLink
from recall.store import audit, confirmations, matches, outbox, parties
from recall.views.evidence import Evidence, evidence
from recall.views.overview import Overview, overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The engine's answer against what the generator knows to be true."""

    told: int
    unreachable: int
    """Lines whose message came back: counted, and open to other ways."""
    blanket: int
    """What a recall of the whole products would have told."""
    affected: int
    missed: int
    """Truly affected lines that nobody tried to tell: must be 0."""
    spared: int

    def document(self) -> dict[str, int]:
        """The score as flat JSON."""
        return {
            "told": self.told, "unreachable": self.unreachable, "blanket": self.blanket,
            "affected": self.affected,
            "missed": self.missed, "spared": self.spared,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the demo prints."""

    overview: Overview
    score: Score
    evidence: Evidence
    audit_broken: int | None
    seconds: Mapping[str, float]
    addresses: Mapping[str, str]

    def document(self) -> dict[str, object]:
        """The report as JSON."""
        return {
            **self.overview.document(),
            "score": self.score.document(),
            "evidence": self.evidence.document(),
            "audit_whole": self.audit_broken is None,
            "seconds": {name: round(spent, 2) for name, spent in self.seconds.items()},
            "addresses": dict(self.addresses),
        }


def report_of(told: Told) -> Report:
    """Read the report from the store, and the truth from the market's folder."""
    runtime, recall_id = told.house.runtime, told.recall_id
    with runtime.store.read() as tx:
        told_lines = set(outbox.lines_told(tx, recall_id=recall_id))
        returned = {
            (kept.party_id, kept.confirmation.line_ref or "")
            for kept in confirmations.confirmations(tx, recall_id=recall_id)
            if kept.confirmation.outcome is Outcome.UNREACHABLE
        }
        sample = next(m for m in matches.affected(tx, recall_id=recall_id, limit=200) if len(m.chain) > 2)
        broken = audit.verify(tx)
        seller = next(p for p in parties.parties(tx) if p.platform_id)
    links, now = runtime.links, runtime.now()
    seen = overview(runtime, recall_id=recall_id)
    line = LineLink(recall_id=recall_id, platform_id=sample.line.platform_id, line_ref=sample.line.line_ref)
    return Report(
        overview=seen,
        score=_score(told.folder, told=told_lines, returned=returned, blanket=seen.targeting.blanket),
        evidence=evidence(runtime, recall_id=recall_id, platform_id=line.platform_id, line_ref=line.line_ref),
        audit_broken=broken,
        seconds=told.seconds,
        addresses={
            "public notice": links.notice(seen.recall.reference),
            "a buyer's page": links.line(line, now=now),
            "a seller's tasks": links.tasks(TaskLink(recall_id=recall_id, party_id=seller.id), now=now),
            "regulator": f"{told.house.settings.base_url}/recalls/{recall_id}",
            "API": f"{told.house.settings.base_url}/docs",
            "Prefect": told.prefect_url.removesuffix("/api"),
        },
    )


def _score(
    folder: Path, *, told: set[tuple[str, str]], returned: set[tuple[str, str]], blanket: int
) -> Score:
    """Count against the truth, which the engine never saw."""
    affected, missed, tried = 0, 0, told | returned
    with (folder / "truth.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["affected"]:
                affected += 1
                missed += (party_id(row["platform"]), row["line"]) not in tried
    return Score(
        told=len(told),
        unreachable=len(returned - told),
        blanket=blanket,
        affected=affected,
        missed=missed,
        spared=blanket - len(tried),
    )


def show(report: Report, *, console: Console) -> None:
    """Print the report for people."""
    console.print()
    console.print(Panel.fit(_headline(report), border_style="green" if report.score.missed == 0 else "red"))
    for table in (_funnel(report), _ledger(report), _parties(report), _chain(report), _seconds(report)):
        console.print(table)
    targeted, score = report.overview.targeting, report.score
    console.print(
        f"[bold]Targeted against blanket[/]  {targeted.told:,} order lines affected "
        f"({targeted.confirmed:,} confirmed, {targeted.possible:,} possible): {score.told:,} told, "
        f"{score.unreachable:,} whose message came back; a recall of the whole products "
        f"would have told {score.blanket:,}; spared {score.spared:,}; "
        f"truly affected {score.affected:,}; [bold]missed {score.missed}[/]"
    )
    whole = "whole" if report.audit_broken is None else f"BROKEN at entry {report.audit_broken}"
    console.print(f"[bold]Audit trail[/]  {whole}, every entry chained by hash")
    for name, address in report.addresses.items():
        console.print(f"[bold]{name}[/]  {address}", soft_wrap=True)


def _headline(report: Report) -> str:
    seen = report.overview
    stated = f"{seen.stated_units:,}" if seen.stated_units else "no number of"
    return (
        f"[bold]{seen.recall.title}[/]\n{seen.recall.authority}, {seen.recall.reference}\n"
        f"state [bold]{seen.recall.state}[/]; the notice states {stated} units; this market is a scale "
        f"model that holds {seen.made_units:,} of them in {seen.affected_lots} lots"
    )


def _funnel(report: Report) -> Table:
    table = Table(title="Funnel (units)", title_justify="left")
    steps = report.overview.funnel.document()
    for name in steps:
        table.add_column(name.replace("_", " "), justify="right")
    table.add_row(*(f"{units:,}" for units in steps.values()))
    return table


def _ledger(report: Report) -> Table:
    ledger = report.overview.ledger
    title = "Ledger (units): affected = recovered + corrected + disposed + unreachable + outstanding"
    table = Table(title=title, title_justify="left")
    for name in ledger.document():
        table.add_column(name, justify="right")
    table.add_row(*(_cell(value) for value in ledger.document().values()))
    return table


def _cell(value: int | bool) -> str:
    return ("yes" if value else "NO") if isinstance(value, bool) else f"{value:,}"


def _parties(report: Report) -> Table:
    table = Table(title="Parties", title_justify="left")
    for name in ("party", "role"):
        table.add_column(name)
    for name in ("tasks", "done", "late", "messages", "units", "answered"):
        table.add_column(name, justify="right")
    for row in report.overview.parties:
        if row.tasks:
            late = f"[red]{row.late}[/]" if row.late else "0"
            counts = (f"{row.told:,}", f"{row.units:,}", f"{row.answered:,}")
            table.add_row(row.party.name, row.party.role, str(row.tasks), str(row.done), late, *counts)
    return table


def _chain(report: Report) -> Table:
    table = Table(
        title="Evidence: one order line, from the notice's clause to the buyer", title_justify="left"
    )
    for name in ("rule", "from", "to", "says", "shown by"):
        table.add_column(name, overflow="fold")
    for link in report.evidence.links:
        table.add_row(link.rule, link.start, link.end, link.source or "", (link.event or "")[:24])
    return table


def _seconds(report: Report) -> Table:
    table = Table(title="Seconds a stage", title_justify="left")
    table.add_column("stage")
    table.add_column("seconds", justify="right")
    for name, spent in report.seconds.items():
        table.add_row(name, f"{spent:.1f}")
    table.add_row("[bold]all[/]", f"[bold]{sum(report.seconds.values()):.1f}[/]")
    return table
