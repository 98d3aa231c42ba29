"""CPSO: press notices as PDF and the pages that list them; the guideline is no notice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from connectors.feeds.cpso.feed import CpsoFeed
from connectors.feeds.raw import Kind, Raw
from connectors.feeds.reader import read_notices
from connectors.feeds.refused import Refused
from recall.domain.notice import Notice

MARKDOWN = """---
permalink: /consumers/safety-alerts-and-recalls/children-apparel/
---
## Safety alerts and recalls

|Date|&nbsp; Title|
|---|---|
|01 Oct <br>  2019| [Brew recalls kettles due to fire](/files/a/apparel-recall-2019-10-01-brew.pdf)|
|25 Nov 2015|[Dress #311](/files/a/apparel-alerts-2015-11-25-dress.pdf){:target="_b"}|
"""
HTML = """---
permalink: /consumers/safety-alerts-and-recalls/electrical/
---
<h2>Electrical safety alerts and recalls</h2><table><tr><td rowspan="1"><p>01 Oct 2019</p></td>
<td><p><a href="/files/a/apparel-recall-2019-10-01-brew.pdf" rel="nofollow">Brew recalls kettles due
to fire</a></p></td></tr><tr><td><p>25 Nov 2015</p></td>
<td><a href="/files/a/apparel-alerts-2015-11-25-dress.pdf">Dress #311</a></td></tr></table>"""
PRESS = "\n \n".join(
    (
        "28 Feb 2019",
        "Brew Singapore recalls K-100 kettles due\nto fire risk",
        "Brew has announced a recall of those with serial numbers beginning with 13AR** or 14AP**.",
        "Consumers should return them for a refund.",
    )
)


def pdf(text: str) -> list[Notice | Refused]:
    """What the feed reads in a PDF of these words."""
    raw = Raw(name="file", text=text, kind=Kind.PDF)
    assert CpsoFeed().recognises(raw)
    return list(CpsoFeed().read(raw))


@pytest.mark.parametrize("page", [MARKDOWN, HTML], ids=["markdown", "html"])
def test_a_list_names_day_title_and_address_in_either_writing(page: str) -> None:
    answer = read_notices(page.encode(), name="page")
    assert () == answer.refused
    recall, alert = answer.notices
    assert ("Brew recalls kettles due to fire", date(2019, 10, 1)) == (recall.title, recall.published)
    assert ("Recall", "Safety alert") == (recall.classification, alert.classification)
    assert ("Brew", date(2015, 11, 25)) == (recall.products[0].brand, alert.published)
    assert recall.url.endswith("/files/a/apparel-recall-2019-10-01-brew.pdf")
    assert "apparel-recall-2019-10-01-brew" == recall.reference


def test_a_press_notice_is_read_from_its_paragraphs() -> None:
    (notice,) = pdf(PRESS)
    assert isinstance(notice, Notice)
    assert ("cpso-brew-singapore-recalls-k-100-kettles-due-to-fire-risk", date(2019, 2, 28)) == (
        notice.reference, notice.published,
    )  # fmt: skip
    (product,) = notice.products
    assert ("K-100 kettles", "Brew Singapore", ("13AR*", "14AP*")) == (
        product.name,
        product.brand,
        product.serials,
    )
    assert ("refund",) == notice.remedies
    assert notice == Notice.read(notice.document())


def test_a_guideline_and_a_page_of_pictures_are_refused() -> None:
    for words, reason in (
        ("Guideline on a Recall Notice\n\nIt should include", "guideline"),
        ("Recall\n", "paragraphs"),
    ):
        (refused,) = pdf(words)
        assert isinstance(refused, Refused)
        assert reason in refused.reason


def test_the_published_notices_are_read(shared: Path) -> None:
    files = sorted((shared / "notices" / "sg_cpso").glob("*.pdf"))
    answers = {path.name: read_notices(path.read_bytes(), name=path.name) for path in files}
    assert ["guidelines_on_recall_notice.pdf"] == [name for name, answer in answers.items() if answer.refused]
    notices = {name: answer.notices[0] for name, answer in answers.items() if answer.notices}
    assert 13 == len(notices)
    blender = next(notice for name, notice in notices.items() if "blendjet" in name)
    assert ("5201000000 - 5542999999",) == blender.products[0].serials
    bank = next(notice for name, notice in notices.items() if "power-bank" in name)
    assert [(date(2018, 10, 26), date(2019, 1, 29))] == [(w.first, w.last) for w in bank.products[0].sold]


def test_the_published_lists_are_read(shared: Path) -> None:
    counts = {}
    for path in sorted((shared / "notices" / "sg_cpso").glob("*.md")):
        answer = read_notices(path.read_bytes(), name=path.name)
        counts[path.stem] = len(answer.notices)
        assert all(notice.published for notice in answer.notices)
    assert 0 == counts.pop("Products recalled prior to 2019")
    assert all(count > 10 for count in counts.values())
