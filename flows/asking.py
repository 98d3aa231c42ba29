"""What commands about one recall share: its name, where they write to, the question before an act."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import Code
from flows.printing import print_json, print_pairs, say
from recall.domain.recall import Recall

Named = Annotated[str, typer.Argument(help="A recall, by its id or its reference.", metavar="RECALL")]
Officer = Annotated[str, typer.Option(help="The officer who acts: a party whose role is regulator.")]
Second = Annotated[str, typer.Option(help="The second officer, another one.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

Out = Annotated[str, typer.Option("--out", "-o", help="Where to; - for standard output.", metavar="FILE|-")]


def handed_out(content: bytes, *, to: str) -> bool:
    """Write what was made to a file, or to standard output; whether there is a file to tell of."""
    if to == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return False
    Path(to).write_bytes(content)
    return True


def agreed(act: str, *, yes: bool) -> None:
    """Go on where `--yes` or the person at the terminal says so; else leave: a no, or nobody to ask."""
    if yes or (sys.stdin.isatty() and typer.confirm(f"{act}? This cannot be undone.", err=True)):
        return
    say(f"{act}: this cannot be undone. Say --yes to do it.")
    raise typer.Exit(Code.USAGE)


def tell(recall: Recall, *, json: bool, next_step: str) -> None:
    """How a recall stands now, and what to say next."""
    facts = {
        "id": recall.id, "reference": recall.reference, "title": recall.title,
        "policies": " ".join(recall.policies), "state": recall.state.value, "version": recall.version,
    }  # fmt: skip
    if json:
        print_json(facts)
    else:
        print_pairs(facts.items())
        say(f"Next: {next_step}")
