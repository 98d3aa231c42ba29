"""The word `feed`: watch the regulators' feeds, see how fresh they are, and take up what they publish."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import typer

from flows.asking import Officer
from flows.assembly import House
from flows.cli import Code
from flows.opening import open_house
from flows.polling import Passed, due, feeds_of, poll, source_named, watched_sources
from flows.printing import Cell, Json, print_json, print_pairs, print_table, say
from recall.domain.difference import Difference, differences
from recall.domain.published import Published, Standing, Twin
from recall.errors import NotFound, NotNow
from recall.steps import open_recall
from recall.steps.keep_published import take_up
from recall.store import published, recalls
from recall.store.published import Version
from recall.store.sql import Tx
from recall.views.feeds import feed_list

app = typer.Typer(add_completion=False, no_args_is_help=True)

LOOK_SECONDS = 30
"""How often `watch` looks whose time has come."""

Reference = Annotated[str, typer.Argument(help="A notice's reference.", metavar="REFERENCE")]
Feed = Annotated[str | None, typer.Option(help="The feed, where several hold that reference.")]


@app.callback()
def feed() -> None:
    """Watch the regulators' feeds, and take up what they publish.

    Nothing of it becomes a recall before a person takes it up.
    """


@app.command("list")
def show_sources(context: typer.Context, *, json: Json = False) -> None:
    """List the feeds: which are watched, when each answered last, said something new, or failed.

    Examples:

        recall feed list
    """
    house = open_house(context, create=True)
    listed = feed_list(house.runtime, feeds=feeds_of(house.settings))
    rows: list[dict[str, Any]] = [row.document() for row in listed]
    if json:
        print_json(rows)
    else:
        shown = ("feed", "jurisdiction", "state", "succeeded", "changed", "error")
        print_table(shown, ([row[name] for name in shown] for row in rows))


@app.command()
def watch(
    context: typer.Context,
    feeds: Annotated[list[str] | None, typer.Argument(help="None: those of RECALL_FEEDS.")] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="One pass over each now, and no more.")] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Read the whole of each, whatever it says.")] = False,
    json: Json = False,
) -> None:
    """Ask feeds what is new or changed, and keep it; without `--once` again and again, each in its time.

    `recall serve` does the same on its timer. A source that fails stops no other: leaves with 3 where some
    failed, with 1 where all did.

    Examples:

        recall feed watch cpsc --once

        recall feed watch health_canada safety_gate --once --deep --json
    """
    house = open_house(context, create=True)
    names = [source_named(house.settings, name).name for name in feeds or watched_sources(house.settings)]
    if not names:
        raise NotNow("No feed is watched", advice="Name some, or set RECALL_FEEDS.")
    if not once:
        asyncio.run(_forever(house, names))
    passes = asyncio.run(_each(house, names, deep=deep or None))
    if json:
        print_json(list(map(_told, passes)))
    else:
        for passed in passes:
            _tell(passed)
    failed = sum(bool(passed.failure) for passed in passes)
    if failed:
        raise typer.Exit(Code.ERROR if failed == len(passes) else Code.PARTIAL)


@app.command()
def drafts(
    context: typer.Context,
    *,
    feed: Annotated[str | None, typer.Option(help="Of this feed only.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="So many.")] = 20,
    json: Json = False,
) -> None:
    """List what the feeds published and nobody took up, newest first; what was amended since stands above.

    Examples:

        recall feed drafts --feed cpsc --limit 5
    """
    with open_house(context, create=True).runtime.store.read() as tx:
        found = (*published.amended(tx), *published.newest(tx, limit=limit, source=feed, taken=False))
    if json:
        print_json([_notice(one) for one in found])
        return
    shown = ("feed", "reference", "published", "version", "standing", "title")
    print_table(shown, ([_notice(one)[name] for name in shown] for one in found))


@app.command()
def show(context: typer.Context, reference: Reference, *, feed: Feed = None, json: Json = False) -> None:
    """Show a published notice: its versions, what each changed, its twins at other regulators.

    Examples:

        recall feed show 26606
    """
    with open_house(context).runtime.store.read() as tx:
        one = _found(tx, reference, feed=feed)
        versions = published.versions(tx, source=one.source, reference=one.reference)
        twins = published.twins(tx, source=one.source, reference=one.reference)
        opened = recalls.recall_by_reference(tx, reference=one.reference)
    if json:
        told = {"recall": opened.id if opened else None, "twins": [_twin(twin) for twin in twins]}
        print_json(_notice(one) | told | {"versions": list(map(_version, _changes(versions)))})
        return
    print_pairs((*_notice(one).items(), ("recall", opened.id if opened else "")))
    for twin in twins:
        print(f"Twin: {twin.source} {twin.reference}: {twin.why}")
    for version, changes in _changes(versions):
        print(f"Version {version.version}, seen {version.seen_at:%Y-%m-%d %H:%M}")
        for change in changes:
            print(f"  {change.in_words()}")


@app.command("open")
def take(
    context: typer.Context,
    reference: Reference,
    *,
    officer: Officer,
    policy: Annotated[list[str] | None, typer.Option(help="A policy whose clocks and remedies hold.")] = None,
    feed: Feed = None,
    json: Json = False,
) -> None:
    """Take up a published notice: propose a recall of it, or the next version of the recall that it is of.

    Another officer approves it, as with any notice.

    Examples:

        recall feed open 26606 --policy us-cpsc --officer party_0197...
    """
    runtime = open_house(context).runtime
    with runtime.store.read() as tx:
        one = _found(tx, reference, feed=feed)
        notice = published.latest(tx, source=one.source, reference=one.reference)
        known = recalls.recall_by_reference(tx, reference=notice.reference)
    if one.standing is Standing.TAKEN:
        raise NotNow(f"Version {one.version} of {one.reference} is taken up already", value=one.reference)
    if known is None or known.version == 0:
        if not policy:
            raise NotNow("A recall is under some policy", advice="Say --policy.")
        opened = open_recall.propose(runtime, notice=notice, policies=policy, officer=officer)
        told: dict[str, Any] = {"recall": opened.id, "reference": one.reference, "version": 1}
    else:
        version = open_recall.amend(runtime, recall_id=known.id, notice=notice, officer=officer)
        told = {"recall": known.id, "reference": one.reference, "version": version}
    take_up(runtime, notice=one)
    if json:
        print_json(told)
    else:
        print_pairs(told.items())
        say(f"Next: recall notice approve {one.reference} --officer <another>")


async def _each(house: House, names: Iterable[str], *, deep: bool | None) -> list[Passed]:
    return list(await asyncio.gather(*(poll(house, feed=name, deep=deep) for name in names)))


async def _forever(house: House, names: Iterable[str]) -> None:
    while True:
        for passed in await _each(house, due(house, names=names), deep=None):
            _tell(passed)
        await asyncio.sleep(LOOK_SECONDS)


def _told(passed: Passed) -> dict[str, Cell]:
    return {
        "feed": passed.feed, "new": passed.kept.new, "changed": passed.kept.changed, "same": passed.kept.same,
        "refused": passed.refused, "pages": passed.pages, "unchanged_pages": passed.unchanged,
        "deep": passed.deep, "failure": passed.failure,
    }  # fmt: skip


def _tell(passed: Passed) -> None:
    print_pairs((name, value) for name, value in _told(passed).items() if value not in ("", False))


def _found(tx: Tx, reference: str, *, feed: str | None) -> Published:
    """The one notice of that reference. Raises NotFound, and NotNow where several feeds hold one."""
    if feed:
        return published.published(tx, source=feed, reference=reference)
    found = published.find(tx, reference=reference)
    if not found:
        raise NotFound(
            f"No feed holds a notice {reference!r}", value=reference,
            advice="`recall feed drafts` lists what they published; `recall feed watch --once` asks again.",
        )  # fmt: skip
    if len(found) > 1:
        feeds = ", ".join(one.source for one in found)
        raise NotNow(f"Several feeds hold {reference!r}", expected=f"--feed, one of {feeds}")
    return found[0]


def _when(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _notice(one: Published) -> dict[str, Any]:
    return {
        "feed": one.source, "reference": one.reference, "title": one.title, "version": one.version,
        "standing": one.standing.value, "taken_version": one.taken_version,
        "published": one.published.isoformat() if one.published else None,
        "first_seen": _when(one.first_seen), "changed": _when(one.changed_at),
        "last_seen": _when(one.last_seen),
    }  # fmt: skip


def _twin(twin: Twin) -> dict[str, str]:
    return {"feed": twin.source, "reference": twin.reference, "why": twin.why}


def _changes(versions: tuple[Version, ...]) -> list[tuple[Version, tuple[Difference, ...]]]:
    """Each version with what it says otherwise than the one before."""
    earlier = (None, *versions)
    return [
        (version, differences(before.notice, version.notice) if before else ())
        for before, version in zip(earlier, versions, strict=False)
    ]


def _version(pair: tuple[Version, tuple[Difference, ...]]) -> dict[str, Any]:
    version, changes = pair
    return {
        "version": version.version, "seen": _when(version.seen_at), "digest": version.notice.digest(),
        "changes": [change.document() for change in changes],
    }  # fmt: skip
