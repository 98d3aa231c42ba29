"""Linksets and passports as ours: pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from recall.codes.digital_link import HOME
from recall.codes.passport import Passport, read_passport
from recall.codes.passport_proof import Envelope, is_envelope, read_envelope
from recall.codes.product_code import ProductCode
from recall.codes.reader import read_code
from recall.errors import CodeRefused, GiveUp

_NAMESPACES = {
    "gs1": ("gs1:", "https://gs1.org/voc/", "https://www.gs1.org/voc/", "https://ref.gs1.org/voc/"),
    "untp": (
        "untp:",
        "https://test.uncefact.org/vocabulary/linkTypes/",
        "https://vocabulary.uncefact.org/linkTypes/",
    ),
}
_PASSPORT = frozenset(space + "dpp" for spaces in _NAMESPACES.values() for space in spaces)
_ELSEWHERE = frozenset(f"{space}handledBy" for space in _NAMESPACES["gs1"])
_LEVELS = {"model": 1, "batch": 2, "item": 3}
_KINDS = ("application/vc+jwt", "application/vc", "application/ld+json", "application/json", "")
"""Media types of passports, the preferred first; a page for people is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of a linkset."""

    anchor: str
    relation: str
    address: str
    kind: str


def question(code: ProductCode, *, resolver: str) -> str | None:
    """The address that gives the linkset of a code; None when its scheme has no resolver.

    A Digital Link is asked where it points, every other GS1 code at the configured resolver.
    """
    if not code.elements or not code.canonical.startswith(HOME):
        return None
    own = code.raw[code.raw.lower().find("http") :].strip()
    parts = urlsplit(
        own if code.host is not None else resolver.rstrip("/") + code.canonical.removeprefix(HOME)
    )
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "linkType"]
    return urlunsplit((*parts[:3], urlencode([*query, ("linkType", "linkset")]), ""))


def links_of(body: bytes, *, address: str) -> tuple[Link, ...]:
    """The links of a linkset document (RFC 9264); addresses are made whole. Raises GiveUp."""
    document = object_of(body, address=address)
    contexts = document.get("linkset")
    if not isinstance(contexts, list):
        raise GiveUp("The answer is no linkset", expected="a list `linkset`", got=type(contexts).__name__,
                     where=address)  # fmt: skip
    return tuple(link for context in contexts if isinstance(context, Mapping)
                 for link in _links(context, address=address))  # fmt: skip


def _links(context: Mapping[str, Any], *, address: str) -> Iterable[Link]:
    anchor = context.get("anchor")
    if not isinstance(anchor, str):
        return
    for relation, targets in context.items():
        for target in targets if isinstance(targets, list) else ():
            href = target.get("href") if isinstance(target, Mapping) else None
            if isinstance(href, str):
                kind = str(target.get("type") or "").partition(";")[0].strip().lower()
                yield Link(
                    anchor=_whole(anchor, address),
                    relation=relation,
                    address=_whole(href, address),
                    kind=kind,
                )


def _whole(text: str, address: str) -> str:
    try:
        return urljoin(address, text)
    except ValueError:
        return text


def passport_address(links: Iterable[Link], *, code: ProductCode) -> str | None:
    """Where the passport of the finest level stands; None where no link leads to one."""
    found = [
        (level, -_KINDS.index(link.kind), link.address)
        for link in links
        if link.relation in _PASSPORT and link.kind in _KINDS and (level := _level(link.anchor, code=code))
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def other_resolver(links: Iterable[Link], *, code: ProductCode) -> str | None:
    """Another resolver that this one names for the product, as the address to ask it."""
    for link in links:
        if link.relation in _ELSEWHERE and _level(link.anchor, code=code):
            parts = urlsplit(link.address)
            return question(replace(code, host=None), resolver=urlunsplit((*parts[:3], "", "")))
    return None


def _level(anchor: str, *, code: ProductCode) -> int:
    """How fine an anchor of this product is, from 1; 0 for another product's, and for what is no code."""
    try:
        other = read_code(anchor)
    except CodeRefused:
        return 0
    return _LEVELS.get(str(other.granularity), 0) if is_of(other, code=code) else 0


def is_of(other: ProductCode, *, code: ProductCode) -> bool:
    """Whether what was found speaks of the asked product, at its own level or a wider one.

    The lot of an item whose code tells none may be told.
    """
    if other.gtin is None or code.gtin is None:
        return other.canonical == code.canonical
    lot_fits = other.lot in (None, code.lot) or (code.lot is None and code.serial is not None)
    return other.gtin == code.gtin and lot_fits and other.serial in (None, code.serial)


def opened(body: bytes, *, address: str) -> tuple[Passport, Envelope | None]:
    """A passport's bytes: the passport, and its envelope if it came in one. Raises GiveUp."""
    try:
        envelope = envelope_of(body, address=address)
        document = object_of(body, address=address) if envelope is None else envelope.claims
        return read_passport(document), envelope
    except CodeRefused as error:
        raise GiveUp(f"The passport cannot be read: {error}", where=address) from None


def envelope_of(body: bytes, *, address: str) -> Envelope | None:
    """The envelope that a body is, or holds; None for a bare document. Raises CodeRefused, GiveUp."""
    text = body.strip()
    if text.startswith(b"ey"):
        return read_envelope(text.decode("ascii", "replace"))
    document = object_of(body, address=address)
    return read_envelope(document) if is_envelope(document) else None


def object_of(body: bytes, *, address: str) -> dict[str, Any]:
    """The JSON object of a body. Raises GiveUp."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise GiveUp(f"The answer is not JSON: {type(error).__name__}", where=address) from None
    if not isinstance(document, dict):
        raise GiveUp("The answer is no JSON object", got=type(document).__name__, expected="an object",
                     where=address)  # fmt: skip
    return document
