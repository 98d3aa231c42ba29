"""The forms: a page, a sheet and linked data that say all that was composed, whatever a notice holds."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from pypdf import PdfReader

from connectors.feeds.tables import Page
from recall.compiled.composing import compose
from recall.compiled.document import Composed, Photo
from recall.compiled.drawing import drawing
from recall.compiled.linked import linked
from recall.compiled.page import page
from recall.compiled.paper import paper
from recall.compiled.square import square
from recall.domain.lint import Written, lint, plain
from recall.domain.policy import load_policy
from recall.errors import InputRefused
from recall.reading.stated import Picture, Place, Shown
from tests.compiled.notices import LOTS, PROOF, complete, dot
from tests.compiled.test_composing import EDITIONS, composed

DATED = datetime(2025, 6, 16, 1, 0, 0, 7, tzinfo=UTC)
HOSTILE = (
    '#read("/etc/passwd")', '#import "@preview/cetz:0.4.2"', "$x$ *b* _i_ `c` = h\n= Heading\\ @ref <label>",
    "#{ while true {} }", '"); #panic("x")', "<script>alert(1)</script>", "{{ 7 * 7 }}", "{address}", "]]>",
    "\u202eevil\u2066", "nul\x00\x1b[31m", "😀 العربية", "&amp; &lt;", "'\"", "//comment", "x" * 5000,
)  # fmt: skip
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def words_of(pdf: bytes) -> str:
    """The text of a PDF without its line breaks."""
    return "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def modules(svg: str) -> list[list[bool]]:
    """The dark modules of a square, from the strokes that it is drawn with."""
    root = etree.fromstring(svg.encode())
    side = int(root.get("viewBox").split()[2])
    dark = [[False] * side for _ in range(side)]
    strokes = next(path.get("d") for path in root.iter("{*}path") if path.get("stroke"))
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", strokes):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                dark[int(y)][column] = True
            x += values[0]
        else:
            x, y = values if command == "M" else (x + values[0], y + values[1])
    return dark


def read_back(svg: str, *, scale: int = 4) -> list[str]:
    """What a reader of codes sees in a square."""
    rows = [[0 if dark else 255 for dark in row for _ in range(scale)] for row in modules(svg)]
    side = len(rows) * scale
    flat = bytes(value for row in rows for _ in range(scale) for value in row)
    return [code.text for code in zxingcpp.read_barcodes(memoryview(flat).cast("B", (side, side)))]


@pytest.fixture(scope="module")
def chinese() -> bytes:
    """A Chinese announcement on paper."""
    return paper(composed(complete("zh"), "cn-samr", "zh"), dated=DATED)


@pytest.mark.parametrize(("profile", "language"), EDITIONS)
def test_the_page_itself_passes_the_lint(profile: str, language: str) -> None:
    made = Page(page(composed(complete(language), profile, language)).decode())
    seen = Written(text=plain(made.words()).text, pictures=tuple(made.pictures()))
    assert () == lint(seen, policy=load_policy(profile), language=language).findings


def test_the_page_without_a_stated_place_still_lacks_the_picture_of_the_code() -> None:
    notice = complete()
    nowhere = replace(notice, products=(replace(notice.products[0], code_place=None),))
    made = Page(page(composed(nowhere)).decode())
    seen = Written(text=plain(made.words()).text, pictures=tuple(made.pictures()))
    assert ["picture_of_code"] == [
        f.what for f in lint(seen, policy=load_policy("eu-gpsr"), language="en").findings
    ]


def test_the_page_runs_nothing_fetches_nothing_and_can_be_read_aloud() -> None:
    tree = html.fromstring(page(composed(complete("en"), "eu-gpsr", "de")))
    assert "de" == tree.get("lang")
    assert 1 == len(tree.findall(".//h1"))
    assert [] == tree.xpath("//script|//link|//iframe|//object|//form|//a")
    assert [] == [name for name in tree.xpath("//@src|//@href") if not name.startswith("data:image/png;")]
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids) == len(tree.xpath("//section"))
    assert tree.xpath("//section/@aria-labelledby") == ids
    assert ["en"] == tree.xpath("//section[@aria-labelledby='hazard']/p/@lang")


def test_the_square_of_the_page_leads_to_the_public_page_of_the_recall() -> None:
    made = page(composed(complete())).decode()
    (drawn,) = re.findall(r"<footer>\s*(<svg .*?</svg>)", made, re.DOTALL)
    assert [PROOF.page] == read_back(drawn)


@settings(deadline=None, max_examples=20)
@given(st.from_regex(r"https://[a-z]{1,20}\.example/notices/[A-Za-z0-9%._-]{1,120}", fullmatch=True))
def test_any_address_is_read_back_from_its_square(address: str) -> None:
    assert [address] == read_back(square(address))


@pytest.mark.parametrize("place", Place)
def test_every_place_has_a_drawing_that_is_only_a_drawing(place: Place) -> None:
    root = etree.fromstring(drawing(place).encode())
    assert {"svg", "path", "rect", "circle", "ellipse", "g"} >= {
        etree.QName(each).localname for each in root.iter()
    }
    assert "#c2410c" in drawing(place)


def test_the_paper_holds_the_chinese_headline_and_every_lot(chinese: bytes) -> None:
    told = words_of(chinese)
    assert [] == [
        word
        for word in ("产品召回公告", "一、召回范围", "手柄可能断裂", *LOTS, PROOF.code)
        if word not in told
    ]


def test_the_same_notice_makes_the_same_paper(chinese: bytes) -> None:
    assert chinese == paper(composed(complete("zh"), "cn-samr", "zh"), dated=DATED)
    assert "D:20250616010000" in str(PdfReader(io.BytesIO(chinese)).metadata)


@pytest.mark.parametrize(("profile", "language"), EDITIONS)
def test_every_edition_prints_with_its_headline_and_its_tags(profile: str, language: str) -> None:
    document = composed(complete(language), profile, language)
    made = paper(document, dated=DATED)
    assert document.headline.replace(" ", "") in words_of(made).replace(" ", "")
    catalogue = PdfReader(io.BytesIO(made)).trailer["/Root"]
    assert "/StructTreeRoot" in catalogue
    assert str(catalogue["/Lang"]).startswith(language)


def hostile(text: str) -> Composed:
    """A notice that says nothing else."""
    notice = complete(hazard=text, title=text or "t", remedy=text, authority=text or "a")
    product = replace(notice.products[0], name=text, brand=text, model=text, lots=(text,))
    return composed(replace(notice, products=(product,)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_printed_as_they_are_and_nothing_else_happens(text: str) -> None:
    told = words_of(paper(hostile(text), dated=DATED))
    assert "root:" not in told
    assert "49" not in told
    if text.isascii() and text.isprintable():
        assert re.sub(r"\s", "", text)[:40] in re.sub(r"\s", "", told)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_on_a_page(text: str) -> None:
    made = page(hostile(text)).decode()
    assert "<script>" not in made
    assert UNSEEN.search(made) is None
    assert "{{" not in made.replace("{{ 7 * 7 }}", "")


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    assert paper(hostile(text), dated=DATED).startswith(b"%PDF-")


def test_what_nobody_would_print_is_refused_at_once() -> None:
    with pytest.raises(InputRefused, match="too long to be printed"):
        paper(composed(complete(hazard="burns\n" * 20_001)), dated=DATED)


def test_nothing_of_the_machine_is_read_for_the_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "0.png").write_bytes(dot())
    before = sorted(tmp_path.iterdir())
    document = composed(complete())
    assert paper(document, dated=DATED).count(b"/Image") >= 1
    assert before == sorted(tmp_path.iterdir())


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg/>", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\xff" * 20, b"\xff\xd8\xff" + b"0" * 5_000_001],
)
def test_what_is_no_picture_or_too_large_a_one_is_refused(data: bytes) -> None:
    with pytest.raises(InputRefused):
        Photo.read(data)


def jpeg(width: int, height: int, *, filled: bytes = b"") -> bytes:
    """The head of a JPEG of that size, with a table before its frame."""
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC2, 11, 8, height, width, 1) + b"\x01\x11\0"
    scan = b"\xff\xda\0\x08\x01\x01\0\0?\0"
    return b"\xff\xd8" + b"\xff\xe0\0\x10" + b"JFIF".ljust(14, b"\0") + filled + frame + scan


@pytest.mark.parametrize("filled", [b"", b"\xff\xff", b"\xff\xc4\0\x04\0\0"])
def test_a_jpeg_of_more_dots_than_can_be_laid_out_is_refused_before_anything_reads_it(filled: bytes) -> None:
    assert "jpeg" == Photo.read(jpeg(4000, 3000, filled=filled)).kind
    for width, height in ((65_535, 65_535), (50_001, 1_000), (0, 300)):
        with pytest.raises(InputRefused, match="1 to 50,000,000 dots"):
            Photo.read(jpeg(width, height, filled=filled))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_picture_or_are_refused(data: bytes) -> None:
    for begin in (b"", jpeg(10, 10)[:20], b"\xff\xd8\xff"):
        with contextlib.suppress(InputRefused):
            assert "jpeg" == Photo.read(begin + data).kind


def nodes(value: object) -> Iterator[dict[str, object]]:
    """Every object of a document."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(each)


def test_linked_data_names_the_goods_the_hazard_and_the_issuer() -> None:
    notice = complete()
    document = json.loads(linked(notice, composed=composed(notice)))
    (product,) = document["about"]
    assert ("04006381333931", list(LOTS)) == (product["gtin14"], product["gs1:hasBatchLotNumber"])
    assert ("K-7", "2025-06-16", "Product Safety Office") == (
        document["reportNumber"], document["datePublished"], document["publisher"]["name"],
    )  # fmt: skip
    told = {node.get("propertyID"): node["value"] for node in document["additionalProperty"]}
    assert {"@value": notice.hazard, "@language": "en"} == told["hazard"]
    assert 1200 == told["quantity"]
    assert {"2024-03-01/..", "2023-06-05/2023-07-28"} <= {
        node["value"] for node in product["additionalProperty"] if isinstance(node["value"], str)
    }


def test_linked_data_needs_nothing_to_be_fetched_and_has_no_empty_field() -> None:
    document = json.loads(linked(complete(), composed=composed(complete())))
    assert isinstance(document["@context"], dict)
    assert [] == [node for node in nodes(document) if any(value in (None, "", []) for value in node.values())]


def test_a_broken_photograph_is_refused_on_paper() -> None:
    broken = dot()[:40]
    digest = hashlib.sha256(broken).hexdigest()
    notice = complete(pictures=(Picture(sha256=digest, shows=Shown.PRODUCT, words="K-7"),))
    document = compose(
        notice, profile="eu-gpsr", language="en", version=1, proof=PROOF, photos={digest: Photo.read(broken)}
    )
    with pytest.raises(InputRefused, match="cannot be set"):
        paper(document, dated=DATED)
