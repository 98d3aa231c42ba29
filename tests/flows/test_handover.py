"""The handover log: what was begun and answered is read by the next; another start is not believed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flows import handover
from flows.handover import KEPT_SECONDS, HandoverLog, forget_old_logs, read_log
from recall.ports import Receipt, Result

DONE = Receipt(outgoing_id="msg_1", result=Result.DELIVERED, detail='250 "queued"\nas 7')


def written(folder: Path) -> HandoverLog:
    log = HandoverLog(folder=folder, holder="dlv")
    log.begins("msg_1")
    log.ended(DONE)
    log.begins("msg_2")
    return log


def test_what_a_killed_sender_wrote_is_read_by_the_next(tmp_path: Path) -> None:
    written(tmp_path / "handover")
    assert {"msg_1": DONE, "msg_2": None} == read_log(folder=tmp_path / "handover", holder="dlv")
    assert None is read_log(folder=tmp_path / "handover", holder="other")


def test_a_line_that_was_cut_off_is_no_answer(tmp_path: Path) -> None:
    written(tmp_path).ended(Receipt(outgoing_id="msg_2", result=Result.REFUSED))
    path = tmp_path / "dlv.log"
    path.write_bytes(path.read_bytes()[:-4])
    assert {"msg_1": DONE, "msg_2": None} == read_log(folder=tmp_path, holder="dlv")


def test_a_log_from_before_the_machine_was_started_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path)
    started = tmp_path / "boot_id"
    started.write_text("another start\n")
    monkeypatch.setattr(handover, "_BOOT", started)
    assert None is read_log(folder=tmp_path, holder="dlv")


def test_a_sender_that_ends_leaves_nothing_and_only_its_owner_may_read(tmp_path: Path) -> None:
    log = written(tmp_path)
    assert 0o600 == (tmp_path / "dlv.log").stat().st_mode & 0o777
    log.close()
    assert [] == list(tmp_path.iterdir())
    HandoverLog(folder=tmp_path, holder="idle").close()


def test_old_logs_are_forgotten(tmp_path: Path) -> None:
    for name, age in (("old", KEPT_SECONDS + 60), ("new", 0)):
        (tmp_path / f"{name}.log").touch()
        os.utime(tmp_path / f"{name}.log", (time.time() - age,) * 2)
    forget_old_logs(tmp_path)
    assert ["new.log"] == [path.name for path in tmp_path.iterdir()]
