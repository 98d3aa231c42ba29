"""The word `passport`: the passport behind a code, found over resolvers, and what it is worth."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from flows.assembly import definitions_of, passport_registry, wall_clock
from flows.printing import Json, print_json, print_pairs
from recall.codes.reader import Profile, read_code
from recall.errors import NotFound
from recall.ports import FoundPassport
from recall.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def passport(
    code: Annotated[str, typer.Argument(help="The code on the product.", metavar="CODE")],
    *,
    profile: Annotated[
        Profile, typer.Option(help="GS1's rules, old forms too, or China's narrower ones.")
    ] = "strict",
    json: Json = False,
) -> None:
    """Find the passport behind a code, and say what it is worth.

    Asks the resolver of the code's host, or that of RECALL_PASSPORT_RESOLVER. The passport is trusted only
    if its signature is right and its issuer stands in RECALL_PASSPORT_ISSUERS.
    Leaves with 1 if there is none.

    Examples:

        recall passport 'https://id.gs1.org/01/09521234502722/21/7'
    """
    found = asyncio.run(_found(code, profile=profile))
    if found is None:
        raise NotFound("No resolver knows a passport of this code", value=code[:200])
    document = document_of(found)
    if json:
        print_json(document)
    else:
        print_pairs((name, _line(value)) for name, value in document.items())


async def _found(code: str, *, profile: Profile) -> FoundPassport | None:
    settings = Settings()
    adapters = tuple(definition.form for definition in definitions_of(settings))
    registry = passport_registry(settings, now=wall_clock)
    try:
        year = wall_clock().year
        told = await registry.told(read_code(code, profile=profile, adapters=adapters, reference_year=year))
        return await registry.passport(told)
    finally:
        await registry.aclose()


def document_of(found: FoundPassport) -> dict[str, Any]:
    """What was found, as one JSON document."""
    passport = found.passport
    return {
        "product": passport.code.canonical, "scheme": passport.code.scheme, "gtin": passport.code.gtin,
        "lot": passport.batch, "serial": passport.code.serial, "granularity": passport.granularity,
        "facility": passport.facility, "issuer": passport.issuer, "kind": passport.kind,
        "standing": found.standing.value, "findings": list(found.findings),
        "address": found.address, "digest": found.digest,
    }  # fmt: skip


def _line(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
