"""A scope's clause as JSON and back; lists are sorted, so the same clause is always the same document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from recall.domain.scope import ScopeClause
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window


def clause_document(clause: ScopeClause) -> dict[str, Any]:
    """The clause as JSON."""
    return {
        "number": clause.number,
        "name": clause.name,
        "model": clause.model,
        "gtins": sorted(clause.gtins),
        "lots": sorted(clause.lots),
        "excluded_lots": sorted(clause.excluded_lots),
        "serials": sorted(clause.serials),
        "serial_ranges": [str(known) for known in clause.serial_ranges],
        "serial_prefixes": list(clause.serial_prefixes),
        "date_codes": list(clause.date_codes),
        "made": [window.document() for window in clause.made],
        "sold": [window.document() for window in clause.sold],
        "stated_units": clause.stated_units,
    }


def read_clause(document: Mapping[str, Any]) -> ScopeClause:
    """The clause that `clause_document` wrote."""
    return ScopeClause(
        number=document["number"],
        name=document["name"],
        model=document["model"],
        gtins=frozenset(document["gtins"]),
        lots=frozenset(document["lots"]),
        excluded_lots=frozenset(document["excluded_lots"]),
        serials=frozenset(document["serials"]),
        serial_ranges=tuple(map(SerialRange.parse, document["serial_ranges"])),
        serial_prefixes=tuple(document["serial_prefixes"]),
        date_codes=tuple(document["date_codes"]),
        made=tuple(map(_window, document["made"])),
        sold=tuple(map(_window, document["sold"])),
        stated_units=document["stated_units"],
    )


def _window(document: Mapping[str, str | None]) -> Window:
    first, last = document["from"], document["to"]
    return Window(
        first=date.fromisoformat(first) if first else None, last=date.fromisoformat(last) if last else None
    )
