"""The reader of notices: recognised by content, each record alone, hostile files refused, never a crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feeds.reader import FEEDS, NoticesRead, read_notices
from recall.domain.notice import Notice
from recall.errors import NotFound

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "notices"
RECORD: dict[str, Any] = {
    "RecallID": 1, "RecallNumber": "99001", "RecallDate": "2026-07-09T00:00:00", "Title": "Kettles recalled",
    "Description": "This recall involves kettles with model number K-100.\r\nThe lots are B1 and B2.",
    "URL": "https://example.org/99001", "Products": [{"Name": "Kettles", "NumberOfUnits": "About 20"}],
    "ProductUPCs": [{"UPC": "885911843430"}],
    "RemedyOptions": [{"Option": "New Instructions"}, {"Option": "Swap"}],
    "Retailers": [{"Name": "Online at example.org from May 2022 through June 2023 for about $20."}],
    "Hazards": [{"Name": "The kettle can burn."}], "Remedies": [{"Name": "Return it."}],
    "ManufacturerCountries": [{"Country": "China"}],
}  # fmt: skip


def read(document: object, *, name: str = "file") -> NoticesRead:
    return read_notices(json.dumps(document).encode(), name=name)


def facts(notice: Notice) -> list[tuple[object, ...]]:
    return [(p.model, p.lots, p.made, p.quantity) for p in notice.products]


def test_one_recall_told_three_times_reads_to_the_same_facts() -> None:
    told = sorted(EXAMPLES.glob("power-bank*"))
    read_files = [read_notices(path.read_bytes(), name=path.name) for path in told]
    assert [()] * 3 == [file.refused for file in read_files]
    cpsc, own, samr = (file.notices[0] for file in read_files)
    assert ["cpsc", "own", "samr"] == [notice.source for notice in (cpsc, own, samr)]
    assert facts(samr) == facts(cpsc) == facts(own)
    assert {491_745} == {notice.quantity for notice in (cpsc, own, samr)}
    assert [331_578, 113_253, 46_914] == [product.quantity for product in samr.products]
    assert [12, 8, 2] == [len(product.lots) for product in samr.products]
    assert {("replace", "refund")} == {notice.remedies for notice in (cpsc, own, samr)}
    assert {"EXAMPLE-2025-06"} == {notice.reference for notice in (cpsc, own, samr)}
    assert [(), (), ()] == [notice.warnings for notice in (cpsc, own, samr)]
    assert ["09521234502722", "09521234503927", "09521234501527"] == [p.gtin for p in own.products]


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_answer_is_our_own_form_and_reads_back(path: Path) -> None:
    answer = read_notices(path.read_bytes(), name=path.name)
    assert answer.notices == read(answer.document(), name="misleading.txt").notices


def test_chinese_text_is_read_in_every_usual_encoding() -> None:
    text = (EXAMPLES / "power-bank.zh.txt").read_text(encoding="utf-8")
    encodings = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
    read_files = [read_notices(text.encode(encoding), name=encoding) for encoding in encodings]
    assert 1 == len({file.notices for file in read_files})
    assert 1 == len(read_files[0].notices)


def test_the_power_banks_of_the_real_announcement(shared: Path) -> None:
    raw = (shared / "notices" / "cn_samr" / "romoss_2025-06.txt").read_bytes()
    (notice,) = read_notices(raw, name="romoss").notices
    (retold,) = read_notices((EXAMPLES / "power-bank.zh.txt").read_bytes(), name="example").notices
    assert facts(retold) == facts(notice)
    assert (491_745, "深圳市市场监督管理局") == (notice.quantity, notice.authority)


@pytest.mark.parametrize(
    ("file", "models", "lots", "made", "quantity"),
    [
        ("humidifier_2017.txt", ["NR07", "NR08"], (), [("2016-04-01", "2016-06-30")], 99),
        ("romoss_om10.txt", ["OM10"], (), [("2018-06-01", "2018-06-20"), ("2019-04-15", "2019-04-17")], 3792),
        ("samrdprc_t20240815_111781.txt", ["NO.9828"], ("20220708001",), [("2022-07-08", "2022-07-08")], 96),
        ("vw_passat_2017.txt", [None], (), [("2016-08-25", "2016-11-04")], 146),
    ],
)  # fmt: skip
def test_the_other_announcements_of_samr(
    shared: Path, file: str, models: list[str | None], lots: tuple[str, ...],
    made: list[tuple[str, str]], quantity: int,
) -> None:  # fmt: skip
    (notice,) = read_notices((shared / "notices" / "cn_samr" / file).read_bytes(), name=file).notices
    assert models == [product.model for product in notice.products]
    assert {lots} == {product.lots for product in notice.products}
    found = [window.document() for window in notice.products[0].made]
    assert made == [(window["from"], window["to"]) for window in found]
    assert quantity == notice.quantity


def test_the_raw_records_of_cpsc_are_drafts_with_their_places(shared: Path) -> None:
    raw = (shared / "notices" / "cpsc" / "api_raw_2026-07.json").read_bytes()
    ranges, safes = read_notices(raw, name="api").notices
    assert ["NS-RGFGSS1", "NS-RGFCGS2"] == [product.model for product in ranges.products]
    assert [("QHXP029B", ("SQC200034980 - SQC202319171",))] == [(p.model, p.serials) for p in safes.products]
    assert (3820, 9100) == (ranges.quantity, safes.quantity)
    assert all(notice.modified for notice in (ranges, safes))
    assert {"from": "2020-11-01", "to": "2026-03-31"} == ranges.products[0].sold[0].document()
    assert {"from": "2020-03-01", "to": "2024-02-29"} == safes.products[0].sold[0].document()
    assert (("Amazon.com",), ("China",), ("repair",)) == (safes.sold_by, safes.made_in, safes.remedies)


def test_every_shared_file_is_read_or_refused_with_a_reason(shared: Path) -> None:
    for path in sorted(file for file in (shared / "notices").rglob("*") if file.is_file()):
        answer = read_notices(path.read_bytes(), name=path.name)
        assert answer.notices or answer.refused, path
        assert all(refused.reason and refused.where for refused in answer.refused)
        assert all(n.text[c.start : c.end] == c.text for n in answer.notices for c in n.clauses)


def test_a_record_of_cpsc_gives_its_fields() -> None:
    (notice,) = read([RECORD]).notices
    (product,) = notice.products
    assert ("K-100", "00885911843430", ("B1", "B2"), 20) == (
        product.model, product.gtin, product.lots, product.quantity,
    )  # fmt: skip
    assert ("99001", "2026-07-09", "US") == (notice.reference, str(notice.published), notice.jurisdiction)
    assert (("new_instructions", "swap"), ("Online at example.org",)) == (notice.remedies, notice.sold_by)
    assert ("The kettle can burn.", "Return it.") == (notice.hazard, notice.remedy)


def test_a_single_record_and_one_without_scope_are_read() -> None:
    (alone,) = read(RECORD).notices
    assert "99001" == alone.reference
    bare = {"RecallID": 2, "RecallNumber": "99002", "Title": "Chairs", "Products": [{"Name": "Chair"}]}
    assert ["Chair"] == [product.name for product in read([bare]).notices[0].products]
    assert [""] == [
        p.name for p in read([{"RecallID": 3, "RecallNumber": "99003", "Title": "x"}]).notices[0].products
    ]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"RecallNumber": None}, "/1/RecallNumber"),
        ({"Title": 7}, "/1/Title"),
        ({"RecallDate": "yesterday"}, "/1/RecallDate"),
        ({"Products": "Kettles"}, "/1/Products"),
        ({"ProductUPCs": ["885911843430"]}, "/1/ProductUPCs/0"),
        ({"Description": "x" * 1_100_000}, "/1"),
    ],
)  # fmt: skip
def test_one_bad_record_is_refused_and_the_others_are_read(change: dict[str, Any], where: str) -> None:
    answer = read([RECORD, RECORD | change, RECORD])
    assert 2 == len(answer.notices)
    assert [where] == [refused.where for refused in answer.refused]


def test_a_notice_without_its_text_is_told_clause_by_clause() -> None:
    product = {
        "name": "Kettle",
        "lots": ["B1"],
        "made": [{"from": None, "to": "2024-01-31"}],
        "gtin": "9521234502722",
    }
    document = {
        "source": "own",
        "reference": "R",
        "title": "T",
        "authority": "A",
        "products": [product],
        "quantity": 3,
    }
    (notice,) = read([document]).notices
    assert ["Kettle", "GTIN 09521234502722", "lots B1", "made … to 2024-01-31", "3 units in all"] == [
        clause.text for clause in notice.clauses
    ]
    assert all(notice.text[c.start : c.end] == c.text for c in notice.clauses)


def test_our_own_form_refuses_a_bad_record_with_its_pointer() -> None:
    good = {"source": "own", "reference": "R", "title": "T", "authority": "A", "products": [{"name": "K"}]}
    answer = read({"notices": [good, good | {"quantity": "many"}, 7], "refused": []})
    assert 1 == len(answer.notices)
    assert ["/notices/1/quantity", "/notices/2"] == [refused.where for refused in answer.refused]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"[" * 100_000, "nested too deep"),
        (b'{"notices": ' + b'{"a":' * 100_000, "nested too deep"),
        (b'{"notices": [NaN]}', "no JSON number"),
        (b'{"notices": [], "notices": []}', "twice"),
        (b'{"notices": [', "line 1, column"),
        (b'{"notices": [' + b"9" * 10_000 + b"]}", "plain JSON"),
        (b"\xff\xff\xff", "a form that is read here"),
        (b"\xff\xfe\x00", "a form that is read here"),
        (b"%PDF-1.7\x00\x01", "a PDF that can be read"),
        (b"", "The file is empty"),
        (b"null", "Not a notice"),
        (b"[]", "Not a notice"),
        (b'{"notices": []}', "holds no notice"),
        (b'{"a": 1}', "Not a notice"),
        (b"<html>recall</html>", "Not a notice"),
        ("召回部分产品的公告".encode(), "names a product"),
        ("召回".encode() * 600_000, "at most 200,000 characters"),
        (b" " * 64_000_001, "at most 64,000,000 bytes"),
    ],
    ids=range(18),
)
def test_a_hostile_or_foreign_file_is_refused_with_a_reason(raw: bytes, said: str) -> None:
    answer = read_notices(raw, name="file")
    assert () == answer.notices
    assert said in answer.refused[0].reason
    assert {"notices": [], "refused": [answer.refused[0].document()]} == answer.document()


@settings(deadline=None)  # a PDF is read in a process of its own
@given(
    raw=st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"召回{text}".encode("utf-8", "replace"))
)
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    answer = read_notices(raw, name="file")
    assert answer.notices or answer.refused


@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*RECORD, "notices", "source", "reference", "products", "clauses"]),
                inner,
                max_size=6,
            )
        ),
        max_leaves=20,
    )
)
def test_no_json_makes_the_reader_fail(document: object) -> None:
    assert isinstance(read(document), NoticesRead)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_feed_is_a_folder_with_the_same_files(feed: Any) -> None:
    folder = EXAMPLES.parents[1] / "connectors" / "feeds" / feed.name
    files = {path.name for path in folder.iterdir() if path.is_file()}
    assert {"__init__.py", "feed.py", "mapping.py", "manifest.toml", "README.md"} <= files


def test_only_the_named_feed_is_asked() -> None:
    raw = json.dumps([RECORD]).encode()
    assert 1 == len(read_notices(raw, name="file", feed="cpsc").notices)
    (refused,) = read_notices(raw, name="file", feed="samr").refused
    assert "expected one of samr" in refused.reason
    with pytest.raises(NotFound, match="expected one of own, cpsc"):
        read_notices(raw, name="file", feed="nobody")
