"""`recall connector`: what there is to speak with, and partners that keep their promises or do not."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Real partners of a market by their roles, each a process of its own, and the key that they believe."""

    urls: Mapping[str, str]
    key: str

    def believe(self, recall: Command) -> None:
        """Make the key of the installation the one that the partners believe."""
        recall.home.mkdir()
        path = recall.home / "issuer.key"
        path.write_text(self.key)
        path.chmod(0o600)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    folder = tmp_path_factory.mktemp("market")
    make_market(seed=5, lines=2_000, until=datetime(2025, 6, 16, tzinfo=UTC), into=folder)
    with (
        processes.small_engine() as engine,
        processes.platform(folder / "harbour.db", issuer=engine.url, smtp_port=9) as harbour,
        processes.logistics(folder / "northgate.db", issuer=engine.url) as northgate,
    ):
        key = "whsk_" + base64.b64encode(engine.key.private_bytes_raw()).decode()
        yield Market(urls={"platform": harbour.url, "logistics": northgate.url}, key=key)


@pytest.mark.parametrize("role", ["platform", "logistics"])
def test_a_reference_partner_keeps_every_promise(recall: Command, market: Market, role: str) -> None:
    market.believe(recall)
    words = ("--token", processes.TOKEN, "--gtin", RECALLED[0].gtin, "--json")
    said = recall("connector", "check", market.urls[role], *words)
    assert [] == [check for check in said.document["checks"] if not check["ok"]]
    assert said.document["passed"] == said.document["total"] == {"platform": 31, "logistics": 14}[role]
    assert Code.OK == said.code


def test_a_wrong_token_of_ours_is_told_check_by_check(recall: Command, market: Market) -> None:
    said = recall("connector", "check", market.urls["platform"], "--token", "wrong", "--json")
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

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Same)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_partner_that_ignores_its_filter_and_lets_everybody_in_is_found_out(recall: Command) -> None:
    line = {"line": "L-1", "gtin": "09521234500018", "units": 1, "sold_at": "2025-01-01T00:00:00+00:00"}
    same = {
        "protocol": "0.9", "name": "N", "role": "platform", "classes": ["A", "C"],
        "lines": [line, line], "listings": [], "total": 1, "next": None, "confirmations": [], "receipts": [],
    }  # fmt: skip
    with answering(same) as url:
        said = recall("connector", "check", url, "--gtin", "09521234500018", "--json")
    failed = {check["id"]: check for check in said.document["checks"] if not check["ok"]}
    expected = {
        "says-who-it-is", "refuses-a-wrong-token", "writes-problems-as-rfc-9457", "refuses-a-bad-signature",
        "refuses-no-signature", "refuses-an-old-signature", "reads-a-webhook-before-it-answers",
        "gives-every-line-once", "refuses-an-impossible-cursor", "keeps-to-the-limit", "proves-its-filter",
        "refuses-an-unknown-parameter", "keeps-names-back",
    }  # fmt: skip
    assert expected == failed.keys(), failed
    assert ("'1.0'", "'0.9'") == (failed["says-who-it-is"]["expected"], failed["says-who-it-is"]["got"])


def test_a_partner_that_is_not_there_keeps_no_promise(recall: Command, tmp_path: Path) -> None:
    del tmp_path
    said = recall("connector", "check", "http://127.0.0.1:1", "--timeout", "1")
    assert Code.ERROR == said.code
    assert said.out.startswith("# 0 of 14 passed")


def test_the_sandbox_is_checked_up_to_a_class(recall: Command) -> None:
    said = recall("connector", "check", "--sandbox", "--class", "c", "--json")
    assert (Code.OK, said.document["total"]) == (said.code, said.document["passed"])


def test_a_fault_planted_in_the_sandbox_is_found(recall: Command) -> None:
    said = recall("connector", "check", "--sandbox", "--fault", "seq-gap", "--json")
    failed = [check["id"] for check in said.document["checks"] if not check["ok"]]
    assert (Code.ERROR, ["numbers-its-receipts-without-a-gap"]) == (said.code, failed)


def test_the_faults_are_listed_and_another_name_is_refused_with_all_of_them(recall: Command) -> None:
    listed = recall("connector", "check", "--faults", "--json").document["faults"]
    assert {"name", "what", "check"} == set(listed[0])
    assert len(listed) == len(recall("connector", "check", "--faults").rows) - 1
    refused = recall("connector", "check", "--sandbox", "--fault", "lost", "--json")
    assert Code.ERROR == refused.code
    assert all(fault["name"] in refused.problem["expected"] for fault in listed)


@pytest.mark.parametrize(
    "words", [(), ("http://127.0.0.1:1", "--sandbox"), ("http://127.0.0.1:1", "--fault", "x")]
)
def test_one_participant_is_checked_at_a_time(recall: Command, words: tuple[str, ...]) -> None:
    assert Code.ERROR == recall("connector", "check", *words).code


def test_a_class_that_there_is_not_is_refused(recall: Command) -> None:
    refused = recall("connector", "check", "--sandbox", "--class", "F", "--json")
    assert "a class from A to E" == refused.problem["expected"]
