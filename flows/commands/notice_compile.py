"""The word `notice compile`: a recall's notice as a file in the form that a law wants."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.asking import Named, Out, handed_out
from flows.cli import Code
from flows.opening import bytes_of, open_house, recall_named
from flows.printing import say
from recall.domain.lint import Fault, Finding
from recall.views.compiled import Compiled, Form, compiled_notice


def compile_notice(
    context: typer.Context,
    recall: Named,
    *,
    profile: Annotated[str, typer.Option(help="The policy whose law the form follows: recall policy list.")],
    language: Annotated[
        str,
        typer.Option(help="The language of the fixed words; without: the policy's, or else the notice's."),
    ] = "",
    form: Annotated[Form, typer.Option("--format", help="The form of the file.")] = Form.HTML,
    out: Out = "-",
    version: Annotated[int | None, typer.Option(min=1, help="Which version; without: that in force.")] = None,
    picture: Annotated[
        list[str] | None,
        typer.Option(help="A photograph that the notice names by its sha256 (PNG, JPEG); again for another."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Leave with 1 if anything is wrong.")] = False,
) -> None:
    """Write a notice in the form of a law: its elements in order, a drawing of where the code is, a QR code.

    The notice's own words stay as they are: what it does not say in the language stands there in its own, and
    what it does not say at all is left out. Standard error tells both, and what the lint finds. json is the
    signed form of the engine itself, the same for every law; jsonld is for programs of others.

    Examples:

        recall notice compile R-2025-1 --profile eu-gpsr --language de --format pdf -o notice.de.pdf

        recall notice compile R-2025-1 --profile cn-samr --strict > notice.html
    """
    house = open_house(context)
    with house.runtime.store.read() as tx:
        reference = recall_named(tx, recall).reference
    made = compiled_notice(
        house.runtime, reference=reference, profile=profile, language=language, form=form, version=version,
        pictures=map(bytes_of, picture or ()),
    )  # fmt: skip
    _warn(made)
    if strict and not made.faultless:
        say("Nothing was written: --strict.")
        raise typer.Exit(Code.ERROR)
    handed_out(made.content, to=out)


def _warn(made: Compiled) -> None:
    """What a person should look at, a line each."""
    composed = made.composed
    if made.standing != "in_force":
        say(f"Warning: this version is {made.standing}, and nothing in the file says so.")
    grounds = {each.what: f" ({each.ground.citation})" for each in made.linted.findings if _is_lack(each)}
    for finding in made.linted.findings:
        if not (_is_lack(finding) and finding.what in composed.lacking):
            say(f"Warning: {_in_words(finding)}")
    for element in composed.lacking:
        ground = grounds.get(element, "")
        say(f"Warning: the notice says nothing for {element}, which {composed.profile} requires{ground}.")
    for element in composed.foreign:
        say(
            f"Warning: {element} is not said in {composed.language!r}; it stands there as the notice says it."
        )
    for digest in made.unused:
        say(f"Warning: the notice names no picture with the sha256 {digest}; it was left out.")


def _is_lack(finding: Finding) -> bool:
    return finding.fault is Fault.MISSING


def _in_words(finding: Finding) -> str:
    return f"{finding.fault.value}: {finding.what} ({finding.ground.citation})"
