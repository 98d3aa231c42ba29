"""The pages of the messages in a real browser: nothing overflows, each reads in its direction."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

import recall.web
from notifications.catalogue import LANGUAGES
from notifications.rendering import render
from recall.domain.message import MessageKind
from tests.notifications.test_rendering import facts

pytestmark = pytest.mark.browser

LABEL = Path(recall.web.__file__).parent / "static" / "places" / "label.png"
LONG = "Voltbox-Schnellladegerät PB-1/20000-EU-Reise-Edition-2025-Donaudampfschifffahrt"


@pytest.fixture
def mail(page: Page) -> Page:
    """A page that has the picture of the code, and nothing else of the network."""
    page.route("**/*", lambda route: route.abort())
    page.route("**/places/label.png", lambda route: route.fulfill(path=LABEL))
    return page


@pytest.mark.parametrize("width", [320, 600])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_fits_its_window_and_shows_its_picture(mail: Page, language: str, width: int) -> None:
    mail.set_viewport_size({"width": width, "height": 800})
    for kind in MessageKind:
        written = render(
            kind=kind, language=language, facts=facts() | {"product": LONG, "lots": "A-1, " * 40}
        )
        mail.set_content(written.html)
        assert mail.evaluate("document.documentElement.scrollWidth") <= width, kind
        direction = mail.evaluate("getComputedStyle(document.querySelector('li')).direction")
        assert ("rtl" if language == "ar" else "ltr") == direction
        shown = mail.evaluate("[...document.images].map(image => image.naturalWidth)")
        assert ([320] if kind is MessageKind.NOTIFY_BUYER else []) == shown
