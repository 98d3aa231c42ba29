"""The words `notice signed` and `notice verify`: a notice with its signature, and what a copy is worth."""

from __future__ import annotations

import json as jsonlib
from typing import Annotated

import typer

from flows.asking import Named, Out, handed_out
from flows.assembly import authority_keys
from flows.cli import Code
from flows.opening import OPERATOR, bytes_of, database_is_there, open_house, recall_named, settings_of
from flows.printing import Json, print_json, print_pairs
from recall.domain.copied import Copied, read_copy
from recall.errors import NotKnown
from recall.notary import Notary
from recall.steps.check_copy import Checked, Verdict, by_seal, check_copy
from recall.views.genuine import signed_notice


def signed(
    context: typer.Context,
    recall: Named,
    *,
    version: Annotated[int | None, typer.Option(min=1, help="Which version; without: that in force.")] = None,
    out: Out = "-",
    json: Json = False,
) -> None:
    """Write a notice with the authority's signature and the short code, for others to keep and to check.

    Examples:

        recall notice signed 2025-06-16-power-bank -o power-bank.signed.json
    """
    house = open_house(context)
    with house.runtime.store.read() as tx:
        reference = recall_named(tx, recall).reference
    form = signed_notice(house.runtime, reference=reference, version=version)
    text = jsonlib.dumps(form, ensure_ascii=False, indent=1)
    if handed_out(f"{text}\n".encode(), to=out):
        told = {"reference": reference, "code": form["code"], "file": out}
        if json:
            print_json(told)
        else:
            print_pairs((name, str(value)) for name, value in told.items())


def verify(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(help="A copy: signed form, JSON, signature or text; - for input.", metavar="FILE|-"),
    ],
    *,
    json: Json = False,
) -> None:
    """Check a copy of a notice: whose signature it bears, which version it is, and what it says otherwise.

    Without a database only the signature speaks, by the keys that are pinned (recall notice keys). A copy
    that differs from a notice of this engine raises an alarm for its officers. Leaves with 1 for a copy that
    is not genuine, with 3 for one of a notice that is not known here.

    Examples:

        recall notice verify power-bank.signed.json

        recall notice verify --json - < what-i-was-sent.txt
    """
    copy = read_copy(bytes_of(file))
    if database_is_there(settings_of(context)):
        checked = check_copy(open_house(context).runtime, copy=copy, shown_by=OPERATOR)
    else:
        checked = _by_signature(copy, notary=authority_keys(settings_of(context)))
    if json:
        print_json(checked.document())
    else:
        _tell(checked)
    if checked.verdict is not Verdict.GENUINE:
        raise typer.Exit(Code.ERROR if checked.verdict is Verdict.DIFFERS else Code.PARTIAL)


def _by_signature(copy: Copied, *, notary: Notary) -> Checked:
    """What the signature alone says."""
    if not copy.signature:
        raise NotKnown(
            "There is nothing to check this copy by", expected="a signature, or a database with the notice",
            got="neither",
        )  # fmt: skip
    return by_seal(copy, notary.opened(copy.signature)[0])


def _tell(checked: Checked) -> None:
    facts = [
        (name, value if isinstance(value, int) else str(value))
        for name, value in checked.document().items()
        if name != "differences" and value is not None
    ]
    print_pairs(facts)
    for each in checked.differences:
        print(f"  {each.in_words()}")
