"""The product code: what a passport code on a product says, once it has been read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from recall.codes.content import REFERENCE_YEAR, calendar_date
from recall.codes.digital_link import HOME, write_uri
from recall.codes.gs1 import Elements, bracketed

Granularity = Literal["model", "batch", "item", "logistic", "asset"]
Trust = Literal["issuer", "claimed"]

_DATES = {
    "11": "production",
    "12": "due",
    "13": "packaging",
    "15": "best_before",
    "16": "sell_by",
    "17": "expiration",
}
_TOLD = frozenset({"01", "03", "8006", "10", "21", "22", "00", *_DATES})
_HOME_HOST = HOME.removeprefix("https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCode:
    """A code that was read: two codes of the same thing have the same `canonical`, however they were written.

    Lot and serial keep every zero and every letter's case; comparing them is exact.
    """

    scheme: str
    """`gtin`, `gs1-element-string`, `gs1-digital-link`, `epc-urn`, or another form's own name."""
    canonical: str
    """For GS1 data the Digital Link on the GS1 host, or the bracketed element string when there is no such
    link; else the form that the scheme prescribes."""
    raw: str
    elements: Elements = ()
    """(application identifier, value) in the order of the code; empty for other schemes than GS1's."""
    class_id: str | None = None
    """What kind of thing it is, as its scheme names it: for GS1 the GTIN-14."""
    gtin: str | None = None
    """Always 14 digits."""
    variant: str | None = None
    lot: str | None = None
    serial: str | None = None
    dates: tuple[tuple[str, date], ...] = ()
    """(`production`, `packaging`, `best_before`, `sell_by`, `expiration` or `due`, day)."""
    granularity: Granularity | None = None
    """None when the code names no goods but a place, a party or a document."""
    host: str | None = None
    """The domain of an address, lower case; None for every other scheme."""
    trust: Trust = "issuer"
    """`claimed` when a domain other than the scheme's own speaks for the key; a claim is never proof."""
    warnings: tuple[str, ...] = ()

    @property
    def extra(self) -> Elements:
        """The elements that no other field tells."""
        return tuple(element for element in self.elements if element[0] not in _TOLD)


def code_of(
    elements: Elements, *, scheme: str, raw: str, host: str | None = None, warnings: tuple[str, ...] = ()
) -> ProductCode:
    """The product code that GS1 elements make; they are taken as checked."""
    values = dict(elements)
    gtin = gtin_of(values)
    return ProductCode(
        scheme=scheme,
        canonical=write_uri(elements) or bracketed(elements),
        raw=raw,
        elements=elements,
        class_id=gtin,
        gtin=gtin,
        variant=values.get("22"),
        lot=values.get("10"),
        serial=values.get("21"),
        dates=_dates(elements),
        granularity=granularity_of(values),
        host=host,
        trust="issuer" if host is None or host == _HOME_HOST else "claimed",
        warnings=warnings,
    )


def gtin_of(values: dict[str, str]) -> str | None:
    """The GTIN-14 that these elements name, alone or inside the key of a piece."""
    gtin = values.get("01") or values.get("03")
    if gtin is None and "8006" in values:
        return values["8006"][:14]
    return gtin


def granularity_of(values: dict[str, str]) -> Granularity | None:
    """How much of the world these elements name: one item, one lot, one model, one logistic unit."""
    if "21" in values or "235" in values or "8011" in values:
        return "item"
    if "00" in values:
        return "logistic"
    if "8003" in values or "8004" in values:
        return "asset"
    if "01" in values or "03" in values or "8006" in values or "8010" in values:
        return "batch" if "10" in values else "model"
    return None


def dated(code: ProductCode, *, reference_year: int) -> ProductCode:
    """The code, the centuries of its two-digit years told from a year (GS1 General Specifications 7.12)."""
    if not code.dates or reference_year == REFERENCE_YEAR:
        return code
    try:
        return replace(code, dates=_dates_from(code, reference_year))
    except ValueError:  # the 29th of a February that has none in the other century
        return code


def _dates_from(code: ProductCode, year: int) -> tuple[tuple[str, date], ...]:
    if code.elements:
        return _dates(code.elements, reference_year=year)
    if code.scheme != "ma":  # other schemes write whole years, or say themselves which century they mean
        return code.dates
    return tuple((name, calendar_date(f"{day:%y%m%d}", reference_year=year)) for name, day in code.dates)


def _dates(elements: Elements, *, reference_year: int = REFERENCE_YEAR) -> tuple[tuple[str, date], ...]:
    return tuple(
        (_DATES[ai], calendar_date(value, reference_year=reference_year))
        for ai, value in elements
        if ai in _DATES
    )
