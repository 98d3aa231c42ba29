"""The composing: the law's elements in the law's order, in words that the notice or the law gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recall.compiled.composing import checked, compose
from recall.compiled.document import Composed
from recall.compiled.wording import chosen_language, known_languages, languages_of, wording
from recall.domain.notice import Notice
from recall.domain.policy import available_policies, load_policy
from recall.errors import NotFound
from recall.reading.stated import Place, Statement
from tests.compiled.notices import LOTS, PHOTO, PROOF, complete

EDITIONS = [
    (profile, language) for profile in available_policies() for language in languages_of(load_policy(profile))
]


def composed(notice: Notice, profile: str = "eu-gpsr", language: str = "en") -> Composed:
    """The notice in a form, with the photograph at hand."""
    return compose(notice, profile=profile, language=language, version=1, proof=PROOF, photos=PHOTO)


def elements(document: Composed) -> list[str]:
    return [section.element for section in document.sections]


def text_of(document: Composed, element: str) -> str:
    return next("\n".join(s.part.lines()) for s in document.sections if s.element == element)


def test_every_policy_can_be_compiled_and_the_unions_in_eight_languages() -> None:
    assert set(available_policies()) == {profile for profile, _ in EDITIONS}
    assert {"de", "en", "es", "fr", "it", "nl", "pl", "pt"} == set(languages_of(load_policy("eu-gpsr")))
    assert ("zh", "en") == languages_of(load_policy("cn-samr"))


@pytest.mark.parametrize(("profile", "language"), EDITIONS)
def test_a_complete_notice_lacks_nothing_and_the_lint_finds_nothing(profile: str, language: str) -> None:
    document = composed(complete(language), profile, language)
    assert ((), ()) == (document.lacking, document.foreign)
    assert [] == [(f.fault.value, f.what) for f in checked(document).findings]


@pytest.mark.parametrize(("profile", "language"), EDITIONS)
def test_every_element_has_a_heading_and_stands_in_the_order_of_the_law(profile: str, language: str) -> None:
    notice, document = load_policy(profile).notice, composed(complete(language), profile, language)
    order = [name for name in notice.form or notice.required if name in elements(document)]
    assert order == [name for name in elements(document) if name in notice.required]
    assert notice.headline[language] == document.headline
    assert all(section.heading.strip() for section in document.sections)


@pytest.mark.parametrize(
    ("gtin", "printed"),
    [("04006381333931", "4006381333931"), ("00036000291452", "036000291452"), ("00000096385074", "96385074"),
     ("14006381333938", "14006381333938")],
)  # fmt: skip
def test_a_barcode_stands_there_as_it_is_printed(gtin: str, printed: str) -> None:
    product = replace(complete().products[0], gtin=gtin)
    assert f"GTIN (barcode): {printed}" in text_of(composed(complete(products=(product,))), "identifiers")


def test_the_elements_of_article_36_stand_in_its_order() -> None:
    assert [
        "picture", "name", "brand", "identifiers", "picture_of_code", "sold_when_where_by_whom", "hazard",
        "action", "stop_using", "remedies", "contact_free", "share",
    ] == elements(composed(complete()))  # fmt: skip


def test_a_chinese_announcement_counts_its_sections_and_names_its_ground() -> None:
    document = composed(complete("zh"), "cn-samr", "zh")
    assert "产品召回公告" == document.headline
    assert "一、召回范围" == document.sections[0].heading
    assert "消费品召回管理暂行规定" in document.opening[0].text
    assert "picture_of_code" == document.sections[2].element
    assert "生产批号: C14-P6, C14-P7, M20-Q1" in text_of(document, "scope")


def test_a_release_begins_with_what_the_goods_are_and_then_what_to_do() -> None:
    assert ["name", "picture", "hazard", "remedy", "date", "units"] == elements(
        composed(complete(), "us-cpsc")
    )[:6]


def test_a_letter_of_the_fda_is_urgent_and_one_of_nhtsa_names_its_law() -> None:
    assert "URGENT: recall" == composed(complete(), "us-fda").headline
    assert "National Traffic and Motor Vehicle Safety Act" in composed(complete(), "us-nhtsa").opening[0].text


def test_each_product_stands_with_all_that_it_is_known_by() -> None:
    told = text_of(composed(complete()), "identifiers")
    assert [lot for lot in (*LOTS, "4006381333931", "A100 to A199", "sku EX-7") if lot not in told] == []
    assert "Not affected: Lot number: C14-P9" in told
    assert "Made: 5 June 2023 to 28 July 2023" in told


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    assert "Stückzahl: 1.200" in text_of(composed(complete("de"), "eu-gpsr", "de"), "identifiers")
    assert "2023年6月5日至2023年7月28日" in text_of(composed(complete("zh"), "cn-samr", "zh"), "scope")


def test_what_the_notice_says_in_no_language_of_the_form_stays_in_its_own_and_is_told() -> None:
    document = composed(complete("en"), "eu-gpsr", "de")
    hazard = next(section for section in document.sections if section.element == "hazard")
    assert "en" == hazard.part.said[0].language
    assert {"title", "hazard", "action", "contact_free"} <= set(document.foreign)
    assert "stop_using" not in document.foreign
    assert "Verwenden Sie das Produkt ab sofort nicht mehr." == text_of(document, "stop_using")


def test_words_in_the_language_of_the_form_go_before_those_in_another() -> None:
    german = Statement(element="hazard", language="de", text="Verbrennungsgefahr.")
    own = Statement(element="stop_using", language="de", text="Ziehen Sie den Stecker. Nicht mehr benutzen.")
    title = Statement(element="title", language="de", text="Wasserkocher K-7")
    document = composed(complete("en", statements=(german, own, title)), "eu-gpsr", "de")
    assert "Verbrennungsgefahr." == text_of(document, "hazard")
    assert own.text == text_of(document, "stop_using")
    assert "Wasserkocher K-7" == document.title.text
    assert not {"hazard", "title"} & set(document.foreign)


def test_of_words_in_other_languages_the_notices_own_go_first_and_alone() -> None:
    french = Statement(element="contact_free", language="fr", text="Numéro vert : 0800 000 000")
    own = Statement(element="contact_free", language="en", text="Call free of charge: 0800 123 456")
    name = Statement(element="name", language="fr", text="Bouilloire")
    document = composed(complete("en", statements=(french, own, name)), "eu-gpsr", "de")
    assert (own.text, "Kettle") == (text_of(document, "contact_free"), text_of(document, "name"))


def test_a_word_that_softens_is_found_in_whichever_language_it_stands() -> None:
    document = composed(complete("en", hazard="This is a voluntary recall."), "eu-gpsr", "de")
    assert ("forbidden", "voluntary") in [(f.fault.value, f.what) for f in checked(document).findings]


def test_no_drawing_is_made_of_a_place_that_nobody_stated() -> None:
    notice = complete()
    nowhere = replace(notice, products=(replace(notice.products[0], code_place=None),))
    document = composed(nowhere)
    assert "picture_of_code" not in elements(document)
    assert "picture_of_code" in document.lacking
    assert ("picture", "picture_of_code") in [(f.fault.value, f.what) for f in checked(document).findings]


def test_a_drawing_of_the_place_is_made_once_for_all_products_that_share_it() -> None:
    notice = complete()
    twice = replace(notice, products=(notice.products[0], replace(notice.products[0], model="K-8")))
    section = next(s for s in composed(twice).sections if s.element == "picture_of_code")
    assert 1 == len(section.part.figures)
    assert section.part.figures[0].drawing.startswith("<svg ")


def test_a_photograph_that_is_not_at_hand_is_lacking() -> None:
    document = compose(complete(), profile="eu-gpsr", language="en", version=1, proof=PROOF)
    assert ("picture",) == document.lacking


def test_what_a_bare_notice_does_not_say_is_left_out_and_told() -> None:
    bare = complete(hazard="", remedy="", remedies=(), statements=(), sold_by=(), pictures=())
    document = composed(bare)
    assert ("picture", "hazard", "action", "remedies", "contact_free") == document.lacking
    assert set(document.lacking).isdisjoint(elements(document))


def test_nothing_is_said_twice() -> None:
    document = composed(complete(remedies=()), "us-cpsc")
    lines = [line for section in document.sections for line in section.part.lines()]
    assert 1 == lines.count("Return the kettle to the shop.")
    assert "what_to_do" not in document.lacking


def test_the_short_code_is_told_where_there_is_one() -> None:
    assert any(PROOF.code in line and PROOF.verify in line for line in composed(complete()).proving)
    unsigned = compose(complete(), profile="eu-gpsr", language="en", version=1, proof=replace(PROOF, code=""))
    assert 1 == len(unsigned.proving)


def test_a_language_without_words_or_headline_is_refused_with_those_that_can_be_had() -> None:
    with pytest.raises(NotFound, match="bg") as refused:
        chosen_language("eu-gpsr", language="bg", own="en")
    assert "one of de, en, es, fr, it, nl, pl, pt" == refused.value.expected
    with pytest.raises(NotFound):
        chosen_language("eu-gpsr", language="", own="zh")
    with pytest.raises(NotFound):
        chosen_language("us-cpsc", language="zh", own="en")
    with pytest.raises(NotFound):
        wording("xx")


def test_without_a_language_the_policys_own_holds_else_that_of_the_notice() -> None:
    assert "zh" == chosen_language("cn-samr", language="", own="en")
    assert "fr" == chosen_language("eu-gpsr", language="", own="fr")


@pytest.mark.parametrize("language", known_languages())
def test_every_language_has_the_same_facts_places_and_phrases(language: str) -> None:
    words, english = wording(language), wording("en")
    for group in ("remedies", "facts", "about", "places", "phrases", "signs"):
        assert getattr(english, group).keys() == getattr(words, group).keys()
    assert set(Place) == set(words.places)
