"""Trade item numbers in prose and tables: known by their check digits wherever a text speaks of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.reading.mentions import Mention
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind

_SPOKEN_OF = re.compile(r"\bUPC|UPCs?\b|\bGTIN|\bEAN\b|\bbar[ ]?code", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d.$-])(?:\d{12,14}|\d[ -]\d{5}[ -]\d{5}[ -]\d|\d{6}-\d{5}-\d)(?![\d-])")


def barcodes(text: str) -> Iterator[Mention]:
    """Every number of 12 to 14 digits with a right check digit, if the text speaks of such numbers at all."""
    if _SPOKEN_OF.search(text) is None:
        return
    for found in _NUMBER.finditer(text):
        item = trade_item(found[0])
        if item.gtin:
            yield Mention(
                kind=ClauseKind.GTIN,
                start=found.start(),
                end=found.end(),
                values=(item.gtin,),
                confidence=0.8,
            )
