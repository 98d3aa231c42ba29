"""Safety Gate: weekly reports (XML), the portal's search and notifications (JSON), and the mirror."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from connectors.feeds.raw import Raw
from connectors.feeds.records import any_has, record_at, records_of
from connectors.feeds.refused import Refused, or_refused
from connectors.feeds.safety_gate.alert import of_mirror, of_portal, of_xml
from connectors.feeds.safety_gate.mapping import notice_of
from recall.domain.notice import Notice
from recall.reading.text import squeezed

_PORTAL = frozenset(
    {
        "notificationType",
        "measureTaken",
        "traceability",
        "onlineTraderProductIdentifierReference",
        "webReport",
    }
)
_ROW = frozenset({"reference", "product", "risk", "publicationDate", "country", "id"})
_MIRROR = frozenset(
    {"alert_number", "alert_date", "alert_type", "rapex_url", "technical_defect", "product_type"}
)
_ALERT, _REPORT = ("notifications", "notification"), "weeklyReport"


class SafetyGateFeed:
    """Reads every form in which Safety Gate publishes its alerts."""

    name = "safety_gate"

    def recognises(self, raw: Raw) -> bool:
        """A weekly report or the list of them; a notification of the portal; a record of the mirror."""
        if raw.xml is not None:
            return raw.xml.tag.lower().startswith("safety-gate") or bool(
                _alerts(raw.xml) or _reports(raw.xml)
            )
        document = raw.document
        return any_has(document, _MIRROR) or any_has(document, _PORTAL) or any_has(document, _ROW, least=4)

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each alert as a draft notice; a list of reports is refused with the addresses of the reports."""
        if raw.xml is not None:
            yield from _weekly(raw.xml)
            return
        for record, where in records_of(raw.document):
            yield or_refused(partial(_of_record, record, where=where), where=where or "/")

    def further(self, raw: Raw) -> tuple[str, ...]:
        """The addresses of the weekly reports that a list names, newest first as it names them."""
        if raw.xml is None:
            return ()
        told = (_say(report, "URL").rstrip(", ") for report in _reports(raw.xml))
        return tuple(address for address in told if address.startswith(("https://", "http://")))


def _weekly(root: Element) -> Iterator[Notice | Refused]:
    for number, report in enumerate(_reports(root), start=1):
        reason = (
            f"A list of reports holds no notice: read {_say(report, 'reference')} at {_say(report, 'URL')}"
        )
        yield Refused(where=f"/{_REPORT}[{number}]", reason=reason)
    published = _say(root, "publicationDate") or _say(root, "report_date")
    for number, alert in enumerate(_alerts(root), start=1):
        where = f"/{alert.tag}[{number}]"
        yield or_refused(partial(_of_alert, alert, published=published, where=where), where=where)


def _of_alert(element: Element, *, published: str, where: str) -> Notice:
    return notice_of(of_xml(element, published=published), where=where)


def _of_record(value: Any, *, where: str) -> Notice:
    record: Mapping[str, Any] = record_at(value, where=where)
    return notice_of(of_mirror(record) if "alert_number" in record else of_portal(record), where=where)


def _alerts(root: Element) -> list[Element]:
    """The alerts, wherever they stand: a `notifications` that only holds others is no alert itself."""
    found = [element for tag in _ALERT for element in root.iter(tag)]
    return [element for element in found if element.find("caseNumber") is not None]


def _reports(root: Element) -> list[Element]:
    return list(root.iter(_REPORT))


def _say(element: Element, tag: str) -> str:
    return squeezed(element.findtext(tag) or "")
