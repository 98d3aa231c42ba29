"""Index: keeps the lines of one platform that is indexed fresh, before any recall names them."""

from __future__ import annotations

from prefect import flow

from flows.assembly import house_in_use
from flows.indexing import index_platform
from recall.store import parties


@flow(name="index", validate_parameters=False)
async def index(party_id: str) -> dict[str, object]:
    """One reading of what a platform sold since the last; what it allows later is read later."""
    house = house_in_use()
    with house.runtime.store.read() as tx:
        party = parties.party(tx, party_id=party_id)
    done = await index_platform(house, party=party)
    return {"rows": done.rows, "failure": done.failure}
