"""Watch: looks whether goods whose sale was stopped are on sale again, and stops them again."""

from __future__ import annotations

from prefect import flow

from flows.assembly import house_in_use
from flows.stopping import refresh_listings, stop_sales


@flow(name="watch", validate_parameters=False)
async def watch(recall_id: str) -> dict[str, int]:
    """One look at every platform's listings of one recall."""
    house = house_in_use()
    relisted = await refresh_listings(house, recall_id=recall_id)
    stopped = await stop_sales(house, recall_id=recall_id)
    return {"relisted": sum(each.rows for each in relisted), "stopped": sum(each.rows for each in stopped)}
