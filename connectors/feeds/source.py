"""A source: a regulator's feed that has an address, and how it wants to be asked, as its manifest says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from connectors.feeds.reader import FEEDS
from recall.errors import InputRefused, NotFound

_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a feed's notices stand and how often to ask there; times are seconds."""

    name: str
    title: str
    jurisdiction: str = ""
    address: str = ""
    """All that it publishes, or the list of it; empty: it has none, and its files are read by hand."""
    recent: str = ""
    """What it published since `{since}` (a day as 2026-07-09); empty: the whole is asked every time."""
    every: float = 6 * 3600.0
    """Between two passes."""
    deep: float = 7 * _DAY
    """Between two readings of the whole: its own dates do not move on every edit."""
    hosts: frozenset[str] = frozenset()
    """Its host, where the settings name the address: it may be private then."""
    further: int = 4
    """How many of the addresses that a list names are asked again at every pass, from its beginning."""

    def asked(self, *, deep: bool, since: date | None) -> str:
        """The address to ask first."""
        if deep or since is None or not self.recent:
            return self.address
        return self.recent.replace("{since}", since.isoformat())

    def may_lead_to(self, address: str) -> bool:
        """Whether an address that the source names is on its own host, over its own or a better scheme."""
        own, other = urlsplit(self.address), urlsplit(address)
        return own.netloc == other.netloc and other.scheme in {own.scheme, "https"}


@cache
def all_sources() -> Mapping[str, Source]:
    """Every feed by its name, in the order in which they are asked about a file."""
    return {feed.name: _read(feed.name) for feed in FEEDS}


def sources(*, addresses: str = "") -> Mapping[str, Source]:
    """The feeds that have an address; `addresses` gives others: `cpsc=https://…`, blanks between them.

    Raises InputRefused for what is no such pair, NotFound for a feed that is not known.
    """
    found = dict(all_sources())
    for pair in addresses.split():
        name, sign, address = pair.partition("=")
        if not sign or urlsplit(address).scheme not in ("http", "https"):
            raise InputRefused.of(
                pair, expected="a feed and its address, as cpsc=https://…", got="another form"
            )
        if name not in found:
            raise NotFound(f"There is no feed {name!r}", value=name, expected=f"one of {', '.join(found)}")
        found[name] = replace(
            found[name], address=address, recent="", hosts=frozenset({urlsplit(address).netloc})
        )
    return {name: source for name, source in found.items() if source.address}


def _read(name: str) -> Source:
    manifest = tomllib.loads((Path(__file__).parent / name / "manifest.toml").read_text("utf-8"))
    return Source(**{key: manifest[key] for key in Source.__slots__ if key in manifest})
