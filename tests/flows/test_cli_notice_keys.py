"""`recall notice keys`, `signed` and `verify`: keys in files, a copy with and without a database."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from flows.cli import Code
from tests.flows.command import Command
from tests.flows.test_cli_notice import opened

AUTHORITY = "Market Watch"


def test_a_copy_of_a_signed_notice_is_checked_here_and_elsewhere(desk: Command, tmp_path: Path) -> None:
    reference = opened(desk)
    file = tmp_path / "notice.signed.json"
    assert Code.OK == desk("notice", "signed", reference, "--out", file).code
    here = desk("notice", "verify", file, "--json")
    assert (Code.OK, "genuine", "in_force") == (
        here.code,
        here.document["verdict"],
        here.document["standing"],
    )
    (key,) = desk("notice", "keys", "list", "--json").document["keys"]
    elsewhere = Command(home=tmp_path / "shop")
    unknown = elsewhere("notice", "verify", file, "--json")
    assert (Code.AUTH, "docs/errors/not-known") == (unknown.code, unknown.problem["type"])
    elsewhere("notice", "keys", "pin", key["authority"], key["public"])
    assert ("genuine", key["authority"]) == (
        (there := elsewhere("notice", "verify", file, "--json").document)["verdict"], there["signed_by"],
    )  # fmt: skip


def test_a_false_copy_leaves_with_an_error_and_says_what_differs(desk: Command) -> None:
    form = desk("notice", "signed", opened(desk)).document
    form["notice"]["products"][0]["lots"] = ["Z9"]
    said = desk("notice", "verify", "-", "--json", given=json.dumps(form).encode())
    assert (Code.ERROR, "differs") == (said.code, said.document["verdict"])
    assert [["Z9"]] == [d["added"] for d in said.document["differences"] if d["field"] == "lots"]
    assert Code.PARTIAL == desk("notice", "verify", "-", given=b"Dear customer").code


def test_keys_are_made_rotated_retired_and_never_readable_by_others(recall: Command) -> None:
    first = recall("notice", "keys", "rotate", AUTHORITY, "--json").document
    second = recall("notice", "keys", "rotate", AUTHORITY, "--json").document
    assert ("signs", "signs") == (first["state"], second["state"])
    listed = recall("notice", "keys", "list", "--json").document["keys"]
    assert ["retired", "signs"] == [key["state"] for key in listed]
    folder = recall.home / "authorities"
    assert [f"{second['key']}.key"] == [path.name for path in folder.glob("*.key")]
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    gone = recall("notice", "keys", "retire", second["public"], "--revoked", "--json").document
    assert "revoked" == gone["state"]
    assert [] == list(folder.glob("*.key"))
    assert 3 == len(recall("notice", "keys", "list").rows)


@pytest.mark.parametrize("text", ["{}", "{", '{"authority": "A", "public": "whpk_x", "since": "2025-01-01"}'])
def test_a_key_file_that_is_wrong_is_named(recall: Command, text: str) -> None:
    folder = recall.home / "authorities"
    folder.mkdir(parents=True)
    (folder / "broken.json").write_text(text)
    said = recall("notice", "keys", "list", "--json")
    assert (Code.ERROR, "docs/errors/input-refused") == (said.code, said.problem["type"])
    assert "broken.json" in said.err


def test_a_private_key_that_others_may_read_is_not_used(recall: Command) -> None:
    key = recall("notice", "keys", "rotate", AUTHORITY, "--json").document
    (recall.home / "authorities" / f"{key['key']}.key").chmod(0o644)
    said = recall("notice", "keys", "list", "--json")
    assert Code.ERROR == said.code
    assert "chmod 600" in said.err
