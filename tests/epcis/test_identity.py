"""Two spellings of the same facts have one name; other facts have another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.epcis.document import read_document
from recall.epcis.identity import event_hash, hash_of, moment, pre_hash
from recall.errors import EventRefused
from tests.epcis.events import GTIN, ITEM, ITEM_KEY, LOT, PLACE_KEY, made, ordered, packed, turned


def test_the_facts_stand_in_one_order_in_one_spelling() -> None:
    event = made(
        ilmd={"cbvmda:lotNumber": "0L7"},
        quantityList=[{"uom": "KGM", "quantity": 2.50, "epcClass": LOT}],
        eventID="urn:uuid:1",
        recordTime="2026-03-01T09:00:00Z",
    )
    assert (
        "eventType=ObjectEventeventTime=2026-03-01T07:00:00.000ZeventTimeZoneOffset=+01:00"
        f"epcListepc={ITEM_KEY}"
        f"quantityListquantityElementepcClass=https://id.gs1.org/01/{GTIN}/10/0L7quantity=2.5uom=KGM"
        "action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
        f"readPointid={PLACE_KEY}ilmd{{urn:epcglobal:cbv:mda}}lotNumber=0L7"
    ) == pre_hash(event)


@pytest.mark.parametrize(
    "same",
    [
        made(epcList=[ITEM_KEY]),
        made(epcList=[f"https://shop.example/x/01/{GTIN}/10/L/21/0007?17=300101"]),
        made(eventTime="2026-03-01T07:00:00.0001Z"),
        made(bizStep="urn:epcglobal:cbv:bizstep:commissioning"),
        made(readPoint={"id": "https://plant.example/414/4012345000054"}),
        made(recordTime="2026-05-01T00:00:00Z", eventID="urn:uuid:2"),
        made(quantityList=[], **{"rdfs:comment": "said twice"}),
    ],
)
def test_spelling_does_not_matter(same: dict[str, Any]) -> None:
    assert event_hash(made()) == event_hash(same)


@pytest.mark.parametrize(
    "other",
    [
        made(epcList=[ITEM, ITEM_KEY.replace("0007", "007")]),
        made(eventTime="2026-03-01T07:00:00.001Z"),
        made(eventTimeZoneOffset="+02:00"),
        made(action="OBSERVE"),
        made(**{"https://plant.example/shift": "night"}),
        packed(),
        turned(),
        ordered(),
    ],
)
def test_every_fact_matters(other: dict[str, Any]) -> None:
    assert event_hash(made()) != event_hash(other)


@given(st.permutations([f"urn:epc:id:sgtin:4012345.011111.{n}" for n in range(5)]), st.randoms())
def test_order_never_matters(epcs: list[str], random: Any) -> None:
    event = made(epcList=epcs)
    fields = list(event.items())
    random.shuffle(fields)
    assert event_hash(made(epcList=sorted(epcs))) == event_hash(dict(fields))


def test_extensions_are_named_in_full_and_sorted() -> None:
    names = {"plant": "https://plant.example/"}
    event = made(**{"plant:b": [2, "1", True], "plant:a": {"plant:d": "x", "plant:c": "+01.50"}})
    text = pre_hash(event, names={"gs1": "https://gs1.org/voc/", **names})
    place = "{https://plant.example/}"
    assert text.endswith(f"{place}a{place}c=1.5{place}d=x{place}b=1{place}b=2{place}b=true")


def test_values_that_cannot_be_canonical_stand_as_they_are() -> None:
    broken_link = "https://shop.example/01/04012345111110/21/1"
    text = pre_hash(made(**{"https://plant.example/x": ["1e999", broken_link, "-0.50", "007", {}]}))
    place = "{https://plant.example/}x"
    assert text.endswith(f"{place}{place}=-0.5{place}=1e999{place}=7{place}={broken_link}")


def test_what_no_store_can_hold_is_refused() -> None:
    for text in ("a\0b", "\ud83d"):
        with pytest.raises(EventRefused, match="Unicode text"):
            event_hash(made(**{"https://plant.example/x": text}))


def test_what_is_no_text_takes_no_part() -> None:
    assert pre_hash(made()) == pre_hash(made(disposition=7, transformationID={}, bizLocation=[]))


def test_the_type_of_a_report_is_a_word_of_gs1_however_it_is_spelled() -> None:
    def sensed(word: object) -> str:
        return pre_hash(made(sensorElementList=[{"sensorReport": [{"type": word}]}]))

    spellings = ["Speed", "gs1:Speed", "https://ref.gs1.org/voc/Speed", "https://gs1.org/voc/Speed"]
    assert 1 == len({sensed(word) for word in spellings})
    assert sensed("example:Speed") != sensed("Speed")
    assert "sensorReporttype=7" in sensed(7)


def test_a_time_is_rounded_to_the_millisecond_in_utc() -> None:
    assert "2026-03-01T07:00:01.000Z" == moment("2026-03-01T08:00:00.9996+01:00")
    assert "0999-12-31T23:00:00.000Z" == moment("1000-01-01T00:00:00+01:00")
    assert "2026-03-01T08:00:00" == moment("2026-03-01T08:00:00")
    assert "0001-01-01T00:00:00+05:00" == moment("0001-01-01T00:00:00+05:00")
    assert "soon" == moment("soon")


def test_extensions_of_absurd_depth_are_refused() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = {"example:inner": deep}
    with pytest.raises(EventRefused, match="at most 40 levels"):
        event_hash(made(**{"example:outer": deep}))


def published(shared: Path, part: str) -> list[Path]:
    """The published files of a kind, or a skip."""
    folder = shared / "vectors/epcis-event-hash" / part
    if not folder.is_dir():
        pytest.skip("the examples of the event hash are not beside the project")
    return sorted(file for file in folder.iterdir() if file.suffix in (".json", ".jsonld", ".xml"))


def test_the_published_examples_have_their_published_names(shared: Path) -> None:
    wrong, right = [], 0
    for file in published(shared, "examples"):
        names = file.with_suffix(".hashes").read_text(encoding="utf-8").split()
        ours = [event.hash for event in read_document(file.read_bytes())]
        right += sum(a == b for a, b in zip(ours, names, strict=True))
        wrong += [(file.name, a) for a, b in zip(ours, names, strict=True) if a != b]
    print(f"{right} of {right + len(wrong)} agree")
    assert [] == wrong
    assert 73 <= right


def test_the_published_strings_are_written_as_published(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: set[str] = set()
    monkeypatch.setattr("recall.epcis.identity.hash_of", lambda facts: written.add(facts) or hash_of(facts))
    compared = 0
    for file in published(shared, "examples"):
        strings, names = file.with_suffix(".prehashes"), file.with_suffix(".hashes").read_text().split()
        lines = strings.read_text(encoding="utf-8").split("\n") if strings.is_file() else []
        current = {line for line in lines if hash_of(line) in names}  # some strings are of an older edition
        written.clear()
        assert tuple(read_document(file.read_bytes()))
        assert current <= written, file.name
        compared += len(current)
    assert 50 <= compared


def test_the_published_equals_are_equal(shared: Path) -> None:
    for file in published(shared, "expected_equal"):
        events = tuple(read_document(file.read_bytes()))
        assert 1 < len(events), file.name
        assert 1 == len({event.hash for event in events}), file.name
