"""Match the orders: class every order line that the platforms gave, and open the books for its units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from recall.domain.completion import Account, Holding, HoldingKind
from recall.domain.match import Match, MatchClass, Matcher
from recall.domain.party import Role
from recall.domain.scope import Scope
from recall.domain.trace import LotKey, Stock, Trace
from recall.runtime import Runtime
from recall.store import adjustments, audit, events, ledger, matches, orders, parties, recalls
from recall.store.database import Tx
from recall.store.matches import Delta


def match_orders(runtime: Runtime, *, recall_id: str) -> Delta:
    """Class the lines of every trade item in scope against the trace; returns who is newly in or released."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        scope = recalls.scope(tx, recall_id=recall_id, version=version)
        found = matches.trace(tx, recall_id=recall_id)
        classed = tuple(_classed(tx, scope=scope, found=found))
        delta = matches.save_matches(tx, recall_id=recall_id, version=version, matches=classed)
        _open_books(runtime, tx, recall_id=recall_id, classed=classed, found=found)
        if delta.newly_in or delta.released:
            audit.append(
                tx, at=now, actor="engine", action="orders.matched", subject=recall_id, recall_id=recall_id,
                detail={"version": version, "newly_in": delta.newly_in, "released": delta.released},
            )  # fmt: skip
        return delta


def _classed(tx: Tx, *, scope: Scope, found: Trace) -> Iterable[Match]:
    gtins = scope.gtins | {lot.key.gtin for lot in found.lots}
    lines = tuple(orders.lines(tx, gtins=gtins))
    serials = {(line.gtin, line.serial) for line in lines if line.serial is not None}
    matcher = Matcher(
        scope=scope,
        trace=found,
        known_lots=events.known_lots(tx, gtins=gtins),
        sites=events.sites(tx),
        serial_lots=events.serial_lots(tx, serials=serials),
    )
    return (matcher.match(line) for line in lines)


def _open_books(runtime: Runtime, tx: Tx, *, recall_id: str, classed: Sequence[Match], found: Trace) -> None:
    """Enter every affected line and every stock; close out what turned out not to be there."""
    affected = [match for match in classed if match.cls is not MatchClass.EXCLUDED]
    lines = [_line_holding(match, id=runtime.new_id("hld")) for match in affected]
    sold = Counter[tuple[str | None, LotKey]]()
    for match in affected:
        if match.lot is not None:
            sold[match.line.ship_from, match.lot] += match.line.units
    stocks = [
        _stock_holding(
            tx, stock, units=max(0, stock.units - sold[stock.site, stock.key]), id=runtime.new_id("hld")
        )
        for stock in found.stocks
    ]
    ledger.open_holdings(tx, recall_id=recall_id, holdings=[*lines, *stocks])
    adjustments.clear_surplus(tx, recall_id=recall_id, holdings=stocks, at=runtime.now())
    adjustments.clear_released(tx, recall_id=recall_id, at=runtime.now())


def _line_holding(match: Match, *, id: str) -> Holding:
    return Holding(
        id=id,
        kind=HoldingKind.LINE,
        party_id=match.line.platform_id,
        ref=match.line.line_ref,
        units=match.units_hi,
        certain=match.cls is MatchClass.CONFIRMED,
        balances={Account.OUTSTANDING: match.units_hi},
    )


def _stock_holding(tx: Tx, stock: Stock, *, units: int, id: str) -> Holding:
    owner = parties.party_of_site(tx, site=stock.site)
    if owner is None:
        owner = next(iter(parties.parties(tx, role=Role.MANUFACTURER)), None)
    return Holding(
        id=id,
        kind=HoldingKind.STOCK,
        party_id=owner.id if owner else "",
        ref=f"{stock.site}|{stock.key.gtin}|{stock.key.lot}",
        units=units,
        certain=False,
        balances={Account.OUTSTANDING: units},
    )
