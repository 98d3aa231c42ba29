"""The manifest: read as one value, wrong ones refused, and settings checked without repeating a secret."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from connectors import registry
from connectors.account import Account, VendorPlatform
from connectors.manifest import Manifest, manifest_in
from recall.errors import GiveUp, InputRefused, NotFound
from recall.ports import ContactMode, Limit, OrderFilter, StopSaleLevel, TraceLevel

SHOP = """
name = "pigeon"
title = "Pigeon Shop"
duties = ["stop_sale"]
quality = "bronze"
proof = "fixtures"

[settings.shop]
title = "Name of the shop"
required = true
pattern = "[a-z-]{3,40}"

[settings.region]
title = "Region"
default = "eu"

[settings.access_token]
title = "Access token"
required = true
secret = true

[limits.orders]
burst = 20
per_second = 0.0056

[capabilities]
order_filter = "sku"
trace_level = "lot"
stop_sale_level = "seller"
contact_modes = ["direct", "relay_text"]
history_days = 60
exact_total = true
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of a kind; its manifest is to be written."""
    folder = tmp_path / f"kind_{abs(hash(tmp_path))}"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (folder / "manifest.toml").write_text(SHOP)
    return folder


def test_a_manifest_is_read_as_one_value(written: Path) -> None:
    read = manifest_in(written.name)
    can = read.capabilities
    assert (OrderFilter.SKU, TraceLevel.LOT, StopSaleLevel.SELLER) == (
        can.order_filter, can.trace_level, can.stop_sale_level,
    )  # fmt: skip
    assert ((ContactMode.DIRECT, ContactMode.RELAY_TEXT), 60) == (can.contact_modes, can.history_days)
    assert (True, False) == (can.exact_total, can.immutable_sort_key)
    assert Limit(burst=20, per_second=0.0056) == read.limits["orders"]
    assert ["shop", "region", "access_token"] == list(read.settings)


@pytest.mark.parametrize(
    ("instead", "by"),
    [('"sku"', '"colour"'), ("history_days", "days"), ('"bronze"', '"tin"'), ("[a-z-]{3,40}", "["),
     ("title", "x")],
)  # fmt: skip
def test_a_wrong_manifest_is_refused(written: Path, instead: str, by: str) -> None:
    (written / "manifest.toml").write_text(SHOP.replace(instead, by))
    with pytest.raises(InputRefused, match="manifest"):
        manifest_in(written.name)


def test_a_package_without_a_manifest_is_not_found() -> None:
    with pytest.raises(NotFound):
        manifest_in("connectors.sandbox")


def test_settings_are_filled_in_and_checked(written: Path) -> None:
    read = manifest_in(written.name)
    given = {"access_token": "s3cret"}
    assert {"shop": "lamps", "region": "eu"} == read.checked(settings={"shop": "lamps"}, given=given)
    assert {"shop": "lamps", "region": "us"} == read.checked(
        settings={"shop": "lamps", "region": "us"}, given={}, kept={"access_token"}
    )


@pytest.mark.parametrize(
    ("settings", "given"),
    [
        ({}, {"access_token": "s3cret"}), ({"shop": "lamps"}, {}),
        ({"shop": "NO"}, {"access_token": "s3cret"}),
        ({"shop": "lamps", "colour": "red"}, {"access_token": "s3cret"}),
        ({"shop": "lamps", "access_token": "s3cret"}, {}),
        ({"shop": "lamps"}, {"access_token": "s3cret", "x": "s3cret"}),
        ({}, {"shop": "s3cret", "access_token": "s3cret"}), ({"shop": "lamps"}, {"access_token": ""}),
    ],
)  # fmt: skip
def test_what_a_kind_does_not_want_is_refused_and_no_secret_repeated(
    written: Path, settings: dict[str, str], given: dict[str, str]
) -> None:
    with pytest.raises(InputRefused) as refused:
        manifest_in(written.name).checked(settings=settings, given=given)
    assert "s3cret" not in str(refused.value) + str(vars(refused.value))


@pytest.mark.parametrize("name", registry.OURS)
def test_every_kind_of_ours_has_a_manifest_that_can_be_read(name: str) -> None:
    read = registry.manifest_of(name)
    assert isinstance(read, Manifest)
    assert read.name == name
    assert read.proof


async def test_what_a_vendors_kind_has_not_is_refused_in_words() -> None:
    class Pigeon(VendorPlatform):
        @classmethod
        def manifest(cls) -> Manifest:
            return registry.manifest_of("protocol")

    pigeon = Pigeon(Account(platform_id="party_1", endpoint="https://pigeon.example"))
    with pytest.raises(GiveUp, match="cannot stop a sale"):
        await pigeon.stop_sale(listing_ref="L", recall_id="r", stopped_before=None)
    with pytest.raises(GiveUp, match="cannot tell its buyers"):
        await pigeon.contact(())
    assert "7" == (await pigeon.receipts(recall_id="r", after="7")).next
    await pigeon.aclose()
