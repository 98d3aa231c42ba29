"""CPSC's other forms as records of its service: the CSV of its website, the XML of before 2013; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

from connectors.feeds.plain import plain
from connectors.feeds.records import record_at, told
from connectors.feeds.sheets import Sheet, refuse_beyond
from recall.reading.dates import Order, day_of
from recall.reading.text import squeezed

COLUMNS = frozenset({"recall number", "recall heading", "description", "sold at"})
_RETOLD = {"number", "title", "hazard", "remedy", "units", "description"}
_LOOKED_AT = 100
_NOTHING = frozenset({"", "n/a", "none"})


def sheet_of(rows: Sequence[tuple[str, ...]]) -> Sheet | None:
    """The website's table of recalls; None for another."""
    return Sheet.of(tuple(rows), columns=COLUMNS)


def record_of_row(row: Mapping[str, str], *, where: str) -> dict[str, Any]:
    """A row of the website's table, under the names of the service. NoticeRefused for one too wide."""
    refuse_beyond(row, where=where)
    said = {name: plain(words) for name, words in row.items()}
    warned = said.get("product safety warning number", "")
    title = said["recall heading"] or said.get("name of product", "")
    return {
        "RecallNumber": said["recall number"] or warned or None,
        "RecallDate": _iso(said.get("date") or said.get("product safety warning date", "")),
        "Title": title or None,
        "Description": said["description"],
        "Products": [{"Name": said.get("name of product") or title, "NumberOfUnits": said.get("units", "")}],
        "Hazards": _objects("Name", [said.get("hazard description", "")]),
        "Remedies": _objects("Name", [said.get("remedy") or said.get("consumer action", "")]),
        "RemedyOptions": _objects("Option", said.get("remedy type", "").split(",")),
        "Retailers": _objects("Name", [said["sold at"]]),
        "Importers": _objects("Name", [said.get("importers", "")]),
        "Manufacturers": _objects("Name", [said.get("manufacturers", "")]),
        "Distributors": _objects("Name", [said.get("distributors", "")]),
        "ManufacturerCountries": _objects("Country", said.get("manufactured in", "").split(",")),
    }


def retold_of(document: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """The records of a collection that gives the service's facts other names, with their JSON pointers."""
    held = document.get("recalls") if isinstance(document, Mapping) else None
    if not isinstance(held, list) or not any(_is_retold(record) for record in held[:_LOOKED_AT]):
        return []
    return [(f"/recalls/{number}", record) for number, record in enumerate(held)]


def record_of_retold(record: Any, *, where: str) -> dict[str, Any]:
    """A record of such a collection under the names of the service."""
    given = record_at(record, where=where)
    upcs = given.get("upcs")
    return {
        "RecallNumber": told(given, "number") or None,
        "RecallDate": told(given, "date"),
        "Title": told(given, "title", "name") or None,
        "URL": told(given, "url"),
        "Description": told(given, "description"),
        "Products": [{"Name": told(given, "name", "title"), "NumberOfUnits": told(given, "units")}],
        "ProductUPCs": _objects("UPC", [str(upc) for upc in upcs] if isinstance(upcs, list) else []),
        "Hazards": _objects("Name", [told(given, "hazard")]),
        "Remedies": _objects("Name", [told(given, "remedy")]),
    }


def _is_retold(record: Any) -> bool:
    return isinstance(record, Mapping) and record.keys() >= _RETOLD


def results_of(root: Element | None) -> list[Element]:
    """The `result` elements of the old service; none for another document."""
    return [] if root is None else [one for one in root.iter("result") if one.get("recallNo")]


def records_of_results(results: Sequence[Element]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each recall of the old service, whose results may be several, under the names of today's service."""
    recalls: dict[str, list[Mapping[str, str]]] = {}
    for result in results:
        said = {name.lower(): plain(words) for name, words in result.attrib.items()}
        recalls.setdefault(said["recallno"], []).append(said)
    for number, (reference, parts) in enumerate(recalls.items(), 1):
        names, makers = _each(parts, "prname"), _each(parts, "manufacturer")
        by = f"{makers[0]} recalls " if makers else ""
        yield (
            f"result {number}",
            {
                "RecallNumber": reference,
                "RecallDate": _iso(next(iter(_each(parts, "recdate")), "")),
                "Title": f"{by}{names[0] if names else reference}",
                "URL": next(iter(_each(parts, "recallurl")), ""),
                "Description": "",
                "Products": [{"Name": name, "Type": kind} for name in names for kind in _kinds(parts)],
                "ProductUPCs": _objects("UPC", _each(parts, "upc")),
                "Hazards": _objects("Name", _each(parts, "hazard")),
                "Manufacturers": _objects("Name", makers),
                "ManufacturerCountries": _objects("Country", _each(parts, "country_mfg")),
            },
        )


def _kinds(parts: Sequence[Mapping[str, str]]) -> list[str]:
    return _each(parts, "type")[:1] or [""]


def _each(parts: Sequence[Mapping[str, str]], name: str) -> list[str]:
    """The values of a field that say something, each once."""
    return list(dict.fromkeys(part[name] for part in parts if part.get(name)))


def _objects(field: str, values: Sequence[str]) -> list[dict[str, str]]:
    """A list of the service: objects with one field, where it says something."""
    return [{field: words} for value in values if (words := squeezed(value)).lower() not in _NOTHING]


def _iso(written: str) -> str:
    """`December 07, 2023` as the service writes it; what is no day is handed on to be refused."""
    day: date | None = day_of(written, order=Order.MONTH_FIRST) if written else None
    return day.isoformat() if day else written
