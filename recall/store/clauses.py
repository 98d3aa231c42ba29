"""A scope's clause as JSON and back; lists are sorted, so the same clause is always the same document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from recall.domain.clause import Exclusion, ScopeClause
from recall.reading.date_code import CodeOf, DateCode
from recall.reading.mask import Mask
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window


def clause_document(clause: ScopeClause) -> dict[str, Any]:
    """The clause as JSON; of the finer criteria only those that are there."""
    plain = {
        "number": clause.number,
        "name": clause.name,
        "model": clause.model,
        "gtins": sorted(clause.gtins),
        "lots": sorted(clause.lots),
        "excluded_lots": sorted(clause.excluded_lots),
        "serials": sorted(clause.serials),
        "serial_ranges": _texts(clause.serial_ranges),
        "serial_prefixes": list(clause.serial_prefixes),
        "date_codes": list(clause.date_codes),
        "made": _windows(clause.made),
        "sold": _windows(clause.sold),
        "stated_units": clause.stated_units,
    }
    finer = {
        "lot_ranges": _texts(clause.lot_ranges),
        "lot_masks": _texts(clause.lot_masks),
        "serial_masks": _texts(clause.serial_masks),
        "encodings": [[code.encoding, code.of.value, code.start] for code in clause.encodings],
        "packed": _windows(clause.packed),
        "expires": _windows(clause.expires),
        "containers": sorted(clause.containers),
        "components": [clause_document(inner) for inner in clause.components],
        "exclusion": _excluded(clause.exclusion),
    }
    return plain | {name: value for name, value in finer.items() if value}


def _excluded(excluded: Exclusion) -> dict[str, Any]:
    parts = {
        "lots": sorted(excluded.lots),
        "lot_ranges": _texts(excluded.lot_ranges),
        "serials": sorted(excluded.serials),
        "serial_ranges": _texts(excluded.serial_ranges),
        "sites": sorted(excluded.sites),
        "made": _windows(excluded.made),
    }
    return {name: value for name, value in parts.items() if value}


def _texts(known: Iterable[SerialRange | Mask]) -> list[str]:
    return [str(one) for one in known]


def _windows(windows: Iterable[Window]) -> list[dict[str, str | None]]:
    return [window.document() for window in windows]


def read_clause(document: Mapping[str, Any]) -> ScopeClause:
    """The clause that `clause_document` wrote."""
    return ScopeClause(
        number=document["number"],
        name=document["name"],
        model=document["model"],
        gtins=frozenset(document["gtins"]),
        lots=frozenset(document["lots"]),
        lot_ranges=_ranges(document, "lot_ranges"),
        lot_masks=tuple(map(Mask.parse, document.get("lot_masks", ()))),
        excluded_lots=frozenset(document["excluded_lots"]),
        serials=frozenset(document["serials"]),
        serial_ranges=_ranges(document, "serial_ranges"),
        serial_prefixes=tuple(document["serial_prefixes"]),
        serial_masks=tuple(map(Mask.parse, document.get("serial_masks", ()))),
        date_codes=tuple(document["date_codes"]),
        encodings=tuple(
            DateCode(encoding=encoding, of=CodeOf(of), start=start)
            for encoding, of, start in document.get("encodings", ())
        ),
        made=_read_windows(document, "made"),
        packed=_read_windows(document, "packed"),
        expires=_read_windows(document, "expires"),
        sold=_read_windows(document, "sold"),
        containers=frozenset(document.get("containers", ())),
        components=tuple(map(read_clause, document.get("components", ()))),
        exclusion=_read_excluded(document.get("exclusion", {})),
        stated_units=document["stated_units"],
    )


def _read_excluded(document: Mapping[str, Any]) -> Exclusion:
    return Exclusion(
        lots=frozenset(document.get("lots", ())),
        lot_ranges=_ranges(document, "lot_ranges"),
        serials=frozenset(document.get("serials", ())),
        serial_ranges=_ranges(document, "serial_ranges"),
        sites=frozenset(document.get("sites", ())),
        made=_read_windows(document, "made"),
    )


def _ranges(document: Mapping[str, Any], name: str) -> tuple[SerialRange, ...]:
    return tuple(map(SerialRange.parse, document.get(name, ())))


def _read_windows(document: Mapping[str, Any], name: str) -> tuple[Window, ...]:
    return tuple(map(_window, document.get(name, ())))


def _window(document: Mapping[str, str | None]) -> Window:
    first, last = document["from"], document["to"]
    return Window(
        first=date.fromisoformat(first) if first else None, last=date.fromisoformat(last) if last else None
    )
