"""All tables of the engine in one place, for the migrations."""

from __future__ import annotations

from recall.store import (
    audit,
    outbox_table,
    parties,
    recalls,
    tasks,
)
from recall.store.sql import Row

TABLES = (
    parties.PartyRow,
    parties.PartySiteRow,
    parties.ApiKeyRow,
    parties.PartnerTokenRow,
    recalls.RecallRow,
    recalls.NoticeRow,
    recalls.ClauseRow,
    recalls.StageRow,
    tasks.TaskRow,
    outbox_table.OutboxRow,
    audit.AuditRow,
)
METADATA = Row.metadata
