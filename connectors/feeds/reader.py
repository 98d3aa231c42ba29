"""The reader of notices: whose notice a file is, seen from its content, and every notice in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from connectors.feeds.cpsc.feed import CpscFeed
from connectors.feeds.cpso.feed import CpsoFeed
from connectors.feeds.dvsa.feed import DvsaFeed
from connectors.feeds.gs1.feed import Gs1Feed
from connectors.feeds.health_canada.feed import HealthCanadaFeed
from connectors.feeds.ires.feed import IresFeed
from connectors.feeds.meti.feed import MetiFeed
from connectors.feeds.nhtsa.feed import NhtsaFeed
from connectors.feeds.openfda.feed import OpenfdaFeed
from connectors.feeds.opss.feed import OpssFeed
from connectors.feeds.own.feed import OwnFeed
from connectors.feeds.rappelconso.feed import RappelConsoFeed
from connectors.feeds.raw import Raw, opened
from connectors.feeds.refused import Refused
from connectors.feeds.safety_gate.feed import SafetyGateFeed
from connectors.feeds.samr.feed import SamrFeed
from connectors.feeds.syndicated.feed import SyndicatedFeed
from connectors.feeds.text.feed import TextFeed
from recall.domain.notice import Notice
from recall.errors import InputRefused, NotFound


class Feed(Protocol):
    """A regulator's way to write notices, read as ours."""

    name: str

    def recognises(self, raw: Raw) -> bool:
        """Whether the content is this regulator's, whatever the file is called."""

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Every notice in it, and in place of one that cannot be read: where it stands and why."""


@runtime_checkable
class Lists(Protocol):
    """A feed that publishes lists of the addresses at which its notices stand."""

    def further(self, raw: Raw) -> tuple[str, ...]:
        """The addresses that a list names, newest first; none where the file is no list."""


@runtime_checkable
class Takes(Protocol):
    """A feed that reads more than it recognises, where a person says that it is of that kind."""

    def takes(self, raw: Raw) -> bool:
        """Whether the content can be read as of that kind."""


FEEDS: tuple[Feed, ...] = (
    OwnFeed(),
    CpscFeed(),
    DvsaFeed(),
    NhtsaFeed(),
    OpenfdaFeed(),
    IresFeed(),
    OpssFeed(),
    Gs1Feed(),
    SafetyGateFeed(),
    RappelConsoFeed(),
    HealthCanadaFeed(),
    MetiFeed(),
    CpsoFeed(),
    SamrFeed(),
    SyndicatedFeed(),
    TextFeed(),
)
"""Every feed, asked in this order."""

MOST_REFUSED = 1_000
"""Records of one file: more are not worth a reader's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesRead:
    """The notices of a file and what of it was refused."""

    notices: tuple[Notice, ...] = ()
    refused: tuple[Refused, ...] = ()
    further: tuple[str, ...] = ()
    """Addresses that the file names for more, where it is a list of them."""

    def document(self) -> dict[str, Any]:
        """The form of answer for notices: `{"notices": [...], "refused": [{"where", "reason"}]}`."""
        return {
            "notices": [notice.document() for notice in self.notices],
            "refused": [refused.document() for refused in self.refused],
        }


def feed_named(name: str) -> Feed:
    """The feed of that name. Raises NotFound, naming those there are."""
    known = {feed.name: feed for feed in FEEDS}
    if name not in known:
        raise NotFound(
            f"There is no feed {name!r}", value=name, expected=f"one of {', '.join(known)}",
            advice="Leave it out, and each feed is asked.",
        )  # fmt: skip
    return known[name]


def read_notices(raw: bytes, *, name: str, feed: str | None = None) -> NoticesRead:
    """Read every notice of a file; `name` is only for the messages. Never raises for what the file holds.

    `feed` is the only one to ask; None: all are. Raises NotFound for a feed that is not known.
    """
    asked = FEEDS if feed is None else (feed_named(feed),)
    try:
        content = opened(raw, name=name)
    except InputRefused as problem:
        return NoticesRead(refused=(Refused(where=problem.where or name, reason=str(problem)),))
    reader = next((one for one in asked if _is_of(one, content, named=feed is not None)), None)
    if reader is None:
        return NoticesRead(refused=(Refused(where=name, reason=_of_no_form(raw, asked)),))
    results = tuple(_bounded(reader.read(content), name=name))
    results = results or (Refused(where=name, reason="The file holds no notice."),)
    return NoticesRead(
        notices=tuple(result for result in results if isinstance(result, Notice)),
        refused=tuple(result for result in results if isinstance(result, Refused)),
        further=reader.further(content) if isinstance(reader, Lists) else (),
    )


def _is_of(feed: Feed, content: Raw, *, named: bool) -> bool:
    """Whether a feed reads the content; one that was `named` may take what it would not have recognised."""
    return feed.recognises(content) or (named and isinstance(feed, Takes) and feed.takes(content))


def _of_no_form(raw: bytes, asked: Sequence[Feed]) -> str:
    """Why no feed takes a file, and what can be done about it."""
    if not raw.strip():
        return "The file is empty: expected a notice."
    known = ", ".join(one.name for one in asked)
    return (
        f"Not a notice of any form that is known here: expected one of {known}. "
        "If it is a notice in prose, say --feed text; else write it in the engine's own form "
        "(docs/reference/notice-form.md)."
    )


def _bounded(results: Iterator[Notice | Refused], *, name: str) -> Iterator[Notice | Refused]:
    """The results until so many are refused that the file is no feed of anybody's; the rest is not read."""
    refused = 0
    try:
        for result in results:
            yield result
            refused += isinstance(result, Refused)
            if refused >= MOST_REFUSED:
                reason = f"{refused:,} records are refused: the rest of the file was not read."
                yield Refused(where=name, reason=reason)
                return
    except InputRefused as problem:
        yield Refused(where=problem.where or name, reason=str(problem))
