"""The word `decode`: product codes in, what they say out, one line each, as they come."""

from __future__ import annotations

import json as jsonlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import typer
from rich.console import Console

from flows.cli import Code
from flows.printing import Cell, print_table
from recall.codes.form import Form
from recall.codes.quality_code_file import quality_codes_in
from recall.codes.reader import DecodedCode, Profile, decode_document
from recall.errors import CodeRefused
from recall.settings import Settings

app = typer.Typer(add_completion=False)
_COLUMNS = ("input", "valid", "scheme", "canonical", "gtin", "lot", "serial", "error")
InputFormat = Literal["text", "jsonl"]
_written = jsonlib.JSONEncoder(ensure_ascii=False).encode


@app.command()
def decode(
    codes: Annotated[
        list[str] | None, typer.Argument(help="Codes, or - for one a line.", metavar="CODE|-")
    ] = None,
    *,
    profile: Annotated[
        Profile, typer.Option(help="GS1's rules, old forms too, or China's narrower ones.")
    ] = "strict",
    input_format: Annotated[
        InputFormat, typer.Option(help='How lines come: codes, or {"input": code}.')
    ] = "text",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON line a code.")] = False,
) -> None:
    """Read product codes: GS1, EPC, MA, DID, and those of authorities.

    One answer a code, in order, as soon as it is read; leaves with 1 if any code was refused.
    FNC1 is the byte 0x1D; in a code that begins with ^, each ^ is FNC1, as GS1 writes it.

    Examples:

        recall decode 09521234502722 '(01)09521234502722(10)C14-P6'

        recall decode --json - < codes.txt

        recall decode --json --input-format jsonl - < codes.jsonl
    """
    lines = _written_or_piped(codes or ["-"])
    read = _read if input_format == "text" else _read_json
    adapters = _adapters()
    answers = _Counted(read(line, profile=profile, adapters=adapters) for line in lines)
    try:
        _print(answers, json=json)
    except BrokenPipeError:  # whoever read the answers has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if answers.refused:
        raise typer.Exit(Code.ERROR)


def _print(answers: Iterable[DecodedCode], *, json: bool) -> None:
    """One line an answer, sent on at once: whoever writes the codes may wait for it."""
    if json:
        for answer in answers:
            print(_written(answer), flush=True)
    elif Console().is_terminal:
        print_table(_COLUMNS, map(_row, answers))
    else:
        for row in map(_row, answers):
            print("\t".join(str(cell or "") for cell in row), flush=True)


class _Counted:
    """Answers on their way, and how many of them are refusals."""

    def __init__(self, answers: Iterable[DecodedCode]) -> None:
        self._answers = answers
        self.refused = 0

    def __iter__(self) -> Iterator[DecodedCode]:
        for answer in self._answers:
            self.refused += not answer["valid"]
            yield answer


def _written_or_piped(codes: Iterable[str]) -> Iterator[str]:
    """The codes in their order, those of standard input where a `-` stands."""
    for code in codes:
        if code == "-":
            yield from _lines()
        else:
            yield code


def _lines() -> Iterator[str]:
    """Standard input line by line; a separator (0x1D) ends no line, and bytes that are no text are shown."""
    for line in sys.stdin.buffer:
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "backslashreplace")


def _adapters() -> tuple[Form, ...]:
    """The codes that this installation's files define."""
    folder = Settings().code_definitions
    return () if folder is None else tuple(code.form for code in quality_codes_in(folder))


def _read(line: str, *, profile: Profile, adapters: tuple[Form, ...]) -> DecodedCode:
    return decode_document(line, profile=profile, adapters=adapters)


def _read_json(line: str, *, profile: Profile, adapters: tuple[Form, ...]) -> DecodedCode:
    """A line `{"input": code}`; one of another form is refused as a code would be."""
    try:
        document = jsonlib.loads(line)
    except (ValueError, RecursionError):
        return _no_code(line, got="no JSON")
    code = document.get("input") if isinstance(document, dict) else None
    if not isinstance(code, str):
        return _no_code(line, got="another document")
    return decode_document(code, profile=profile, adapters=adapters)


def _no_code(line: str, *, got: str) -> DecodedCode:
    refusal = CodeRefused.of(line, expected='a line {"input": "a code"}', got=got)
    return DecodedCode(
        input=line, valid=False, scheme=None, canonical=None, elements=[],
        gtin=None, lot=None, serial=None, error=str(refusal),
    )  # fmt: skip


def _row(answer: DecodedCode) -> tuple[Cell, ...]:
    return (
        answer["input"], "yes" if answer["valid"] else "no", answer["scheme"], answer["canonical"],
        answer["gtin"], answer["lot"], answer["serial"], answer["error"],
    )  # fmt: skip
