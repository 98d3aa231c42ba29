"""The regulator's page of the feeds: how fresh each source of notices is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from recall.views.feeds import feed_list
from recall.web import pages
from recall.web.access import Engine, Feeds, Officer

router = APIRouter()


@router.get("/feeds")
def show_feeds(request: Request, runtime: Engine, officer: Officer, feeds: Feeds) -> Response:
    """Every source with its address, when it was asked and changed, what it holds, and what is wrong."""
    return pages.page(request, "feeds.html", officer=officer, rows=feed_list(runtime, feeds=feeds))
