"""What the platforms gave: listings, lines and scans come back as they went in, and again is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from recall.domain.recall import Recall
from recall.errors import NotFound
from recall.ports import Listing, StopSale
from recall.store import orders, scans
from recall.store.database import Store
from recall.store.orders import Listed
from recall.store.scans import Scan
from tests.builders import DAY, GTIN, NOW, make_line

LISTING = Listing(ref="LST-1", gtin=GTIN, seller_ref="S07", title="Power bank 20,000", on_sale=True)


def test_a_line_comes_back_as_it_went_in(store: Store) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    whole = make_line(serial="SN-1", sold_at=local)
    bare = make_line(lot=None, shipped_at=None, ship_from=None, region=None)
    with store.begin() as tx:
        assert 2 == orders.save_lines(tx, [whole, bare])
        assert [whole, bare] == list(orders.lines(tx, gtins={GTIN}))
        assert whole == orders.line(tx, platform_id=whole.platform_id, line_ref=whole.line_ref)
        with pytest.raises(NotFound, match="L-unknown"):
            orders.line(tx, platform_id=whole.platform_id, line_ref="L-unknown")


def test_a_line_that_comes_again_is_written_only_where_it_changed(store: Store) -> None:
    first, second = make_line(), make_line()
    corrected = replace(second, lot="C14-P7", digest="sha256:other")
    with store.begin() as tx:
        orders.save_lines(tx, [first, second])
        assert 1 == orders.save_lines(tx, [first, corrected])
        assert 0 == orders.save_lines(tx, [first, corrected])
        assert [first, corrected] == list(orders.lines(tx, gtins={GTIN}))


def test_lines_are_found_by_trade_item_and_streamed_in_order(store: Store) -> None:
    ours = [make_line(platform_id=platform) for platform in ("party_b", "party_a") for _ in range(1500)]
    with store.begin() as tx:
        orders.save_lines(tx, [*ours, make_line(gtin="06901234567908")])
        found = list(orders.lines(tx, gtins={GTIN, "06901234567915"}))
        assert [] == list(orders.lines(tx, gtins=set()))
    assert sorted(ours, key=lambda line: (line.platform_id, line.line_ref)) == found


def test_the_proof_of_a_stopped_sale_outlives_what_is_offered_later(store: Store) -> None:
    stop = StopSale(listing_ref="LST-1", before="on_sale", after="blocked", at=NOW)
    again = replace(LISTING, title="Power bank, new")
    with store.begin() as tx:
        orders.save_listings(tx, platform_id="party_a", listings=[LISTING])
        orders.mark_stopped(tx, platform_id="party_a", stop=stop)
        stopped = Listed(
            platform_id="party_a", listing=replace(LISTING, on_sale=False), before="on_sale",
            after="blocked", stopped_at=NOW,
        )  # fmt: skip
        assert (stopped,) == orders.listings(tx)
        orders.save_listings(tx, platform_id="party_a", listings=[again])
        assert (replace(stopped, listing=again),) == orders.listings(tx, platform_id="party_a")
        with pytest.raises(NotFound, match="LST-9"):
            orders.mark_stopped(tx, platform_id="party_a", stop=replace(stop, listing_ref="LST-9"))


def test_listings_are_found_by_platform_and_seller(store: Store) -> None:
    other = replace(LISTING, ref="LST-2", seller_ref="S08")
    with store.begin() as tx:
        orders.save_listings(tx, platform_id="party_a", listings=[LISTING, other])
        assert ["S07", "S08"] == [listed.seller_ref for listed in orders.listings(tx, platform_id="party_a")]
        assert ["LST-2"] == [listed.listing.ref for listed in orders.listings(tx, seller_ref="S08")]
        assert () == orders.listings(tx, platform_id="party_b")


def test_a_scan_carries_on_where_it_was(store: Store, recall: Recall) -> None:
    scan = Scan(
        recall_id=recall.id, version=1, platform_id="party_platform", gtin=GTIN, cursor="L00000500", rows=500,
        total=900, passes=1, digest="d1", complete=False, first=NOW - DAY, last=None, at=NOW,
    )  # fmt: skip
    done = replace(scan, cursor=None, rows=900, complete=True)
    which = {"recall_id": recall.id, "version": 1, "platform_id": "party_platform", "gtin": GTIN}
    with store.begin() as tx:
        assert None is scans.scan(tx, **which)
        for kept in (scan, done):
            scans.save_scan(tx, kept)
            assert kept == scans.scan(tx, **which)
        assert (done,) == scans.scans(tx, recall_id=recall.id, version=1)
        assert () == scans.scans(tx, recall_id=recall.id, version=2)
