"""A participant of whose answers 40 % are broken: every line is found, none twice, and nothing crashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from connectors import client
from connectors.account import Account
from connectors.protocol.connector import ProtocolPartner
from flows.reading import behind, read_on
from recall.domain.scan import Next, Way
from recall.errors import PartnerFailed
from recall.ports import LinePage
from recall.store.scans import Scan
from tests.builders import GTIN, NOW
from tests.flows.breaking import BROKEN, Market, served

WAY = Way(steady=True, counted=True)
MOST_RUNS = 400


@dataclass
class Kept:
    """A book in memory, as the database keeps one: a page and its cursor together."""

    scan: Scan
    lines: dict[str, str] = field(default_factory=dict)
    passes: dict[int, set[str]] = field(default_factory=dict)
    """Which lines every pass gave."""
    at: datetime = NOW

    def now(self) -> datetime:
        """A second later each time."""
        self.at += timedelta(seconds=1)
        return self.at

    def keep(self, scan: Scan, page: LinePage, *, number: int) -> tuple[Scan, Next]:
        """As `Book` says."""
        seen = self.passes.setdefault(scan.passes, set())
        new = {line.line_ref for line in page.lines} - seen
        seen |= new
        self.lines |= {line.line_ref: line.digest for line in page.lines}
        self.scan, following = behind(
            scan, page, way=WAY, number=number, new=len(new), at=self.now(),
            same=lambda: seen == self.passes.get(scan.passes - 1),
        )  # fmt: skip
        return self.scan, following

    def save(self, scan: Scan) -> Scan:
        """As `Book` says."""
        self.scan = scan
        return scan


async def read(market: Market, *, url: str) -> Kept:
    """Run after run, as ticks do, until the scan is complete."""
    begun = Scan(recall_id="rcl_1", version=1, platform_id="party_1", gtin=GTIN, at=NOW)
    book = Kept(scan=begun)
    account = Account(platform_id="party_1", endpoint=url, hosts=frozenset({"127.0.0.1"}))
    for _ in range(MOST_RUNS):
        partner = ProtocolPartner(account)
        try:
            await read_on(partner, scan=book.scan, listings=(), book=book, now=book.now)
        except PartnerFailed:
            continue
        finally:
            await partner.aclose()
        return book
    raise AssertionError(f"seed {market.seed} never ended")


@pytest.mark.parametrize("seeds", [25, pytest.param(1000, marks=pytest.mark.campaign)])
@pytest.mark.timeout(3600)
async def test_every_line_is_found_and_none_twice(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSES", ())
    broken = asked = 0
    for seed in range(seeds):
        market = Market(seed)
        with served(market) as url:
            book = await read(market, url=url)
        assert {row["line"] for row in market.rows} == book.lines.keys(), f"seed {seed}"
        assert len(market.rows) <= book.scan.rows
        broken, asked = broken + market.broken, asked + market.asked
    assert BROKEN - 0.1 < broken / asked < BROKEN + 0.1
