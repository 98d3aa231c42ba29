"""The scope: what a notice names, as clauses that a lot or a serial either meets or does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from recall.domain.link import Link
from recall.domain.notice import Notice
from recall.errors import NoticeRefused
from recall.reading.serial_range import SerialRange
from recall.reading.values import NoticeProduct
from recall.reading.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeClause:
    """One alternative of a scope: an AND over everything that it names.

    `number` counts from 1 in the order of the notice's products. Lots and serials are compared exactly:
    zeros and case are part of a code.
    """

    number: int
    name: str
    model: str | None
    gtins: frozenset[str]
    lots: frozenset[str] = frozenset()
    excluded_lots: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()
    serial_ranges: tuple[SerialRange, ...] = ()
    serial_prefixes: tuple[str, ...] = ()
    date_codes: tuple[str, ...] = ()
    """Codes whose way of telling the date is the maker's: they make a unit possible, never confirmed."""
    made: tuple[Window, ...] = ()
    sold: tuple[Window, ...] = ()
    stated_units: int | None = None

    def names_lot(self, *, gtin: str, lot: str, made_first: date | None, made_last: date | None) -> bool:
        """Whether a lot meets the clause; a lot whose dates are unknown is not let off by them."""
        if gtin not in self.gtins or lot in self.excluded_lots:
            return False
        if self.lots and lot not in self.lots:
            return False
        if self.by_serial or self.vague:
            return False
        return self._made_in(first=made_first, last=made_last)

    def _made_in(self, *, first: date | None, last: date | None) -> bool:
        if not self.made or (first is None and last is None):
            return True
        start, end = first or last, last or first
        return any(
            window.overlaps(first=start, last=end)
            for window in self.made
            if start is not None and end is not None
        )

    def names_serial(self, *, gtin: str, serial: str) -> bool:
        """Whether the clause names this very serial, alone or in a range."""
        return gtin in self.gtins and (
            serial in self.serials
            or any(known.holds(serial) for known in self.serial_ranges)
            or serial.startswith(self.serial_prefixes)
        )

    @property
    def by_serial(self) -> bool:
        """Whether the clause names serials and no lots: then only a serial can meet it."""
        return bool(self.serials or self.serial_ranges or self.serial_prefixes) and not self.lots

    @property
    def vague(self) -> bool:
        """Whether only date codes narrow the clause: no unit of its trade items can be let off by them."""
        return bool(self.date_codes) and not (self.lots or self.made or self.by_serial)

    @property
    def whole_product(self) -> bool:
        """Whether the clause names trade items and nothing finer: then every unit of them is in."""
        return not (self.lots or self.made or self.by_serial or self.vague)

    @property
    def title(self) -> str:
        """The clause as the links of a chain name it."""
        return f"clause {self.number}: {self.in_words()}"

    def in_words(self) -> str:
        """The clause as one line for people."""
        parts = [self.model or self.name]
        if self.lots:
            parts.append(f"lots {', '.join(sorted(self.lots))}")
        if self.made:
            spans = "; ".join(f"{w.first or '…'} to {w.last or '…'}" for w in self.made)
            parts.append(f"made {spans}")
        if self.by_serial:
            prefixes = (f"{prefix}…" for prefix in self.serial_prefixes)
            parts.append(
                f"serials {', '.join([*sorted(self.serials), *map(str, self.serial_ranges), *prefixes])}"
            )
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one version of a recall covers: any of its clauses.

    `reference`, `digest` and `issued_at` are of the notice that says so: the evidence of whatever it names.
    """

    recall_id: str
    version: int
    clauses: tuple[ScopeClause, ...] = field(default=())
    reference: str = ""
    digest: str | None = None
    issued_at: datetime | None = None

    def named(self, clause: ScopeClause, what: str) -> Link:
        """The link from a clause to what it names by itself."""
        return Link(
            rule="named by the notice", start=clause.title, end=what, event=self.digest, at=self.issued_at,
            source=f"notice {self.reference}",
        )  # fmt: skip

    @property
    def gtins(self) -> frozenset[str]:
        """Every trade item that some clause names (GTIN-14)."""
        return frozenset[str]().union(*(clause.gtins for clause in self.clauses))

    def clause_of_lot(
        self, *, gtin: str, lot: str, made_first: date | None, made_last: date | None
    ) -> ScopeClause | None:
        """The first clause that a lot meets, or None."""
        return next(
            (
                clause
                for clause in self.clauses
                if clause.names_lot(gtin=gtin, lot=lot, made_first=made_first, made_last=made_last)
            ),
            None,
        )

    def clause_of_serial(self, *, gtin: str, serial: str) -> ScopeClause | None:
        """The first clause that names a serial, or None."""
        return next((c for c in self.clauses if c.names_serial(gtin=gtin, serial=serial)), None)


def scope_of(
    notice: Notice, *, recall_id: str, version: int, catalogue: Mapping[str, frozenset[str]]
) -> Scope:
    """The scope of a notice; `catalogue` gives the GTIN-14s of a model.

    Raises NoticeRefused where a product has neither a GTIN nor a model that the catalogue knows, or where a
    range of serials is not two serials of one shape.
    """
    if not notice.products:
        raise NoticeRefused(
            "The notice names no product", expected="at least one product with a GTIN or a model", got="none",
            where="/products", advice="Add the product and read the notice again.",
        )  # fmt: skip
    clauses = (
        _clause_of(product, number=number, catalogue=catalogue)
        for number, product in enumerate(notice.products, start=1)
    )
    return Scope(recall_id=recall_id, version=version, clauses=tuple(clauses))


def _clause_of(
    product: NoticeProduct, *, number: int, catalogue: Mapping[str, frozenset[str]]
) -> ScopeClause:
    where = f"/products/{number - 1}"
    gtins = frozenset({product.gtin}) if product.gtin else catalogue.get(product.model or "", frozenset())
    if not gtins:
        raise NoticeRefused.of(
            product.model or product.name, expected="a GTIN, or a model that the catalogue knows",
            got="neither", where=where,
            advice="Capture the product's master data first (recall events capture), or add its GTIN.",
        )  # fmt: skip
    serials = product.serials
    return ScopeClause(
        number=number,
        name=product.name or product.model or "",
        model=product.model or None,
        gtins=gtins,
        lots=frozenset(product.lots),
        serials=frozenset(text for text in serials if " - " not in text and not text.endswith("*")),
        serial_ranges=tuple(SerialRange.parse(text) for text in serials if " - " in text),
        serial_prefixes=tuple(text.removesuffix("*") for text in serials if text.endswith("*")),
        date_codes=product.date_codes,
        made=product.made,
        sold=product.sold,
        stated_units=product.quantity,
    )
