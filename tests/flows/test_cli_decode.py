"""`recall decode`: one answer a code, in order, and an exit code that tells whether all could be read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import Code, app
from recall.codes.reader import decode_document

ROOT = Path(__file__).resolve().parent.parent.parent
GTIN = "09521234502722"


def decoded(*words: str, given: bytes = b"") -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the answers."""
    done = CliRunner().invoke(app, ["decode", "--json", *words], input=given)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_code_is_told_part_by_part() -> None:
    code, answers = decoded(f"(01){GTIN}(10)C14-P6(21)0007")
    expected = {
        "input": f"(01){GTIN}(10)C14-P6(21)0007", "valid": True, "scheme": "gs1-element-string",
        "canonical": f"https://id.gs1.org/01/{GTIN}/10/C14-P6/21/0007",
        "elements": [["01", GTIN], ["10", "C14-P6"], ["21", "0007"]],
        "gtin": GTIN, "lot": "C14-P6", "serial": "0007", "error": None,
    }  # fmt: skip
    assert (Code.OK, [expected]) == (code, answers)


def test_one_refused_code_is_told_in_its_place_and_by_the_exit_code() -> None:
    code, answers = decoded(GTIN, "09521234500019", GTIN)
    assert Code.ERROR == code
    assert [True, False, True] == [answer["valid"] for answer in answers]
    assert "expected check digit 8, got 9" in answers[1]["error"]


def test_standard_input_gives_one_answer_a_line_and_a_separator_ends_none() -> None:
    lines = (f"\x1d01{GTIN}10A\x1d21B", "", f"^01{GTIN}10A^21B", GTIN)
    code, answers = decoded("-", given="\n".join(lines).encode())
    assert Code.ERROR == code
    assert list(lines) == [answer["input"] for answer in answers]
    assert [True, False, True, True] == [answer["valid"] for answer in answers]
    assert answers[0]["canonical"] == answers[2]["canonical"]


@pytest.mark.parametrize("line", [b"\xff\xfe", b"\x00", b'{"input": 5}', b"[" * 100_000, b'"', b"{}"])
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_no_line_whatever_ends_the_reading(line: bytes, form: str) -> None:
    code, answers = decoded("--input-format", form, "-", given=line + b"\n" + line)
    assert Code.ERROR == code
    assert [False, False] == [answer["valid"] for answer in answers]


def test_json_lines_carry_codes_that_a_line_of_text_cannot() -> None:
    given = (
        json.dumps({"input": f"\x1d01{GTIN}10A"}).encode() + b"\n" + json.dumps({"input": "a\nb"}).encode()
    )
    code, answers = decoded("--input-format", "jsonl", "-", given=given)
    assert (Code.ERROR, ["A", None]) == (code, [answer["lot"] for answer in answers])
    assert "a\nb" == answers[1]["input"]


@pytest.mark.parametrize("profile", ["strict", "lenient", "cn"])
def test_the_profile_is_the_readers(profile: Any) -> None:
    raw = f" {GTIN}"
    _, answers = decoded("--profile", profile, raw)
    assert dict(decode_document(raw, profile=profile)) == answers[0]


def test_a_circumflex_is_a_separator_only_in_a_code_that_begins_with_one() -> None:
    code, answers = decoded(f"^01{GTIN}10A^21B", f"01{GTIN}10A^21B", f"]d201{GTIN}10A^21B")
    assert (Code.ERROR, ["B", None, None]) == (code, [answer["serial"] for answer in answers])


def test_who_stops_listening_ends_the_command_quietly(tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text(f"{GTIN}\n" * 5_000, encoding="utf-8")
    program = [sys.executable, "-m", "flows.cli", "decode", "--json", "-"]
    with (
        codes.open("rb") as given,
        subprocess.Popen(
            program, cwd=ROOT, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as talk,
    ):
        assert talk.stdout is not None
        assert talk.stderr is not None
        assert json.loads(talk.stdout.readline())["valid"]
        talk.stdout.close()
        assert b"" == talk.stderr.read()
        assert Code.OK == talk.wait()


def test_a_profile_that_is_not_known_is_an_error_of_usage() -> None:
    assert Code.USAGE == CliRunner().invoke(app, ["decode", "--profile", "loose", GTIN]).exit_code


def test_without_json_a_pipe_gets_tab_separated_fields() -> None:
    done = CliRunner().invoke(app, ["decode", GTIN])
    row = done.stdout.rstrip("\n").split("\t")
    assert [GTIN, "yes", "gtin", f"https://id.gs1.org/01/{GTIN}", GTIN] == row[:5]


def test_answers_come_before_the_next_code_is_asked_for() -> None:
    program = [sys.executable, "-m", "flows.cli", "decode", "--json", "-"]
    with subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as talk:
        assert talk.stdin is not None
        assert talk.stdout is not None
        for lot in ("A", "B"):
            talk.stdin.write(f"(01){GTIN}(10){lot}\n".encode())
            talk.stdin.flush()
            assert lot == json.loads(talk.stdout.readline())["lot"]
        talk.stdin.close()
        assert 0 == talk.wait()


def test_codes_of_standard_input_come_where_the_dash_stands() -> None:
    _, answers = decoded(GTIN, "-", given=b"nothing\n")
    assert [True, False] == [answer["valid"] for answer in answers]
