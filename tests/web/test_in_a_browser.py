"""The pages in a real browser, without a script, in zh and en: read, answer, and see what became of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from recall.codes.short_code import codes_in
from recall.views.overview import overview
from tests.web.conftest import Site, Watch
from tests.world import HAULIER, REFERENCE

pytestmark = pytest.mark.usefixtures("watched")


def ledger_of(site: Site) -> dict[str, int | bool]:
    """The units ledger as it stands."""
    return overview(site.world.runtime, recall_id=site.world.recall_id).ledger.document()


@pytest.mark.parametrize(
    ("lang", "verdict", "answer", "send", "thanks"),
    [
        ("en", "Yes, your product is recalled", "I hand it back for a replacement", "Send the answer",
         "Thank you, your answer is recorded"),
        ("zh", "是的，您的产品被召回", "我交回产品并换新", "提交答复", "谢谢，您的答复已记录"),
    ],
)  # fmt: skip
def test_a_buyer_learns_that_the_product_is_recalled_and_answers(
    site: Site, page: Page, lang: str, verdict: str, answer: str, send: str, thanks: str
) -> None:
    site.open(page, site.world.buyer("L-1"), lang=lang)
    expect(page.get_by_role("heading", level=1)).to_have_text(verdict)
    page.get_by_role("radio", name=answer).check()
    page.get_by_role("button", name=send).click()
    expect(page.get_by_role("heading", name=thanks)).to_be_visible()
    expect(page.get_by_role("button", name=send)).to_have_count(0)
    assert 2 == ledger_of(site)["recovered"]


def test_a_buyer_of_another_lot_learns_that_it_is_not_recalled(site: Site, page: Page) -> None:
    site.open(page, site.world.buyer("L-2"))
    expect(page.get_by_role("heading", level=1)).to_have_text("No, your product is not recalled")
    expect(page.get_by_role("radio")).to_have_count(0)


def test_a_code_from_an_affected_lot_does_not_show_that_mine_is_safe_and_another_does(
    site: Site, page: Page, watched: Watch
) -> None:
    site.open(page, site.world.buyer("L-3"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your product may be recalled")
    for code, said in (("a1", "affected lot"), ("Z9", "not known"), ("", "Type the code")):
        page.get_by_role("radio", name="Mine is not affected").check()
        page.get_by_label("Code on the product").fill(code)
        page.get_by_role("button", name="Send the answer").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
    assert 0 == ledger_of(site)["cleared"]
    page.get_by_label("Code on the product").fill("https://id.gs1.org/01/09521234500018/10/B2")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("heading", name="Thank you, your answer is recorded")).to_be_visible()
    assert 3 == ledger_of(site)["cleared"]
    watched.complaints[:] = [text for text in watched.complaints if "422" not in text]


@pytest.mark.parametrize(
    ("lang", "label", "button", "said"),
    [
        ("en", "Lot A1 at", "Confirm the count", "Recorded. Thank you."),
        ("zh", "批次 A1", "确认数量", "已记录，谢谢。"),
    ],
)
def test_a_party_confirms_its_count(
    site: Site, page: Page, lang: str, label: str, button: str, said: str
) -> None:
    site.open(page, site.world.tasks(HAULIER), lang=lang)
    page.get_by_label(label).first.fill("79")
    page.get_by_role("button", name=button).first.click()
    expect(page.get_by_role("status").first).to_have_text(said)
    assert 2 == ledger_of(site)["cleared"]


def test_a_count_that_cannot_be_is_kept_for_a_person_to_look_at(site: Site, page: Page) -> None:
    before = ledger_of(site)
    site.open(page, site.world.tasks(HAULIER))
    page.get_by_label("Lot A1 at").first.fill("82")
    page.get_by_role("button", name="Confirm the count").first.click()
    expect(page.get_by_role("status").first).to_contain_text("kept for a person to look at")
    assert before == ledger_of(site)


def test_a_party_takes_a_task_on_or_declines_it(site: Site, page: Page) -> None:
    site.open(page, site.world.tasks(HAULIER))
    page.get_by_role("button", name="We are on it").first.click()
    expect(page.get_by_role("status").first).to_contain_text("on it")
    page.get_by_text("This is not for us").last.click()
    page.get_by_label("Why").last.fill("another haulier has it")
    page.get_by_role("button", name="Decline the task").last.click()
    expect(page.get_by_text("Declined", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "balances"), [("en", "Balances: every unit is accounted for"), ("zh", "账平：每一件都有去向")]
)
def test_a_regulator_signs_in_once_and_sees_a_ledger_that_balances(
    site: Site, page: Page, lang: str, balances: str
) -> None:
    site.open(page, "/recalls")
    expect(page.get_by_label("API key")).to_be_visible()
    site.sign_in(page)
    page.get_by_role("link", name="PAC20-272").click()
    site.open(page, f"/recalls/{site.world.recall_id}", lang=lang)
    expect(page.get_by_text(balances)).to_be_visible()
    cells = page.locator("section[aria-labelledby=ledger] tbody td").all_inner_texts()
    assert page.locator("#affected").inner_text() == str(sum(map(int, cells)))
    page.goto(f"{site.base}/recalls?lang=en")
    page.get_by_role("button", name="Sign out").click()
    site.open(page, "/recalls")
    expect(page.get_by_label("API key")).to_be_visible()


def test_everybody_can_check_a_product_and_a_message_at_the_notice(site: Site, page: Page) -> None:
    site.open(page, "/")
    page.get_by_role("link", name="PAC20-272").click()
    for code, said in (("A1", "Affected"), ("B2", "Not affected"), ("Q7", "Nothing is known")):
        page.get_by_label("Code on the product").fill(code)
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
    site.open(page, site.world.buyer("L-1"))
    (genuine,) = codes_in(page.locator("section[aria-labelledby=genuine]").inner_text())
    slip = f"{genuine[:-1]}{'3' if genuine[-1] != '3' else '4'}"
    for code, said in ((genuine.lower(), "in force"), ("3333-3333-3333", "Not genuine"), (slip, "no code")):
        site.open(page, f"/notices/{REFERENCE}")
        page.get_by_label("The code in the message").fill(code)
        page.get_by_role("button", name="Verify").click()
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_window(site: Site, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    site.sign_in(page)
    paths = (
        "/", "/login", "/recalls", f"/recalls/{site.world.recall_id}", f"/notices/{REFERENCE}",
        site.world.buyer("L-1"), site.world.tasks(HAULIER), "/verify",
    )  # fmt: skip
    for path in paths:
        for lang in ("zh", "en"):
            site.open(page, path, lang=lang)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_buyers_page_offers_targets_that_a_thumb_can_hit(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    site.open(page, site.world.buyer("L-1"))
    targets = page.locator("button, .choice label, input:not([type=radio]):not([type=hidden]), nav a").all()
    boxes = [box for target in targets if (box := target.bounding_box())]
    assert len(boxes) > 8
    assert 43.5 <= min(box["height"] for box in boxes)
