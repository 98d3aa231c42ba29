"""Where the code stands on the goods, read from prose in five languages, and asked where it is not plain."""

from __future__ import annotations

import time

import pytest

from recall.reading.reader import read_text
from recall.reading.stated import CodePlace, Place
from recall.reading.values import ClauseKind

ENGLISH = "This recall is of model PB-1 power banks. "


@pytest.mark.parametrize(
    ("language", "text", "place", "words"),
    [
        ("en", ENGLISH + "The model number is printed on the bottom of the unit.", Place.BOTTOM,
         "on the bottom of the unit"),
        ("en", ENGLISH + "The serial number is on a sticker inside the battery compartment.", Place.BATTERY,
         "inside the battery compartment"),
        ("en", ENGLISH + "The date code can be found on the white label.", Place.LABEL, "on the white label"),
        ("en", ENGLISH + "The lot number is stamped on the back of each box.", Place.BACK,
         "on the back of each box"),
        ("de", "Rückruf des Modells PB-1. Die Seriennummer befindet sich auf der Unterseite des Geräts.",
         Place.BOTTOM, "auf der Unterseite"),
        ("fr", "Rappel du modèle PB-1. Le numéro de lot est indiqué sous le fond de la boîte.", Place.BOTTOM,
         "sous le fond de la boîte"),
        ("zh", "型号：PB-1，生产批次：A1。批号印在电池仓内的标签上。", Place.BATTERY, "印在电池仓内"),
        ("ja", "型番PB-1の製品を回収します。製造番号は本体の底面に記載されています。", Place.BOTTOM, "底面"),
    ],
)  # fmt: skip
def test_the_place_is_proposed_with_its_words(language: str, text: str, place: Place, words: str) -> None:
    reading = read_text(text, language=language)
    assert {CodePlace(place=place, words=words)} == {product.code_place for product in reading.products}
    (clause,) = [each for each in reading.clauses if each.kind is ClauseKind.CODE_PLACE]
    assert words == reading.text[clause.start : clause.end] == clause.text
    assert 0.5 < clause.confidence < 1
    assert tuple(range(len(reading.products))) == clause.products


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH + "Flames may appear on the bottom of the unit.",
        ENGLISH + "The model was sold in the box at stores.",
        ENGLISH + "Consumers should look at the number on their receipt.",
        "型号：PB-1，生产批次：A1。电池可能在底部起火。",
    ],
)
def test_a_place_of_something_else_is_no_place_of_the_code(text: str) -> None:
    reading = read_text(text)
    assert {None} == {product.code_place for product in reading.products}


def test_several_places_are_asked_about() -> None:
    text = ENGLISH + "The model number is printed on the bottom. The date code is printed on the back."
    reading = read_text(text)
    assert ["the place of the code is told as bottom, back"] == list(reading.warnings)
    assert {0.5} == {each.confidence for each in reading.clauses if each.kind is ClauseKind.CODE_PLACE}


@pytest.mark.parametrize(
    ("language", "unit"),
    [
        ("en", "on the a b c "),
        ("en", "number printed on the "),
        ("zh", "在"),
        ("fr", "sur le a b "),
        ("ja", "底面"),
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(language: str, unit: str) -> None:
    began = time.process_time()
    read_text((unit * 200_000)[:190_000], language=language)
    assert time.process_time() - began < 4
