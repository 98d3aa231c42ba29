"""Heed: looks after what vendors' webhooks said, before the recalls are carried on."""

from __future__ import annotations

from prefect import flow

from flows.assembly import house_in_use
from flows.hearing import look_after


@flow(name="heed", validate_parameters=False)
async def heed() -> dict[str, int]:
    """One look at what every waiting hint is about."""
    return {"hints": await look_after(house_in_use())}
