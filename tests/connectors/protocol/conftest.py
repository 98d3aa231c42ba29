"""A real participant as a process of its own, and what its market truly holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.account import Account
from connectors.contract import Known
from connectors.protocol.connector import ProtocolPartner
from connectors.sandbox.goods import CELL_GTIN, RECALLED
from connectors.sandbox.market import make_market
from tests.connectors import processes
from tests.connectors.sandbox.market_reading import order_lines


@dataclass
class Participant:
    """Where the participant is, and what is known of it."""

    url: str
    known: Known

    def partner(self, *, token: str = processes.TOKEN) -> ProtocolPartner:
        """A connector to it; to be made in the event loop that uses it."""
        account = Account(
            platform_id="party_harbour", endpoint=self.url, secrets={"token": token}, timeout=10,
            hosts=frozenset({"127.0.0.1"}),
        )  # fmt: skip
        return ProtocolPartner(account)


@pytest.fixture(scope="session")
def participant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Participant]:
    folder = tmp_path_factory.mktemp("protocol")
    make_market(seed=5, lines=4_000, until=datetime(2025, 6, 16, tzinfo=UTC), into=folder)
    gtin = RECALLED[0].gtin
    lines = order_lines(folder).values()
    refs = frozenset(row["ref"] for row in lines if row["gtin"] == gtin and row["ref"].startswith("HM-"))
    known = Known(gtin=gtin, line_refs=refs, absent_gtin=CELL_GTIN, recall_id="rcl_unknown")
    shutil.copy(folder / "harbour.db", folder / "served.db")
    with (
        processes.small_engine() as engine,
        processes.platform(Path(folder / "served.db"), issuer=engine.url, smtp_port=9) as served,
    ):
        yield Participant(url=served.url, known=known)
