"""The events as the standard's query answers them: a party sees what it said itself, a regulator sees all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from recall.domain.party import Party, Role
from recall.errors import NotFound, QueryTooLarge
from recall.runtime import Runtime
from recall.store import capture_jobs
from recall.store.event_query import After, EventQuery, FoundEvent, count_events, find_events

_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyPage:
    """Some of the events that meet a query, and where they ended; None: there are no more."""

    events: tuple[FoundEvent, ...]
    after: After | None
    at: datetime

    def document(self) -> dict[str, Any]:
        """The page as an EPCISQueryDocument (JSON-LD)."""
        results = {
            "queryName": "SimpleEventQuery",
            "resultsBody": {"eventList": [event.document() for event in self.events]},
        }
        return {
            "@context": [_CONTEXT], "type": "EPCISQueryDocument", "schemaVersion": "2.0",
            "creationDate": self.at.isoformat(), "epcisBody": {"queryResults": results},
        }  # fmt: skip


def supply_page(
    runtime: Runtime, *, party: Party, query: EventQuery, limit: int, most: int | None, after: After | None
) -> SupplyPage:
    """The events of a page that the party may see. Raises QueryTooLarge where there are more than `most`."""
    own = replace(query, captured_by=_reader(party))
    with runtime.store.read() as tx:
        if most is not None and (count := count_events(tx, own, at_most=most)) > most:
            raise QueryTooLarge(
                "The answer is too large", expected=f"at most {most} events", got=f"{count} or more",
                where="maxEventCount", advice="Ask for fewer, or for pages (perPage).",
            )  # fmt: skip
        found = find_events(tx, own, limit=limit + 1, after=after)
    page = found[:limit]
    more = len(found) > limit
    return SupplyPage(events=page, after=_end(page, query) if more else None, at=runtime.now())


def _end(page: tuple[FoundEvent, ...], query: EventQuery) -> After:
    last = page[-1]
    return (last.captured_at if query.by_record_time else last.event_time), last.number


def capture_job(runtime: Runtime, *, party: Party, job_id: str) -> Mapping[str, Any]:
    """A capture job of the party's, as the standard writes it. Raises NotFound."""
    with runtime.store.read() as tx:
        job = capture_jobs.capture_job(tx, job=job_id, party=_reader(party))
    if job is None:
        raise NotFound(f"There is no capture job {job_id!r}", value=job_id)
    return _job(job)


def capture_jobs_page(
    runtime: Runtime, *, party: Party, after: str, limit: int
) -> tuple[list[Mapping[str, Any]], str | None]:
    """Capture jobs of the party's, oldest first, and where the page ended (None: there are no more)."""
    with runtime.store.read() as tx:
        found = capture_jobs.capture_jobs(tx, party=_reader(party), after=after, limit=limit + 1)
    return [_job(job) for job in found[:limit]], found[limit - 1]["id"] if len(found) > limit else None


def _reader(party: Party) -> str | None:
    return None if party.role is Role.REGULATOR else party.id


def _job(job: Mapping[str, Any]) -> Mapping[str, Any]:
    told = {
        "captureID": job["id"], "createdAt": job["created_at"].isoformat(), "running": job["running"],
        "success": job["success"], "captureErrorBehaviour": "proceed" if job["proceed"] else "rollback",
        "errors": job["errors"], "events": job["new"] + job["known"], "new": job["new"],
    }  # fmt: skip
    finished = job["finished_at"]
    return told | ({"finishedAt": finished.isoformat()} if finished is not None else {})
