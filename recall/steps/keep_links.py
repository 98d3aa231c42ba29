"""Keep links: where a product's page, passport and the like stand, told by its maker or the operator."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from recall.domain.linkset import LinkEntry
from recall.domain.party import Party, Role
from recall.errors import NotAllowed
from recall.runtime import Runtime
from recall.store import audit, link_entries, prefixes


def keep_links(runtime: Runtime, *, entries: Sequence[LinkEntry], kept_by: str) -> None:
    """Keep entries; the same level of the same product again is what it says now."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        link_entries.keep_entries(tx, entries, kept_by=kept_by, at=now)
        audit.append(
            tx, at=now, actor=kept_by, action="links.kept", subject=kept_by,
            detail={"anchors": sorted({entry.anchor for entry in entries})[:100]},
        )  # fmt: skip


def keep_own_links(runtime: Runtime, *, party: Party, entries: Sequence[LinkEntry]) -> None:
    """Keep entries of a maker's own products. Raises NotAllowed for another role, or another's product."""
    _check_own(runtime, party=party, anchors={entry.anchor for entry in entries})
    keep_links(runtime, entries=entries, kept_by=party.id)


def drop_links(runtime: Runtime, *, anchor: str, dropped_by: str) -> int:
    """Forget every entry of a primary key; returns how many there were."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        gone = link_entries.drop_entries(tx, anchor=anchor)
        if gone:
            audit.append(
                tx, at=now, actor=dropped_by, action="links.dropped", subject=dropped_by,
                detail={"anchor": anchor, "entries": gone},
            )  # fmt: skip
        return gone


def drop_own_links(runtime: Runtime, *, party: Party, anchor: str) -> int:
    """Forget every entry of a maker's own product; returns how many there were. Raises NotAllowed."""
    _check_own(runtime, party=party, anchors={anchor})
    return drop_links(runtime, anchor=anchor, dropped_by=party.id)


def check_maker(party: Party) -> None:
    """Raises NotAllowed for anybody but a manufacturer."""
    if party.role is not Role.MANUFACTURER:
        raise NotAllowed(
            "Only a manufacturer says where products lead",
            expected="a manufacturer's key",
            got=party.role.value,
        )


def _check_own(runtime: Runtime, *, party: Party, anchors: Collection[str]) -> None:
    check_maker(party)
    with runtime.store.read() as tx:
        for anchor in sorted(anchors):
            gtin = anchor.removeprefix("/01/")
            is_product = gtin != anchor and gtin.isdecimal()
            if not is_product or prefixes.owner_of(tx, gtin=gtin) != party.id:
                raise NotAllowed(
                    "This product is not under a company prefix of yours", value=anchor,
                    advice="Ask the engine's operator to enter your prefix (recall party prefix).",
                )  # fmt: skip
