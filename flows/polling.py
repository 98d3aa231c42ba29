"""The polling of feeds: a pass keeps what came, whatever failed after it; no source stops another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from connectors.feeds.polling import Answered, Poll, Polled
from connectors.feeds.source import Source, all_sources, sources
from flows.assembly import House
from recall.domain.published import WatchedFeed
from recall.errors import NotFound, RecallError
from recall.settings import Settings
from recall.steps.keep_published import begin_watch, end_watch, keep_page, keep_published
from recall.store import watched
from recall.store.published import Kept
from recall.store.watched import Freshness, Page

OVERLAP = timedelta(days=10)
"""How far a pass looks back before the last one: regulators date some notices late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What came of one pass over a source."""

    feed: str
    kept: Kept = field(default_factory=Kept)
    refused: int = 0
    pages: int = 0
    unchanged: int = 0
    """Pages that were as before."""
    deep: bool = False
    failure: str = ""
    """Why it ended early; empty: it did not."""


def source_named(settings: Settings, feed: str) -> Source:
    """A feed that has an address. Raises NotFound."""
    known = sources(addresses=settings.feed_addresses)
    if feed not in known:
        raise NotFound(
            f"There is no feed {feed!r} with an address", value=feed, expected=f"one of {', '.join(known)}",
            advice="`recall feed list` shows them.",
        )  # fmt: skip
    return known[feed]


def watched_sources(settings: Settings) -> Mapping[str, Source]:
    """The feeds that the settings say to watch. Raises NotFound for one that is not known."""
    known = sources(addresses=settings.feed_addresses)
    names = known if settings.feeds.strip() == "all" else settings.feeds.split()
    return {name: source_named(settings, name) for name in names}


def feeds_of(settings: Settings) -> tuple[WatchedFeed, ...]:
    """Every regulator's feed, with the address that it has here and whether it is watched. Raises NotFound.

    A form of files that is nobody's own (no jurisdiction) is a feed where it was given an address.
    """
    addressed, chosen = sources(addresses=settings.feed_addresses), watched_sources(settings)
    known = (addressed.get(name, source) for name, source in all_sources().items())
    return tuple(
        WatchedFeed(
            name=source.name, title=source.title, jurisdiction=source.jurisdiction, address=source.address,
            every=source.every, is_watched=source.name in chosen,
        )
        for source in known
        if source.jurisdiction or source.address
    )  # fmt: skip


def due(house: House, *, names: Iterable[str] | None = None) -> Iterator[str]:
    """The feeds whose time has come: of these, or of those that the settings say to watch."""
    chosen = watched_sources(house.settings) if names is None else names
    with house.runtime.store.read() as tx:
        known = watched.freshness(tx)
    for name in chosen:
        every = source_named(house.settings, name).every
        if name not in known or known[name].due_at(every=every) <= house.runtime.now():
            yield name


async def poll(house: House, *, feed: str, deep: bool | None = None) -> Passed:
    """One pass over a feed; `deep` None: the whole is read when its time has come. Raises NotFound.

    What was read before a failure is kept, and so is the failure: nothing is raised for the source's sake.
    """
    source, runtime = source_named(house.settings, feed), house.runtime
    with runtime.store.read() as tx:
        fresh, pages = watched.freshness(tx).get(feed), watched.pages(tx, name=feed)
    is_deep = _is_deep(source, fresh, house=house) if deep is None else deep
    since = (fresh.succeeded_at - OVERLAP).date() if fresh and fresh.succeeded_at else None
    begin_watch(runtime, feed=feed)
    passed, known = Passed(feed=feed, deep=is_deep), {a: _answered(page) for a, page in pages.items()}
    try:
        async with Poll(
            source=source, known=known, deep=is_deep, timeout=house.settings.partner_timeout,
            pause=house.settings.feed_pause,
        ) as poll:  # fmt: skip
            async for page in poll.pages(since=since):
                passed = await asyncio.to_thread(_keep, house, passed, page)
    except RecallError as error:
        passed = replace(passed, failure=str(error))
    end_watch(
        runtime,
        feed=feed,
        changed=bool(passed.kept.new or passed.kept.changed),
        deep=is_deep,
        failure=passed.failure,
    )
    return passed


def _is_deep(source: Source, fresh: Freshness | None, *, house: House) -> bool:
    if fresh is None or fresh.deep_at is None:
        return True
    return fresh.deep_at + timedelta(seconds=source.deep) <= house.runtime.now()


def _keep(house: House, passed: Passed, page: Polled) -> Passed:
    """Keep a page: its notices first, then that it was read, so that a pass cut off reads it again."""
    read = page.read
    kept = keep_published(house.runtime, notices=read.notices) if read else Kept()
    refused = () if read is None or read.further else read.refused
    if refused and read and not read.notices:
        failure = f"Nothing can be read at {page.address}: {refused[0].reason}"
        return replace(passed, failure=failure)
    answered = page.answered
    validators = {"etag": answered.etag, "modified": answered.modified, "digest": answered.digest}
    keep_page(house.runtime, feed=passed.feed, page=Page(address=page.address, **validators))
    return replace(
        passed, kept=passed.kept + kept, refused=passed.refused + len(refused), pages=passed.pages + 1,
        unchanged=passed.unchanged + (read is None),
    )  # fmt: skip


def _answered(page: Page) -> Answered:
    return Answered(etag=page.etag, modified=page.modified, digest=page.digest)
