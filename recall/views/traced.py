"""What a trace found, as JSON: every affected lot and item with its evidence, and where the goods stand."""

from __future__ import annotations

from recall.domain.trace import AffectedItem, AffectedLot, AtLarge, Container, Stock, Trace


def trace_document(found: Trace, *, most_items: int) -> dict[str, object]:
    """The trace as JSON; single items are counted, and at most `most_items` of them listed."""
    listed = found.items[:most_items]
    return {
        "lots": [_lot(lot) for lot in found.lots],
        "items": {
            "total": len(found.items),
            "not_listed": len(found.items) - len(listed),
            "listed": [_item(item) for item in listed],
        },
        "stocks": [_stock(stock) for stock in found.stocks],
        "containers": [_container(container) for container in found.containers],
        "at_large": [_at_large(loose) for loose in found.at_large],
        "anomalies": [{"kind": odd.kind, "what": odd.what, "event": odd.event} for odd in found.anomalies],
        "cut_offs": list(found.cut_offs),
    }


def _lot(lot: AffectedLot) -> dict[str, object]:
    return {
        "gtin": lot.key.gtin, "lot": lot.key.lot, "clause": lot.clause, "units": lot.units,
        "inspect": lot.inspect, "chain": [link.document() for link in lot.chain],
    }  # fmt: skip


def _item(item: AffectedItem) -> dict[str, object]:
    return {
        "code": item.code, "gtin": item.key.gtin if item.key else None,
        "serial": item.key.serial if item.key else None, "lot": item.lot.lot if item.lot else None,
        "clause": item.clause, "inspect": item.inspect, "chain": [link.document() for link in item.chain],
    }  # fmt: skip


def _stock(stock: Stock) -> dict[str, object]:
    return {
        "site": stock.site, "gtin": stock.key.gtin, "lot": stock.key.lot, "received": stock.received,
        "sent_on": stock.sent_on, "units": stock.units, "first_arrival": stock.first_arrival.isoformat(),
    }  # fmt: skip


def _container(held: Container) -> dict[str, object]:
    return {
        "code": held.code, "outer": held.outer, "site": held.site, "gtin": held.key.gtin or None,
        "lot": held.key.lot or None, "units": held.units, "since": held.at.isoformat(), "event": held.event,
    }  # fmt: skip


def _at_large(loose: AtLarge) -> dict[str, object]:
    return {
        "gtin": loose.key.gtin, "lot": loose.key.lot or None, "units": loose.units,
        "since": loose.since.isoformat() if loose.since else None,
    }  # fmt: skip
