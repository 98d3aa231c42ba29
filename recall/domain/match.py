"""The match: how one order line is classed, with the reason in words and the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from recall.domain.cohort import OrderLine, folded
from recall.domain.link import Link
from recall.domain.ruling import MatchClass, Rule, Ruling
from recall.domain.scope import Scope
from recall.domain.trace import AffectedItem, AffectedLot, LotKey, Trace

__all__ = ["Evidence", "Match", "MatchClass", "OrderLine", "Rule", "folded", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One line's class, with the reason in words and the chain from notice to line.

    The units affected lie in `units_lo`..`units_hi`.
    """

    line: OrderLine
    cls: MatchClass
    rule: Rule
    reason: str
    units_lo: int
    units_hi: int
    chain: tuple[Link, ...]
    lot: LotKey | None = None
    """The affected lot that the units are of, where it is known for sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the chains of matches are made of: the scope, and the affected lots and items by their names."""

    scope: Scope
    lots: Mapping[LotKey, AffectedLot]
    items: Mapping[tuple[str, str], AffectedItem] = field(default_factory=dict)
    products: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)
    """By trade item: how the first of its affected lots and items came in."""

    @classmethod
    def of(cls, scope: Scope, trace: Trace) -> Evidence:
        """Of a whole trace."""
        items = {(item.key.gtin, item.key.serial): item for item in trace.items if item.key is not None}
        products = {gtin: item.chain for (gtin, _), item in reversed(items.items())}
        products |= {lot.key.gtin: lot.chain for lot in reversed(trace.lots)}
        return cls(scope=scope, lots={lot.key: lot for lot in trace.lots}, items=items, products=products)


def told(
    line: OrderLine,
    ruling: Ruling,
    *,
    evidence: Evidence,
    proof: Link | None = None,
    parts: Iterable[Link] = (),
) -> Match:
    """A ruling as it holds for one line, with its evidence.

    `proof` links a lot to its serial; `parts` tell what went into the very unit, where that lets it off.
    """
    lo, hi = ruling.units(line.units)
    chain = (*parts, *_chain(line, ruling, evidence, proof))
    sold = Link(
        rule=ruling.rule.value, start=chain[-1].end if chain else line.gtin,
        end=f"order line {line.line_ref}", event=line.digest, at=line.sold_at, source=line.platform_id,
    )  # fmt: skip
    return Match(
        line=line, cls=ruling.cls, rule=ruling.rule, reason=ruling.reason, units_lo=lo, units_hi=hi,
        chain=(*chain, sold), lot=ruling.basis if ruling.cls is MatchClass.CONFIRMED else None,
    )  # fmt: skip


def _chain(line: OrderLine, ruling: Ruling, evidence: Evidence, proof: Link | None) -> Iterator[Link]:
    by_serial = ruling.rule in (Rule.EXACT_SERIAL, Rule.INSPECT)
    if ruling.clause is not None:
        clause = next((c for c in evidence.scope.clauses if c.number == ruling.clause), None)
        what = f"serial {line.serial}" if by_serial else line.lot if ruling.rule is Rule.EXACT_LOT else None
        if clause is not None:
            yield evidence.scope.named(clause, what or line.gtin)
    elif ruling.basis is not None:
        affected = evidence.lots.get(ruling.basis)
        yield from affected.chain if affected else ()
    elif by_serial:
        item = evidence.items.get((line.gtin, line.serial or ""))
        yield from item.chain if item else ()
    elif ruling.cls is not MatchClass.EXCLUDED:
        yield from evidence.products.get(line.gtin, ())
    if proof is not None and (ruling.rule is Rule.OTHER_LOT or (by_serial and ruling.basis)):
        yield proof
