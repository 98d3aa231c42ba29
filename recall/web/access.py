"""What the pages' routes are given: the runtime, the officer who is signed in, what is handed in, a waker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Cookie, Depends, File, Form, Request, UploadFile

from recall.domain.notice import Notice
from recall.domain.party import Party
from recall.domain.published import WatchedFeed
from recall.runtime import Runtime
from recall.views.access import visitor

COOKIE = "recall_visit"
ReadNotices = Callable[[bytes], Sequence[Notice]]
"""Gives the notices of a file, one at least. Raises NoticeRefused."""


def runtime_of(request: Request) -> Runtime:
    """What the routes may reach."""
    runtime: Runtime = request.app.state.runtime
    return runtime


Engine = Annotated[Runtime, Depends(runtime_of)]


def officer_of(runtime: Engine, visit: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> Party:
    """The regulator's officer who is signed in. Raises NotKnown, NotAllowed."""
    return visitor(runtime, cookie=visit)


Officer = Annotated[Party, Depends(officer_of)]


def reader_of(request: Request) -> ReadNotices:
    """How to read the notices of a file that an officer hands in."""
    read: ReadNotices = request.app.state.read
    return read


Reader = Annotated[ReadNotices, Depends(reader_of)]


async def handed_in(
    text: Annotated[str, Form(max_length=1_000_000)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> bytes:
    """What somebody uploads, else what is pasted."""
    return await file.read() if file is not None and file.size else text.encode()


Handed = Annotated[bytes, Depends(handed_in)]


def feeds_of(request: Request) -> Sequence[WatchedFeed]:
    """The regulators' feeds that there are."""
    feeds: Sequence[WatchedFeed] = request.app.state.feeds
    return feeds


Feeds = Annotated[Sequence[WatchedFeed], Depends(feeds_of)]


def wake_of(request: Request) -> Callable[[str], None]:
    """How to say that a recall's facts have changed, so that its next pass starts at once."""
    wake: Callable[[str], None] = request.app.state.wake
    return wake


Waker = Annotated[Callable[[str], None], Depends(wake_of)]
