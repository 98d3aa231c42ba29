"""The envelope: GS1's header (SBDH 1.0) and the one document in it, written and found again; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from xml.etree.ElementTree import Element, indent, tostring

from connectors.gs1.names import TRACKING, VERSION, Kind, Tag
from recall.errors import NoticeRefused
from recall.reading.text import clean, squeezed

_HEADER = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
MOST_ELEMENTS, MOST_ITEMS = 100_000, 2_000
_KINDS = {kind.value: kind for kind in Kind}
_OPENING = 200
"""Elements: behind so many no message begins."""
_MOST = 20
"""Unknown elements that are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who sends a message to whom, when, and under which name; `sender` and `receiver` are GLNs or empty."""

    sender: str
    receiver: str
    instance: str
    at: datetime


def leaf(tag: str, text: object, **attributes: str) -> Element:
    """An element that holds a text, on one line and without control characters."""
    element = Element(str(tag), attributes)
    element.text = squeezed(clean(str(text)))
    return element


def node(tag: str, *parts: Element | None) -> Element:
    """An element that holds others; None is left out."""
    element = Element(str(tag))
    element.extend(part for part in parts if part is not None)
    return element


def party(tag: Tag, *, gln: str, name: str = "") -> Element:
    """A party by its GLN, else by its name alone."""
    named = node(Tag.ORGANISATION, leaf(Tag.ORGANISATION_NAME, name)) if name else None
    return node(tag, leaf(Tag.GLN, gln) if gln else None, named)


def head(at: datetime) -> tuple[Element, Element]:
    """What every document begins with."""
    return leaf(Tag.CREATED, _moment(at)), leaf(Tag.DOCUMENT_STATUS, "ORIGINAL")


def written(kind: Kind, *, header: Header, document: Element) -> str:
    """The whole message as XML text; the same facts give the same text."""
    root = Element(f"{kind.prefix}:{kind.value}Message")
    root.set(f"xmlns:{kind.prefix}", kind.namespace)
    root.set("xmlns:sh", _HEADER)
    root.extend((_header(kind, header), document))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _header(kind: Kind, header: Header) -> Element:
    parties = [("Sender", header.sender), ("Receiver", header.receiver)]
    identification = {
        "Standard": "GS1", "TypeVersion": VERSION, "InstanceIdentifier": header.instance, "Type": kind.value,
        "MultipleType": "false", "CreationDateAndTime": _moment(header.at),
    }  # fmt: skip
    return node(
        "sh:StandardBusinessDocumentHeader", leaf("sh:HeaderVersion", "1.0"),
        *(node(f"sh:{role}", leaf("sh:Identifier", gln, Authority="GS1")) for role, gln in parties),
        node("sh:DocumentIdentification", *(leaf(f"sh:{tag}", text) for tag, text in identification.items())),
    )  # fmt: skip


def is_message(root: Element) -> bool:
    """Whether one of the three documents begins here, whatever its namespaces and what stands around it."""
    return any(_local(element) in _KINDS for element in islice(root.iter(), _OPENING))


def documents(root: Element) -> Iterator[tuple[Kind, Element]]:
    """The documents of a message, each with plain names for its elements; one in another is none.

    Raises NoticeRefused for a message with more elements than any recall needs.
    """
    if next(islice(root.iter(), MOST_ELEMENTS, None), None) is not None:
        raise _too_many("elements", most=MOST_ELEMENTS)
    yield from _documents(root)


def _documents(root: Element) -> Iterator[tuple[Kind, Element]]:
    kind = _KINDS.get(_local(root))
    if kind is not None:
        yield kind, _plain(root)
        return
    for child in root:
        yield from _documents(child)


def _too_many(what: str, *, most: int) -> NoticeRefused:
    return NoticeRefused.of("the message", expected=f"at most {most:,} {what}", got="more")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _plain(element: Element) -> Element:
    """A copy without namespaces; no tree of ours is deeper than its reader's bound."""
    copy = Element(_local(element), element.attrib)
    copy.text = element.text
    copy.extend(map(_plain, element))
    return copy


def said(element: Element, tag: str) -> str:
    """The text of the first element of that name that says something, on one line."""
    return next((text for one in element.iter(tag) if (text := text_of(one))), "")


def text_of(element: Element) -> str:
    """The text of an element on one line, without control characters. Raises NoticeRefused for too much."""
    return squeezed(clean(element.text or ""))


def below(element: Element, tag: str) -> Element:
    """The first element of that name; an empty one where there is none."""
    return next(element.iter(tag), Element(tag))


def moment_of(element: Element) -> datetime | None:
    """When the document was made, with its offset (UTC where it names none); None where that is not told."""
    try:
        at = datetime.fromisoformat(said(element, Tag.CREATED))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        _ = at.astimezone(UTC)  # the first and the last hours of the calendar have no UTC
    except (ValueError, OverflowError):
        return None
    return at


def items(document: Element) -> tuple[Element, ...]:
    """What belongs to each trade item: the elements of our name, else the largest around one GTIN each.

    Raises NoticeRefused for more than MOST_ITEMS of them.
    """
    own, gtins = (tuple(islice(document.iter(tag), MOST_ITEMS + 1)) for tag in (Tag.ITEM, Tag.GTIN))
    if max(len(own), len(gtins)) > MOST_ITEMS:
        raise _too_many("trade items", most=MOST_ITEMS)
    if own:
        return own
    parents = {child: parent for parent in document.iter() for child in parent}
    counts: dict[Element, int] = {}
    for gtin in gtins:
        above: Element | None = gtin
        while above is not None:
            counts[above] = counts.get(above, 0) + 1
            above = parents.get(above) if above is not document else None
    single = [element for element, count in counts.items() if count == 1]
    return tuple(element for element in single if counts.get(parents.get(element, document), 0) != 1
                 or element is document)  # fmt: skip


def unknown(document: Element) -> tuple[str, ...]:
    """A warning for each leaf whose name is not known: it is kept out."""
    names = {tag.value for tag in Tag}
    odd = [one for one in document.iter() if not len(one) and not _is_known(one.tag, names) and text_of(one)]
    told = [f"the element {one.tag} is not read: '{text_of(one)[:60]}'" for one in odd[:_MOST]]
    more = [f"{len(odd) - _MOST} further elements are not read"] if len(odd) > _MOST else []
    return tuple(dict.fromkeys(told + more))


def _is_known(name: str, names: set[str]) -> bool:
    return name in names or name.startswith(TRACKING)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
