"""A maker's own links: the entries of its products, as the resolver gives them now."""

from __future__ import annotations

from dataclasses import dataclass

from recall.domain.link_form import entry_document
from recall.domain.linkset import LinkEntry
from recall.domain.party import Party
from recall.runtime import Runtime
from recall.store import link_entries, prefixes


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksPage:
    """Entries by anchor; `next` is the anchor to go on after, None: there are no more."""

    entries: tuple[LinkEntry, ...]
    next: str | None

    def document(self) -> dict[str, object]:
        """The page as plain JSON, each entry in the form in which it is loaded."""
        return {"entries": [entry_document(entry) for entry in self.entries], "next": self.next}


def own_links(runtime: Runtime, *, party: Party, after: str, limit: int) -> LinksPage:
    """The entries of up to so many products under the party's own company prefixes, whoever loaded them."""
    with runtime.store.read() as tx:
        own = prefixes.prefixes_of(tx, party_id=party.id)
        anchors = link_entries.anchors_under(tx, prefixes=own, after=after, limit=limit + 1)
        theirs = [
            anchor for anchor in anchors[:limit]
            if prefixes.owner_of(tx, gtin=anchor.removeprefix("/01/")) == party.id
        ]  # fmt: skip
        found = tuple(entry for anchor in theirs for entry in link_entries.entries(tx, anchor=anchor))
    return LinksPage(entries=found, next=anchors[limit - 1] if len(anchors) > limit else None)
