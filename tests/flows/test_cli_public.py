"""`recall affected-set` and `recall links`: what leaves the house for shops, and where products lead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli import Code
from recall.store import recalls
from tests.builders import GTIN, NOW
from tests.flows.command import Command
from tests.flows.small_recall import BAD, GOOD, REFERENCE, Small


@pytest.fixture
def traced(small: Small) -> Small:
    """The small recall, its trace written down as a pass does it."""
    with small.recall.house().runtime.store.begin() as tx:
        recalls.save_stage(
            tx, recall_id=small.recall_id, version=1, name="trace", began_at=NOW.replace(year=2099),
            ended_at=NOW, seconds=0.0, result={},
        )  # fmt: skip
    return small


def written(small: Small, folder: Path) -> tuple[Path, str]:
    """The set's file, and the key that signed it."""
    file = folder / "set.jws"
    told = small.recall("affected-set", REFERENCE, "-o", file, "--json")
    assert Code.OK == told.code, told.err
    assert (1, 1) == (told.document["lots"], told.document["other_lots"])
    return file, told.document["key"]


def test_a_set_is_checked_without_the_engine_that_wrote_it(traced: Small, tmp_path: Path) -> None:
    file, key = written(traced, tmp_path)
    shop = Command(home=tmp_path / "shop")
    codes = [f"(01){GTIN}(10){lot}" for lot in (BAD, GOOD, "Q7")]
    said = shop("affected-set", "check", file, *codes, "--key", key, "--json")
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [(codes[0], "affected"), (codes[1], "not_affected"), (codes[2], "possibly_affected")] == [
        (answer["input"], answer["status"]) for answer in answers
    ]
    assert not shop.home.exists()


def test_the_codes_that_an_installation_defines_are_checked_too(
    traced: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, key = written(traced, tmp_path)
    codes = tmp_path / "codes"
    codes.mkdir()
    (codes / "helmets.toml").write_text(
        """name = "quality-code"
title = "Quality code"
issuer = "The authority"
pattern = 'HX(?P<gtin>[0-9]{14})(?P<lot>[0-9A-Z-]{1,20})'
fields = { gtin = "gtin", lot = "lot" }
""",
        "utf-8",
    )
    asked = ("affected-set", "check", file, f"HX{GTIN}{BAD}", "--key", key, "--json")
    shop = Command(home=tmp_path / "shop")
    assert Code.ERROR == shop(*asked).code, "nobody has said what such a code means"
    monkeypatch.setenv("RECALL_CODE_DEFINITIONS", str(codes))
    assert "affected" == shop(*asked).document["status"]


def test_codes_come_from_standard_input_too_and_a_refused_one_is_told(traced: Small, tmp_path: Path) -> None:
    file, _ = written(traced, tmp_path)
    said = traced.recall("affected-set", "check", file, given=f"(01){GTIN}(10){BAD}\n(01)1\n".encode())
    assert Code.ERROR == said.code
    assert [["affected", "lot"], ["refused", ""]] == [row[1:3] for row in said.rows[1:]]


def test_the_key_may_be_the_issuers_document_and_another_key_is_refused(
    traced: Small, tmp_path: Path
) -> None:
    file, key = written(traced, tmp_path)
    issuer = tmp_path / "issuer.json"
    issuer.write_text(json.dumps({"keys": [{"public": key, "algorithm": "ed25519"}]}))
    shop = Command(home=tmp_path / "shop")
    assert Code.OK == shop("affected-set", "check", file, GTIN, "--key", issuer).code
    other = "whpk_" + "A" * 43 + "="
    assert Code.AUTH == shop("affected-set", "check", file, GTIN, "--key", other).code
    assert "no key to verify with" in shop("affected-set", "check", file, GTIN).err
    assert Code.ERROR == shop("affected-set", "check", file, GTIN, "--key", file).code


def test_links_are_loaded_listed_and_dropped(recall: Command, tmp_path: Path) -> None:
    file = tmp_path / "links.json"
    link = {"linktype": "gs1:dpp", "href": "https://maker.example/dpp?lot={lot}", "title": "Passport"}
    file.write_text(json.dumps({"anchor": f"/01/{GTIN}", "qualifiers": [{"10": "{lot}"}], "links": [link]}))
    assert {"entries": 1, "links": 1} == recall("links", "load", file, "--json").document
    (entry,) = recall("links", "list", GTIN, "--json").document
    assert (f"/01/{GTIN}", [{"10": "{lot}"}]) == (entry["anchor"], entry["qualifiers"])
    assert [f"/01/{GTIN}", "10/{}"] == recall("links", "list").rows[1][:2]
    assert {"dropped": 1} == recall("links", "drop", GTIN, "--json").document
    assert [] == recall("links", "list", "--json").document


@pytest.mark.parametrize("wrong", [b"{", b'{"anchor": "/01/1", "links": []}'])
def test_links_that_cannot_be_read_are_refused(recall: Command, wrong: bytes) -> None:
    assert Code.ERROR == recall("links", "load", "-", given=wrong).code
