"""`recall connector`: what there is to speak with, and partners that keep their promises or do not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.goods import RECALLED
from connectors.sandbox.market import make_market
from flows.cli import Code
from tests.connectors import processes
from tests.flows.command import Command


def test_the_list_names_every_kind_with_what_it_can_do(recall: Command) -> None:
    listed = {row["name"]: row for row in recall("connector", "list", "--json").document["connectors"]}
    assert {"protocol", "own", "cpsc", "samr"} <= listed.keys()
    assert ("connector", "feed") == (listed["protocol"]["kind"], listed["cpsc"]["kind"])
    assert "stop_sale" in listed["protocol"]["duties"]
    assert len(listed) + 1 == len(recall("connector", "list").rows)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Real partners of a market, each a process of its own, by their names."""
    folder = tmp_path_factory.mktemp("market")
    make_market(seed=5, lines=2_000, until=datetime(2025, 6, 16, tzinfo=UTC), into=folder)
    with (
        processes.small_engine() as engine,
        processes.platform(folder / "harbour.db", issuer=engine.url, smtp_port=9) as harbour,
        processes.logistics(folder / "northgate.db", issuer=engine.url) as northgate,
    ):
        yield {"platform": harbour.url, "logistics": northgate.url}


@pytest.mark.parametrize("role", ["platform", "logistics"])
def test_a_reference_partner_keeps_every_promise(recall: Command, market: dict[str, str], role: str) -> None:
    words = ("--token", processes.TOKEN, "--gtin", RECALLED[0].gtin, "--json")
    said = recall("connector", "check", market[role], *words)
    assert [] == [check for check in said.document["checks"] if not check["ok"]]
    assert said.document["passed"] == said.document["total"] == {"platform": 10, "logistics": 4}[role]
    assert Code.OK == said.code


def test_a_wrong_token_of_ours_is_told_check_by_check(recall: Command, market: dict[str, str]) -> None:
    said = recall("connector", "check", market["platform"], "--token", "wrong", "--json")
    assert Code.ERROR == said.code
    failed = {check["id"] for check in said.document["checks"] if not check["ok"]}
    assert "says-nothing-of-an-unknown-recall" in failed
    assert {"id", "ok", "sent", "got", "expected"} == set(said.document["checks"][0])


@contextmanager
def answering(document: dict[str, Any]) -> Iterator[str]:
    """A server that gives everybody the same answer, whatever the question."""

    class Same(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Same)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_partner_that_ignores_its_filter_and_lets_everybody_in_is_found_out(recall: Command) -> None:
    line = {"line": "L-1", "gtin": "09521234500018", "units": 1, "sold_at": "2025-01-01T00:00:00+00:00"}
    same = {
        "protocol": "0.9", "name": "N", "role": "platform", "lines": [line, line], "listings": [], "total": 1,
        "next": None, "confirmations": [], "receipts": [],
    }  # fmt: skip
    with answering(same) as url:
        said = recall("connector", "check", url, "--gtin", "09521234500018", "--json")
    failed = {check["id"]: check for check in said.document["checks"] if not check["ok"]}
    expected = {
        "says-who-it-is", "refuses-a-wrong-token", "proves-its-filter", "lists-the-offers",
        "finds-every-line-once",
    }  # fmt: skip
    assert expected == failed.keys(), failed
    assert ("'1.0'", "'0.9'") == (failed["says-who-it-is"]["expected"], failed["says-who-it-is"]["got"])


def test_a_partner_that_is_not_there_keeps_no_promise(recall: Command, tmp_path: Path) -> None:
    del tmp_path
    said = recall("connector", "check", "http://127.0.0.1:1", "--timeout", "1")
    assert Code.ERROR == said.code
    assert said.out.startswith("# 0 of 5 passed")
