"""The resolution: what the resolver gives for one identity: its entries' links, and its recall status."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recall.codes.product_code import ProductCode
from recall.codes.reader import read_code
from recall.domain.link_form import identity_of
from recall.domain.linkset import (
    RECALL_STATUS,
    Identity,
    LevelLinks,
    LinkEntry,
    TypedLink,
    default_link,
    links_of,
    links_of_type,
    linkset_document,
)
from recall.domain.preference import Preferences
from recall.errors import AddressRefused, CodeRefused, NotFound
from recall.runtime import Runtime
from recall.store import link_entries

_HOST = "https://id.gs1.org"
ASK_STATUS = "linkType=gs1:recallStatus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """An identity, and the links of each of its levels, the most specific first."""

    code: ProductCode
    identity: Identity
    levels: tuple[LevelLinks, ...]
    base_url: str

    @property
    def address(self) -> str:
        """The identity's own address at this resolver, uncompressed."""
        return f"{self.base_url}{self.identity.path}"

    @property
    def has_status(self) -> bool:
        """Whether a recall status can be asked for it."""
        return self.code.gtin is not None or self.identity.key[0] == "00"

    def default(self, preferences: Preferences) -> TypedLink:
        """The one link that answers where no type is asked for. Raises NotFound."""
        found = default_link(self.levels, preferences=preferences)
        if found is None and self.has_status:
            found = status_link(self.identity, base_url=self.base_url)
        if found is None:
            raise NotFound(f"Nothing is known here of {self.identity.path}", value=self.identity.path)
        return found

    def of_type(self, link_type: str, preferences: Preferences) -> tuple[TypedLink, ...]:
        """The links of a type, at least one. Raises NotFound, never giving the default instead."""
        found = links_of_type(self.levels, link_type=link_type, preferences=preferences)
        if not found:
            raise NotFound(
                f"There is no link of the type {link_type!r}", value=link_type,
                expected="a type that the linkset lists", got="another",
                advice="Ask with linkType=linkset for all links.",
            )  # fmt: skip
        return found

    def linkset(self) -> dict[str, object]:
        """Every link, level by level up to the primary key. Raises NotFound."""
        default = self.default(Preferences())
        return linkset_document(self.levels, base_url=self.base_url, default=default)

    def linkset_of(self, links: tuple[TypedLink, ...]) -> dict[str, object]:
        """Some links alone, at the identity that was asked for."""
        own = replace(self.levels[0], path=self.identity.path, links=links)
        return linkset_document([own], base_url=self.base_url, default=None)


def read_address(path: str, query: str, *, reference_year: int) -> ProductCode:
    """The code in the path and query of a request, as they came. Raises AddressRefused.

    The centuries of its dates are told from `reference_year`.
    """
    address = f"{path.rstrip('/')}?{query}" if query else path.rstrip("/")
    try:
        return read_code(f"{_HOST}{address}", profile="lenient", reference_year=reference_year)
    except CodeRefused as refusal:
        raise AddressRefused.of(
            address, expected=refusal.expected or "a GS1 Digital Link", got=refusal.got or "another address",
            where=refusal.where,
        ) from None  # fmt: skip


def resolution(runtime: Runtime, *, code: ProductCode, status_only: bool = False) -> Resolution:
    """What is known of the code's identity: its recall status, and the entries that answer for it.

    `status_only` reads no entry.
    """
    identity, base_url = identity_of(code.canonical), runtime.links.base_url
    entries: tuple[LinkEntry, ...] = ()
    if not status_only:
        with runtime.store.read() as tx:
            entries = link_entries.entries_of(tx, identity=identity)
    told = [level for entry in entries if (level := links_of(entry, identity=identity))]
    bare = Resolution(code=code, identity=identity, levels=(), base_url=base_url)
    own = [_status_level(level, base_url=base_url) for level in identity.levels()] if bare.has_status else []
    return replace(bare, levels=tuple(_merged([*told, *own], identity=identity)))


def status_link(identity: Identity, *, base_url: str) -> TypedLink:
    """The link to the recall status of an identity at this resolver."""
    return TypedLink(
        link_type=RECALL_STATUS, href=f"{base_url}{identity.path}?{ASK_STATUS}", title="Recall status",
        media_type="application/json", languages=("en", "zh"),
    )  # fmt: skip


def _status_level(identity: Identity, *, base_url: str) -> LevelLinks:
    words = {"01": "GTIN", "10": "lot", "21": "serial number", "22": "variant", "00": "SSCC"}
    pairs = (identity.key, *identity.qualifiers)
    described = ", ".join(f"{words.get(ai, f'({ai})')} {value}" for ai, value in pairs)
    link = status_link(identity, base_url=base_url)
    return LevelLinks(path=identity.path, description=described, links=(link,))


def _merged(levels: list[LevelLinks], *, identity: Identity) -> list[LevelLinks]:
    """One level a path; what an entry says of a level comes before what the resolver itself says of it."""
    merged: dict[str, LevelLinks] = {}
    for level in levels:
        first = merged.setdefault(level.path, level)
        if first is not level:
            merged[level.path] = replace(first, links=(*first.links, *level.links))
    order = [ai for ai, _ in identity.qualifiers]

    def depth(level: LevelLinks) -> list[int]:
        ais = level.path.split("/")[3::2]
        return sorted((order.index(ai) for ai in ais), reverse=True)

    return sorted(merged.values(), key=depth, reverse=True)
