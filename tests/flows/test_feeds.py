"""Watching feeds over real HTTP: nothing is read twice, each edit is a version, no source stops another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.assembly import House, assemble
from flows.polling import Passed, due, poll
from recall.settings import Settings
from recall.store import published, watched
from recall.store.published import Kept
from tests.builders import NOW
from tests.feed_server import AMERICAN, CANADIAN, FeedServer, feed_server
from tests.world import Clock


def french(**more: Any) -> dict[str, Any]:
    return {
        "numero_fiche": "2026-07-0001", "libelle": "bouilloire", "marque_produit": "brew",
        "date_publication": "2026-07-20", "identification_produits": ["0885911843430", "b-12"],
    } | more  # fmt: skip


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        running.say("/ca", [CANADIAN])
        running.say("/us", [AMERICAN])
        running.say("/fr", [french()])
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(server: FeedServer, clock: Clock, tmp_path: Path) -> Iterator[House]:
    where = {"health_canada": "ca", "cpsc": "us", "rappelconso": "fr", "safety_gate": "eu/list"}
    addresses = " ".join(f"{name}={server.address}/{path}" for name, path in where.items())
    settings = Settings(
        home=tmp_path / "home",
        feeds="health_canada cpsc rappelconso",
        feed_addresses=addresses,
        feed_pause=0.0,
    )
    made = assemble(settings, now=clock)
    made.runtime.store.upgrade()
    yield made
    made.runtime.store.close()


def says(passed: Passed) -> tuple[int, int, int, str]:
    return passed.kept.new, passed.kept.changed, passed.kept.same, passed.failure


async def passes(
    house: House, feed: str = "health_canada", *, deep: bool | None = None
) -> tuple[int, int, int, str]:
    return says(await poll(house, feed=feed, deep=deep))


@pytest.mark.parametrize("by_date", [False, True], ids=["etag", "last-modified"])
async def test_what_did_not_change_is_not_sent_again(
    house: House, server: FeedServer, *, by_date: bool
) -> None:
    server.by_date = by_date
    assert (1, 0, 0, "") == await passes(house)
    assert (0, 0, 0, "") == await passes(house)
    assert [200, 304] == server.answers()


async def test_an_edit_is_the_next_version_and_the_old_one_stays(
    house: House, server: FeedServer, clock: Clock
) -> None:
    await passes(house)
    clock.forward(hours=7)
    server.say("/ca", [CANADIAN | {"Issue": "Fire hazard"}])
    assert (0, 1, 0, "") == await passes(house)
    with house.runtime.store.read() as tx:
        versions = published.versions(tx, source="health_canada", reference="70001")
        row = published.published(tx, source="health_canada", reference="70001")
    assert [("Burn hazard", NOW), ("Fire hazard", NOW + timedelta(hours=7))] == [
        (version.notice.hazard, version.seen_at) for version in versions
    ]
    assert (2, NOW, NOW + timedelta(hours=7)) == (row.version, row.first_seen, row.changed_at)


async def test_a_deep_pass_reads_all_whatever_the_server_says(
    house: House, server: FeedServer, clock: Clock
) -> None:
    await passes(house)
    assert (0, 0, 1, "") == await passes(house, deep=True)
    clock.forward(days=8)
    assert (0, 0, 1, "") == await passes(house)
    clock.forward(hours=7)
    assert (0, 0, 0, "") == await passes(house)
    assert [200, 200, 200, 304] == server.answers()


async def test_a_source_that_fails_is_asked_sooner_and_keeps_what_it_gave(
    house: House, server: FeedServer, clock: Clock
) -> None:
    await passes(house)
    server.statuses["/ca"] = 500
    clock.forward(hours=7)
    failure = (await passes(house))[-1]
    assert "500" in failure
    with house.runtime.store.read() as tx:
        fresh = watched.freshness(tx)["health_canada"]
    assert (NOW, clock(), failure, 1) == (fresh.succeeded_at, fresh.failed_at, fresh.error, fresh.failures)
    assert "health_canada" not in list(due(house))
    clock.forward(minutes=1)
    assert "health_canada" in list(due(house))
    server.statuses.clear()
    assert (0, 0, 0, "") == await passes(house)
    with house.runtime.store.read() as tx:
        assert ("", 0) == (
            watched.freshness(tx)["health_canada"].error,
            watched.freshness(tx)["health_canada"].failures,
        )


@pytest.mark.parametrize(
    ("status", "said"), [(404, "no page there"), (403, "refused"), (302, "no page there")]
)
async def test_a_page_that_is_gone_is_a_failure_in_words(
    house: House, server: FeedServer, status: int, said: str
) -> None:
    server.statuses["/ca"] = status
    assert said in (await passes(house))[-1]


async def test_a_page_of_another_form_is_a_failure_and_is_read_again_once_it_is_right(
    house: House, server: FeedServer
) -> None:
    server.say("/ca", b"<html><p>We are being renewed</p></html>")
    assert "Nothing can be read" in (await passes(house))[-1]
    server.say("/ca", [CANADIAN])
    assert (1, 0, 0, "") == await passes(house)


async def test_one_record_that_cannot_be_read_does_not_keep_the_others_out(
    house: House, server: FeedServer
) -> None:
    server.say("/ca", [CANADIAN | {"NID": ""}, CANADIAN])
    passed = await poll(house, feed="health_canada")
    assert (Kept(new=1), 1, "") == (passed.kept, passed.refused, passed.failure)


async def test_twins_at_other_regulators_are_linked_and_not_merged(house: House) -> None:
    for feed in ("rappelconso", "health_canada", "cpsc"):
        assert (1, 0, 0, "") == await passes(house, feed)
    with house.runtime.store.read() as tx:
        found = published.twins(tx, source="cpsc", reference="26999")
        assert [("health_canada", "70001"), ("rappelconso", "2026-07-0001")] == [
            (t.source, t.reference) for t in found
        ]
        assert ["cpsc/26999 names the other", "both name the trade item 00885911843430"] == [
            t.why for t in found
        ]
        assert ["cpsc"] == [t.source for t in published.twins(tx, source="health_canada", reference="70001")]
        assert 3 == len(published.newest(tx, limit=10))


@pytest.mark.parametrize("more", [{"marque_produit": "other brand"}, {"date_publication": "2024-01-01"}])
async def test_another_brand_or_another_year_makes_no_twin(
    house: House, server: FeedServer, more: dict[str, str]
) -> None:
    server.say(
        "/us",
        [AMERICAN | {"Description": "Brand: Brew. This recall involves kettles.", "Inconjunctions": []}],
    )
    server.say("/fr", [french(**more)])
    for feed in ("cpsc", "rappelconso"):
        await passes(house, feed)
    with house.runtime.store.read() as tx:
        twins = published.twins(tx, source="rappelconso", reference="2026-07-0001")
    assert () == (twins if "date_publication" in more else ())


def weekly(server: FeedServer, *weeks: int) -> None:
    """Publish a list of weekly reports and the reports, newest first."""
    entries = "".join(
        f"<weeklyReport><reference>Report-2026-{week}</reference><URL>{server.address}/eu/{week}</URL></weeklyReport>"
        for week in weeks
    )
    server.say("/eu/list", f"<?xml version='1.0'?><Safety-Gate>{entries}</Safety-Gate>".encode())
    for week in weeks:
        alert = f"<caseNumber>SR/{week}/26</caseNumber><product>K{week}</product>"
        server.say(
            f"/eu/{week}",
            f"<Safety-Gate><notifications>{alert}</notifications></Safety-Gate>".encode(),
        )


async def test_a_list_leads_to_its_reports_and_old_ones_are_not_asked_again(
    house: House, server: FeedServer
) -> None:
    weekly(server, 9, 8, 7, 6, 5, 4)
    assert (6, 0, 0, "") == await passes(house, "safety_gate")
    server.answers()
    weekly(server, 10, 9, 8, 7, 6, 5, 4)
    assert (1, 0, 0, "") == await passes(house, "safety_gate")
    assert [200, 200, 304, 304, 304] == server.answers()


async def test_a_pass_that_is_cut_off_goes_on_where_it_was(house: House, server: FeedServer) -> None:
    weekly(server, 9, 8, 7)
    server.statuses["/eu/7"] = 503
    new, _, _, failure = await passes(house, "safety_gate")
    assert (2, True) == (new, "503" in failure)
    server.statuses.clear()
    assert (1, 0, 2, "") == await passes(house, "safety_gate")


async def test_a_list_leads_nowhere_but_to_its_own_host(house: House, server: FeedServer) -> None:
    server.say("/eu/list", b"<?xml version='1.0'?><Safety-Gate><weeklyReport><reference>R</reference>"
               b"<URL>http://10.0.0.1/secret</URL></weeklyReport></Safety-Gate>")  # fmt: skip
    assert (0, 0, 0, "") == await passes(house, "safety_gate")
    assert [200] == server.answers()
