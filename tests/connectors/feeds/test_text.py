"""Prose of an issuer that no feed knows: a proposal with a warning, and what is no notice stays refused."""

from __future__ import annotations

import pytest

from connectors.feeds.reader import NoticesRead, read_notices
from connectors.feeds.text.mapping import WARNING
from recall.domain.notice import Notice

PROSE = (
    "Recall of lamp K-7 by Lumen Works. Lamps of batch 24B and 24C, sold from March 2025 to June 2025, can "
    "overheat.\nAbout 1,200 units were sold. Stop using the lamp and return it for a refund."
)


def read(text: str, *, feed: str | None = None) -> NoticesRead:
    return read_notices(text.encode(), name="notice", feed=feed)


def only(text: str, *, feed: str | None = None) -> Notice:
    answer = read(text, feed=feed)
    assert () == answer.refused
    (notice,) = answer.notices
    assert notice == Notice.read(notice.document())
    return notice


def test_prose_of_an_unknown_issuer_is_a_proposal_with_a_warning() -> None:
    notice = only(PROSE)
    (product,) = notice.products
    assert ("24B", "24C") == product.lots
    assert {"from": "2025-03-01", "to": "2025-06-30"} == product.sold[0].document()
    assert ("text", WARNING, 1200) == (notice.source, notice.warnings[0], notice.quantity)
    assert "Recall of lamp K-7 by Lumen Works" == notice.title == product.name


def test_a_simple_page_is_read_as_its_words_and_its_tags_are_not_shown() -> None:
    words = PROSE.replace("\n", "</p>\n<p>")
    notice = only(f"<html><head><style>p {{}}</style></head><body><p>{words}</p></body></html>")
    assert (("24B", "24C"), False) == (notice.products[0].lots, "<" in notice.text)


@pytest.mark.parametrize(
    ("text", "lots"),
    [
        ("Rappel de la lampe K-7 : les produits du lot 24B sont dangereux pour les enfants.", ("24B",)),
        ("Rückruf der Lampe K-7: Das Produkt mit der Chargennummer 24B wird nicht verkauft.", ("24B",)),
    ],
)  # fmt: skip
def test_the_language_is_seen_from_the_words(text: str, lots: tuple[str, ...]) -> None:
    assert lots == only(text).products[0].lots


def test_the_same_words_have_the_same_reference_and_others_another() -> None:
    assert only(PROSE).reference == only(f"  {PROSE}\n\n").reference
    assert only(PROSE).reference != only(PROSE.replace("24C", "24D")).reference


@pytest.mark.parametrize(
    "junk",
    [
        "hello world", "I do not recall where I put my keys.", "Batch 24B of lamps arrived at the warehouse.",
        "name\tlot\trecall\nx\t24B\tyes\ny\t24C\tno\n", "<html><body>Recall everything</body></html>",
    ],
)  # fmt: skip
def test_what_speaks_of_no_recall_or_names_no_goods_stays_refused(junk: str) -> None:
    answer = read(junk)
    assert () == answer.notices
    assert "Not a notice of any form" in answer.refused[0].reason


def test_a_person_who_says_that_it_is_a_notice_is_believed_but_for_a_table() -> None:
    notice = only("Please bring back the blue lamps. They overheat.", feed="text")
    assert ("Please bring back the blue lamps", (WARNING,)) == (notice.title, notice.warnings)
    assert () == read("a\tb\tc\n1\t2\t3\n4\t5\t6\n", feed="text").notices
    assert "empty" in read(" \n", feed="text").refused[0].reason


def test_a_long_title_is_cut_between_two_words() -> None:
    title = only(f"Recall of {'very ' * 60}dangerous lamps of batch 24B").title
    assert (True, True) == (title.endswith("very…"), len(title) <= 120)


def test_what_is_too_long_for_a_notice_is_refused_with_its_length() -> None:
    assert "at most 200,000 characters" in read(f"{PROSE} {'word ' * 50_000}").refused[0].reason
