"""An item of a feed as ours: its title and excerpt are read as prose, its link says whose it is; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit

from connectors.feeds.plain import plain
from connectors.feeds.stated import stated_day
from recall.domain.notice import Notice, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.dates import Order
from recall.reading.reader import read_text
from recall.reading.text import squeezed

_AUTHORITIES = {
    "nhtsa.gov": "National Highway Traffic Safety Administration",
    "fda.gov": "U.S. Food and Drug Administration",
    "usda.gov": "USDA Food Safety and Inspection Service",
    "cpsc.gov": "U.S. Consumer Product Safety Commission",
    "canada.ca": "Health Canada",
    "cdc.gov": "U.S. Centers for Disease Control and Prevention",
}
_LONGEST_NAME, _LONGEST_LINK = 200, 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item: what feeds of every kind say of it, an absent part empty."""

    title: str
    words: str
    link: str
    name: str
    published: str


def notice_of(item: Item, *, where: str) -> Notice:
    """The draft notice of an item; NoticeRefused when it has no title, or nothing that names it."""
    title = squeezed(plain(item.title))
    link = _web_link(item.link)
    reference = _reference(item, link=link)
    if not title or not reference:
        raise NoticeRefused.of(
            title or item.link, expected="an item with a title and a link", got="one without", where=where
        )
    reading = read_text(f"{title}\n{plain(item.words)}", language="en", order=Order.MONTH_FIRST)
    published, unclear = _published(item.published)
    found = reading.products or (NoticeProduct(quantity=reading.quantity),)
    excerpt = f"an item of a feed is an excerpt: the notice stands at {link or 'an address that it lacks'}"
    return Notice(
        source="syndicated", reference=reference, title=title, authority=_authority(link), text=reading.text,
        published=published, hazard=reading.hazard, remedy=reading.remedy, quantity=reading.quantity,
        products=tuple(replace(product, name=product.name or title) for product in found),
        clauses=reading.clauses, warnings=(excerpt, *unclear, *reading.warnings), language="en", url=link,
        sold_by=reading.sold_by, related=(link,) if link else (),
        jurisdiction="CA" if _host(link).endswith("canada.ca") else "US",
    )  # fmt: skip


def _reference(item: Item, *, link: str) -> str:
    """NHTSA's campaign where the link names one, else the item's own name, else its link."""
    campaign = parse_qs(urlsplit(link).query).get("nhtsaId", [""])[0]
    return _short(campaign or squeezed(item.name) or link)


def _web_link(written: str) -> str:
    """A link of the web, or nothing where another thing stands in its place."""
    link = squeezed(written)
    try:
        good = urlsplit(link).scheme in ("http", "https") and len(link) <= _LONGEST_LINK and " " not in link
    except ValueError:
        return ""
    return link if good else ""


def _short(text: str) -> str:
    return text.strip()[:_LONGEST_NAME]


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "").lower()


def _authority(link: str) -> str:
    host = _host(link)
    known = (name for domain, name in _AUTHORITIES.items() if host == domain or host.endswith(f".{domain}"))
    return next(known, host or "not told")


def _published(written: str) -> tuple[date | None, tuple[str, ...]]:
    """The day of `Fri, 12 Apr 2013 16:03:00 EST` or of an ISO time, in its own zone."""
    try:
        return parsedate_to_datetime(written).date(), ()
    except (ValueError, TypeError, IndexError, OverflowError):
        return stated_day(written, name="publication date")
