"""CPSC's exports, OPSS's sheet and news feeds: other doors to notices, read as far as they tell."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from connectors.feeds.plain import plain
from connectors.feeds.reader import MOST_REFUSED, NoticesRead, read_notices
from recall.domain.notice import Identifier, Notice

CPSC = (
    "\ufeffRecall Number,Product Safety Warning Number,Date,Recall Heading,Name of product,Description,"
    "Hazard Description,Remedy Type,Units,Remedy,Sold At,Manufactured In\r\n"
)
FORM = (
    "Entry number", "Product category*", "Product subcategory*", "Customs code", "Country of origin*",
    "Barcode number", "Product name (including model and model number)*", "Product description",
    "How many units affected?", "Manufacturer's brand name ", "Batch number",
)  # fmt: skip
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Food</title>
<item><title>Acme Recalls Oat Bars</title><description>&lt;p&gt;Bob&amp;reg; is recalling bars with lot number
 A-17.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description><link>http://www.fda.gov/x.htm</link>
 <guid>G-1</guid><pubDate>Mon, 22 Oct 2012 15:11:00 EST</pubDate></item>
<item><title></title><link>http://www.fda.gov/y.htm</link></item></channel></rss>"""


def read(content: str | bytes) -> NoticesRead:
    return read_notices(content.encode() if isinstance(content, str) else content, name="file")


def sheet(*rows: tuple[object, ...]) -> bytes:
    book, target = Workbook(), io.BytesIO()
    page = book.worksheets[0]
    page.append(("* - Depicts a mandatory field",))
    for row in (FORM, *rows):
        page.append(row)
    book.save(target)
    return target.getvalue()


def test_a_row_of_cpscs_website_reads_as_the_record_of_its_service() -> None:
    (notice,) = read(
        CPSC
        + '24-901,,"December 07, 2023",Kettles Recalled,Kettles,"Model number K-100 &amp; no other.&nbsp;",'
        'It can burn.,"Refund, Replace","About 1,200",Return it.,"At Acme, from May 2022 through June 2023.",'
        '"China, Italy"\r\n'
    ).notices
    assert ("cpsc", "24-901", "2023-12-07", 1200) == (
        notice.source, notice.reference, str(notice.published), notice.quantity,
    )  # fmt: skip
    assert ["K-100"] == [product.model for product in notice.products]
    assert (("refund", "replace"), ("China", "Italy")) == (notice.remedies, notice.made_in)
    assert "&" in notice.text
    assert "&amp;" not in notice.text


def test_a_row_of_cpsc_that_is_too_wide_or_nameless_is_refused_at_its_place() -> None:
    row = '24-901,,"December 07, 2023",Kettles,Kettles,d,h,Refund,1,r,s,China'
    wrong = row.replace("24-901", ""), row + ",more", row.replace("December 07, 2023", "soon")
    answer = read(CPSC + "\r\n".join((row, *wrong, row)))
    assert (2, 3) == (len(answer.notices), len(answer.refused))
    assert all(refused.where.startswith("row ") for refused in answer.refused)


def test_the_old_xml_of_cpsc_joins_the_results_of_a_recall() -> None:
    (notice,) = read(
        '<message outcome="success"><results>'
        '<result recallNo="10156" recDate="2010-03-10" recallURL="http://www.cpsc.gov/x" UPC="718122061662"'
        ' manufacturer="Acme" type="Clothing" prname="Hooded shirts" hazard="Strangulation"/>'
        '<result recallNo="10156" recDate="" manufacturer="Beta" prname="" hazard=""/></results></message>'
    ).notices
    assert ("10156", "2010-03-10", "Strangulation") == (
        notice.reference,
        str(notice.published),
        notice.hazard,
    )
    assert ["00718122061662"] == [product.gtin for product in notice.products]


def test_a_collection_that_renames_cpscs_fields_is_read() -> None:
    record: dict[str, Any] = {
        "number": "26901", "date": "2026-08-13", "title": "Forks Recalled", "name": "Forks",
        "hazard": "They break.", "remedy": "Return them.", "units": "About 775",
        "description": "Model KY-055.", "upcs": ["885911843430"], "url": "https://www.cpsc.gov/x",
    }  # fmt: skip
    answer = read(json.dumps({"recalls": [record, record | {"number": None}, 7]}))
    (notice,) = answer.notices
    assert ("26901", 775) == (notice.reference, notice.quantity)
    assert ["/recalls/1/RecallNumber", "/recalls/2"] == [refused.where for refused in answer.refused]


def test_the_sheet_of_opss_is_one_notice_of_all_its_rows() -> None:
    (notice,) = read(
        sheet(
            (1, "Toys", "Dolls", 95030010, "China", "9521234502722, 9521234503927; 123", "Doll model KD-100",
             "A doll", "approx 1,200", "Dolly", "B1, B2"),
            (2, None, None, None, None, None, None, None, None, None, None),
            (3, "Toys", "Cars", None, "China", None, "Car", None, 300, "N/A",
             "L22 exp 05/2027; L23 exp 06/2027"),
        )
    ).notices  # fmt: skip
    first, second, car, other = notice.products
    assert ("KD-100", "Dolly", ("B1", "B2"), None) == (first.model, first.brand, first.lots, first.quantity)
    assert ["09521234502722", "09521234503927"] == [first.gtin, second.gtin]
    odd = (Identifier(scheme="upc_as_written", value="123"), Identifier(scheme="customs", value="95030010"))
    assert odd == first.identifiers
    assert [(("L22",), "2027-05-31"), (("L23",), "2027-06-30")] == [
        (product.lots, product.expires[0].document()["to"]) for product in (car, other)
    ]
    assert ("Doll model KD-100 and 1 more products", ("China",)) == (notice.title, notice.made_in)
    assert notice.reference.startswith("opss-")
    assert Notice.read(notice.document()) == notice


def test_units_of_opss_are_summed_where_each_row_states_them() -> None:
    row = (1, "Toys", "Cars", None, "China", None, "Car", None, 300, "Acme", "L1")
    (notice,) = read(sheet(row, row)).notices
    assert (600, [300, 300]) == (notice.quantity, [product.quantity for product in notice.products])


def test_hazards_of_opss_are_its_own_words() -> None:
    head = ",".join((*FORM, "Hazard type", "Case number"))
    (notice,) = read(f"{head}\n1,Toys,Cars,,China,,Car,,3,Acme,L1,electric  SHOCK,C-7\n").notices
    assert ("Electric shock", "C-7") == (notice.hazard, notice.reference)


def test_a_form_that_nobody_filled_in_says_so(shared: Path) -> None:
    raw = (shared / "notices" / "uk_psd" / "bulk_products_upload_template.xlsx").read_bytes()
    assert "not filled in" in read(raw).refused[0].reason


def test_an_item_of_a_feed_says_that_it_is_an_excerpt() -> None:
    answer = read(RSS)
    (notice,) = answer.notices
    assert ("G-1", "2012-10-22", "U.S. Food and Drug Administration") == (
        notice.reference, str(notice.published), notice.authority,
    )  # fmt: skip
    assert (("A-17",), ("http://www.fda.gov/x.htm",)) == (notice.products[0].lots, notice.related)
    assert "is an excerpt: the notice stands at http://www.fda.gov/x.htm" in notice.warnings[0]
    assert "alert" not in notice.text
    assert ["item 2"] == [refused.where for refused in answer.refused]


def test_atom_and_json_items_are_read() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Bars recalled</title><id>urn:1</id>'
        '<link href="https://recalls.canada.ca/1"/><updated>2026-01-02T03:04:05Z</updated>'
        "<summary>Oat bars.</summary></entry></feed>"
    )
    (entry,) = read(atom).notices
    assert ("urn:1", "2026-01-02", "Health Canada", "CA") == (
        entry.reference, str(entry.published), entry.authority, entry.jurisdiction,
    )  # fmt: skip
    fields = {
        "title": "Acme", "description": "Acme is recalling seats.",
        "publicationDate": "2016-12-30T05:00:00.000Z",
        "link": "https://www.nhtsa.gov/recalls?nhtsaId=16C009000&refurl=rss",
    }  # fmt: skip
    records = [
        {"data": {"type": "recalls", "id": "abc", "attributes": fields}},
        fields | {"link": "http://[x"},
        7,
    ]
    answer = read(json.dumps(records))
    (item,) = answer.notices
    assert ("16C009000", "2016-12-30") == (item.reference, str(item.published))
    assert ["/1", "/2"] == [refused.where for refused in answer.refused]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Nuts &amp; Vanilla", "Nuts & Vanilla"),
        ("<p>one</p><p>two<br/>three</p>", "one\ntwo\nthree"),
        ("a<script>alert('<b>')</script>b<style>p{}</style>", "ab"),
        ("<script>never closed", ""),
        ("1 < 2 > 1", "1 < 2 > 1"),
        ("&lt;b&gt;", "<b>"),
    ],
)
def test_plain_words(words: str, shown: str) -> None:
    assert shown == plain(words)


def test_a_file_of_refusals_is_not_read_to_its_end() -> None:
    document = [{"RecallID": 1, "RecallNumber": "1", "Title": "Kettles"}, *[7] * (MOST_REFUSED + 5)]
    answer = read(json.dumps(document))
    assert (1, MOST_REFUSED + 1) == (len(answer.notices), len(answer.refused))
    assert "the rest of the file was not read" in answer.refused[-1].reason


def test_the_shared_exports_are_read_whole(shared: Path) -> None:
    folder = shared / "notices"
    files = ("cpsc/cpsc_gov_recalls_export.csv", "cpsc/normalised_secondlook_2026-08.json",
             "feeds/aggregated_feed_items_2018.json", "feeds/fda_food_2011.rss")  # fmt: skip
    answers = [read((folder / file).read_bytes()) for file in files]
    assert [(535, 0), (536, 0), (27, 0), (5, 0)] == [(len(a.notices), len(a.refused)) for a in answers]
