"""`recall notice read URL`: what stands there is read, and no address leads into a private network."""

from __future__ import annotations

import json

import pytest

from tests.connectors.resolver.conftest import Site, site  # noqa: F401 - a fixture
from tests.flows.command import Command

ROW = "Model,Make,Recalls Number,VIN Start,VIN End\nSWIFT,ACME,R/2017/900,AB1000,AB1999\n"


@pytest.fixture
def allowed(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:  # noqa: F811 - the fixture
    """The site, which may be asked though it is on this machine."""
    monkeypatch.setenv("RECALL_FEED_HOSTS", site.host)
    return site


def test_a_file_at_an_address_is_read_by_its_content(recall: Command, allowed: Site) -> None:
    allowed.put("/RecallsFile", ROW, kind="application/octet-stream")
    said = recall("notice", "read", allowed.lead("/latest", "/RecallsFile"), "--json")
    assert (0, ["R/2017/900"]) == (said.code, [notice["reference"] for notice in said.document["notices"]])
    assert ["/latest", "/RecallsFile"] == allowed.calls


def test_a_recall_is_opened_from_an_address(recall: Command, allowed: Site) -> None:
    address = allowed.put(
        "/absent-but-asked", json.dumps({"error": {"code": "NOT_FOUND", "message": "No matches"}})
    )
    said = recall("notice", "open", address, "--policy", "us-fda", "--officer", "party_officer1", "--json")
    assert (422, True) == (said.problem["status"], "No matches" in said.problem["detail"])


def test_a_private_address_is_not_asked(recall: Command, site: Site) -> None:  # noqa: F811 - the fixture
    for address in (site.put("/x", ROW), site.address.replace("http:", "https:"), "http://example.org/"):
        said = recall("notice", "read", address, "--json")
        assert said.code != 0
        assert "address" in said.err
    assert [] == site.calls


def test_an_allowed_address_may_not_lead_into_the_network(recall: Command, allowed: Site) -> None:
    said = recall("notice", "read", allowed.lead("/on", "https://127.0.0.1:1/"), "--json")
    assert "private network" in said.err
    said = recall("notice", "read", allowed.lead("/round", "/round"), "--json")
    assert "in a circle" in said.err


def test_nothing_at_an_address_is_not_found(recall: Command, allowed: Site) -> None:
    assert "no file at the address" in recall("notice", "read", f"{allowed.address}/none", "--json").err
