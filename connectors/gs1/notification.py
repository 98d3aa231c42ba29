"""A notice as GS1's Product Recall Notification, and what has no place in it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from connectors.gs1.identifiers import version_of
from connectors.gs1.message import Header, head, leaf, node, party, written
from connectors.gs1.names import COUNTRIES, Key, Kind, Tag
from recall.domain.notice import Notice, NoticeProduct, Window
from recall.ports import Letter

MODEL = "MODEL_NUMBER"
"""The type of an additional identification that is the maker's model."""
_CLASS = re.compile(r"class(?:[ _-])(?:(1|i)|(2|ii)|(3|iii))", re.IGNORECASE)
_FIELDS = (
    "lot_masks", "serial_masks", "encodings", "made", "packed", "sold", "containers", "components", "years",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """From whom and to whom: GLNs; an empty receiver is everybody."""

    sender: str
    receiver: str = ""


def notification(notice: Notice, *, gdti: str, version: int, ends: Ends, at: datetime) -> Letter:
    """Version `version` (from 1) of a notice as a message made at `at`.

    Raises NoticeRefused for a text that is too long for a notice.
    """
    own, status = version_of(gdti, version=version), "INITIAL" if version == 1 else "UPDATE"
    document = node(
        Kind.NOTIFICATION, *head(at), leaf(Tag.ORIGINAL, gdti), leaf(Tag.OWN, own),
        leaf(Tag.STATUS, "ISSUED"), _words(Tag.TITLE, notice.title, notice), leaf(Tag.VERSION_STATUS, status),
        _risk(notice), leaf(Tag.PRIMARY, "true"),
        party(Tag.INITIATOR, gln=ends.sender, name=notice.authority),
        party(Tag.RECIPIENT, gln=ends.receiver) if ends.receiver else None, _reason(notice), _market(notice),
        _words(Tag.INSTRUCTIONS, notice.remedy or ", ".join(notice.remedies), notice),
        *map(_item, notice.products),
    )  # fmt: skip
    header = Header(sender=ends.sender, receiver=ends.receiver, instance=own, at=at)
    return Letter(
        xml=written(Kind.NOTIFICATION, header=header, document=document), left_out=tuple(_left_out(notice))
    )


def risk_of(classification: str) -> str:
    """`CLASS_1` for `Class I` and the like; empty for a class that is none of the three.

    >>> risk_of("Class II")
    'CLASS_2'
    """
    known = _CLASS.fullmatch(classification.strip())
    return f"CLASS_{known.lastindex}" if known else ""


def _risk(notice: Notice) -> Element | None:
    risk = risk_of(notice.classification)
    return leaf(Tag.RISK, risk) if risk else None


def _words(tag: Tag, words: str, notice: Notice) -> Element | None:
    return leaf(tag, words, **{Tag.LANGUAGE.value: notice.language}) if words else None


def _reason(notice: Notice) -> Element | None:
    told = _words(Tag.EXPLANATION, notice.hazard, notice)
    return None if told is None else node(Tag.REASON, leaf(Tag.REASON_CODE, "OTHER"), told)


def _market(notice: Notice) -> Element | None:
    code = COUNTRIES.get(notice.jurisdiction)
    return node(Tag.MARKET, leaf(Tag.COUNTRY, code)) if code else None


def _item(product: NoticeProduct) -> Element:
    return node(
        Tag.ITEM, leaf(Tag.GTIN, product.gtin) if product.gtin else None, *_named(product),
        leaf(Tag.BRAND, product.brand) if product.brand else None,
        leaf(Tag.NAME, product.name) if product.name else None,
        leaf(Tag.QUANTITY, product.quantity) if product.quantity is not None else None,
        *(
            node(Tag.TRACKING, leaf(Tag.TRACKING_CODE, key), leaf(Tag.TRACKING_VALUE, code))
            for key, code in _tracked(product)
        ),
    )  # fmt: skip


def _named(product: NoticeProduct) -> Iterator[Element]:
    schemes = [(MODEL, product.model or "")]
    schemes += [(identifier.scheme.upper(), identifier.value) for identifier in product.identifiers]
    for scheme, value in schemes:
        if value:
            yield leaf(Tag.OTHER_ITEM, value, **{Tag.OTHER_ITEM_TYPE.value: scheme})


def _tracked(product: NoticeProduct) -> Iterator[tuple[Key, str]]:
    yield from ((Key.LOT, code) for code in (*product.lots, *product.lot_ranges))
    yield from ((Key.SERIAL, code) for code in product.serials)
    yield from ((Key.CLOSED, code) for code in product.date_codes)
    yield from ((Key.EXPIRY, code) for window in product.expires if (code := _days(window)))


def _days(window: Window) -> str:
    """`2026-01-31`, or `2026-01-01 - 2026-01-31`; empty for a window that is open at an end."""
    if window.first is None or window.last is None:
        return ""
    return f"{window.first}" if window.first == window.last else f"{window.first} - {window.last}"


def _left_out(notice: Notice) -> Iterator[str]:
    """What narrows the scope and has no element."""
    for number, product in enumerate(notice.products, start=1):
        told = [field.replace("_", " ") for field in _FIELDS if getattr(product, field)]
        told += ["exceptions"] if product.document().get("except") else []
        told += ["open days of expiry"] if any(not _days(window) for window in product.expires) else []
        if told:
            yield f"product {number}: {', '.join(told)}"
    if notice.jurisdiction and notice.jurisdiction not in COUNTRIES:
        yield f"the jurisdiction {notice.jurisdiction}"
    if notice.classification and not risk_of(notice.classification):
        yield f"the class {notice.classification!r}"
