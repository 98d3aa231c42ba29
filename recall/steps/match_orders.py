"""Match the orders: put every affected order line under its ruling, and open the books for its units."""

from __future__ import annotations

from recall.collector import uncollected
from recall.domain.completion import Account, Holding, HoldingKind
from recall.domain.party import Role
from recall.domain.trace import Stock
from recall.runtime import Runtime
from recall.store import adjustments, audit, counts, ledger, matches, parties, recalls
from recall.store.database import Tx
from recall.store.matches import Delta


@uncollected()
def match_orders(runtime: Runtime, *, recall_id: str) -> Delta:
    """Judge the lines of every trade item in scope by the trace; returns who is newly in or released."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        matcher = matches.matcher(tx, recall_id=recall_id)
        delta = matches.save_matches(tx, recall_id=recall_id, version=version, matcher=matcher, at=now)
        _open_books(runtime, tx, recall_id=recall_id)
        if delta.newly_in or delta.released:
            audit.append(
                tx, at=now, actor="engine", action="orders.matched", subject=recall_id, recall_id=recall_id,
                detail={"version": version, "newly_in": delta.newly_in, "released": delta.released},
            )  # fmt: skip
        return delta


def _open_books(runtime: Runtime, tx: Tx, *, recall_id: str) -> None:
    """Enter every affected line and every stock; close out what turned out not to be there."""
    now = runtime.now()
    adjustments.enter_lines(tx, recall_id=recall_id, id=runtime.new_id("hld"))
    sold = counts.units_sold(tx, recall_id=recall_id)
    stocks = [
        _stock_holding(
            tx, stock, units=max(0, stock.units - sold[stock.site, stock.key]), id=runtime.new_id("hld")
        )
        for stock in matches.stocks(tx, recall_id=recall_id)
    ]
    ledger.open_holdings(tx, recall_id=recall_id, holdings=stocks)
    adjustments.clear_surplus(tx, recall_id=recall_id, holdings=stocks, at=now)
    adjustments.follow_matches(tx, recall_id=recall_id, at=now)


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
