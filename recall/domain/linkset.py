"""The linkset: the links that a resolver gives for one identity, and which of them answers a request.

An entry belongs to a primary key (`/01/<gtin>`) and perhaps to qualifiers below it; a value `{name}` stands
for whatever the request says and may be repeated in the targets. The answer is RFC 9264 as GS1-Conformant
resolver 1.2 profiles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from urllib.parse import quote

from recall.domain.preference import Preferences, prefer

VOCABULARIES: Mapping[str, str] = {
    "gs1": "https://ref.gs1.org/voc/",
    "schema": "https://schema.org/",
    "untp": "https://test.uncefact.org/vocabulary/linkTypes/",
}
"""Prefixes of link types, and the namespaces that they stand for."""

RECALL_STATUS = "https://ref.gs1.org/voc/recallStatus"
DEFAULT_LINK = "https://ref.gs1.org/voc/defaultLink"
ANY = "{}"
"""How a qualifier of any value is kept."""

Pair = tuple[str, str]
"""An application identifier and its value."""

_OTHER_SPELLINGS = ("https://www.gs1.org/voc/", "http://www.gs1.org/voc/", "https://gs1.org/voc/",
                    "http://gs1.org/voc/", "http://ref.gs1.org/voc/")  # fmt: skip
_SLOT = re.compile(r"\{([A-Za-z0-9_]+)\}")
_ENDS_IN_SERIAL = frozenset({"253", "255", "8003", "8004"})
"""Keys whose value holds a serial at its end, so that an entry may stand for a whole series (`{1}`)."""
_SHORTEST_SERIES = 4
_LANGUAGE = re.compile(r"\w{2}(-\w{2})?")


def link_type_uri(name: str) -> str:
    """A link type as its whole address; a name without a namespace is a registered relation and stays.

    >>> link_type_uri("gs1:pip")
    'https://ref.gs1.org/voc/pip'
    """
    prefix, colon, rest = name.partition(":")
    if colon and prefix in VOCABULARIES:
        return VOCABULARIES[prefix] + rest
    spelled = next((root for root in _OTHER_SPELLINGS if name.startswith(root)), None)
    return VOCABULARIES["gs1"] + name.removeprefix(spelled) if spelled else name


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLink:
    """One link: where to, what is there, and for whom."""

    link_type: str
    href: str
    title: str
    media_type: str = ""
    languages: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    forwards: bool = True
    """Whether the query of the request is passed on."""

    def document(self) -> dict[str, object]:
        """The link as a target object of RFC 9264, without languages that its profile cannot write."""
        told: dict[str, object] = {
            "href": self.href, "title": self.title, "type": self.media_type,
            "hreflang": [language for language in self.languages if _LANGUAGE.fullmatch(language)],
            "context": list(self.context),
        }  # fmt: skip
        forwards = {} if self.forwards else {"fwqs": False}
        return {name: value for name, value in told.items() if value} | forwards


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEntry:
    """The links of one level of an identity."""

    anchor: str
    """The primary key as a path, `/01/<gtin>`."""
    qualifiers: tuple[Pair, ...] = ()
    """In the order of the key; a value is exact, or a slot `{name}` for any."""
    description: str = ""
    default: str = ""
    """The link type that answers where none is asked for."""
    links: tuple[TypedLink, ...] = field(default=())

    @property
    def place(self) -> str:
        """The qualifiers as they are kept: `10/{}/21/A7`."""
        return place_of(
            tuple((ai, ANY if _SLOT.fullmatch(value) else value) for ai, value in self.qualifiers)
        )


def place_of(qualifiers: Iterable[Pair]) -> str:
    """Qualifiers as one text, each value with its slashes written out."""
    return "/".join(f"{ai}/{value if value == ANY else quote(value, safe='')}" for ai, value in qualifiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a request names: the primary key, and its qualifiers in order."""

    key: Pair
    qualifiers: tuple[Pair, ...] = ()

    @property
    def path(self) -> str:
        """The path of its Digital Link."""
        return _path((self.key, *self.qualifiers))

    @property
    def anchor(self) -> str:
        """The path of its primary key."""
        return _path((self.key,))

    def levels(self) -> Iterator[Identity]:
        """Itself, then with one qualifier less each time, up to the primary key."""
        for count in range(len(self.qualifiers), -1, -1):
            yield replace(self, qualifiers=self.qualifiers[:count])

    def anchors(self) -> tuple[str, ...]:
        """The paths under which its entries may stand: its own, and those of the series that it is in."""
        ai, value = self.key
        if ai not in _ENDS_IN_SERIAL:
            return (self.anchor,)
        return tuple(_path(((ai, value[:n]),)) for n in range(len(value), _SHORTEST_SERIES - 1, -1))

    def places(self) -> tuple[str, ...]:
        """Every set of qualifiers that an entry of it may name."""
        ways = ((None, (ai, value), (ai, ANY)) for ai, value in self.qualifiers)
        return tuple(place_of(pair for pair in way if pair) for way in product(*ways))


def _path(pairs: Iterable[Pair]) -> str:
    return "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLinks:
    """The links of one level, their slots filled in for one request."""

    path: str
    description: str
    links: tuple[TypedLink, ...]
    default: str = ""


def links_of(entry: LinkEntry, *, identity: Identity) -> LevelLinks | None:
    """An entry's links for an identity below it; None for a shorter key that stands for no series."""
    ai, value = identity.key
    rest = identity.anchor.removeprefix(entry.anchor)
    if rest and not any("{1}" in link.href for link in entry.links):
        return None
    asked = dict(identity.qualifiers)
    slots = {"1": rest} if rest else {}
    slots |= {_SLOT.sub(r"\1", slot): quote(asked[ai], safe="") for ai, slot in entry.qualifiers}
    own = tuple((name, asked[name]) for name, _ in entry.qualifiers)
    return LevelLinks(
        path=_path(((ai, value), *own)), description=_filled(entry.description, slots), default=entry.default,
        links=tuple(replace(link, href=_filled(link.href, slots)) for link in entry.links),
    )  # fmt: skip


def _filled(text: str, slots: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: slots.get(slot[1], slot[0]), text)


def most_specific_first(entries: Iterable[LinkEntry], *, identity: Identity) -> list[LinkEntry]:
    """Entries in the order in which they are asked: nearer to the item first, exact values before slots."""
    order = [ai for ai, _ in identity.qualifiers]

    def rank(entry: LinkEntry) -> tuple[object, ...]:
        places = sorted((order.index(ai) for ai, _ in entry.qualifiers), reverse=True)
        exact = sum(not _SLOT.fullmatch(value) for _, value in entry.qualifiers)
        return len(entry.anchor), places, exact

    return sorted(entries, key=rank, reverse=True)


def default_link(levels: Sequence[LevelLinks], *, preferences: Preferences) -> TypedLink | None:
    """The one link that answers where no type is asked for, of the most specific level that has one."""
    for level in levels:
        of_type = [link for link in level.links if link.link_type == level.default]
        if of_type:
            return prefer(of_type, preferences=preferences)[0]
    return None


def links_of_type(
    levels: Sequence[LevelLinks], *, link_type: str, preferences: Preferences
) -> tuple[TypedLink, ...]:
    """The links of a type that fit the request equally well, of the most specific level that has any."""
    for level in levels:
        of_type = [link for link in level.links if link.link_type == link_type]
        if of_type:
            return prefer(of_type, preferences=preferences)
    return ()


def linkset_document(
    levels: Sequence[LevelLinks], *, base_url: str, default: TypedLink | None
) -> dict[str, object]:
    """The linkset (RFC 9264): one context object a level, the default link in the first and nowhere else."""
    objects = []
    for level in levels:
        by_type: dict[str, list[dict[str, object]]] = {}
        for link in level.links:
            by_type.setdefault(link.link_type, []).append(link.document())
        head = {"anchor": f"{base_url}{level.path}", "itemDescription": level.description or level.path}
        objects.append(head | by_type)
    if objects and default is not None:
        objects[0][DEFAULT_LINK] = [{"href": default.href, "title": default.title}]
    return {"linkset": objects}
