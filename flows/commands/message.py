"""The word `message`: shows what a party or a buyer reads, before anybody does."""

from __future__ import annotations

import base64
import tempfile
import webbrowser
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from flows.asking import Named, Out, handed_out
from flows.opening import open_house, recall_id_of
from flows.printing import Json, print_json, say
from notifications.catalogue import LANGUAGES
from notifications.rendering import render
from recall.domain.message import MessageKind
from recall.errors import InputRefused
from recall.steps.deliver_messages import drafted

app = typer.Typer(add_completion=False, no_args_is_help=True)

KINDS = {"buyer": MessageKind.NOTIFY_BUYER} | {kind.value.replace("_", "-"): kind for kind in MessageKind}
"""The kinds as the command line names them; the first is what a buyer is told."""


@app.callback()
def message() -> None:
    """Show what parties and buyers read."""


@app.command()
def preview(
    context: typer.Context,
    recall: Named,
    *,
    kind: Annotated[str, typer.Option(help=f"What it is for: {', '.join(KINDS)}.")] = "buyer",
    language: Annotated[
        str, typer.Option(help=f"The reader's language: {', '.join(LANGUAGES)}.")
    ] = LANGUAGES[0],
    html: Annotated[bool, typer.Option("--html/--text", help="The page, or its twin as text.")] = False,
    out: Out = "-",
    open_: Annotated[bool, typer.Option("--open", help="Show the page in a browser.")] = False,
    json: Json = False,
) -> None:
    """Show a message as the first whom it concerns would read it now; nothing is sent.

    Its link is the public page. What --open shows holds its picture; a mail names the picture's address.

    Examples:

        recall message preview 2025-06-16-power-bank --kind buyer --language zh --open

        recall message preview 2025-06-16-power-bank --kind stop-sale --language ar --html -o letter.html

        recall message preview 2025-06-16-power-bank --kind reminder --json
    """
    for value, known in ((kind, KINDS), (language, LANGUAGES)):
        if value not in known:
            raise InputRefused.of(value, expected=f"one of {', '.join(known)}", got="another")
    runtime = open_house(context).runtime
    facts = drafted(runtime, recall_id=recall_id_of(runtime, recall), kind=KINDS[kind])
    written = render(kind=KINDS[kind].value, language=language, facts=facts)
    if open_:
        _show(written.html, picture=facts["picture"], place=facts["code_place"])
    elif json:
        print_json(
            {
                "kind": KINDS[kind].value, "language": written.language, "subject": written.subject,
                "text": written.text, "html": written.html,
            }
        )  # fmt: skip
    else:
        content = written.html if html else f"{written.subject}\n\n{written.text}"
        handed_out(content.encode(), to=out)


def _show(html: str, *, picture: str, place: str) -> None:
    """Open a page that needs no server: its picture is in it."""
    drawn = (resources.files("recall.web") / "static" / "places" / f"{place}.png").read_bytes()
    inside = f"data:image/png;base64,{base64.b64encode(drawn).decode()}"
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8", delete=False) as file:
        file.write(html.replace(picture, inside))
    webbrowser.open(Path(file.name).as_uri())
    say(f"Opened {file.name}")
