"""What sensors measured is checked field by field, and refused with its place."""

from __future__ import annotations

from typing import Any

import pytest

from recall.epcis.event import Event
from recall.errors import EventRefused
from tests.epcis.events import made


def read(document: dict[str, Any]) -> Event:
    return Event.read(document, where="/epcisBody/eventList/0")


SENSED = [
    {
        "sensorMetadata": {"time": "2026-03-01T08:00:00Z", "deviceID": "urn:epc:id:giai:4000001.111"},
        "sensorReport": [
            {"type": "Temperature", "value": 26.5, "uom": "CEL", "component": "altitude", "sDev": "0.1"},
            {"type": "example:Damp", "booleanValue": True, "hexBinaryValue": "f0F0", "stringValue": "wet"},
            {"exception": "ALARM_CONDITION", "time": "2026-03-01T08:00:00Z", "example:cv": "1"},
        ],
        "example:more": "x",
    }
]


def test_what_sensors_measured_is_checked_and_kept() -> None:
    assert SENSED == read(made(sensorElementList=SENSED)).body["sensorElementList"]


@pytest.mark.parametrize(
    ("element", "pointer", "expected"),
    [
        ({}, "/sensorReport", "at least one report"),
        ({"sensorReport": [{"value": 1}]}, "/sensorReport/0/type", "what was measured"),
        ({"sensorReport": [{"type": "Warmth"}]}, "/sensorReport/0/type", "in URI form"),
        ({"sensorReport": [{"type": "Mass", "value": "heavy"}]}, "/sensorReport/0/value", "a number"),
        ({"sensorReport": [{"type": "Mass", "value": True}]}, "/sensorReport/0/value", "a number"),
        ({"sensorReport": [{"type": "Mass", "booleanValue": "yes"}]}, "/sensorReport/0/booleanValue", "true"),
        ({"sensorReport": [{"type": "Mass", "hexBinaryValue": "g"}]}, "/sensorReport/0/hexBinaryValue", "h"),
        ({"sensorReport": [{"type": "Mass", "component": "up"}]}, "/sensorReport/0/component", "in URI form"),
        ({"sensorReport": [{"type": "Mass", "time": "noon"}]}, "/sensorReport/0/time", "a time"),
        ({"sensorReport": [{"type": "Mass", "colour": "red"}]}, "/sensorReport/0/colour", "a field of EPCIS"),
        ({"sensorReport": [{"type": "Mass"}], "x": 1}, "/x", "a field of EPCIS"),
        (
            {"sensorReport": [{"type": "Mass"}], "sensorMetadata": {"bizRules": "a"}},
            "/sensorMetadata/bizRules", "URI",
        ),
    ],
)  # fmt: skip
def test_a_wrong_sensor_is_refused_with_its_place(
    element: dict[str, Any], pointer: str, expected: str
) -> None:
    with pytest.raises(EventRefused) as refusal:
        read(made(sensorElementList=[element]))
    assert f"/epcisBody/eventList/0/sensorElementList/0{pointer}" == refusal.value.where
    assert expected in (refusal.value.expected or "")
