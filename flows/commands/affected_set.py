"""The word `affected-set`: what a recall covers as a signed file, and codes checked against it offline."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.asking import Named, Out, handed_out
from flows.assembly import definitions_of
from flows.cli import Code
from flows.opening import bytes_of, open_house, recall_named, settings_of
from flows.printing import Json, print_json, print_pairs, print_table
from notifications.webhook.signature import SigningKey
from recall.codes.form import Form
from recall.errors import CodeRefused, InputRefused, RecallError
from recall.signed import opened
from recall.views.affected_set import TYP, AffectedSet, read_affected_set
from recall.views.compiled_set import affected_set


class OrWrite(TyperGroup):
    """A group where a word that is none of its commands is a recall to write the set of."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of that name, else `write` with all the words."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["write", *args])


app = typer.Typer(add_completion=False, no_args_is_help=True, cls=OrWrite)


@app.callback()
def affected_sets() -> None:
    """Write what a recall covers, signed, and check codes offline."""


@app.command()
def write(
    context: typer.Context,
    recall: Named,
    *,
    out: Out = "-",
    json: Json = False,
) -> None:
    """Write the affected set of a recall, signed (the word `write` may be left out).

    It tells of lots, serial numbers and clauses, and of nobody who bought or sold them.

    Examples:

        recall affected-set write 2025-06-16-power-bank -o power-bank.jws
    """
    house = open_house(context)
    with house.runtime.store.read() as tx:
        reference = recall_named(tx, recall).reference
    found = affected_set(house.runtime, reference=reference)
    text = house.key.signed(found.payload(), typ=TYP)
    if not handed_out(f"{text}\n".encode(), to=out):
        return
    told = _told(found) | {"bytes": len(text), "key": house.key.public}
    if json:
        print_json(told)
    else:
        print_pairs(told.items())


@app.command()
def check(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="An affected set; - for standard input.", metavar="FILE|-")],
    codes: Annotated[
        list[str] | None, typer.Argument(help="Codes; none: one a line of standard input.", metavar="CODE")
    ] = None,
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(
            help="The issuer's public key (whpk_…), or its recall-issuer.json; may come twice.",
            metavar="KEY|FILE",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON line a code.")] = False,
) -> None:
    """Check codes against an affected set: no network, no database.

    The signature must be of a key that is given; without one, of this installation's own. Codes that the
    files of RECALL_CODE_DEFINITIONS define are read too. Leaves with 1 if a code could not be read. What is
    not affected is so by this recall, as of the time that the set tells.

    Examples:

        recall affected-set check power-bank.jws --key recall-issuer.json 09521234500018

        recall affected-set check power-bank.jws --key whpk_MDEy… --json < codes.txt
    """
    keys = [known for given in key or () for known in _keys(given)] or [_own_key(context)]
    found = read_affected_set(opened(bytes_of(file).decode("ascii", "replace"), typ=TYP, keys=keys))
    adapters = tuple(definition.form for definition in definitions_of(settings_of(context)))
    refused = 0
    rows = []
    for raw in codes or _lines():
        answer = _answer(found, raw, adapters=adapters)
        refused += "error" in answer
        if json:
            print(jsonlib.dumps(answer, ensure_ascii=False), flush=True)
        else:
            rows.append(_row(raw, answer))
    if not json:
        title = f"Recall {found.about['reference']}, as of {found.as_of.isoformat()}"
        print_table(("code", "status", "by", "why"), rows, title=title)
    if refused:
        raise typer.Exit(Code.ERROR)


def _told(found: AffectedSet) -> dict[str, str | int]:
    return {
        "reference": str(found.about["reference"]), "as_of": found.as_of.isoformat(),
        "trade_items": len(found.gtins), "clauses": len(found.scope.clauses),
        "lots": sum(map(len, found.lots.values())), "serials": len(found.serials),
        "other_lots": len(found.other_lots),
    }  # fmt: skip


def _answer(found: AffectedSet, raw: str, *, adapters: tuple[Form, ...]) -> dict[str, object]:
    try:
        return {"input": raw} | found.check(raw, adapters=adapters)
    except CodeRefused as refusal:
        return {"input": raw, "status": None, "error": str(refusal)}


def _row(raw: str, answer: dict[str, Any]) -> tuple[str | None, ...]:
    if "error" in answer:
        return raw, "refused", None, answer["error"]
    why = answer["recalls"][0]["reason"]["en"] if answer["recalls"] else answer["message"]["en"]
    return raw, answer["status"], answer["level"], why


def _lines() -> Iterator[str]:
    return (line.rstrip("\r\n") for line in sys.stdin if line.strip())


def _keys(given: str) -> list[str]:
    """The keys that an option means. Raises InputRefused."""
    if given.startswith("whpk_"):
        return [given]
    try:
        document = jsonlib.loads(bytes_of(given))
        return [str(one["public"]) for one in document["keys"]]
    except (ValueError, KeyError, TypeError):
        raise InputRefused.of(given, expected="whpk_… or an issuer's document", got="neither") from None


def _own_key(context: typer.Context) -> str:
    path = settings_of(context).home / "issuer.key"
    if not path.exists():
        raise RecallError(
            "There is no key to verify with", expected="--key", got="none",
            advice="Take it from /.well-known/recall-issuer.json of the issuer, once, and keep it.",
        )  # fmt: skip
    return SigningKey.load(path=path).public
