"""One small market for all tests of the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.sandbox.market import MarketSummary, make_market

UNTIL = datetime(2025, 6, 16, tzinfo=UTC)


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MarketSummary]:
    """A market of 3,000 lines, to be read, never changed."""
    folder = tmp_path_factory.mktemp("market")
    return folder, make_market(seed=11, lines=3_000, until=UNTIL, into=folder)
