"""RappelConso V2: the records of data.economie.gouv.fr, bare, in a list, or in the envelope of either API."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.feeds.rappelconso.mapping import notice_of
from connectors.feeds.raw import Raw
from connectors.feeds.records import any_has, records_of
from connectors.feeds.refused import Refused, or_refused
from recall.domain.notice import Notice

_MARKS = frozenset(
    {
        "numero_fiche", "rappel_guid", "identification_produits", "marque_produit", "modeles_ou_references",
        "risques_encourus", "lien_vers_la_fiche_rappel", "motif_rappel",
    }
)  # fmt: skip


class RappelConsoFeed:
    """Reads what the data set `rappelconso-v2-gtin-espaces` answers and exports as JSON."""

    name = "rappelconso"

    def recognises(self, raw: Raw) -> bool:
        """A record with at least two of the data set's own field names."""
        return any_has(raw.document, _MARKS)

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each record as a draft notice, or where it cannot be read."""
        for record, where in records_of(raw.document):
            yield or_refused(partial(notice_of, record, where=where), where=where or "/")
