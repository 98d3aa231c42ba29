"""NHTSA: a campaign is one notice, from the flat file of any year and from both forms of the services."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.feeds.reader import NoticesRead, read_notices
from connectors.feeds.stated import stated_day
from recall.domain.notice import Notice
from recall.reading.dates import Order

RECORD: dict[str, Any] = {
    "Manufacturer": "Acme Motors", "NHTSACampaignNumber": "99V001000", "Component": "PARKING BRAKE",
    "ReportReceivedDate": "/Date(1476417600000-0400)/", "PotentialNumberofUnitsAffected": 1200,
    "Summary": "Acme is recalling certain Swift vehicles.", "Conequence": "The car may roll.",
    "Remedy": "Dealers will install a clip or refund the price.", "Notes": "", "ModelYear": "2017",
    "Make": "ACME", "Model": "SWIFT",
}  # fmt: skip


def row(**cells: str) -> str:
    told = {
        "1": "1", "2": "99V001000", "3": "ACME", "4": "SWIFT", "5": "2016", "7": "BRAKES", "8": "Acme Motors",
        "9": "20160102", "10": "20160930", "11": "V", "12": "1200", "15": "Acme Motors", "16": "20170304",
        "20": 'The "latch" may fail.', "21": "It may roll.", "22": "Dealers will replace it.",
    } | {key[1:]: value for key, value in cells.items()}  # fmt: skip
    return "\t".join(told.get(str(number), "") for number in range(1, 30))


def read(*rows: str) -> NoticesRead:
    return read_notices("\n".join(rows).encode(), name="FLAT_RCL.txt")


def answer(*records: Any, **envelope: Any) -> NoticesRead:
    document = {"Count": len(records), "Message": "Results returned", "results": list(records)} | envelope
    return read_notices(json.dumps(document).encode(), name="answer.json")


def test_the_rows_of_a_campaign_are_one_notice_with_the_years_of_each_model() -> None:
    (notice,) = read(row(), row(c5="2017"), row(c4="SLOW", c5="9999", c9="", c28="Yes"), row(c1="4")).notices
    assert ("99V001000", "2017-03-04", 1200) == (notice.reference, str(notice.published), notice.quantity)
    assert ("It may roll.", ("replace",), "Do not drive") == (
        notice.hazard,
        notice.remedies,
        notice.classification,
    )
    assert "https://www.nhtsa.gov/recalls?nhtsaId=99V001000" == notice.url
    swift, slow = notice.products
    assert ("ACME SWIFT", ("2016", "2017")) == (swift.name, swift.years)
    assert {"from": "2016-01-02", "to": "2016-09-30"} == swift.made[0].document()
    assert ("SLOW", (), {"from": None, "to": "2016-09-30"}) == (
        slow.model,
        slow.years,
        slow.made[0].document(),
    )


@pytest.mark.parametrize("columns", [22, 24, 27, 29])
def test_the_flat_file_of_every_year_is_read(columns: int) -> None:
    lines = ["\t".join(row(c4=model).split("\t")[:columns]) for model in ("SWIFT", "SLOW")]
    assert [["SWIFT", "SLOW"]] == [[p.model for p in n.products] for n in read(*lines).notices]


def test_dates_that_cannot_be_are_warnings() -> None:
    (notice,) = read(row(c9="00000000", c10="20169930", c16="30170304")).notices
    assert (None, ()) == (notice.published, notice.products[0].made)
    assert 3 == len(notice.warnings)


def test_a_row_too_short_and_one_without_a_campaign_are_refused_at_their_place() -> None:
    short = "\t".join(row().split("\t")[:12])
    told = read(row(), row(c5="2017"), short, row(c2=""), *[row(c5=str(year)) for year in range(2000, 2016)])
    assert (1, ["row 3", "row 4"]) == (len(told.notices), [refused.where for refused in told.refused])


def test_both_forms_of_the_services_read_to_the_same_facts() -> None:
    new = RECORD | {"ReportReceivedDate": "14/10/2016", "Consequence": RECORD["Conequence"], "parkIt": False}
    del new["Conequence"]
    (old_one,), (new_one,) = answer(RECORD).notices, answer(new, Message="").notices
    assert old_one == new_one
    assert ("2016-10-14", 1200, ("2017",)) == (
        str(old_one.published), old_one.quantity, old_one.products[0].years,
    )  # fmt: skip
    assert ("refund", "repair") == old_one.remedies
    assert [old_one] == list(read_notices(json.dumps(RECORD).encode(), name="one").notices)
    assert [old_one] == list(read_notices(json.dumps([RECORD, RECORD]).encode(), name="list").notices)


def test_the_build_window_of_the_summary_is_that_of_every_model() -> None:
    told = RECORD | {"Summary": "Swift vehicles manufactured between June 1, 2016 and July 31, 2016."}
    (notice,) = answer(told, told | {"Model": "SLOW"}).notices
    window = {"from": "2016-06-01", "to": "2016-07-31"}
    assert [[window], [window]] == [[w.document() for w in p.made] for p in notice.products]


def test_a_day_that_could_be_of_either_order_is_a_warning() -> None:
    (notice,) = answer(RECORD | {"ReportReceivedDate": "10/12/2020"}).notices
    assert notice.published is None
    assert "'10/12/2020' cannot be told" in notice.warnings[0]


def test_answers_without_a_recall_say_why() -> None:
    assert "holds no recall: 'Results returned'" in answer().refused[0].reason
    assert "describes a vehicle" in answer({"Value": "x"}, SearchCriteria="VIN:1").refused[0].reason


def test_a_record_that_names_nothing_is_refused_at_its_place() -> None:
    told = answer(
        RECORD,
        RECORD | {"NHTSACampaignNumber": None},
        7,
        {**RECORD, "NHTSACampaignNumber": "9", "Make": "", "Model": ""},
    )
    assert 1 == len(told.notices)
    assert ["/results/1/NHTSACampaignNumber", "/results/2", "/results/3"] == [r.where for r in told.refused]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("", None), ("20180131", "2018-01-31"), ("2018-01-31T00:00:00", "2018-01-31"),
        ("31/01/2018", "2018-01-31"),
        ("/Date(1476417600000-0400)/", "2016-10-14"), ("/Date(1476417600000)/", "2016-10-14"),
        ("/Date(99999999999999)/", None), ("/Date(x)/", None), ("02121207", None), ("19301211", None),
        ("December 07, 2023", "2023-12-07"), ("soon", None), ("20180231", None),
    ],
)  # fmt: skip
def test_stated_days(written: str, day: str | None) -> None:
    found, doubts = stated_day(written, name="day", order=Order.UNKNOWN)
    assert day == (found.isoformat() if found else None)
    assert bool(doubts) == bool(written and not day)


def test_the_shared_files_of_nhtsa(shared: Path) -> None:
    folder = shared / "notices" / "nhtsa"
    flat = read_notices((folder / "flat_rcl_post2010_sample.tsv").read_bytes(), name="flat")
    assert ([("26V481000", 310_667), ("26V421000", 12_592)], ()) == (
        [(n.reference, n.quantity) for n in flat.notices], flat.refused,
    )  # fmt: skip
    answers = {
        f.name: read_notices(f.read_bytes(), name=f.name) for f in sorted(folder.glob("api_basic_*.json"))
    }
    counts = {name[10:-5]: (len(told.notices), len(told.refused)) for name, told in answers.items()}
    assert {
        "campaign1": (1, 0), "campaign2": (1, 0), "no_recalls": (0, 1), "problem_campaign": (1, 0),
        "vin1": (0, 1), "vin2": (0, 1), "vin_recalls1": (3, 0), "vin_recalls2": (1, 0),
    } == counts  # fmt: skip
    for told in (flat, *answers.values()):
        assert all(Notice.read(notice.document()) == notice for notice in told.notices)
