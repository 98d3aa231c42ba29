"""A record of openFDA under the names of an enforcement record, whichever of its forms it came in; pure.

The service writes `recall_number` and days as 20260504; mirrors write days as 2026-05-04; the reports of 2012
are XML whose elements have a dash, and those before are text under headings in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element

from connectors.feeds.fda import Enforcement
from connectors.feeds.records import record_at, told
from recall.reading.dates import Order

_NUMBER = re.compile(r"\bRecall\s*#\s*([A-Z]-\d{1,5}-\d{1,4})\b", re.IGNORECASE)
_HEADING = re.compile(
    r"RECALLING FIRM/MANUFACTURER|VOLUME OF PRODUCT IN COMMERCE|DISTRIBUTION|PRODUCT|REASON|CODE"
    r"|RECALLS? AND FIELD CORRECTIONS?[^\n]{0,60}CLASS I{1,3}\b|_{3,}|END OF ENFORCEMENT REPORT"
)
_CLASS = re.compile(r"CLASS (I{1,3})\b")
_SECTIONS = {
    "PRODUCT": "product_description", "CODE": "code_info", "RECALLING FIRM/MANUFACTURER": "recalling_firm",
    "REASON": "reason_for_recall", "VOLUME OF PRODUCT IN COMMERCE": "product_quantity",
    "DISTRIBUTION": "distribution_pattern",
}  # fmt: skip
_ORDER = list(_SECTIONS)
_REASON = _ORDER.index("REASON")
"""Behind this section a record may end."""


def fields_of(value: Any, *, where: str) -> dict[str, Any]:
    """The fields of a record under the service's own names. NoticeRefused when it is no object."""
    return {key.lower().replace("-", "_"): field for key, field in record_at(value, where=where).items()}


def fields_of_element(element: Element) -> dict[str, str]:
    """The fields of a `recall-number` element of the XML reports."""
    said = {child.tag.replace("-", "_"): "".join(child.itertext()).strip() for child in element}
    return {"recall_number": element.get("id", ""), **said}


def sections_of(text: str) -> Iterator[dict[str, str]]:
    """The records of a report under headings in capitals, in their fixed order; some may be missing."""
    record, classified = dict[str, str](), ""
    section, begun = len(_ORDER), 0
    for found in chain(_HEADING.finditer(text), (None,)):
        heading = found[0] if found else ""
        place = _ORDER.index(heading) if heading in _SECTIONS else len(_ORDER)
        starts = place == 0 and (section >= _REASON)
        if not (starts or section < place < len(_ORDER) or (place == len(_ORDER) and section >= _REASON)):
            continue
        if section < len(_ORDER):
            record[_SECTIONS[_ORDER[section]]] = text[begun : found.start() if found else None].strip(" \n_")
        if record and (starts or found is None):
            yield record
            record = {}
        if named := _CLASS.search(heading):
            classified = f"Class {named[1]}"
        if starts:
            record = {"classification": classified}
        section, begun = place, found.end() if found else 0


def record_of(fields: Mapping[str, Any]) -> Enforcement:
    """The record of fields under the service's own names; absent ones are empty."""
    description = told(fields, "product_description")
    within = _NUMBER.search(description)
    return Enforcement(
        source="openfda", number=told(fields, "recall_number") or (within[1].upper() if within else ""),
        event=told(fields, "event_id"), firm=told(fields, "recalling_firm"),
        description=_NUMBER.sub("", description).strip(" ."),
        codes="\n".join(filter(None, (told(fields, "code_info"), told(fields, "more_code_info")))),
        quantity=told(fields, "product_quantity"), reason=told(fields, "reason_for_recall"),
        status=told(fields, "status"), classification=told(fields, "classification"), order=Order.MONTH_FIRST,
        days={
            name.replace("_", " "): told(fields, name)
            for name in (
                "report_date", "center_classification_date", "recall_initiation_date", "termination_date",
            )
        },
        others={
            "Kind": told(fields, "product_type"),
            "Initiated": told(fields, "voluntary_mandated"),
            "Notified by": told(fields, "initial_firm_notification"),
            "Distribution": told(fields, "distribution_pattern"),
        },
    )  # fmt: skip
