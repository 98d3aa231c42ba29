"""What a reading is made of: the products and the clauses of a notice.

All are frozen and speak plain JSON. Nothing here knows a language or a regulator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from recall.reading.date_code import DateCode
from recall.reading.stated import CodePlace
from recall.reading.window import Window


class ClauseKind(StrEnum):
    """What a clause of a notice speaks of."""

    PRODUCT = "product"
    BRAND = "brand"
    MODEL = "model"
    GTIN = "gtin"
    IDENTIFIER = "identifier"
    YEAR = "year"
    LOT = "lot"
    SERIAL = "serial"
    DATE_CODE = "date_code"
    MADE = "made"
    PACKED = "packed"
    EXPIRES = "expires"
    SOLD = "sold"
    SELLER = "seller"
    CODE_PLACE = "code_place"
    """Where on the goods the code stands."""
    QUANTITY = "quantity"
    TOTAL = "total"
    EXCLUSION = "exclusion"
    ALL = "all"
    HAZARD = "hazard"
    REMEDY = "remedy"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Identifier:
    """A name of a product in somebody's scheme, as it is written: `sku`, `asin`, `style`, `item`, `part`,
    `upc_as_written`, `customs`, `ndc`, or another word of small letters, figures and `_`."""

    scheme: str
    value: str

    def document(self) -> dict[str, str]:
        """One element of `identifiers` in the form of answer for notices."""
        return {"scheme": self.scheme, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeExclusion:
    """What a notice lets off of a product: models, lots and serials (single or as ranges `A - B`).

    And what was made at some sites (GLNs), in some windows, or, where both are told, at those sites in those
    windows.
    """

    models: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    made: tuple[Window, ...] = ()

    def document(self) -> dict[str, Any]:
        """The value of `except` in the form of answer for notices."""
        models = {"models": list(self.models)} if self.models else {}
        return models | {
            "lots": list(self.lots),
            "serials": list(self.serials),
            "sites": list(self.sites),
            "made": [window.document() for window in self.made],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeProduct:
    """One product that a notice names, as far as it names it.

    `serials` holds single numbers, ranges `A - B` (in a prefix that both ends share, `*` or `?` is any one
    sign: `VF7***A100 - VF7***A199`) and prefixes `J0D*`, `lot_ranges` the ranges of lots;
    `gtin` is a GTIN-14; `quantity` is units of this product alone, None when the notice does not say.
    """

    name: str = ""
    brand: str | None = None
    model: str | None = None
    gtin: str | None = None
    lots: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    date_codes: tuple[str, ...] = ()
    made: tuple[Window, ...] = ()
    sold: tuple[Window, ...] = ()
    quantity: int | None = None
    lot_ranges: tuple[str, ...] = ()
    lot_masks: tuple[str, ...] = ()
    serial_masks: tuple[str, ...] = ()
    encodings: tuple[DateCode, ...] = ()
    packed: tuple[Window, ...] = ()
    expires: tuple[Window, ...] = ()
    containers: tuple[str, ...] = ()
    components: tuple[NoticeProduct, ...] = ()
    """What the product must contain, any of these."""
    excluded: NoticeExclusion = field(default_factory=NoticeExclusion)
    identifiers: tuple[Identifier, ...] = ()
    years: tuple[str, ...] = ()
    """Model years, four figures each."""
    code_place: CodePlace | None = None

    def document(self) -> dict[str, Any]:
        """One element of `products` in the form of answer for notices; what is not said is null or empty, and
        of the finer criteria only those that are told are there."""
        return self._plain() | {name: value for name, value in self._finer().items() if value}

    def _finer(self) -> dict[str, Any]:
        nothing = self.excluded == NoticeExclusion()
        return {
            "lot_ranges": list(self.lot_ranges),
            "lot_masks": list(self.lot_masks),
            "serial_masks": list(self.serial_masks),
            "date_encodings": [
                {"encoding": code.encoding, "of": code.of.value, "start": code.start}
                for code in self.encodings
            ],
            "packed": [window.document() for window in self.packed],
            "expires": [window.document() for window in self.expires],
            "containers": list(self.containers),
            "components": [part.document() for part in self.components],
            "except": None if nothing else self.excluded.document(),
            "identifiers": [identifier.document() for identifier in self.identifiers],
            "years": list(self.years),
            "code_place": self.code_place.document() if self.code_place else None,
        }

    def _plain(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "brand": self.brand,
            "model": self.model,
            "gtin": self.gtin,
            "lots": list(self.lots),
            "serials": list(self.serials),
            "date_codes": list(self.date_codes),
            "made": [window.document() for window in self.made],
            "sold": [window.document() for window in self.sold],
            "quantity": self.quantity,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeClause:
    """A statement of the notice and where it stands: always `notice.text[start:end] == text`.

    `confidence` runs from 0 to 1; `products` are the indexes of the products it speaks of, empty when it
    speaks of the whole notice.
    """

    kind: ClauseKind
    text: str
    start: int
    end: int
    confidence: float
    products: tuple[int, ...] = ()
    proposed_by: str = ""
    """The extractor that proposed it beside the reader; empty for the reader's own."""
    means: tuple[str, ...] = ()
    """What such a proposal means, a value a line: it is in no product before a person confirms it."""

    def document(self) -> dict[str, Any]:
        """One element of `clauses` in the form of answer for notices; who proposed it only where it was not
        the reader."""
        proposed = {"proposed_by": self.proposed_by, "means": list(self.means)} if self.proposed_by else {}
        return self._plain() | proposed

    def _plain(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "confidence": self.confidence,
            "products": list(self.products),
        }
