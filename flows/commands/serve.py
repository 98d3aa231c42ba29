"""The word `serve`: the API, the pages and the timer, until somebody stops it."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.opening import settings_of
from flows.printing import say
from flows.service import serve as run

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at.")] = 8700,
    base_url: Annotated[
        str | None, typer.Option(help="The address that links in messages begin with (RECALL_BASE_URL).")
    ] = None,
) -> None:
    """Serve the API, the pages and the timer on one door.

    Stops at Ctrl-C; a pass that was cut is carried on by the next start.

    Examples:

        recall serve

        recall serve --host 0.0.0.0 --port 8700 --base-url https://recall.example
    """
    settings = settings_of(context)
    address = base_url or (
        settings.base_url if "base_url" in settings.model_fields_set else f"http://{host}:{port}"
    )
    say(f"Serving at {address} until Ctrl-C.")
    run(settings.model_copy(update={"base_url": address}), host=host, port=port)
