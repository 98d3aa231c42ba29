"""The word `db`: bring the database up to date, and look whether it is sound."""

from __future__ import annotations

import typer

from flows.assembly import assemble
from flows.cli import Code
from flows.opening import open_house, settings_of
from flows.printing import Json, print_json, print_table
from recall.store import party_secrets

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def db() -> None:
    """Bring the database up to date, and check it."""


@app.command()
def upgrade(context: typer.Context, *, json: Json = False) -> None:
    """Bring the database to the newest revision; make it where there is none.

    Examples:

        recall db upgrade

        RECALL_DATABASE_URL=postgresql+psycopg://localhost/recall recall db upgrade --json
    """
    runtime = assemble(settings_of(context)).runtime
    store = runtime.store
    before, _ = store.revisions()
    store.upgrade()
    with store.begin() as tx:
        party_secrets.seal_all(tx, seal=runtime.seal)  # those from before there was a seal
    after, _ = store.revisions()
    if json:
        print_json({"before": before, "revision": after})
    else:
        print(f"The database is at revision {after}" + (" already." if before == after else "."))


@app.command()
def check(context: typer.Context, *, json: Json = False) -> None:
    """Look whether the database is sound: its file, its audit chain, its books. Leaves with 1 if it is not.

    Examples:

        recall db check

        recall db check --json
    """
    problems = open_house(context).runtime.store.check()
    if json:
        print_json({"sound": not problems, "problems": list(problems)})
    elif problems:
        print_table(("problem",), ((problem,) for problem in problems))
    else:
        print("The database is sound.")
    if problems:
        raise typer.Exit(Code.ERROR)
