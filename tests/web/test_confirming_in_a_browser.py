"""The confirming page in a browser: what is typed counts at once; words and clauses light each other up."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from recall.steps.work_draft import start_draft
from tests.web.conftest import Site
from tests.web.test_confirming import proposed
from tests.world import FIRST, POLICY


def test_in_a_browser_what_is_being_added_counts_and_its_words_light_up(site: Site, page: Page) -> None:
    draft = start_draft(site.world.runtime, notice=proposed(), policies=[POLICY], officer=FIRST)
    site.sign_in(page)
    site.open(page, f"/drafts/{draft.id}")
    add = page.locator("section", has=page.locator("#add")).last
    add.get_by_label("Kind").select_option("all")
    add.get_by_label("Its words in the source text").fill("units of the batch B2")
    expect(page.locator('[data-count="lots"]')).to_have_text("2")
    add.get_by_role("button", name="Add it").click()
    expect(page.locator("#c-4")).to_contain_text("added by")
    page.locator('.said[data-clauses="4"]').hover()
    expect(page.locator("#c-4")).to_have_class(re.compile("lit"))
    page.locator("h1").hover()
    expect(page.locator("#c-4")).not_to_have_class(re.compile("lit"))
    page.locator("#c-4").hover()
    expect(page.locator('.said[data-clauses="4"]')).to_have_class(re.compile("lit"))


def test_in_a_browser_the_counts_change_while_the_officer_types(site: Site, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    site.sign_in(page)
    site.open(page, "/drafts")
    page.get_by_label("Paste the text").fill(json.dumps(proposed().document()))
    page.get_by_label("Policies").select_option(POLICY)
    page.get_by_role("button", name="Read it").click()
    expect(page.locator('[data-count="lots"]')).to_have_text("1")
    expect(page.locator('[data-count="refused"]')).to_be_hidden()
    page.locator("#c-2").hover()
    expect(page.locator('.said[data-clauses="2"]')).to_have_class(re.compile("lit"))
    page.locator("#c-2").get_by_text("Correct", exact=True).click()
    page.locator("#v-2").fill("A1\nB2")
    expect(page.locator('[data-count="lots"]')).to_have_text("2")
    expect(page.locator('[data-count="cover"]')).to_have_text("more than stated")
    page.locator("#c-2").get_by_role("button", name="Save the correction").click()
    expect(page.locator("#c-2")).to_contain_text("corrected by")
    expect(page.locator('[data-count="lots"]')).to_have_text("2")
    page.get_by_role("button", name="Confirm all").click()
    page.get_by_role("button", name="Submit to a second officer").click()
    expect(page.get_by_text("Another officer approves or rejects it.")).to_be_visible()
    assert [] == complaints


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_drafts_and_versions_are_no_wider_than_their_window(
    site: Site, page: Page, width: int
) -> None:
    draft = start_draft(site.world.runtime, notice=proposed(), policies=[POLICY], officer=FIRST)
    page.set_viewport_size({"width": width, "height": 800})
    site.sign_in(page)
    for path in ("/drafts", f"/drafts/{draft.id}", f"/recalls/{site.world.recall_id}/versions"):
        for lang in ("zh", "en"):
            site.open(page, path, lang=lang)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
