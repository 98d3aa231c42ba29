"""The word `deliver`: hand over what waits in the outbox, beside the service or instead of its timer."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated

import typer

from flows.assembly import House
from flows.emptying import empty_outbox
from flows.opening import open_house
from flows.printing import Json, print_json, print_pairs

app = typer.Typer(add_completion=False)
LOOK_SECONDS = 1.0


@app.command()
def deliver(
    context: typer.Context,
    *,
    watch: Annotated[bool, typer.Option(help="Go on until Ctrl-C, looking every second.")] = False,
    json: Json = False,
) -> None:
    """Hand over what waits in the outbox.

    Any number of these may run beside one another; what one left that died another takes over within ten
    seconds.

    Examples:

        recall deliver

        recall deliver --watch
    """
    house = open_house(context)
    done = asyncio.run(_watch(house) if watch else empty_outbox(house))
    if json:
        print_json({"receipts": done})
    else:
        print_pairs(list(done.items()) or [("due", 0)])


async def _watch(house: House) -> dict[str, int]:
    done = Counter[str]()
    try:
        while True:
            done.update(await empty_outbox(house))
            await asyncio.sleep(LOOK_SECONDS)
    except asyncio.CancelledError:  # Ctrl-C: what was done is said
        return dict(done)
