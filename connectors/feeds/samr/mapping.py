"""An announcement of SAMR as ours: its head, its authority, and the scope that the reader finds; pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from recall.domain.notice import Notice, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.dates import Order, date_at
from recall.reading.reader import read_text
from recall.reading.text import folded

_HEAD = re.compile(r"^(?:来源|抓取|编号|公告编号|发布时间|发布日期)[^\n|]{0,12}?[:|][ \t]*", re.MULTILINE)
_URL = re.compile(r"https?://[^\s()<>\"]{1,400}", re.ASCII)
_NUMBER = re.compile(r"^(?:公告)?编号[ \t]*[:|][ \t]*(\S{1,60})", re.MULTILINE)
_PUBLISHED = re.compile(r"^(?:发布时间|发布日期)[ \t]*[:|][ \t]*", re.MULTILINE)
_AUTHORITY = re.compile(r"向(?P<name>[\u4e00-\u9fff]{2,24}?(?:局|总局|部|委员会))(?:报告|备案|提交)")
_STEM = re.compile(r"([^/?#]+?)(?:\.s?html?)?(?:[?#].*)?$")
_OFFICIAL = ("samrdprc.org.cn", ".gov.cn")
"""Hosts on whose pages one announcement stands alone."""
_MOST_TITLE = 60
_REMEDIES = {
    "replace": re.compile(r"更换|换货"),
    "refund": re.compile(r"退货|退款"),
    "repair": re.compile(r"维修|修理|修正|改进"),
    "dispose": re.compile(r"销毁"),
}
_CENTRAL = "国家市场监督管理总局"


def notice_of(text: str) -> Notice:
    """The draft notice of an announcement; NoticeRefused when it names no product."""
    reading = read_text(text, language="zh", order=Order.UNKNOWN)
    if not reading.products:
        raise NoticeRefused.of(
            text.strip()[:60], expected="an announcement that names a product, model or batch", got="none",
            advice="Give the announcement itself, not an index or a comment on it.",
        )  # fmt: skip
    plain = folded(reading.text)
    url = _URL.search(plain)
    found = _AUTHORITY.search(plain)
    title, stated = _title(reading.text, plain=plain)
    return Notice(
        source="samr", reference=_reference(plain, url=url[0] if url else "", title=title),
        title=title if stated else _spoken(reading.products[0]),
        authority=found["name"] if found else _CENTRAL,
        text=reading.text, published=_published(plain), hazard=reading.hazard, remedy=reading.remedy,
        remedies=tuple(name for name, words in _REMEDIES.items() if words.search(reading.remedy)),
        quantity=reading.quantity, products=_named(reading.products, title=title if stated else ""),
        clauses=reading.clauses, warnings=reading.warnings, language="zh", jurisdiction="CN",
        url=url[0] if url else "",
    )  # fmt: skip


def _named(products: tuple[NoticeProduct, ...], *, title: str) -> tuple[NoticeProduct, ...]:
    """The products, each with a name: its own, else the title that stands over the text, else its model."""
    return tuple(replace(p, name=p.name or title or p.model or "") for p in products)


def _title(text: str, *, plain: str) -> tuple[str, bool]:
    """The short line that stands over the text and says what is recalled; the first line when none does."""
    place, lines = 0, list[str]()
    for line in text.split("\n"):
        head = _HEAD.match(plain, place) or "|" in plain[place : place + len(line)]
        place += len(line) + 1
        if line.strip() and not head:
            lines.append(line.strip())
    short = [line for line in lines[:4] if len(line) <= _MOST_TITLE and "。" not in line and "：" not in line]
    named = [line for line in short if line.endswith(("公告", "通告")) is False]
    if named or short:
        return (named or short)[0], True
    return (lines[0][:_MOST_TITLE] if lines else ""), False


def _spoken(product: NoticeProduct) -> str:
    """A title for an announcement without one, in its own words: brand, name and `召回`."""
    return f"{product.brand or ''}{product.name or product.model or ''}召回"


def _reference(plain: str, *, url: str, title: str) -> str:
    """The number of the announcement, else the last part of its address, else a digest of its text.

    A page of the press may hold several announcements: there the title is told apart by its digest.
    """
    if number := _NUMBER.search(plain):
        return number[1]
    stem = _STEM.search(url)
    if not (url and stem):
        return f"samr-{_digest(plain)[:12]}"
    own = (urlsplit(url).hostname or "").endswith(_OFFICIAL)
    return stem[1] if own else f"{stem[1]}-{_digest(title)[:6]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _published(plain: str) -> date | None:
    label = _PUBLISHED.search(plain)
    stated = date_at(plain, start=label.end(), order=Order.UNKNOWN) if label else None
    return stated.first if stated else None
