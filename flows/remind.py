"""Remind: reminds the late, tells those above them, and asks silent buyers again."""

from __future__ import annotations

from prefect import flow

from flows.assembly import house_in_use
from recall.steps.chase_late import chase_late


@flow(name="remind", validate_parameters=False)
async def remind(recall_id: str) -> dict[str, int]:
    """One round over one recall; every mark of a clock is told once."""
    chased = chase_late(house_in_use().runtime, recall_id=recall_id)
    return {"reminded": chased.reminded, "escalated": chased.escalated, "buyers": chased.buyers}
