"""The sensor elements: what instruments measured on goods or at a place, checked field by field.

Nothing of a recall hangs on them yet, so they are checked and stay in the event's body (EPCIS 2.0, 7.3.7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from recall.epcis.fields import Fields
from recall.epcis.vocabulary import COMPONENTS, EXCEPTIONS, MEASUREMENTS

Check = Callable[[Fields, str], object]

_HEX = re.compile("[0-9A-Fa-f]+")
_NUMBER = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?")


def check_sensors(fields: Fields) -> bool:
    """Whether the event has sensor elements. Raises `EventRefused` when one of them is wrong."""
    elements = list(fields.each("sensorElementList"))
    for element in elements:
        element.only({"sensorMetadata", "sensorReport"})
        metadata = element.inner("sensorMetadata")
        if metadata is not None:
            _check(metadata, _METADATA)
        reports = list(element.each("sensorReport"))
        if not reports:
            raise element.refused("sensorReport", expected="at least one report", got="none")
        for report in reports:
            _check(report, _REPORT)
            if "type" not in report.body and "exception" not in report.body:
                raise report.refused("type", expected="what was measured", got="nothing")
    return bool(elements)


def _check(fields: Fields, checks: Mapping[str, Check]) -> None:
    fields.only(checks.keys())
    for name in fields.body:
        check = checks.get(name)
        if check is not None:
            check(fields, name)


def _time(fields: Fields, name: str) -> None:
    fields.moment(name)


def _uri(fields: Fields, name: str) -> None:
    fields.uri(name)


def _text(fields: Fields, name: str) -> None:
    fields.text(name)


def _measure(fields: Fields, name: str) -> None:
    value = fields.body[name]
    written = isinstance(value, str) and _NUMBER.fullmatch(value)  # seen in the field, and harmless here
    if isinstance(value, bool) or not (written or isinstance(value, int | float)):
        raise fields.refused(name, expected="a number", got=value)


def _truth(fields: Fields, name: str) -> None:
    if not isinstance(fields.body[name], bool):
        raise fields.refused(name, expected="true or false", got=fields.body[name])


def _hex(fields: Fields, name: str) -> None:
    text = fields.needed(name)
    if not _HEX.fullmatch(text):
        raise fields.refused(name, expected="hexadecimal digits", got=repr(text[:60]))


def _word(words: frozenset[str]) -> Check:
    """A bare word of the standard, or a name of one's own in URI form."""

    def check(fields: Fields, name: str) -> None:
        if fields.needed(name) not in words:
            fields.uri(name)

    return check


_METADATA: Mapping[str, Check] = MappingProxyType(
    dict.fromkeys(("time", "startTime", "endTime"), _time)
    | dict.fromkeys(("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), _uri)
)
_REPORT: Mapping[str, Check] = MappingProxyType(
    {
        "type": _word(MEASUREMENTS),
        "exception": _word(EXCEPTIONS),
        "component": _word(COMPONENTS),
        "time": _time,
        "stringValue": _text,
        "uom": _text,
        "booleanValue": _truth,
        "hexBinaryValue": _hex,
    }
    | dict.fromkeys(
        ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), _measure
    )
    | dict.fromkeys(
        (
            "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "microorganism",
            "chemicalSubstance", "coordinateReferenceSystem", "uriValue",
        ),
        _uri,
    )
)  # fmt: skip
