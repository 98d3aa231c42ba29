"""The lists of a page of CPSO's site, in Markdown or in HTML: a day, a title and a link each; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from connectors.feeds.tables import Page
from recall.reading.dates import day_of
from recall.reading.text import clean, squeezed

SITE = "https://www.consumerproductsafety.gov.sg"
_LINK = re.compile(
    r"\[(?P<words>[^\]\n]{1,400})\]\((?P<to>/files/[^)\s]{1,400})"
    r"|<a [^>]{0,80}href=\"(?P<href>/files/[^\"]{1,400})\"[^>]{0,200}>(?P<title>[^<]{1,400})</a>"
)
_DAY = re.compile(r"\b(\d{1,2})\W{1,12}(?:br>)?\s*([A-Z][a-z]{2,8})\W{1,20}(?:br>)?\W{0,20}((?:19|20)\d\d)\b")
_ALERT, _LINE_END = re.compile(r"[-_]alerts?[-_]"), "\n"
_STEM = re.compile(r"([^/]+?)(?:[-_]pdf)?\.pdf$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of a list: the notice itself stands at `url`."""

    title: str
    url: str
    reference: str
    published: date | None
    is_alert: bool
    where: str


def listed(text: str) -> Iterator[Listed]:
    """Each notice that a page lists, once, in its order."""
    plain, seen, place = clean(text), set[str](), 0
    for link in _LINK.finditer(plain):
        address = link["to"] or link["href"]
        words = squeezed(Page(link["words"] or link["title"]).words())
        before, place = plain[max(place, link.start() - 400) : link.start()], link.end()
        if not words or address in seen:
            continue
        seen.add(address)
        days = list(_DAY.finditer(before))
        stem = _STEM.search(address)
        yield Listed(
            title=words, url=f"{SITE}{address}", reference=(stem[1] if stem else address).lower(),
            published=day_of(" ".join(days[-1].groups())) if days else None,
            is_alert=bool(_ALERT.search(address.rpartition("/")[2])),
            where=f"line {plain.count(_LINE_END, 0, link.start()) + 1}",
        )  # fmt: skip
