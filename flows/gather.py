"""Gather: asks one regulator's feed what is new or changed, and keeps it for people to take up."""

from __future__ import annotations

from prefect import flow

from flows.assembly import house_in_use
from flows.polling import poll


@flow(name="gather", validate_parameters=False)
async def gather(feed: str) -> dict[str, int]:
    """One pass over one feed; opens nothing."""
    passed = await poll(house_in_use(), feed=feed)
    return {"new": passed.kept.new, "changed": passed.kept.changed, "refused": passed.refused}
