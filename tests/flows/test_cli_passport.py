"""`recall passport`: what a resolver knows of a code, and what that is worth, from a real server."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from flows.cli import Code, app
from tests.connectors.resolver.conftest import Site, site  # noqa: F401 - a fixture
from tests.connectors.resolver.test_passports import ITEM, publish


@pytest.fixture(autouse=True)
def settings(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811 - the fixture
    """The command asks the site, and may."""
    monkeypatch.setenv("RECALL_PASSPORT_RESOLVER", site.address)
    monkeypatch.setenv("RECALL_PASSPORT_HOSTS", site.host)


def test_a_passport_is_told_with_what_it_is_worth(
    site: Site,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    maker = site.maker()
    publish(site, maker)
    done = CliRunner().invoke(
        app, ["passport", "--json", ITEM.replace("https://id.gs1.org", "]d1" + site.address)]
    )
    assert (Code.OK, "signed") == (done.exit_code, json.loads(done.output)["standing"])
    monkeypatch.setenv("RECALL_PASSPORT_ISSUERS", f"did:web:other.example {maker.did}")
    done = CliRunner().invoke(app, ["passport", "(01)09520123456788(21)0012"])
    assert "trusted" in done.output
    assert "00B7" in done.output


def test_no_passport_leaves_with_an_error(site: Site) -> None:  # noqa: F811 - the fixture
    del site
    assert Code.ERROR == CliRunner().invoke(app, ["passport", "09520123456788"]).exit_code
