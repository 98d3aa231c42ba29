"""All tables of the engine in one place, for the migrations."""

from __future__ import annotations

from recall.store import (
    added_laws,
    alarms,
    audit,
    capture_jobs,
    confirmations,
    cursors,
    drafts,
    endings,
    event_tables,
    guesses,
    hints,
    kinds,
    lanes,
    leases,
    ledger,
    link_entries,
    match_tables,
    order_tables,
    orders,
    outbox_table,
    paces,
    parties,
    party_events,
    party_secrets,
    prefixes,
    published,
    recall_items,
    recalls,
    replies,
    scans,
    seals,
    tasks,
    traces,
    watched,
)
from recall.store.sql import Row

NOUNS = (
    *(
        parties,
        party_secrets,
        paces,
        recalls,
        added_laws,
        endings,
        drafts,
        guesses,
        seals,
        alarms,
        recall_items,
        link_entries,
        audit,
        party_events,
        prefixes,
        replies,
        cursors,
        leases,
    ),
    *(event_tables, kinds, capture_jobs, order_tables, orders, scans, hints, traces, match_tables),
    *(tasks, outbox_table, lanes, confirmations, ledger, published, watched),
)
"""The files that hold a table; whoever adds one adds it here."""
METADATA = Row.metadata
