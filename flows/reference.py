"""The reference of the command, written from the command itself: `python -m flows.reference`.

It prints docs/reference/command.md; a test holds the page to what this prints.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from flows.cli import WORDS, Code, LoadedWhenSpoken, app

HEAD = """# The command `recall`

Written by `python -m flows.reference`; change the command, not this page.

Every name here is a promise to scripts. Every command that prints takes `--json`; without it, tables stand on
a terminal and tab-separated lines in a pipe (a title is a line after `#`). Progress and advice go to standard
error, and bars only to a terminal, neither under `CI` nor with `--quiet`. `NO_COLOR` and `FORCE_COLOR` are
obeyed. An option is stronger than a `RECALL_*` variable. A recall is named by its id or by its reference.
"""
ERRORS = """
An error says what happened, what to do next, and which page of [the errors](../errors/README.md) tells more;
with `--json` it is one JSON line on standard error in the form of RFC 9457. `RECALL_DEBUG=1` adds where it
happened.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, "\n## Before the command\n\n", _options(get_command(app))]
    parts += ["\n## Exit codes\n\n| code | meaning |\n|---|---|\n"]
    parts += [f"| {int(code)} | {code.meaning} |\n" for code in Code]
    parts.append(ERRORS)
    for name, word in WORDS.items():
        parts += _word(LoadedWhenSpoken(name=name, word=word).loaded(), name)
    return "".join(parts)


def _word(command: Any, name: str) -> Iterator[str]:
    yield f"\n{'###' if ' ' in name else '##'} {name}\n\n{_first(command)}\n"
    if isinstance(command, TyperGroup):
        for sub, one in command.commands.items():
            yield from _word(one, f"{name} {sub}")
    else:
        yield _rest(command, name)


def _rest(command: Any, path: str) -> str:
    """Usage, the further paragraphs of the help, the examples and the options of one command."""
    context = typer.Context(command, info_name=f"recall {path}")
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    told, _, examples = inspect.cleandoc(command.help or "").partition("\n\n")[2].partition("Examples:")
    lines = [line.strip() for line in examples.splitlines() if line.strip()]
    shown = "\n".join([usage, "", *(f"$ {line}" for line in lines)])
    body = f"\n{told.strip()}\n" if told.strip() else ""
    return f"{body}\n```console\n{shown}\n```\n\n{_options(command)}"


def _options(command: Any) -> str:
    rows = [_row(parameter) for parameter in command.params if not parameter.hidden]
    told = [row for row in rows if row and "-completion" not in row]
    return "| argument or option | meaning |\n|---|---|\n" + "".join(told) if told else ""


def _row(parameter: Any) -> str:
    is_argument = parameter.param_type_name == "argument"
    names = [parameter.metavar or parameter.name.upper()] if is_argument else sorted(parameter.opts)[::-1]
    default = parameter.default
    has_default = isinstance(default, str | int) and not isinstance(default, bool)
    stated = f" Default: `{default}`." if has_default else ""
    needed = " Required." if parameter.required else ""
    named = ", ".join(f"`{name}`" for name in names)
    return f"| {_cell(named)} | {_cell(parameter.help or '')}{stated}{needed} |\n"


def _cell(text: str) -> str:
    """Text that breaks no table."""
    return text.replace("|", "\\|")


def _first(command: Any) -> str:
    return " ".join(inspect.cleandoc(command.help or "").partition("\n\n")[0].split())


if __name__ == "__main__":
    print(page(), end="")
