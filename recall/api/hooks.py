"""The hooks' route: what vendors' own webhooks say, verified by the kind of their connector."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from fastapi import APIRouter, Request

from recall.api.problems import problems
from recall.errors import BodyTooLarge, NotNow

router = APIRouter(prefix="/v1", tags=["Hooks"])
LARGEST = 262_144
"""Bytes of one delivery: vendors keep theirs smaller."""

Hear = Callable[[str, Mapping[str, str], bytes], Awaitable[bool]]
"""Given a party's id, headers by their names in lower case and the body as it came: whether it was news."""


@router.post(
    "/hooks/{party}", status_code=HTTPStatus.ACCEPTED, responses=problems(404, 409),
    summary="A webhook of a platform's own",
)  # fmt: skip
async def take_hook(request: Request, party: str) -> dict[str, bool]:
    """For the vendors' systems: no key, the delivery's own signature is checked, a forged one refused (403).

    `news` is false for one that came before or is of no interest. What it says is never taken as data: it
    leads to a look at the platform.
    """
    hear: Hear | None = request.app.state.hear
    if hear is None:
        raise NotNow("This engine hears no webhooks", advice="Start it with `recall serve`.")
    raw = await request.body()
    if len(raw) > LARGEST:
        raise BodyTooLarge(
            "The delivery is too large", expected=f"at most {LARGEST:,} bytes", got=f"{len(raw):,}"
        )
    headers = {name.lower(): value for name, value in request.headers.items()}
    news = await hear(party, headers, raw)
    if news:
        request.app.state.wake(party)
    return {"news": news}
