"""Coordinate: carries one recall as far as today's facts allow; the table of contents of the product.

A pass runs every stage on what is known now, and ends. A new event, order, confirmation, version or deadline
starts the next one; nothing sleeps in here. After a crash the next pass carries on from the database.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.assembly import House, house_in_use
from flows.partners import Fetched
from flows.scanning import fetch_orders
from flows.stopping import stop_sales
from recall.domain.recall import ACTIVE_STATES
from recall.steps.assess_completion import assess_completion
from recall.steps.assign_tasks import assign_tasks
from recall.steps.match_orders import match_orders
from recall.steps.notify_parties import notify_parties
from recall.steps.release_goods import release_goods
from recall.steps.settle_scope import settle_scope
from recall.steps.trace_goods import trace_goods
from recall.store import recalls

Result = Mapping[str, object]


@flow(name="coordinate", validate_parameters=False)
async def coordinate(recall_id: str) -> dict[str, Result]:
    """One pass over one recall; returns what each stage found, by name. One that ended only says farewell."""
    results = {}
    with house_in_use().runtime.store.read() as tx:
        active = recalls.recall(tx, recall_id=recall_id).state in ACTIVE_STATES
    for name in STAGES if active else ("release",):
        results[name] = await run_stage.with_options(task_run_name=name)(recall_id=recall_id, name=name)
    return results


@task(cache_policy=NO_CACHE)
async def run_stage(recall_id: str, name: str) -> Result:
    """One stage of one recall: done, timed, and written down beside the recall."""
    house = house_in_use()
    began_at, began = house.runtime.now(), time.perf_counter()
    result = await STAGES[name](house, recall_id)
    with house.runtime.store.begin() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        recalls.save_stage(
            tx,
            recall_id=recall_id,
            version=version,
            name=name,
            began_at=began_at,
            ended_at=house.runtime.now(),
            seconds=time.perf_counter() - began,
            result=result,
        )
    return result


async def scope(house: House, recall_id: str) -> Result:
    """What the notice covers, as clauses over known trade items."""
    settled = settle_scope(house.runtime, recall_id=recall_id)
    return {"clauses": len(settled.clauses), "trade_items": len(settled.gtins)}


async def trace(house: House, recall_id: str) -> Result:
    """Which lots hold it, and where they stand."""
    found = trace_goods(house.runtime, recall_id=recall_id)
    return {
        "lots": len(found.lots),
        "units": sum(lot.units for lot in found.lots),
        "sites": len({stock.site for stock in found.stocks}),
    }


async def match(house: House, recall_id: str) -> Result:
    """Which order lines are affected, on every platform."""
    fetched = await fetch_orders(house, recall_id=recall_id)
    delta = match_orders(house.runtime, recall_id=recall_id)
    return _said(fetched) | {"newly_in": delta.newly_in, "released": delta.released}


async def release(house: House, recall_id: str) -> Result:
    """Who was told of what is no longer in the recall; all that a recall that has ended still does."""
    done = release_goods(house.runtime, recall_id=recall_id)
    return {"lines": done.lines, "parties": done.parties, "tasks": done.tasks, "said": done.said}


async def assign(house: House, recall_id: str) -> Result:
    """Who must do what by when; listings whose platform lets us are stopped at once."""
    assigned = assign_tasks(house.runtime, recall_id=recall_id)
    stopped = await stop_sales(house, recall_id=recall_id)
    return {"tasks": assigned, "stopped": sum(each.rows for each in stopped)}


async def notify(house: House, recall_id: str) -> Result:
    """Who is told what."""
    return {"queued": notify_parties(house.runtime, recall_id=recall_id)}


async def assess(house: House, recall_id: str) -> Result:
    """What still stands between the recall and its end."""
    assessment = assess_completion(house.runtime, recall_id=recall_id)
    return {"state": assessment.state.value, "unmet": list(assessment.unmet)}


STAGES: Mapping[str, Callable[[House, str], Awaitable[Result]]] = {
    "scope": scope,
    "trace": trace,
    "match": match,
    "release": release,
    "assign": assign,
    "notify": notify,
    "assess": assess,
}
"""The stages in their order; each step behind them is one transaction that changes nothing twice."""


def _said(fetched: tuple[Fetched, ...]) -> dict[str, object]:
    failures = {each.party.name: each.failure for each in fetched if each.failure}
    return {"rows": sum(each.rows for each in fetched), "failures": failures}
