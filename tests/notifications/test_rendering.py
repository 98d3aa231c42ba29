"""The words of the messages: complete in every language, safe in every place, and never soft."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import notifications
from notifications.catalogue import LANGUAGES, words_of
from notifications.rendering import RELAYED, SLOT, facts_needed, render, speak
from recall.domain.lint import Written, forbidden_in, lint, plain
from recall.domain.message import FAREWELL, MessageKind
from recall.domain.policy import load_policy
from recall.errors import InputRefused
from recall.reading.stated import Place

TEMPLATES = Path(notifications.__file__).parent / "templates"
WORDS = Path(notifications.__file__).parent / "words"
COMMON = {"issuer", "reference", "product", "link", "page", "code", "contact"}
IN_WORDS = {"remedies", "duty", "code_place", "picture"}
"""Facts that a text says in words of its own."""
EACH = list(product(MessageKind, LANGUAGES))
SOFT = re.compile(
    r"voluntar|precaution|discretion|abundance of caution|\brare(ly)?\b"
    r"|(specific|isolated) (case|situation)|no (reported )?(accident|injur|incident)|unlikely|minor"
    r"|freiwillig|vorsorglich|vorsichtshalber|volontaire|précaution|voluntari|precauci|任意|自主回収|念のため|予防的|まれに|稀"
    r"|자발적|예방 차원|만일|드물|طوع|احتياط|نادر"
    r"|自愿|预防性|谨慎起见|以防万一|极少|极个别|个别情况|罕见|偶发|尚未收到|未发生|可能性(较|很)?(小|低)",
    re.IGNORECASE,
)


def facts() -> dict[str, str]:
    """Every fact there is, each a word that appears nowhere else."""
    special = {
        "link": "https://recall.example/t/abc",
        "page": "https://recall.example",
        "picture": "https://recall.example/static/places/label.png",
        "code_place": "label",
        "remedies": "refund\nreplace",
        "duty": "stop_sale",
    }
    names = {name for kind in MessageKind for name in facts_needed(kind=kind, language="en")}
    return {name: f"fact-{name}" for name in names} | special


def documented(kind: MessageKind) -> set[str]:
    """The facts of a kind as the table in templates/README.md states them."""
    (row,) = re.findall(rf"^\| {kind} \| ([a-z_ ]+) \|$", (TEMPLATES / "README.md").read_text("utf-8"), re.M)
    return set(row.split()) | COMMON


class Page(HTMLParser):
    """What a browser would see: the tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.pictures: list[tuple[str | None, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag}:{','.join(sorted(name for name, _ in attrs))}")
        self.links += [value for name, value in attrs if name == "href"]
        if tag == "img":
            self.pictures.append((dict(attrs).get("src"), dict(attrs).get("alt")))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(("kind", "language"), EACH)
class TestEveryMessage:
    def test_uses_exactly_the_facts_of_the_table(self, kind: MessageKind, language: str) -> None:
        assert documented(kind) == facts_needed(kind=kind, language=language)

    def test_is_written_from_exactly_these_facts(self, kind: MessageKind, language: str) -> None:
        exactly = {name: fact for name, fact in facts().items() if name in documented(kind)}
        written = render(kind=kind, language=language, facts=exactly)
        assert language == written.language
        assert all((written.subject, written.text, written.html))
        assert "\n" not in written.subject

    def test_misses_no_fact_silently(self, kind: MessageKind, language: str) -> None:
        for name in documented(kind):
            fewer = {other: fact for other, fact in facts().items() if other != name}
            with pytest.raises(InputRefused, match=f"none for {name}"):
                render(kind=kind, language=language, facts=fewer)

    def test_tells_the_same_in_text_and_html(self, kind: MessageKind, language: str) -> None:
        written = render(kind=kind, language=language, facts=facts())
        page = Page(written.html)
        seen = page.text + " ".join(link or "" for link in page.links)
        seen += "".join(f" {source} {words}" for source, words in page.pictures)
        as_given = documented(kind) - IN_WORDS
        assert as_given == {name for name in as_given if facts()[name] in written.subject + written.text}
        assert as_given == {name for name in as_given if facts()[name] in seen}

    def test_never_makes_the_danger_smaller(self, kind: MessageKind, language: str) -> None:
        written = render(kind=kind, language=language, facts=facts())
        assert SOFT.search(written.subject + written.text + Page(written.html).text) is None

    def test_needs_no_link_but_gives_one(self, kind: MessageKind, language: str) -> None:
        written = render(kind=kind, language=language, facts=facts())
        assert ["https://recall.example/t/abc"] == Page(written.html).links
        for words in (written.text, Page(written.html).text):
            assert {"https://recall.example", "fact-code", "fact-contact"} <= set(
                re.findall(r"https://recall\.example\b(?!/)|fact-[a-z_]+", words)
            )

    def test_loads_nothing_but_the_picture_of_the_code(self, kind: MessageKind, language: str) -> None:
        page = Page(render(kind=kind, language=language, facts=facts()).html)
        place = words_of(language).places["label"]
        shown = [(facts()["picture"], place)] if kind is MessageKind.NOTIFY_BUYER else []
        assert shown == page.pictures
        tags = {tag.partition(":")[0] for tag in page.tags}
        assert tags <= {
            "html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "h1", "ul",
            "li", "b", "br", "a", "img", "bdi",
        }  # fmt: skip

    def test_has_the_direction_of_its_language(self, kind: MessageKind, language: str) -> None:
        html = render(kind=kind, language=language, facts=facts()).html
        direction, other = ("rtl", "ltr") if language == "ar" else ("ltr", "rtl")
        assert f'dir="{direction}"' in html
        assert other not in html

    def test_is_small_and_leaves_no_place_empty(self, kind: MessageKind, language: str) -> None:
        written = render(kind=kind, language=language, facts=facts())
        assert len((written.text + written.html).encode()) < 40_000, "a mail is cut off at 100 kB"
        assert not re.search(r"[{}]", written.subject + written.text)


@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryCatalogue:
    def test_says_what_english_says(self, language: str) -> None:
        ours, english = words_of(language), words_of("en")
        for part in ("phrases", "buttons", "duties", "remedies", "reasons", "places"):
            assert getattr(english, part).keys() == getattr(ours, part).keys()
        for kind in MessageKind:
            assert len(english.kinds[kind].bullets) == len(ours.kinds[kind].bullets)

    def test_knows_every_place_where_a_code_stands(self, language: str) -> None:
        assert {place.value for place in Place} == words_of(language).places.keys()

    def test_says_nothing_twice_and_nothing_empty(self, language: str) -> None:
        places = list(words_of(language).places.values())
        assert len(places) == len(set(places))
        assert all(value.strip() for value in places)


LAWS = {"en": ("eu-gpsr", "us-cpsc"), "zh": ("cn-samr",)} | dict.fromkeys(("de", "fr", "es"), ("eu-gpsr",))
HAZARD = {
    "en": "Risk of fire.", "zh": "有起火危险。", "de": "Brandgefahr.", "fr": "Risque d'incendie.",
    "es": "Riesgo de incendio.",
}  # fmt: skip
LAWFUL = [(language, law) for language, laws in LAWS.items() for law in laws]


@pytest.mark.parametrize(("language", "law"), LAWFUL)
@pytest.mark.parametrize("kind", MessageKind)
def test_no_law_forbids_a_word_of_any_message(kind: MessageKind, language: str, law: str) -> None:
    written = render(kind=kind, language=language, facts=facts())
    phrases = load_policy(law).notice.forbidden.get(language, ())
    assert () == forbidden_in(f"{written.subject}\n{written.text}", phrases=phrases)


@pytest.mark.parametrize("language", [language for language, law in LAWFUL if law == "eu-gpsr"])
def test_a_buyer_reads_everything_that_european_law_wants_in_a_notice(language: str) -> None:
    written = render(kind="notify_buyer", language=language, facts=facts() | {"hazard": HAZARD[language]})
    shown = tuple(words or "" for _, words in Page(written.html).pictures)
    notice = Written(text=plain(f"{written.subject}\n{written.text}").text, pictures=shown)
    found = lint(notice, policy=load_policy("eu-gpsr"), language=language)
    assert () == found.findings


@pytest.mark.parametrize("path", sorted(WORDS.glob("*.toml")), ids=lambda path: path.name)
def test_no_catalogue_holds_a_soft_word(path: Path) -> None:
    assert SOFT.search(path.read_text("utf-8")) is None


@pytest.mark.parametrize(
    "soft",
    ["a voluntary recall", "as a precaution", "in rare cases", "in isolated cases", "no reported injuries",
     "自愿召回", "预防性召回", "极少数产品"],
)  # fmt: skip
def test_the_search_for_soft_words_finds_them(soft: str) -> None:
    assert SOFT.search(soft)


STOPS = {
    "en": r"off sale|Stop |may use|must not be used|Risk as long",
    "zh": r"下架|停止|不得|风险",
    "de": r"aus dem Verkauf|Stoppen|Niemand darf|darf nicht|nicht mehr|Gefahr, solange",
    "fr": r"Retirez|Arrêtez|Personne ne doit|ne doit|Cessez|Risque tant",
    "es": r"Retire|Detenga|Nadie debe|no debe|Deje de usar|Riesgo mientras",
    "ja": r"停止|禁止|中止|危険",
    "ko": r"중지|금지|위험",
    "ar": r"أوقف|لا يجوز|توقف|الخطر ما دامت",
}


@pytest.mark.parametrize(
    ("kind", "language"),
    [each for each in EACH if each[0] not in FAREWELL | {MessageKind.RECEIPT}],
)
def test_the_first_bullet_stops_the_use_the_sale_or_the_movement(kind: MessageKind, language: str) -> None:
    text = render(kind=kind, language=language, facts=facts()).text
    first = next(line for line in text.splitlines() if line.startswith("- "))
    assert re.search(STOPS[language], first)


def test_a_buyer_reads_the_remedies_in_words_and_an_unknown_one_as_it_stands() -> None:
    given = facts() | {"remedies": "refund\ndestroy\nvoucher of 50"}
    text = render(kind="notify_buyer", language="zh", facts=given).text
    assert "  * 退款\n  * 自行销毁并拍照上传\n  * voucher of 50\n" in text


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("zh", "zh"), ("zh-Hans-CN", "zh"), ("ZH-tw", "zh"), ("en-GB", "en"), ("fr-CA", "fr"), ("it", "en"),
     ("", "en")],
)  # fmt: skip
def test_a_reader_gets_his_language_or_english(asked: str, spoken: str) -> None:
    assert spoken == speak(asked)
    assert render(kind="closing", language=asked, facts=facts()) == render(
        kind="closing", language=spoken, facts=facts()
    )


@pytest.mark.parametrize("kind", ["", "letter", "../../secret", "postcard"])
def test_a_kind_that_is_not_one_is_refused(kind: str) -> None:
    with pytest.raises(InputRefused, match="stop_sale"):
        render(kind=kind, language="en", facts=facts())


@pytest.mark.parametrize("name", ["link", "page"])
@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "recall.example", "//x", ""])
def test_an_address_that_no_browser_should_open_is_refused(name: str, address: str) -> None:
    with pytest.raises(InputRefused, match=f"at {name}"):
        render(kind="closing", language="en", facts=facts() | {name: address})


def test_a_relayed_text_keeps_the_place_of_the_link() -> None:
    written = render(kind="notify_buyer", language="zh", facts=facts() | {"link": SLOT})
    assert written.addressed(RELAYED).text.count("{link}") == 1


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "{% for x in y %}",
         "'><a href='https://evil.example'>", "a\r\nBcc: all@evil.example", "</title><h1>", "&lt;b&gt;"]
    ),
)  # fmt: skip


@given(hostile=HOSTILE, kind=st.sampled_from(list(MessageKind)), language=st.sampled_from(LANGUAGES))
def test_no_fact_becomes_an_element_a_header_or_a_template(
    hostile: str, kind: MessageKind, language: str
) -> None:
    harmless = render(kind=kind, language=language, facts=facts())
    given_facts = dict.fromkeys(facts(), hostile) | {
        "link": "https://a.example/",
        "page": "https://a.example/",
        "picture": "https://a.example/",
    }
    written = render(kind=kind, language=language, facts=given_facts | {"remedies": "refund\nreplace"})
    assert Page(harmless.html).tags == Page(written.html).tags
    assert not re.search(r"[\r\n]", written.subject)
    assert "49" not in written.text or "49" in hostile


@given(
    facts_=st.fixed_dictionaries({name: st.text(max_size=30) for name in ("product", "reference", "hazard")})
)
def test_a_fact_stays_on_its_line(facts_: dict[str, str]) -> None:
    usual = render(kind="stop_sale", language="en", facts=facts())
    written = render(kind="stop_sale", language="en", facts=facts() | facts_)
    assert usual.text.count("\n") == written.text.count("\n")
