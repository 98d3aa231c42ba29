"""The affected units: everything by which a notice tells them from others, and what it lets off, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from recall.compiled.document import Row
from recall.compiled.wording import Wording
from recall.reading.date_code import CodeOf, DateCode
from recall.reading.values import NoticeExclusion, NoticeProduct
from recall.reading.window import Window

_FILLING = ("000000", "00", "0")
"""The zeros before a GTIN of 8, 12 or 13 digits."""
_RANGE, _WILD = " - ", ("*", "?")
_NAMED_BY = {CodeOf.LOT: "lots", CodeOf.SERIAL: "serials"}


def rows(facts: Mapping[str, Iterable[str]], wording: Wording) -> tuple[Row, ...]:
    """The facts that say something, each under its label."""
    told = ((name, tuple(filter(None, values))) for name, values in facts.items())
    return tuple(Row(label=wording.facts[name], values=values) for name, values in told if values)


def told_of(product: NoticeProduct, wording: Wording) -> tuple[Row, ...]:
    """All that the notice names of one product, field by field."""
    facts = {
        "brand": (product.brand or "",), "model": (product.model or "",), "gtin": (barcode(product),),
        "lots": (*_codes((*product.lots, *product.lot_ranges), wording), *_masks(product.lot_masks, wording)),
        "serials": (*_codes(product.serials, wording), *_masks(product.serial_masks, wording)),
        "date_codes": product.date_codes,
        "encodings": tuple(_encoding(each, wording) for each in product.encodings),
        "other": tuple(f"{each.scheme} {each.value}" for each in product.identifiers),
        "years": product.years, "made": windows(product.made, wording),
        "packed": windows(product.packed, wording), "expires": windows(product.expires, wording),
        "sold": windows(product.sold, wording), "containers": product.containers,
        "contains": tuple(_component(part, wording) for part in product.components),
        "quantity": (wording.units(product.quantity),) if product.quantity is not None else (),
        "not_affected": tuple(_let_off(product.excluded, wording)),
    }  # fmt: skip
    return rows(facts, wording)


def serials_of(product: NoticeProduct, wording: Wording) -> Iterator[str]:
    """The serials that are named: one by one, in ranges, by how they begin, and by masks."""
    yield from _codes(product.serials, wording)
    yield from _masks(product.serial_masks, wording)


def barcode(product: NoticeProduct) -> str:
    """A GTIN as it stands under its bars: without the zeros that fill one of 8, 12 or 13 digits."""
    gtin = product.gtin or ""
    return gtin.removeprefix(next((zeros for zeros in _FILLING if gtin.startswith(zeros)), ""))


def windows(spans: Iterable[Window], wording: Wording) -> tuple[str, ...]:
    """Spans of days as they are written in the language."""
    return tuple(map(wording.window, spans))


def _codes(codes: Iterable[str], wording: Wording) -> Iterator[str]:
    """Codes one by one, `A - B` and `A*` in words."""
    for code in codes:
        first, dash, last = code.partition(_RANGE)
        if dash:
            told = wording.phrases["range"].format(first=first, last=last)
            is_wild = any(sign in code for sign in _WILD)
            yield wording.phrases["wild"].format(codes=told) if is_wild else told
        elif code.endswith("*"):
            yield wording.phrases["prefix"].format(prefix=code.removesuffix("*"))
        else:
            yield code


def _masks(masks: Iterable[str], wording: Wording) -> tuple[str, ...]:
    return tuple(wording.phrases["mask"].format(pattern=mask) for mask in masks)


def _encoding(code: DateCode, wording: Wording) -> str:
    """`Lot number: YYWW from character 2 on (YY year, WW week)`."""
    return wording.phrases["encoding"].format(
        code=wording.facts[_NAMED_BY[code.of]], encoding=code.encoding, start=code.start + 1,
        signs=", ".join(f"{signs} {wording.signs[part]}" for signs, part in code.parts),
    )  # fmt: skip


def _component(part: NoticeProduct, wording: Wording) -> str:
    """A part that the goods contain, with all by which it is known, its own parts among it."""
    told = (f"{row.label}: {', '.join(row.values)}" for row in told_of(part, wording))
    return "; ".join(filter(None, (part.name, *told)))


def _let_off(out: NoticeExclusion, wording: Wording) -> Iterator[str]:
    """Each exception under what it is an exception of; a site and days together mean both at once."""
    for name, codes in (("models", "model"), ("lots", "lots"), ("serials", "serials")):
        values = tuple(_codes(getattr(out, name), wording))
        if values:
            yield f"{wording.facts[codes]}: {', '.join(values)}"
    there = {"sites": out.sites, "made": windows(out.made, wording)}
    both = (f"{row.label}: {', '.join(row.values)}" for row in rows(there, wording))
    yield "; ".join(both)
