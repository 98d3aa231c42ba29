"""Keep published: what a feed says now, version by version; a person takes it up, never a program."""

from __future__ import annotations

from collections.abc import Sequence

from recall.domain.notice import Notice
from recall.domain.published import Published
from recall.runtime import Runtime
from recall.store import published, watched
from recall.store.published import Kept
from recall.store.sql import chunks
from recall.store.watched import Page

TOGETHER = 200
"""Notices that one transaction keeps: a pass that is cut off goes on with the rest."""


def begin_watch(runtime: Runtime, *, feed: str) -> None:
    """Keep that a feed is asked now, so that nobody else asks it."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        watched.asked(tx, name=feed, at=now)


def keep_published(runtime: Runtime, *, notices: Sequence[Notice]) -> Kept:
    """Keep what a page of a feed says; done twice is done once."""
    kept = Kept()
    for some in chunks(notices, size=TOGETHER):
        now = runtime.now()
        with runtime.store.begin() as tx:
            kept += published.keep(tx, some, at=now)
    return kept


def keep_page(runtime: Runtime, *, feed: str, page: Page) -> None:
    """Keep what an address answered, once all that stood in it is kept."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        watched.keep_page(tx, page, name=feed, at=now)


def end_watch(runtime: Runtime, *, feed: str, changed: bool, deep: bool, failure: str = "") -> None:
    """Keep how a pass over a feed ended."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        if failure:
            watched.failed(tx, name=feed, at=now, error=failure)
        else:
            watched.answered(tx, name=feed, at=now, changed=changed, deep=deep)


def take_up(runtime: Runtime, *, notice: Published) -> None:
    """Keep that a person took this version up for a recall."""
    with runtime.store.begin() as tx:
        published.take(tx, source=notice.source, reference=notice.reference, version=notice.version)
