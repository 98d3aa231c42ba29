"""The lint: every softening sentence of the corpus is found, and official wording raises no alarm."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from recall.domain.lint import Fault, elements_of, forbidden_in, lint, plain
from recall.domain.notice_rules import Notice, Phrases
from recall.domain.phrase import check_phrase, found, levelled
from recall.domain.policy import available_policies, load_policy
from recall.errors import InputRefused, NotFound, NoticeRefused
from recall.reading.text import LONGEST

CORPUS = Path(__file__).parent / "lint_corpus"
PARTS = (".", "second", "third", "fourth")
"""The first part has the author of the first phrases; second and third were written before a look at them,
the fourth to name nothing that the law names. Each was measured before the phrases were bettered by it."""
GPSR, CHINA = load_policy("eu-gpsr"), load_policy("cn-samr")
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt", "zh")


def phrases(language: str) -> tuple[Phrases, ...]:
    return (CHINA if language == "zh" else GPSR).notice.forbidden[language]


def sentences(language: str, mark: str) -> list[str]:
    """The sentences of a language: `!` marks those that soften, `.` those that must not alarm."""
    files = (CORPUS / part / f"{language}.txt" for part in PARTS)
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    return [line[2:] for line in lines if line.startswith(f"{mark} ")]


def said(text: str, language: str = "en") -> list[str]:
    return [finding.what for finding in forbidden_in(text, phrases=phrases(language))]


def test_the_corpus_has_many_sentences_of_both_kinds_in_eight_languages_of_the_union() -> None:
    european = [name for name in LANGUAGES if name != "zh"]
    assert 8 == len(european)
    counts = {name: (len(sentences(name, "!")), len(sentences(name, "."))) for name in european}
    assert 1_400 <= sum(map(sum, counts.values()))
    assert all(75 <= soft and 75 <= plain_ for soft, plain_ in counts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_softens_is_found(language: str) -> None:
    assert [] == [sentence for sentence in sentences(language, "!") if not said(sentence, language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_an_official_notice_raises_an_alarm(language: str) -> None:
    alarms = [(sentence, said(sentence, language)) for sentence in sentences(language, ".")]
    assert [] == [alarm for alarm in alarms if alarm[1]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_neither_capitals_nor_line_ends_hide_what_softens(language: str) -> None:
    hidden = [sentence.upper().replace(" ", "\n ") for sentence in sentences(language, "!")]
    assert [] == [sentence for sentence in hidden if not said(sentence, language)]


def test_a_finding_says_the_words_as_written_and_where_they_stand() -> None:
    (finding,) = forbidden_in("Kettle\nThis is a  Voluntary\nrecall.", phrases=phrases("en"))
    assert (Fault.FORBIDDEN, "Voluntary", 2, 12) == (
        finding.fault, finding.what, finding.line, finding.column,
    )  # fmt: skip


def test_invisible_signs_and_full_width_letters_hide_nothing() -> None:
    assert ["voluntary"] == said("a vol\u200bunt\u00adary recall")
    assert ["ｖｏｌｕｎｔａｒｙ"] == said("a ｖｏｌｕｎｔａｒｙ recall")
    assert ["par pre\u0301caution".replace("e\u0301", "é")] == said("Rappel par pre\u0301caution", "fr")


def test_a_negation_excuses_only_the_words_that_it_negates() -> None:
    assert [] == said("This recall is not voluntary.")
    assert ["voluntary"] == said("This recall is not mandatory but voluntary.")
    assert ["voluntary"] == said("It is not voluntary. We repeat: voluntary.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", ["a", "no ", "in rare ", "keine ", "aucun ", "("])
def test_a_hostile_text_of_full_length_is_read_in_two_seconds(language: str, unit: str) -> None:
    text = (unit * LONGEST)[:LONGEST]
    began = process_time()
    forbidden_in(text, phrases=phrases(language))
    assert 2 > process_time() - began


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(NoticeRefused):
        plain("a" * (LONGEST + 1))


@given(st.text(max_size=200))
def test_a_levelled_text_keeps_every_place(text: str) -> None:
    assert len(text) == len(levelled(text))


@given(st.text(alphabet="ab*()[]|. ", max_size=30))
def test_a_phrase_is_read_or_refused_and_never_breaks(phrase: str) -> None:
    try:
        check_phrase(phrase)
    except InputRefused:
        return
    assert [] == list(found([phrase], text="?"))


@pytest.mark.parametrize("phrase", ["", "()", "(a", "a)", "[a)", "(a||b)", "a+b", "*"])
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(InputRefused):
        check_phrase(phrase)


def test_a_phrase_does_not_reach_across_the_end_of_a_sentence() -> None:
    assert [(0, 7)] == list(found(["no ... harm"], text="no harm"))
    assert [] == list(found(["no ... harm"], text="no. harm"))


GOOD = """Product safety recall
![The kettle](kettle.png)
![Batch number on the base](base.png)
Kettle K-7 by Example, batch number 24B, sold in Ireland from March 2025 by Example Shop.
Hazard: the handle can break, which poses a serious risk of burns.
Stop using the kettle immediately and return it.
You can choose between a repair, a replacement and a refund.
Call free of charge 0800 123 456. Please share this information with others.
"""


def test_a_whole_notice_passes_and_says_what_only_a_person_can_see() -> None:
    linted = lint(plain(GOOD), policy=GPSR, language="en")
    assert ((), ("name", "brand")) == (linted.findings, linted.unchecked)


@pytest.mark.parametrize(
    ("line", "fault", "element"),
    [(0, Fault.MISSING, "headline"), (2, Fault.PICTURE, "picture_of_code"),
     (3, Fault.MISSING, "sold_when_where_by_whom"), (4, Fault.MISSING, "hazard"),
     (5, Fault.MISSING, "stop_using"), (6, Fault.MISSING, "remedies")],
)  # fmt: skip
def test_what_a_notice_lacks_is_named(line: int, fault: Fault, element: str) -> None:
    lines = GOOD.splitlines()
    without = "\n".join(lines[:line] + lines[line + 1 :])
    findings = lint(plain(without), policy=GPSR, language="en").findings
    assert (fault, element) in [(finding.fault, finding.what) for finding in findings]


def test_a_notice_without_pictures_lacks_both() -> None:
    bare = re.sub(r"!\[.*\n", "", GOOD)
    findings = lint(plain(bare), policy=GPSR, language="en").findings
    assert ["picture", "picture_of_code"] == [f.what for f in findings if f.fault is Fault.PICTURE]


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(NotFound):
        lint(plain(GOOD), policy=GPSR, language="xx")
    assert {} == elements_of("../en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_by_which_an_element_is_seen_can_be_read(language: str) -> None:
    required = {name for policy in available_policies() for name in load_policy(policy).notice.required}
    for name, words in elements_of(language).items():
        assert name in required | {"picture_of_code"}
        for phrase in words:
            check_phrase(phrase)


@pytest.mark.parametrize(("word", "found_"), [("<harm>", ["no burns"]), ("<none>", None)])
def test_a_phrase_may_name_a_kind_of_words(word: str, found_: list[str] | None) -> None:
    table = GPSR.notice.model_dump(mode="json") | {
        "kinds": {"en": {"harm": "burn*|cut*"}},
        "forbidden": {
            "en": [
                {"words": [f"no {word}"], "basis": "target", "citation": "none", "confidence": "unverified"}
            ]
        },
    }
    if found_ is None:
        with pytest.raises(ValidationError):
            Notice.model_validate(table)
        return
    read = Notice.model_validate(table).forbidden["en"]
    assert found_ == [finding.what for finding in forbidden_in("There were no burns.", phrases=read)]


def test_a_missing_headline_says_whether_its_words_were_read_in_the_law() -> None:
    grounds = {
        language: [
            finding.ground.confidence
            for finding in lint(plain("?"), policy=GPSR, language=language).findings
            if finding.what == "headline"
        ]
        for language in ("de", "en", "fr")
    }
    assert {"de": ["verified"], "en": ["verified"], "fr": ["unverified"]} == grounds


def test_a_ground_of_a_headline_that_is_not_there_is_refused() -> None:
    table = GPSR.notice.model_dump(mode="json") | {"headline": {"en": "Product safety recall"}}
    with pytest.raises(ValidationError, match="headline"):
        Notice.model_validate(table)
