"""The drawings of where a code stands as PNG, for mail programs show no SVG: `python -m tools.drawings`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from recall.compiled.drawing import drawing
from recall.reading.stated import Place
from tools.browser import find_browser

PICTURES = Path(__file__).resolve().parent.parent / "recall" / "web" / "static" / "places"
WIDTH, HEIGHT = 320, 200
PAGE = "<!doctype html><style>body{margin:0;background:#fff}svg{display:block}</style>"


def main() -> None:
    """Writes a picture for each place, from its drawing."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser())
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for place in Place:
            page.set_content(PAGE + drawing(place))
            page.screenshot(path=PICTURES / f"{place.value}.png")
        browser.close()


if __name__ == "__main__":
    main()
