"""The command `recall`: the table of its words, its exit codes, and how it says that something went wrong.

Each word is a module of `flows.commands`, loaded only when the word is spoken: `recall version` knows nothing
of databases or of Prefect.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from recall.errors import InputRefused, NotAllowed, NotFound, NotNow, RecallError


class Code(IntEnum):
    """The exit codes, a promise to scripts, each with what it means."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Code:
        """The number that a process leaves with; the words stand beside it."""
        code = int.__new__(cls, value)
        code._value_, code.meaning = value, meaning
        return code

    OK = 0, "done"
    ERROR = 1, "not done: refused, absent, or a system of somebody else's failed"
    USAGE = 2, "not called as the help says, or a question was answered with no"
    PARTIAL = 3, "some of it done; standard error says what was not"
    AUTH = 4, "not allowed: another officer or another key is needed"
    CONFLICT = 5, "against the state of things: not possible now, or kept for a person"
    OVERDUE = 10, "a task is overdue, and `--fail-on-overdue` asked to be told"


_CODES: tuple[tuple[type[RecallError], Code], ...] = ((NotAllowed, Code.AUTH), (NotNow, Code.CONFLICT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A command as the list of commands shows it."""

    module: str
    panel: str
    help: str


_RUN, _RECALL = "See it and run it", "Carry a recall"
_GOODS, _HOUSE = "Goods and partners", "This installation"
WORDS: Mapping[str, Word] = {
    "demo": Word(module="demo", panel=_RUN, help="Carry one recall through all its stages, on this machine."),
    "serve": Word(module="serve", panel=_RUN, help="Serve the API, the pages and the timer on one door."),
    "notice": Word(module="notice", panel=_RECALL, help="Read notices, and open, amend or withdraw recalls."),
    "feed": Word(
        module="feed", panel=_RECALL, help="Watch the regulators' feeds, and take up what they publish."
    ),
    "status": Word(module="status", panel=_RECALL, help="Show how far recalls are, and who is late."),
    "trace": Word(module="trace", panel=_RECALL, help="Show what is affected, why, and where it stands."),
    "explain": Word(module="explain", panel=_RECALL, help="Say why an order line is affected, or is not."),
    "task": Word(module="task", panel=_RECALL, help="List what each party must do, and say what was done."),
    "deliver": Word(module="deliver", panel=_RECALL, help="Hand over what waits in the outbox."),
    "message": Word(module="message", panel=_RECALL, help="Show what parties and buyers read."),
    "report": Word(module="report", panel=_RECALL, help="Account for every unit, party by party."),
    "decode": Word(
        module="decode", panel=_GOODS, help="Read product codes: GS1, EPC, MA, DID, and those of authorities."
    ),
    "passport": Word(
        module="passport", panel=_GOODS, help="Find the passport behind a code, and say what it is worth."
    ),
    "events": Word(module="events", panel=_GOODS, help="Capture and query supply-chain events (EPCIS 2.0)."),
    "affected-set": Word(
        module="affected_set",
        panel=_RECALL,
        help="Write what a recall covers, signed, and check codes offline.",
    ),
    "links": Word(module="links", panel=_GOODS, help="Load the links that the resolver gives for a product."),
    "connector": Word(
        module="connector", panel=_GOODS, help="List connectors, and check a partner's system."
    ),
    "policy": Word(
        module="policy",
        panel=_RECALL,
        help="Show the laws of recalls, and when their clocks run out.",
    ),
    "market": Word(
        module="market", panel=_GOODS, help="Make a market of known truth, and score the engine on it."
    ),
    "party": Word(module="party", panel=_GOODS, help="Add the parties of recalls, and give them keys."),
    "db": Word(module="db", panel=_HOUSE, help="Bring the database up to date, and check it."),
    "version": Word(module="version", panel=_HOUSE, help="Show the versions of what runs here."),
}


class LoadedWhenSpoken(TyperCommand):
    """A command that stands in the list by its help alone; its module is imported when it is called."""

    def __init__(self, *, name: str, word: Word) -> None:
        """Imports nothing."""
        super().__init__(name=name, help=word.help, rich_help_panel=word.panel)
        self._module = word.module

    def loaded(self) -> Any:
        """The command itself."""
        module = import_module(f"flows.commands.{self._module}")
        gc.freeze()  # what was imported stays: no collection of garbage need look through it again
        return get_command(module.app)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the command itself, which then takes this one's place."""
        return self.loaded().make_context(info_name, args, parent=parent, **extra)


class Frame(TyperGroup):
    """All words, and the one place where an error becomes words and an exit code."""

    def __init__(self, **attributes: Any) -> None:
        """Fills the list of commands from the table."""
        super().__init__(**attributes)
        for name, word in WORDS.items():
            self.commands[name] = LoadedWhenSpoken(name=name, word=word)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run one command line and leave with its exit code; no error passes as a traceback."""
        words = sys.argv[1:] if args is None else list(args)
        try:
            return super().main(words, *rest, **extra)
        except Exception as error:
            if os.environ.get("RECALL_DEBUG"):
                traceback.print_exception(error)
            known = error if isinstance(error, RecallError) else _unforeseen(error)
            print(_told(known, as_json="--json" in words), file=sys.stderr)
            sys.exit(code_of(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What stands before the command."""

    home: Path | None = None
    quiet: bool = False


app = typer.Typer(
    cls=Frame,
    name="recall",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


@app.callback()
def frame(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help="The folder of the database and the keys (RECALL_HOME).", metavar="DIR"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")] = False,
) -> None:
    """Carry a product recall from notice to completion.

    Every command that prints takes --json; settings are read from RECALL_* variables.

    Examples:

        recall demo

        recall notice read examples/notices/power-bank.zh.txt

        recall decode '(01)09521234502722(10)C14-P6'
    """
    context.obj = Options(home=home, quiet=quiet)


def code_of(error: RecallError) -> Code:
    """The exit code of an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), Code.ERROR)


def problem(error: RecallError) -> dict[str, object]:
    """An error as RFC 9457 writes problems, with the parts of it and the exit code."""
    parts = {name: getattr(error, name) for name in ("value", "expected", "got", "where", "advice")}
    told = {name: value for name, value in parts.items() if value is not None}
    return {
        "type": f"docs/errors/{error.slug}", "title": error.title, "status": error.status,
        "detail": str(error), **told, "exit": int(code_of(error)),
    }  # fmt: skip


def _told(error: RecallError, *, as_json: bool) -> str:
    """What happened and why, what to do next, and where to read on."""
    if as_json:
        return json.dumps(problem(error), ensure_ascii=False)
    advice = error.advice or ""
    happened = str(error).removesuffix(f" {advice}")
    lines = (
        f"Error: {happened}",
        f"Next:  {advice}" if advice else "",
        f"More:  docs/errors/{error.slug}.md",
    )
    return "\n".join(line for line in lines if line)


def _unforeseen(error: Exception) -> RecallError:
    """A file that is not there or cannot be used, or what no page but the general one describes: a defect."""
    if isinstance(error, OSError) and error.filename is not None:
        reason = (error.strerror or "no reason is known").lower()
        kind = NotFound if isinstance(error, FileNotFoundError) else InputRefused
        return kind(
            f"Cannot use {os.fspath(error.filename)!s}", expected="a usable file", got=reason,
            advice="Name a file that is there and may be used; relative names begin at this folder.",
        )  # fmt: skip
    first = str(error).partition("\n")[0].rstrip(".")
    advice = "Set RECALL_DEBUG=1 to see where it happened."
    return RecallError(f"{type(error).__name__}: {first}" if first else type(error).__name__, advice=advice)


def main() -> None:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    get_command(app).main(prog_name="recall")


if __name__ == "__main__":
    main()
