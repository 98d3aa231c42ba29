"""Feeds of recall news: RSS 2.0 and Atom, and JSON whose records are items of such feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from connectors.feeds.raw import Raw
from connectors.feeds.records import told
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.syndicated.mapping import Item, notice_of
from recall.domain.notice import Notice
from recall.errors import NoticeRefused

MOST_ITEMS = 5_000
_LOOKED_AT = 100
_ATOM = "{http://www.w3.org/2005/Atom}"
_MARKS = {"title", "description", "link", "publicationDate"}


class SyndicatedFeed:
    """Reads what FDA, FSIS, CPSC and others announce as items: each is an excerpt of a notice elsewhere."""

    name = "syndicated"

    def recognises(self, raw: Raw) -> bool:
        """An RSS or Atom root, or records with the fields of an item."""
        return _entries(raw.xml) is not None or any(
            _fields(one) for one in _listed(raw.document)[:_LOOKED_AT]
        )

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each item as a draft notice, or where it cannot be read. Raises NoticeRefused for far too many."""
        entries = _entries(raw.xml)
        count = len(_listed(raw.document) if entries is None else entries)
        if count > MOST_ITEMS:
            raise NoticeRefused.of(
                raw.name, expected=f"a feed of at most {MOST_ITEMS:,} items", got=f"{count:,}"
            )
        if entries is not None:
            for number, entry in enumerate(entries, 1):
                where = f"item {number}"
                yield or_refused(partial(notice_of, _item_of_entry(entry), where=where), where=where)
            return
        for number, record in enumerate(_listed(raw.document)):
            where = f"/{number}" if isinstance(raw.document, list) else "/"
            yield or_refused(partial(_notice_of_record, record, where=where), where=where)


def _entries(root: Element | None) -> list[Element] | None:
    """The items of an RSS channel or the entries of an Atom feed; None for another document."""
    if root is None:
        return None
    if root.tag == "rss":
        return root.findall("channel/item")
    return root.findall(f"{_ATOM}entry") if root.tag == f"{_ATOM}feed" else None


def _item_of_entry(entry: Element) -> Item:
    """An item by its child elements, whatever their namespace."""
    said: dict[str, str] = {}
    for child in entry:
        name = child.tag.rpartition("}")[2]
        words = "".join(child.itertext()).strip() or child.get("href", "")
        said.setdefault(name, words)
    words = said.get("description") or said.get("summary") or said.get("content", "")
    return Item(
        title=said.get("title", ""), words=words,
        link=said.get("link", ""), name=said.get("guid") or said.get("id", ""),
        published=said.get("pubDate") or said.get("updated") or said.get("published", ""),
    )  # fmt: skip


def _listed(document: Any) -> list[Any]:
    return document if isinstance(document, list) else [document]


def _fields(record: Any) -> Mapping[str, Any]:
    """The fields of an item, alone or as the attributes of a JSON:API resource; empty for another record."""
    inner = record.get("data") if isinstance(record, Mapping) else None
    held = inner.get("attributes") if isinstance(inner, Mapping) else record
    if not isinstance(held, Mapping) or not held.keys() >= _MARKS:
        return {}
    identity = inner.get("id") if isinstance(inner, Mapping) else None
    return {"id": identity, **held}


def _item_of_record(fields: Mapping[str, Any]) -> Item:
    return Item(
        title=told(fields, "title"), words=told(fields, "description"), link=told(fields, "link"),
        name=told(fields, "id"), published=told(fields, "publicationDate"),
    )  # fmt: skip


def _notice_of_record(record: Any, *, where: str) -> Notice:
    return notice_of(_item_of_record(_fields(record)), where=where)
