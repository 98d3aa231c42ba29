"""Trade item numbers in free text: digits with dashes and blanks, kept only when the check digit is right."""

from __future__ import annotations

from dataclasses import dataclass

from recall.codes.reader import read_code
from recall.errors import CodeRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeItem:
    """A GTIN-14, or None with the reason; `note` also says when a lost zero was put back."""

    gtin: str | None
    note: str | None = None


def trade_item(written: str) -> TradeItem:
    """Read a UPC, EAN or GTIN as it is written.

    A number of 11 digits has usually lost its leading zero: it is padded to 12 when the check digit then
    is right, and that is said.

    >>> trade_item("0-70257-52226-6").gtin
    '00070257522266'
    """
    digits = "".join(sign for sign in written if sign.isdigit() and sign.isascii())
    if len(digits) not in (8, 11, 12, 13, 14):
        return TradeItem(gtin=None, note=f"'{written}' has {len(digits)} digits: a GTIN has 8, 12, 13 or 14")
    try:
        known = read_code(digits.zfill(12) if len(digits) == 11 else digits)
    except CodeRefused:
        return TradeItem(gtin=None, note=f"'{written}' is not a GTIN: its check digit is wrong")
    padded = f"'{written}' was read as {digits.zfill(12)}: a leading zero was put back"
    return TradeItem(gtin=known.gtin, note=padded if len(digits) == 11 else None)
