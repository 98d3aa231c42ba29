"""`recall notice lint`: what is wrong goes out with its place, and the exit code says whether anything is."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli import Code
from tests.flows.command import Command

WORDS = ("--profile", "eu-gpsr", "--language", "de")
PAGE = """<!doctype html><html><head><title>freiwillig</title></head><body><h1>Produktsicherheitsrückruf</h1>
<script>"freiwillig"</script><img src="a.png" alt="Der Wasserkocher">
<figure><svg><title>Unterseite</title></svg><figcaption>Hier steht die Chargennummer</figcaption></figure>
<p>Wasserkocher, Chargennummer 24B, im März 2025 in Österreich verkauft. Es besteht Verbrennungsgefahr:
Verbrennungen sind möglich.</p><p>Verwenden Sie das Gerät nicht mehr und bringen Sie es zurück.</p>
<p>Wir bieten Reparatur, Ersatz oder Erstattung. Gebührenfrei: 0800 123456. Bitte
sagen Sie es weiter.</p></body></html>"""


def test_a_whole_page_passes_whatever_its_scripts_say(recall: Command, tmp_path: Path) -> None:
    file = tmp_path / "notice.html"
    file.write_text(PAGE, "utf-8")
    said = recall("notice", "lint", file, *WORDS, "--json")
    assert (Code.OK, []) == (said.code, said.document["findings"])
    assert "name, brand" in said.err


def test_a_page_without_the_picture_of_the_code_says_so(recall: Command) -> None:
    page = PAGE.replace("Hier steht die Chargennummer", "Noch ein Bild")
    said = recall("notice", "lint", "-", *WORDS, "--json", given=page.encode())
    assert Code.ERROR == said.code
    assert [("picture", "picture_of_code")] == [(f["fault"], f["what"]) for f in said.document["findings"]]


def test_a_softening_word_goes_out_with_its_place_and_its_law(recall: Command) -> None:
    given = "Produktsicherheitsrückruf\nEin freiwilliger Rückruf.".encode()
    said = recall("notice", "lint", "-", *WORDS, given=given)
    assert Code.ERROR == said.code
    assert ["forbidden", "freiwilliger", "2", "5", "law", "verified"] == said.rows[1][:6]


@pytest.mark.parametrize(
    ("given", "got"), [(b'{"notices": []}', "JSON"), (b"<?xml version='1.0'?><recalls/>", "XML")]
)
def test_what_is_not_made_for_people_to_read_is_refused(recall: Command, given: bytes, got: str) -> None:
    said = recall("notice", "lint", "-", *WORDS, given=given)
    assert Code.ERROR == said.code
    assert got in said.err


def test_an_unknown_language_is_refused_with_those_that_are_known(recall: Command) -> None:
    said = recall("notice", "lint", "-", "--profile", "eu-gpsr", "--language", "xx", given=b"Recall")
    assert Code.ERROR == said.code
    assert "nl, pl, pt" in said.err
