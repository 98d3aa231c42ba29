"""The word `party`: who takes part in recalls, how each is reached, and the keys they are given."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from flows.connecting import pairs_of, secrets_of, told
from flows.opening import open_house
from flows.printing import Cell, Json, print_json, print_pairs, print_table, say
from recall.domain.party import PROTOCOL, Party, Role
from recall.steps.admit_party import admit_party, give_key, own_prefixes, revoke_key
from recall.store import parties

app = typer.Typer(add_completion=False, no_args_is_help=True)
_COLUMNS = (
    "id",
    "role",
    "name",
    "language",
    "timezone",
    "email",
    "endpoint",
    "platform",
    "reference",
    "sites",
    "connector",
    "settings",
)
Kind = Annotated[str, typer.Option(help="The kind of connector to its system: recall connector list.")]
Settings = Annotated[list[str] | None, typer.Option(help="What that kind must know.", metavar="NAME=VALUE")]
Secrets = Annotated[
    list[str] | None,
    typer.Option(help="The same, kept sealed, from a file or (-) the input.", metavar="NAME=@FILE"),
]


@app.callback()
def party() -> None:
    """Add the parties of recalls, and give them keys."""


@app.command()
def add(
    context: typer.Context,
    *,
    role: Annotated[Role, typer.Option(help="regulator, manufacturer, platform, seller or logistics.")],
    name: Annotated[str, typer.Option(help="The organisation's name.")],
    id: Annotated[str | None, typer.Option(help="Change the party of this id.", metavar="PARTY")] = None,
    email: Annotated[str | None, typer.Option(help="Where letters go.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Base address of its system (the protocol).")] = None,
    token: Annotated[str | None, typer.Option(help="What its system knows this engine by.")] = None,
    connector: Kind = PROTOCOL,
    setting: Settings = None,
    secret: Secrets = None,
    platform: Annotated[str | None, typer.Option(help="A seller's platform, by its id.")] = None,
    reference: Annotated[str | None, typer.Option(help="What the platform calls it; a GLN.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="A site whose stock it answers for.")] = None,
    language: Annotated[str, typer.Option(help="The language of its letters: zh or en.")] = "en",
    timezone: Annotated[str, typer.Option(help="Where its days begin and end.")] = "UTC",
    json: Json = False,
) -> None:
    """Add a party, or say anew what is known of one.

    Examples:

        recall party add --role regulator --name "Market Supervision" --language zh --timezone Asia/Shanghai

        recall party add --role platform --name "Harbour Market" --endpoint http://127.0.0.1:8801 --token T

        recall party add --role seller --name "Seller 07" --platform party_0197... --reference S-07

        recall party add --role platform --name Shop --connector KIND --setting shop=lamps --secret token=@F
    """
    runtime = open_house(context, create=True).runtime
    added = Party(
        id=id or runtime.new_id("party"), role=role, name=name, language=language, timezone=timezone,
        email=email, endpoint=endpoint, platform_id=platform, reference=reference, sites=tuple(site or ()),
        connector=connector,
    )  # fmt: skip
    given = secrets_of(secret or ()) | ({"token": token} if token is not None else {})
    added = told(runtime, added, settings=pairs_of(setting or ()), given=given)
    admit_party(runtime, party=added, given=given)
    _tell(added, json=json)


@app.command(name="set")
def set_(
    context: typer.Context,
    party: Annotated[str, typer.Argument(help="The party's id.", metavar="PARTY")],
    *,
    connector: Annotated[str | None, typer.Option(help="The kind of connector to its system.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Base address of its system.")] = None,
    setting: Settings = None,
    secret: Secrets = None,
    json: Json = False,
) -> None:
    """Say how a party's system is spoken with; what is not said stays as it is.

    Examples:

        recall party set party_0197... --connector KIND --setting shop=lamps --secret access_token=@FILE

        recall party set party_0197... --secret token=- < token.txt
    """
    runtime = open_house(context).runtime
    with runtime.store.read() as tx:
        known = parties.party(tx, party_id=party)
    changed = replace(
        known,
        connector=connector or known.connector,
        endpoint=endpoint or known.endpoint,
        settings=known.settings if connector in (None, known.connector) else {},
    )
    given = secrets_of(secret or ())
    changed = told(runtime, changed, settings=pairs_of(setting or ()), given=given)
    admit_party(runtime, party=changed, given=given)
    _tell(changed, json=json)


@app.command(name="list")
def list_(
    context: typer.Context,
    *,
    role: Annotated[Role | None, typer.Option(help="Only those of this role.")] = None,
    json: Json = False,
) -> None:
    """List the parties.

    Examples:

        recall party list --role seller

        recall party list --json
    """
    with open_house(context).runtime.store.read() as tx:
        known = parties.parties(tx, role=role)
    rows = [_document(one) for one in known]
    if json:
        print_json({"parties": rows})
    else:
        print_table(_COLUMNS, ([_cell(row[name]) for name in _COLUMNS] for row in rows))


@app.command()
def key(
    context: typer.Context,
    party: Annotated[str, typer.Argument(help="The party's id.", metavar="PARTY")],
    *,
    json: Json = False,
) -> None:
    """Give a party a new key for the API and the pages. It is shown once; only its hash is kept.

    Examples:

        recall party key party_0197...
    """
    made = give_key(open_house(context).runtime, party_id=party)
    if json:
        print_json({"party": party, "prefix": made.prefix, "key": made.text})
    else:
        print(made.text)
        say("Keep this key now: it is not shown again.")


@app.command()
def keys(
    context: typer.Context,
    party: Annotated[str, typer.Argument(help="The party's id.", metavar="PARTY")],
    *,
    json: Json = False,
) -> None:
    """List a party's keys, oldest first: how each begins, when it was given and when revoked.

    Examples:

        recall party keys party_0197...
    """
    with open_house(context).runtime.store.read() as tx:
        known = parties.keys(tx, party_id=parties.party(tx, party_id=party).id)
    rows = [
        {
            "prefix": one.prefix, "given_at": one.created_at.isoformat(),
            "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
        }
        for one in known
    ]  # fmt: skip
    if json:
        print_json({"party": party, "keys": rows})
    else:
        print_table(("prefix", "given", "revoked"), (tuple(row.values()) for row in rows))


@app.command()
def revoke(
    context: typer.Context,
    party: Annotated[str, typer.Argument(help="The party's id.", metavar="PARTY")],
    prefix: Annotated[str, typer.Argument(help="How the key begins, behind `rk_`.", metavar="PREFIX")],
    *,
    json: Json = False,
) -> None:
    """Revoke a key: from now on it opens nothing.

    Examples:

        recall party revoke party_0197... 5d0f6a1b2c3e
    """
    revoke_key(open_house(context).runtime, party_id=party, prefix=prefix)
    if json:
        print_json({"party": party, "revoked": prefix})
    else:
        say(f"The key rk_{prefix}... opens nothing any more.")


@app.command()
def prefix(
    context: typer.Context,
    party: Annotated[str, typer.Argument(help="The party's id.", metavar="PARTY")],
    prefixes: Annotated[
        list[str] | None, typer.Argument(help="GS1 Company Prefixes; none: list them.", metavar="PREFIX")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Enter a manufacturer's GS1 Company Prefixes: of products under them it may load the resolver's links.

    Examples:

        recall party prefix party_0197... 9521234
    """
    known = own_prefixes(open_house(context).runtime, party_id=party, more=tuple(prefixes or ()))
    if json:
        print_json({"party": party, "prefixes": list(known)})
    else:
        print_pairs((("party", party), ("prefixes", " ".join(known))))


def _tell(party: Party, *, json: bool) -> None:
    document = _document(party)
    if json:
        print_json(document)
    else:
        print_pairs((name, value) for name, value in document.items() if isinstance(value, str))


def _cell(value: str | list[str] | None) -> Cell:
    return " ".join(value) if isinstance(value, list) else value


def _document(party: Party) -> dict[str, str | list[str] | None]:
    """A party as JSON; its token is nobody's to see."""
    return {
        "id": party.id, "role": party.role.value, "name": party.name, "language": party.language,
        "timezone": party.timezone, "email": party.email, "endpoint": party.endpoint,
        "platform": party.platform_id, "reference": party.reference, "sites": list(party.sites),
        "connector": party.connector, "settings": [f"{n}={v}" for n, v in sorted(party.settings.items())],
    }  # fmt: skip
