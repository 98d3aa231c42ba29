"""The registry: every kind of connector by name, ours and those that other packages bring.

A package of strangers adds its own through the entry-point group `recall.connectors`, an extractor through
`recall.extractors`; our names stay ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Protocol

from connectors.account import Account
from connectors.extractor.connector import ChatExtractor
from connectors.manifest import Manifest, manifest_in
from connectors.protocol.connector import ProtocolPartner
from connectors.resolver.connector import ResolverRegistry
from connectors.shopify.connector import ShopifyPlatform
from connectors.woocommerce.connector import WooCommercePlatform
from recall.errors import NotFound
from recall.ports import Extractor, Platform, Registry

GROUP, EXTRACTORS = "recall.connectors", "recall.extractors"


class Kind(Protocol):
    """How a connector of a kind is made."""

    def __call__(self, account: Account) -> Platform:
        """A connector to one party's system; to be made and closed in the event loop that uses it."""


REGISTRIES: Mapping[str, Callable[..., Registry]] = MappingProxyType({"resolver": ResolverRegistry})
"""Where passports are found, by kind; each takes its own settings."""

OURS: Mapping[str, Kind] = MappingProxyType(
    {"protocol": ProtocolPartner, "shopify": ShopifyPlatform, "woocommerce": WooCommercePlatform}
)


def extractor(name: str) -> Callable[..., Extractor]:
    """The extractor of this name, to be made with address, key, model and timeout. Raises NotFound."""
    if name == "chat":
        return ChatExtractor
    for entry in entry_points(group=EXTRACTORS, name=name):
        loaded: Callable[..., Extractor] = entry.load()
        return loaded
    known = ", ".join(sorted({"chat", *(entry.name for entry in entry_points(group=EXTRACTORS))}))
    raise NotFound(f"There is no extractor {name!r}", value=name, expected=f"one of {known}")


def names() -> tuple[str, ...]:
    """Every kind that can be named, in order of the alphabet; nothing is loaded for it."""
    return tuple(sorted({*OURS, *(entry.name for entry in entry_points(group=GROUP))}))


def kind(name: str) -> Kind:
    """The kind of this name. Raises NotFound, naming those there are."""
    if name in OURS:
        return OURS[name]
    for entry in entry_points(group=GROUP, name=name):
        loaded: Kind = entry.load()
        return loaded
    raise NotFound(
        f"There is no connector {name!r}", value=name, expected=f"one of {', '.join(names())}",
        advice="A package of its own adds a kind through the entry-point group recall.connectors.",
    )  # fmt: skip


def manifest_of(name: str) -> Manifest:
    """What the kind of this name says of itself, in the manifest beside it. Raises NotFound, InputRefused."""
    made = kind(name)
    return manifest_in(str(getattr(made, "__module__", "")).rpartition(".")[0])
