"""The pages: a platform's lines read from the first page to the last, for checks of its promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from recall.domain.match import OrderLine
from recall.ports import LinePage, LineQuery, Platform

PAGES_LIMIT = 100_000


async def query_of(
    platform: Platform, *, gtin: str, since: datetime | None = None, until: datetime | None = None
) -> LineQuery:
    """The question for a trade item's lines, its listings resolved."""
    return LineQuery(gtin=gtin, listings=await platform.listings(gtin=gtin), since=since, until=until)


async def pages_of(
    platform: Platform,
    *,
    gtin: str,
    since: datetime | None = None,
    until: datetime | None = None,
    whole: bool = False,
) -> list[LinePage]:
    """Every page of a trade item's lines, or (`whole`) of those of all trade items."""
    query = await query_of(platform, gtin=gtin, since=since, until=until)
    query = replace(query, gtin=None) if whole else query
    pages = [await platform.order_lines(query=query, cursor=None)]
    while pages[-1].next is not None and len(pages) < PAGES_LIMIT:
        pages.append(await platform.order_lines(query=query, cursor=pages[-1].next))
    return pages


async def lines_of(
    platform: Platform, *, gtin: str, since: datetime | None = None, until: datetime | None = None
) -> list[OrderLine]:
    """Every line of a trade item."""
    pages = await pages_of(platform, gtin=gtin, since=since, until=until)
    return [line for page in pages for line in page.lines]
