"""`recall passport`: what a resolver knows of a code, and what that is worth, from a real server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.assembly import assemble
from flows.cli import Code, app
from recall.api.codes import decode
from recall.settings import Settings
from tests.connectors.resolver.conftest import Site, site  # noqa: F401 - a fixture
from tests.connectors.resolver.test_passports import ITEM, publish
from tests.house.tree import ROOT


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


def test_an_authoritys_file_is_known_to_the_whole_house(tmp_path: Path) -> None:
    house = assemble(Settings(home=tmp_path, code_definitions=ROOT / "examples/codes"))
    seen = decode(house.runtime, code="HX12345600220117A7")
    assert ("quality-code", "00220117", "A7") == (seen["scheme"], seen["lot"], seen["serial"])
    house.runtime.store.close()
