"""A marketplace's server lives through a recall as its market planned it; a kill forgets nothing."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.goods import RECALLED
from connectors.sandbox.market import MarketSummary
from tests.connectors import processes
from tests.connectors.processes import Caller, SmallEngine, until

from .market_reading import read_lines

DAY_0 = datetime(2025, 6, 16, 9, tzinfo=UTC)
TEXTS = {
    "zh": {"subject": "召回通知:移动电源", "text": "请停止使用。\n{link}\n"},
    "en": {"subject": "Recall of a power bank", "text": "Please stop using it.\n{link}\n"},
}


def named_lots() -> list[dict[str, Any]]:
    return [{"gtin": m.gtin, "lots": [lot for lot, _ in m.named]} for m in RECALLED]


def task(task_id: str, duty: str, **more: Any) -> dict[str, Any]:
    return {
        "id": task_id, "recall": "rcl_1", "version": 1, "duty": duty, "place": "", "units": 10,
        "state": "issued", "affected": named_lots(), **more,
    }  # fmt: skip


@dataclass
class Stage:
    """A platform's process with its books, an engine and a post office around it."""

    folder: Path
    truth: list[dict[str, Any]]
    engine: SmallEngine
    smtp_port: int

    @property
    def db(self) -> Path:
        return self.folder / "harbour.db"

    def run(self, *, logistics: str | None = None) -> Any:
        return processes.platform(
            self.db, issuer=self.engine.url, smtp_port=self.smtp_port, logistics=logistics
        )

    def mails(self) -> list[dict[str, Any]]:
        return read_lines(self.folder / "mails.jsonl")

    def more_mails_than(self, number: int) -> bool:
        return len(self.mails()) > number

    def affected(self) -> list[dict[str, Any]]:
        return [row for row in self.truth if row["affected"] and row["platform"] == "harbour"]

    def tell(
        self, caller: Caller, rows: list[dict[str, Any]], *, kind: str = "notify_buyer"
    ) -> dict[str, Any]:
        lines = [{"line": row["line"], "link": f"{self.engine.url}/b/{row['line']}"} for row in rows]
        request = {"recall": "rcl_1", "version": 1, "kind": kind, "texts": TEXTS, "lines": lines}
        status, answer = caller.post("/recall/messages", request, idempotency_key=f"k-{kind}")
        assert status == 202, answer
        return answer

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.db, timeout=30)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


@pytest.fixture
def stage(market: tuple[Path, MarketSummary], tmp_path: Path) -> Iterator[Stage]:
    source, _ = market
    shutil.copy(source / "harbour.db", tmp_path)
    (tmp_path / "mails.jsonl").touch()
    with processes.small_engine() as engine, processes.post_office(tmp_path / "mails.jsonl") as office:
        truth = read_lines(source / "truth.jsonl")
        yield Stage(folder=tmp_path, truth=truth, engine=engine, smtp_port=office.ready["port"])


def test_only_who_shows_the_token_comes_in(stage: Stage) -> None:
    with stage.run() as platform:
        for stranger in (Caller(platform.url, token=None), Caller(platform.url, token="guessed")):
            assert stranger.call("GET", "/recall/listings?gtin=09521234502722")[0] == 401
            assert stranger.post("/sandbox/clock", {"now": DAY_0.isoformat()})[0] == 401
        known = Caller(platform.url, token=None).get("/.well-known/recall-participant.json")
    assert (known["role"], known["inbox"]) == ("platform", "/recall/inbox")


def test_an_unknown_parameter_is_refused_because_an_ignored_filter_gives_wrong_rows(stage: Stage) -> None:
    with stage.run() as platform:
        status, problem, headers = Caller(platform.url).call("GET", "/recall/order-lines?gtin=1&sku=2")
    assert (status, problem["detail"]) == (400, "sku")
    assert headers["content-type"] == "application/problem+json"


def test_the_inbox_takes_what_the_issuer_signed_and_nothing_else(stage: Stage) -> None:
    body = json.dumps({"type": "task.issued", "data": {"recall": "rcl_1"}}).encode()
    signed = stage.engine.webhook(message_id="msg_1", body=body)
    old = stage.engine.webhook(message_id="msg_2", body=body, at=time.time() - 301)
    with stage.run() as platform:
        inbox = Caller(platform.url, token=None)
        answers = [
            inbox.call("POST", "/recall/inbox", body=body, **signed)[0],
            inbox.call("POST", "/recall/inbox", body=body, **signed)[0],
            inbox.call("POST", "/recall/inbox", body=body + b" ", **signed)[0],
            inbox.call("POST", "/recall/inbox", body=body, **old)[0],
            inbox.call("POST", "/recall/inbox", body=body)[0],
        ]
    assert answers == [202, 202, 401, 401, 401]
    assert stage.ask("SELECT id FROM inbox") == [("msg_1",)]


def test_a_stopped_listing_stays_stopped_and_says_so_again(stage: Stage) -> None:
    with stage.run() as platform:
        caller = Caller(platform.url)
        ref = caller.get("/recall/listings?gtin=09521234502722")["listings"][0]["ref"]
        first, second = [
            caller.post(f"/recall/listings/{ref}/stop", {}, idempotency_key="k") for _ in range(2)
        ]
        assert first == second
        assert (first[1]["before"], first[1]["after"]) == ("on_sale", "stopped")
        assert caller.post("/recall/listings/NO-SUCH/stop", {}, idempotency_key="n")[0] == 404
    with stage.run() as platform:
        listings = Caller(platform.url).get("/recall/listings?gtin=09521234502722")["listings"]
    assert [offer["on_sale"] for offer in listings if offer["ref"] == ref] == [False]


def test_the_relay_mails_every_buyer_once_with_its_own_link(stage: Stage) -> None:
    rows = stage.affected()
    with stage.run() as platform:
        caller = Caller(platform.url)
        answer = stage.tell(caller, [*rows, {"line": "HM-NOBODY"}])
        assert (answer["accepted"], answer["unknown"]) == (len(rows), ["HM-NOBODY"])
        until(lambda: len(caller.everything("receipts", recall="rcl_1")) == len(rows))
        assert stage.tell(caller, [*reversed(rows), {"line": "HM-NOBODY"}]) == answer
        receipts = caller.everything("receipts", recall="rcl_1")
    results = Counter(receipt["result"] for receipt in receipts)
    assert {row["line"] for row in rows} == {receipt["line"] for receipt in receipts}
    assert results["delivered"] == len(stage.mails()) == len({mail["message_id"] for mail in stage.mails()})
    assert 0 < results["bounced"] < 0.12 * len(rows)
    assert {mail["subject"] for mail in stage.mails()} == {text["subject"] for text in TEXTS.values()}


def test_the_same_key_with_another_request_is_refused(stage: Stage) -> None:
    with stage.run() as platform:
        caller = Caller(platform.url)
        stage.tell(caller, stage.affected()[:2])
        other = {"recall": "rcl_1", "version": 1, "kind": "notify_buyer", "texts": TEXTS, "lines": []}
        assert caller.post("/recall/messages", other, idempotency_key="k-notify_buyer")[0] == 422
        assert caller.post("/recall/messages", {"recall": "rcl_1"}, idempotency_key="k2")[0] == 422


def test_a_kill_in_the_middle_of_the_mails_sends_at_most_the_one_in_flight_again(stage: Stage) -> None:
    rows = stage.affected()
    for _ in range(2):
        with stage.run() as platform:
            stage.tell(Caller(platform.url), rows)
            until(partial(stage.more_mails_than, len(stage.mails()) + 5))
            platform.process.send_signal(signal.SIGKILL)
    with stage.run() as platform:
        caller = Caller(platform.url)
        until(lambda: len(caller.everything("receipts", recall="rcl_1")) == len(rows))
    copies = Counter(mail["message_id"] for mail in stage.mails())
    delivered = stage.ask("SELECT count(*) FROM mail WHERE state = 'delivered'")[0][0]
    assert len(copies) == delivered
    assert sum(copies.values()) - delivered <= 2


def test_platform_sellers_and_buyers_do_their_part_day_by_day(stage: Stage) -> None:
    rows = stage.affected()
    stage.engine.tasks = [
        task("tsk_stop", "stop_sale"), task("tsk_tell", "notify_buyers"), task("tsk_report", "report"),
        task("tsk_s03", "stop_sale", seller="S-03", units=7),
        task("tsk_count", "quarantine", seller="S-03", place="https://id.gs1.org/414/9521234510062"),
    ]  # fmt: skip
    with stage.run() as platform:
        caller = Caller(platform.url)
        assert caller.clock(DAY_0)["engine"] == "reached"
        stage.tell(caller, rows)
        until(lambda: len(caller.everything("receipts", recall="rcl_1")) == len(rows))
        for day in range(1, 30):
            caller.clock(DAY_0 + timedelta(days=day))
        said = caller.everything("confirmations", recall="rcl_1")
    assert stage.engine.acknowledged == {task["id"] for task in stage.engine.tasks}
    assert {one["task"] for one in said if one["outcome"] in ("delisted", "notified", "reported")} >= {
        "tsk_stop", "tsk_tell", "tsk_report", "tsk_s03",
    }  # fmt: skip
    sellers = {one["seller"] for one in said if one["outcome"] == "delisted" and one["seller"]}
    assert sellers == {f"S-{n:02d}" for n in range(1, 15)} - {"S-07"}
    counts = [one for one in said if one["outcome"] == "quarantined"]
    assert {one["place"] for one in counts} == {"https://id.gs1.org/414/9521234510062"}
    assert [one["final"] for one in counts] == [False] * (len(counts) - 1) + [True]
    assert len({one["key"] for one in said}) == len(said)
    assert [one["seq"] for one in said] == list(range(1, len(said) + 1))


def test_buyers_answer_the_truth_some_on_their_own_page(stage: Stage) -> None:
    rows = [row for row in stage.truth if row["platform"] == "harbour" and row["record"] == "nothing"]
    with stage.run() as platform:
        caller = Caller(platform.url)
        caller.clock(DAY_0)
        stage.tell(caller, rows + [row for row in stage.affected() if row["record"] != "nothing"])
        until(lambda: not stage.ask("SELECT 1 FROM mail WHERE state IN ('waiting', 'sending')"))
        for day in range(1, 25, 3):
            caller.clock(DAY_0 + timedelta(days=day))
        said = {one["line"]: one for one in caller.everything("confirmations", recall="rcl_1") if one["line"]}
    affected = {row["line"] for row in stage.affected()}
    by_line = {row["line"]: row for row in stage.truth}
    assert {line for line, one in said.items() if one["outcome"] == "not_affected"} == said.keys() - affected
    assert all(one["units"] == by_line[line]["units"] for line, one in said.items())
    assert {"returned", "refunded", "no_longer_have"} <= {one["outcome"] for one in said.values()}
    assert stage.engine.answers.keys() <= affected - said.keys()
    assert len(stage.engine.answers) >= 5
    for line, (answer, code) in stage.engine.answers.items():
        assert answer in ("return", "replace", "refund", "destroyed", "no_longer_have")
        assert code.endswith(f"/10/{by_line[line]['lot']}/21/{by_line[line]['serials'][0]}")


def test_the_late_seller_acts_only_after_its_lateness_was_told_to_the_platform(stage: Stage) -> None:
    stage.engine.tasks = [task("tsk_stop", "stop_sale"), task("tsk_s07", "stop_sale", seller="S-07")]
    with stage.run() as platform:
        caller = Caller(platform.url)
        for day in range(10):
            caller.clock(DAY_0 + timedelta(days=day))
        before = {one["seller"] for one in caller.everything("confirmations", recall="rcl_1")}
        data = {"recall": "rcl_1", "task": "tsk_s07", "duty": "stop_sale"}
        body = json.dumps({"type": "escalation", "data": data}).encode()
        signed = stage.engine.webhook(message_id="msg_late", body=body)
        assert caller.call("POST", "/recall/inbox", body=body, **signed)[0] == 202
        for day in (10, 11):
            caller.clock(DAY_0 + timedelta(days=day))
        after = caller.everything("confirmations", recall="rcl_1")
    assert "S-07" not in before
    assert "tsk_s07" not in stage.engine.acknowledged
    assert [one["task"] for one in after if one["seller"] == "S-07"] == ["tsk_s07"]


def test_without_the_engine_nothing_is_lost_and_the_next_move_makes_up_for_it(stage: Stage) -> None:
    stage.engine.tasks = [task("tsk_stop", "stop_sale")]
    real, stage.engine.url = stage.engine.url, "http://127.0.0.1:9"
    with stage.run() as platform:
        assert Caller(platform.url).clock(DAY_0)["engine"] == "away"
    stage.engine.url = real
    with stage.run() as platform:
        caller = Caller(platform.url)
        caller.clock(DAY_0 + timedelta(days=1))
        assert caller.clock(DAY_0 + timedelta(days=3))["did"] > 0
        assert "tsk_stop" in {one["task"] for one in caller.everything("confirmations", recall="rcl_1")}


def test_a_platform_that_is_down_says_when_to_come_back(
    market: tuple[Path, MarketSummary], stage: Stage
) -> None:
    shutil.copy(market[0] / "lantern.db", stage.db)
    with stage.run() as platform:
        caller = Caller(platform.url)
        statuses = []
        for day in range(3, 8):
            caller.clock(DAY_0 + timedelta(days=day))
            status, _, headers = caller.call("GET", "/recall/listings?gtin=09521234502722")
            statuses.append((status, headers.get("retry-after")))
    assert statuses == [(200, None), (503, "3600"), (503, "3600"), (200, None), (200, None)]


def test_the_process_ends_with_its_parent(stage: Stage) -> None:
    with processes.served(
        "post_office", "--maildir", str(stage.folder / "other.jsonl"), "--parent", "1"
    ) as orphan:
        until(lambda: orphan.process.poll() is not None)
