"""The words `notice keys`: by which keys the notices of authorities are known, and those that sign here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from flows.assembly import authority_keys, wall_clock
from flows.opening import settings_of
from flows.printing import Json, print_json, print_pairs, print_table, say
from recall.notary import AuthorityKey, Notary

app = typer.Typer(add_completion=False, no_args_is_help=True)

Authority = Annotated[str, typer.Argument(help="The authority, as its notices name it.", metavar="AUTHORITY")]
Key = Annotated[str, typer.Argument(help="A public key (whpk_…), or its name.", metavar="KEY")]
_EVER = datetime(1970, 1, 1)  # noqa: DTZ001 - a day as typed; its zone is added where it is used
_COLUMNS = ("key", "authority", "public", "since", "until", "state")


@app.callback()
def keys() -> None:
    """Show, make, pin and retire the keys by which authorities' notices are known."""


@app.command(name="list")
def list_(context: typer.Context, *, json: Json = False) -> None:
    """Show every pinned key.

    Examples:

        recall notice keys list --json
    """
    found = _notary(context).pinned()
    if json:
        print_json({"keys": [_told(key) for key in found]})
    else:
        rows = ([str(_told(key)[name] or "") for name in _COLUMNS] for key in found)
        print_table(_COLUMNS, rows)


@app.command()
def rotate(context: typer.Context, authority: Authority, *, json: Json = False) -> None:
    """Make a new signing key for an authority; the old one signs no more, and what it signed still counts.

    The first approval makes a key by itself; make it before, to hand its public half to others in time.

    Examples:

        recall notice keys rotate "State Administration for Market Regulation"
    """
    _tell(_notary(context).rotate(authority=authority, at=wall_clock()), json=json)
    say("Next: give the public key to those who check your notices (recall notice keys pin)")


@app.command()
def pin(
    context: typer.Context,
    authority: Authority,
    key: Annotated[str, typer.Argument(help="The authority's public key (whpk_…).", metavar="KEY")],
    *,
    since: Annotated[
        datetime, typer.Option(help="Since when what it signs counts (UTC).", formats=["%Y-%m-%d"])
    ] = _EVER,
    json: Json = False,
) -> None:
    """Believe what a key signs for an authority; take it from a source that you trust.

    Examples:

        recall notice keys pin "Market Watch" whpk_MDEy...
    """
    _tell(_notary(context).pin(authority=authority, public=key, since=since.replace(tzinfo=UTC)), json=json)


@app.command()
def retire(
    context: typer.Context,
    key: Key,
    *,
    revoked: Annotated[
        bool, typer.Option("--revoked", help="Somebody else has it: nothing that it ever signed counts.")
    ] = False,
    json: Json = False,
) -> None:
    """Let a key sign no more; what it signed until now still counts, unless it is revoked.

    Examples:

        recall notice keys retire whpk_MDEy... --revoked
    """
    _tell(_notary(context).retire(public=key, at=wall_clock(), revoked=revoked), json=json)


def _notary(context: typer.Context) -> Notary:
    return authority_keys(settings_of(context))


def _tell(key: AuthorityKey, *, json: bool) -> None:
    if json:
        print_json(_told(key))
    else:
        print_pairs((name, str(value or "")) for name, value in _told(key).items())


def _told(key: AuthorityKey) -> dict[str, str | None]:
    signs = "signs" if key.signs else "pinned"
    state = "revoked" if key.revoked else "retired" if key.until else signs
    return {
        "key": key.name, "authority": key.authority, "public": key.public, "since": key.since.isoformat(),
        "until": key.until.isoformat() if key.until else None, "state": state,
    }  # fmt: skip
