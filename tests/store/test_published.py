"""Published notices: an edit is a version, the same is no edit, twins are pairs, and freshness is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, inspect, text

from recall.domain.notice import Notice, NoticeProduct
from recall.domain.published import Standing, Twin
from recall.errors import NotFound
from recall.store import migrations, published, watched
from recall.store.database import Store
from recall.store.published import Kept
from recall.store.watched import Freshness, Page
from tests.builders import NOW

LATER = NOW + timedelta(hours=6)
ITEM = "00885911843430"


def notice(
    source: str = "cpsc", reference: str = "26999", *, text: str = "Kettles.\n", **more: object
) -> Notice:
    product = NoticeProduct(name="Kettles", gtin=ITEM, brand="Brew")
    made = Notice(
        source=source, reference=reference, title="Brew kettles", authority="CPSC", text=text,
        published=date(2026, 7, 9), products=(product,),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type] # the fields of a notice, as a test says them


def keep(store: Store, *notices: Notice, at: object = NOW) -> Kept:
    with store.begin() as tx:
        return published.keep(tx, notices, at=at)  # type: ignore[arg-type] # a moment


def test_an_edit_is_a_version_and_the_same_again_is_none(store: Store) -> None:
    assert Kept(new=1) == keep(store, notice())
    assert Kept(same=1) == keep(store, notice(), at=LATER)
    assert Kept(changed=1) == keep(store, notice(text="Kettles and pots.\n"), at=LATER)
    with store.read() as tx:
        one = published.published(tx, source="cpsc", reference="26999")
        versions = published.versions(tx, source="cpsc", reference="26999")
    assert (2, NOW, LATER, LATER) == (one.version, one.first_seen, one.changed_at, one.last_seen)
    assert [(1, "Kettles.\n", NOW), (2, "Kettles and pots.\n", LATER)] == [
        (version.version, version.notice.text, version.seen_at) for version in versions
    ]


def test_a_better_reading_of_the_same_words_is_no_edit_but_is_kept(store: Store) -> None:
    keep(store, notice())
    better = notice(products=(NoticeProduct(name="Kettles", gtin=ITEM, brand="Brew", lots=("B-12",)),))
    assert Kept(same=1) == keep(store, better, at=LATER)
    with store.read() as tx:
        (version,) = published.versions(tx, source="cpsc", reference="26999")
    assert (("B-12",), NOW) == (version.notice.products[0].lots, version.seen_at)


@pytest.mark.parametrize("first", ["cpsc", "health_canada"])
def test_a_partner_that_is_named_is_a_twin_whoever_came_first(store: Store, first: str) -> None:
    named = "https://recalls-rappels.canada.ca/en/brew/"
    both = [
        notice(related=(named,), products=(NoticeProduct(name="Kettles"),)),
        notice("health_canada", "70001", url=named.rstrip("/"), products=(NoticeProduct(name="Kettles"),)),
    ]
    for one in sorted(both, key=lambda one: one.source != first):
        keep(store, one)
    with store.read() as tx:
        why = "cpsc/26999 names the other"
        assert (Twin(source="health_canada", reference="70001", why=why),) == published.twins(
            tx, source="cpsc", reference="26999"
        )
        assert (Twin(source="cpsc", reference="26999", why=why),) == published.twins(
            tx, source="health_canada", reference="70001"
        )


def test_one_trade_item_makes_twins_where_brand_and_days_agree(store: Store) -> None:
    keep(store, notice(), notice("rappelconso", "R1"))
    keep(store, notice("safety_gate", "S1", published=date(2024, 1, 1)))
    other = NoticeProduct(name="Kettles", gtin=ITEM, brand="Other")
    keep(store, notice("meti", "M1", products=(other,)), notice("cpsc", "26998"))
    with store.read() as tx:
        twins = published.twins(tx, source="cpsc", reference="26999")
    assert [("rappelconso", "R1")] == [(twin.source, twin.reference) for twin in twins]


def test_a_notice_is_a_draft_then_taken_up_then_amended(store: Store) -> None:
    keep(store, notice())
    with store.begin() as tx:
        assert Standing.DRAFT is published.published(tx, source="cpsc", reference="26999").standing
        published.take(tx, source="cpsc", reference="26999", version=1)
        assert Standing.TAKEN is published.published(tx, source="cpsc", reference="26999").standing
        assert () == published.amended(tx)
    keep(store, notice(text="Kettles and pots.\n"), at=LATER)
    with store.read() as tx:
        (one,) = published.amended(tx)
        assert Standing.AMENDED is one.standing
        assert () == published.newest(tx, limit=9, taken=False)
        assert (one,) == published.newest(tx, limit=9, taken=True, source="cpsc")


def test_what_no_feed_holds_is_not_found(store: Store) -> None:
    with store.begin() as tx:
        assert () == published.find(tx, reference="26999")
        with pytest.raises(NotFound):
            published.published(tx, source="cpsc", reference="26999")
        with pytest.raises(NotFound):
            published.latest(tx, source="cpsc", reference="26999")
        with pytest.raises(NotFound):
            published.take(tx, source="cpsc", reference="26999", version=1)


def test_freshness_tells_success_change_failure_and_when_to_ask_again(store: Store) -> None:
    with store.begin() as tx:
        watched.asked(tx, name="cpsc", at=NOW)
        watched.answered(tx, name="cpsc", at=NOW, changed=True, deep=True)
        whole = Freshness(name="cpsc", asked_at=NOW, succeeded_at=NOW, changed_at=NOW, deep_at=NOW)
        assert {"cpsc": whole} == watched.freshness(tx)
        assert NOW + timedelta(hours=1) == whole.due_at(every=3600)
        watched.asked(tx, name="cpsc", at=LATER)
        waits = []
        for _ in range(8):
            watched.failed(tx, name="cpsc", at=LATER, error="It is down. " * 100)
            fresh = watched.freshness(tx)["cpsc"]
            waits.append((fresh.due_at(every=3600) - LATER).total_seconds())
        assert [60, 120, 240, 480, 960, 1920, 3600, 3600] == waits
        assert (NOW, LATER, 8, 500) == (fresh.succeeded_at, fresh.failed_at, fresh.failures, len(fresh.error))
        watched.answered(tx, name="cpsc", at=LATER, changed=False, deep=False)
        fresh = watched.freshness(tx)["cpsc"]
        assert ("", 0, NOW, LATER) == (fresh.error, fresh.failures, fresh.changed_at, fresh.succeeded_at)


def test_what_an_address_answered_is_kept_by_feed_and_address(store: Store) -> None:
    page = Page(address="http://a/1", etag='"1"', digest="d")
    with store.begin() as tx:
        watched.keep_page(tx, page, name="cpsc", at=NOW)
        watched.keep_page(tx, replace(page, etag='"2"'), name="cpsc", at=LATER)
        watched.keep_page(tx, page, name="meti", at=NOW)
        assert {"http://a/1": replace(page, etag='"2"')} == watched.pages(tx, name="cpsc")


def test_the_tables_come_and_go_with_what_they_hold(store: Store, database_url: str) -> None:
    keep(store, notice())
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert 1 == connection.execute(text("SELECT count(*) FROM published_version")).scalar()
        migrations.downgrade(connection, revision="0013")
        assert not {"published", "twin", "watched"} & set(inspect(connection).get_table_names())
        migrations.upgrade(connection, revision="0014")
        assert 0 == connection.execute(text("SELECT count(*) FROM published")).scalar()
    engine.dispose()
    assert Kept(new=1) == keep(store, notice())
