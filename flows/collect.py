"""Collect: asks platforms and logistics partners what they have done."""

from __future__ import annotations

from prefect import flow

from flows.assembly import house_in_use
from flows.fetching import fetch_confirmations
from recall.steps.assess_completion import assess_completion


@flow(name="collect", validate_parameters=False)
async def collect(recall_id: str) -> dict[str, object]:
    """Read what every partner did since the last time, and judge the recall by it.

    A partner that is down is asked again next time.
    """
    house = house_in_use()
    fetched = await fetch_confirmations(house, recall_id=recall_id)
    assessment = assess_completion(house.runtime, recall_id=recall_id)
    failures = {each.party.name: each.failure for each in fetched if each.failure}
    return {
        "new": sum(each.rows for each in fetched),
        "failures": failures,
        "state": assessment.state.value,
        "unmet": list(assessment.unmet),
    }
