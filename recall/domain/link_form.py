"""The form of link entries: JSON as GS1's Resolver Community Edition takes it, read whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from recall.codes.reader import read_code
from recall.domain.linkset import Identity, LinkEntry, Pair, TypedLink, link_type_uri
from recall.errors import CodeRefused, InputRefused

_HOST = "https://id.gs1.org"
_ORDER = ("22", "10", "21", "235", "254", "8011", "8019")


def identity_of(canonical: str) -> Identity:
    """The identity in a canonical Digital Link: its path alone, exact in zeros and case."""
    parts = [unquote(part) for part in urlsplit(canonical).path.split("/")[1:]]
    key, *qualifiers = zip(parts[::2], parts[1::2], strict=True)
    return Identity(key=key, qualifiers=tuple(qualifiers))


def read_entries(document: object) -> tuple[LinkEntry, ...]:
    """One entry or a list of them. Raises InputRefused with the JSON pointer of what cannot be read."""
    documents = document if isinstance(document, list) else [document]
    return tuple(read_entry(each, where=f"/{number}") for number, each in enumerate(documents))


def read_entry(document: object, *, where: str = "") -> LinkEntry:
    """One entry: `anchor`, `itemDescription`, `defaultLinktype`, `qualifiers`, `links`."""
    entry = _object(document, where=where)
    links = entry.get("links")
    if not isinstance(links, list) or not links:
        raise _refused(links, expected="at least one link", where=f"{where}/links")
    typed = tuple(_link(link, where=f"{where}/links/{number}") for number, link in enumerate(links))
    default = link_type_uri(str(entry.get("defaultLinktype") or typed[0].link_type))
    if all(link.link_type != default for link in typed):
        raise _refused(default, expected="the type of one of the links", where=f"{where}/defaultLinktype")
    return LinkEntry(
        anchor=_anchor(entry.get("anchor"), where=f"{where}/anchor"),
        qualifiers=_qualifiers(entry.get("qualifiers"), where=f"{where}/qualifiers"),
        description=str(entry.get("itemDescription") or ""),
        default=default,
        links=typed,
    )


def entry_document(entry: LinkEntry) -> dict[str, object]:
    """The entry as `read_entry` takes it."""
    return {
        "anchor": entry.anchor,
        "itemDescription": entry.description,
        "defaultLinktype": entry.default,
        "qualifiers": [{ai: value} for ai, value in entry.qualifiers],
        "links": [
            {
                "linktype": link.link_type, "href": link.href, "title": link.title, "type": link.media_type,
                "hreflang": list(link.languages), "context": list(link.context), "fwqs": link.forwards,
            }
            for link in entry.links
        ],
    }  # fmt: skip


def _anchor(value: object, *, where: str) -> str:
    """The path of a primary key; a key that ends in a serial may be the beginning of a series."""
    try:
        identity = identity_of(read_code(f"{_HOST}{value}").canonical)
    except CodeRefused as refusal:
        raise InputRefused(
            "Cannot read an anchor", value=str(value)[:120], expected=refusal.expected, got=refusal.got,
            where=where,
        ) from None  # fmt: skip
    if identity.qualifiers:
        raise _refused(value, expected="a primary key alone, its qualifiers apart", where=where)
    return identity.anchor


def _qualifiers(value: object, *, where: str) -> tuple[Pair, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _refused(value, expected='a list such as [{"10": "{lot}"}]', where=where)
    pairs = [(str(ai), str(code)) for each in value for ai, code in each.items()]
    if any(ai not in _ORDER for ai, _ in pairs):
        raise _refused(value, expected=f"qualifiers of {', '.join(_ORDER)}", where=where)
    return tuple(sorted(pairs, key=lambda pair: _ORDER.index(pair[0])))


def _link(document: object, *, where: str) -> TypedLink:
    link = _object(document, where=where)
    for name in ("linktype", "href", "title"):
        if not isinstance(link.get(name), str) or not link[name]:
            raise _refused(link.get(name), expected="a text", where=f"{where}/{name}")
    if not link["href"].startswith(("https://", "http://")):
        raise _refused(link["href"], expected="an address that begins with https://", where=f"{where}/href")
    return TypedLink(
        link_type=link_type_uri(link["linktype"]), href=link["href"], title=link["title"],
        media_type=str(link.get("type") or ""), languages=_texts(link, "hreflang", where=where),
        context=_texts(link, "context", where=where), forwards=link.get("fwqs") is not False,
    )  # fmt: skip


def _texts(document: Mapping[str, Any], name: str, *, where: str) -> tuple[str, ...]:
    found = document.get(name) or []
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise _refused(found, expected="a list of texts", where=f"{where}/{name}")
    return tuple(found)


def _object(document: object, *, where: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise _refused(document, expected="an object", where=where)
    return document


def _refused(value: object, *, expected: str, where: str) -> InputRefused:
    return InputRefused(
        "Cannot read a link entry",
        value=str(value)[:120],
        expected=expected,
        got=repr(value)[:80],
        where=where,
    )
