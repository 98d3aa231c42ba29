"""The scope: what a notice names, as clauses that a lot or a serial either meets or does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from recall.codes.keys import key_of
from recall.domain.clause import Exclusion, ScopeClause
from recall.domain.link import Link
from recall.domain.notice import Notice
from recall.errors import CodeRefused, NoticeRefused
from recall.reading.mask import Mask
from recall.reading.serial_range import SerialRange
from recall.reading.values import NoticeProduct

__all__ = ["Exclusion", "Scope", "ScopeClause", "scope_of"]

Catalogue = Mapping[str, frozenset[str]]
"""The GTIN-14s of a model, or of a brand."""


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
        """Every trade item that some clause names itself (GTIN-14), its components not among them."""
        return frozenset[str]().union(*(clause.gtins for clause in self.clauses))


def scope_of(
    notice: Notice,
    *,
    recall_id: str,
    version: int,
    catalogue: Catalogue,
    brands: Catalogue | None = None,
) -> Scope:
    """The scope of a notice; `catalogue` gives the GTIN-14s of a model, `brands` those of a brand.

    Raises NoticeRefused where a product has neither a GTIN nor a model or a brand that the catalogue knows
    (nor names what it contains, or the containers it stands in), or where a range is not two codes of one
    shape: a range by the alphabet would let in what nobody named.
    """
    if not notice.products:
        raise NoticeRefused(
            "The notice names no product", expected="at least one product with a GTIN or a model", got="none",
            where="/products", advice="Add the product and read the notice again.",
        )  # fmt: skip
    known = _Known(models=catalogue, brands=brands or {})
    clauses = (
        known.clause_of(product, number=number, where=f"/products/{number - 1}")
        for number, product in enumerate(notice.products, start=1)
    )
    return Scope(recall_id=recall_id, version=version, clauses=tuple(clauses))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the catalogue knows of models and brands."""

    models: Catalogue
    brands: Catalogue

    def clause_of(self, product: NoticeProduct, *, number: int, where: str) -> ScopeClause:
        gtins = self._gtins(product)
        components = tuple(
            self.clause_of(part, number=number, where=f"{where}/components/{place}")
            for place, part in enumerate(product.components)
        )
        if not (gtins or components or product.containers):
            raise NoticeRefused.of(
                product.model or product.name, expected="a GTIN, or a model that the catalogue knows",
                got="neither", where=where,
                advice="Capture the product's master data first (recall events capture), or add its GTIN.",
            )  # fmt: skip
        serials, excepted = product.serials, product.excluded
        return ScopeClause(
            number=number,
            name=product.name or product.model or "",
            model=product.model or None,
            gtins=gtins,
            lots=frozenset(product.lots),
            lot_ranges=tuple(map(SerialRange.parse, product.lot_ranges)),
            lot_masks=tuple(map(Mask.parse, product.lot_masks)),
            serials=_singles(serials),
            serial_ranges=_ranges(serials),
            serial_prefixes=tuple(text.removesuffix("*") for text in serials if text.endswith("*")),
            serial_masks=tuple(map(Mask.parse, product.serial_masks)),
            date_codes=product.date_codes,
            encodings=product.encodings,
            made=product.made,
            packed=product.packed,
            expires=product.expires,
            sold=product.sold,
            containers=frozenset(_container(text, where=where) for text in product.containers),
            components=components,
            exclusion=Exclusion(
                lots=_singles(excepted.lots), lot_ranges=_ranges(excepted.lots),
                serials=_singles(excepted.serials), serial_ranges=_ranges(excepted.serials),
                sites=frozenset(map(_site, excepted.sites)), made=excepted.made,
            ),
            stated_units=product.quantity,
        )  # fmt: skip

    def _gtins(self, product: NoticeProduct) -> frozenset[str]:
        """By the GTIN alone where it is told; a brand narrows a model where the catalogue knows them both; a
        product without a model may be known by its identifiers. Excepted models are left out."""
        if product.gtin:
            return frozenset({product.gtin})
        by_brand = self.brands.get(product.brand or "", frozenset())
        by_model = self._all((product.model,) if product.model else self._names(product))
        named = by_model & by_brand or by_model or (frozenset() if product.model else by_brand)
        return named - self._all(product.excluded.models)

    @staticmethod
    def _names(product: NoticeProduct) -> tuple[str, ...]:
        return tuple(identifier.value for identifier in product.identifiers)

    def _all(self, models: tuple[str, ...]) -> frozenset[str]:
        return frozenset[str]().union(*(self.models.get(model, frozenset()) for model in models))


def _singles(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(text for text in codes if " - " not in text and not text.endswith("*"))


def _ranges(codes: tuple[str, ...]) -> tuple[SerialRange, ...]:
    return tuple(SerialRange.parse(text) for text in codes if " - " in text)


def _container(text: str, *, where: str) -> str:
    """The key of a logistic unit, from its SSCC or any identifier of it."""
    try:
        return key_of(f"https://id.gs1.org/00/{text}" if text.isdigit() else text)
    except CodeRefused as refused:
        expected = "an SSCC, or the identifier of a container"
        raise NoticeRefused.of(text, expected=expected, got=str(refused), where=where) from None


def _site(text: str) -> str:
    """The key of a site, from its GLN or any identifier of it."""
    return key_of(f"https://id.gs1.org/414/{text}") if text.isdigit() and len(text) == 13 else text
