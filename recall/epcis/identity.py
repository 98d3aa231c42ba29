"""Identity: the canonical hash of an event, the same for every spelling of the same facts.

The facts are written as one string without blanks between them: properties in a fixed order, lists sorted,
times in UTC to the millisecond, numbers without idle zeros, vocabulary as web addresses, GS1 keys as
canonical Digital Links, extensions as `{namespace}name`. Who recorded the event, when, and under which id
takes no part; neither does an error declaration: an event that was declared wrong keeps its name. (CBV 2.0,
section 8.9.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from hashlib import sha256
from math import inf
from typing import Any

from recall.codes.digital_link import HOME
from recall.codes.keys import key_of
from recall.epcis.vocabulary import OBJECT, STANDARD_NAMES, address_of, full_name
from recall.errors import CodeRefused, EventRefused

Names = Mapping[str, str]
Writer = Callable[[Any, Names], str]

DEEPEST = 40
"""Levels of nested extensions; real ones have three or four."""

_KEYED = ("urn:epc:id", "urn:epc:class", "http")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_IGNORED = frozenset(
    {
        "type", "@context", "eventID", "recordTime", "errorDeclaration", "certificationInfo",
        "rdfs:comment", "comment",
    }
)  # fmt: skip
_UNSAID = ("rdfs:comment", "comment", "#text")
_GS1_NAMES = ("https://ref.gs1.org", "https://gs1.org")
_NEW_GS1 = "https://ref.gs1.org/voc/"
_ON_ANY_HOST = re.compile(
    r"https?://[^/?#]+(?:/[^?#]*)?/((?:8003/[0-9]{14}|25[35]/[0-9]{13})[^/?#]*|41[47]/[0-9]{13}|402/[0-9]{17}|801[78]/[0-9]{18})"
)
"""A place, a document or an asset: named alike on every host even when its check digit is wrong."""
_OLD_WORDS = re.compile("urn:epcglobal:cbv:(bizstep|disp|btt|sdt|er):(.+)")
_OLD_FAMILIES = {"bizstep": "BizStep", "disp": "Disp", "btt": "BTT", "sdt": "SDT", "er": "ER"}


def event_hash(
    event: Mapping[str, Any], *, names: Names = STANDARD_NAMES, ignored: Iterable[str] = ()
) -> str:
    """`ni:///sha-256;<hex>?ver=CBV2.0` of an event in EPCIS 2.0 JSON form."""
    return hash_of(pre_hash(event, names=names, ignored=ignored))


def hash_of(facts: str) -> str:
    """The name made of a pre-hash string. Raises `EventRefused` for what no store could hold as text."""
    if not is_storable(facts):
        raise EventRefused.of(facts, expected="Unicode text", got="a NUL or half a surrogate pair")
    return f"ni:///sha-256;{sha256(facts.encode()).hexdigest()}?ver=CBV2.0"


def is_storable(text: str) -> bool:
    """Whether databases and UTF-8 can hold the text: no NUL, no half of a surrogate pair."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def pre_hash(event: Mapping[str, Any], *, names: Names = STANDARD_NAMES, ignored: Iterable[str] = ()) -> str:
    """The string that is hashed. `ignored` names extensions that a repository added for itself."""
    text = [f"eventType={event.get('type', '')}"]
    for field, write in _FIELDS.items():
        value = event.get(field)
        if value is not None:
            text.append(write(value, names))
    own = {key: value for key, value in event.items() if key not in _TOLD}
    for key in ignored:
        own.pop(key, None)
    sensors = event.get("sensorElementList")
    if own or sensors:
        text.append(_extensions(own, names, more=_rules(sensors, names)))
    return "".join(text)


def _rules(sensors: Any, names: Names) -> tuple[str, ...]:
    """The rules of single reports: the published algorithm has no place for them but the end."""
    told = []
    for sensor in sensors if isinstance(sensors, list) else ():
        reports = sensor.get("sensorReport") if isinstance(sensor, Mapping) else None
        rules = [
            f"sensorReportbizRules={_value(report['bizRules'], names)}"
            for report in (reports if isinstance(reports, list) else ())
            if isinstance(report, Mapping) and "bizRules" in report
        ]
        if rules:
            told.append("".join(["sensorElement", *sorted(rules)]))
    return ("".join(["sensorElementList", *sorted(told)]),) if told else ()


def moment(text: str) -> str:
    """A time as UTC to the millisecond, rounded; text that is no time is kept."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            return text
        at = at.astimezone(UTC)
        if at.microsecond:
            at = at.replace(microsecond=0) + timedelta(milliseconds=round(at.microsecond / 1000))
    except (ValueError, OverflowError):
        return text
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"


def _number(text: str) -> str:
    """A number as the published algorithm writes it: in double precision, whole when it is whole."""
    value = float(text)
    if value in (inf, -inf):
        return text
    return str(int(value)) if value.is_integer() else repr(value)


@lru_cache(maxsize=8_192)  # words, places and units come again and again
def _text(value: str) -> str:
    value = value.strip()
    if value.startswith(_KEYED):
        try:
            key = key_of(value)
        except CodeRefused:
            return value
        named = _ON_ANY_HOST.fullmatch(value) if key == value else None
        return f"{HOME}/{named[1]}" if named else key
    if _NUMBER.fullmatch(value):
        return _number(value)
    old = _OLD_WORDS.fullmatch(value)
    return f"https://ref.gs1.org/cbv/{_OLD_FAMILIES[old[1]]}-{old[2]}" if old else value


def _value(value: Any, names: Names) -> str:
    if isinstance(value, str):
        prefix, colon, rest = value.partition(":")
        if colon and prefix in names and names[prefix].startswith(_GS1_NAMES):
            return names[prefix] + rest
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(str(value))
    return ""


def _extensions(own: Mapping[str, Any], names: Names, depth: int = 0, more: Iterable[str] = ()) -> str:
    texts = [
        text
        for key, value in own.items()
        if key not in _UNSAID
        for text in _extension(full_name(key, names=names) or key, value, names, depth)
    ]
    return "".join(sorted([*texts, *more]))


def _extension(name: str, value: Any, names: Names, depth: int) -> Iterable[str]:
    if depth > DEEPEST:
        raise EventRefused.of(name, expected=f"at most {DEEPEST} levels of extensions", got="more")
    if isinstance(value, list):
        for item in value:
            yield from _extension(name, item, names, depth + 1)
    elif isinstance(value, Mapping):
        text = _value(value.get("#text"), names)
        yield f"{name}{'=' if text else ''}{text}{_extensions(value, names, depth + 1)}"
    elif value is not None:
        text = _value(value, names)
        yield f"{name}={text}" if text else name


def _scalar(value: Any, names: Names, *, name: str) -> str:
    text = _value(value, names)
    return f"{name}={text}" if text else ""


def _time(value: Any, names: Names, *, name: str) -> str:
    return f"{name}={moment(value)}" if isinstance(value, str) else _scalar(value, names, name=name)


def _word(value: Any, names: Names, *, name: str, family: str) -> str:
    if not isinstance(value, str):
        return ""
    return f"{name}={_value(address_of(value, family=family), names)}"


def _gs1_word(value: Any, names: Names, *, name: str) -> str:
    """A bare word of GS1's web vocabulary, such as the type of a sensor's report."""
    if isinstance(value, str):
        word = value.removeprefix(_NEW_GS1)
        if ":" not in word:
            return f"{name}={names['gs1']}{word}"
    return _scalar(value, names, name=name)


def _object(value: Any, names: Names, *, order: Mapping[str, Writer]) -> str:
    if not isinstance(value, OBJECT):
        return ""
    told = [write(value[field], names) for field, write in order.items() if value.get(field) is not None]
    if len(told) == len(value):
        return "".join(told)
    own = {key: item for key, item in value.items() if key not in order}
    return "".join(told) + _extensions(own, names)


def _named(value: Any, names: Names, *, name: str, order: Mapping[str, Writer]) -> str:
    text = _object(value, names, order=order)
    return name + text if text else ""


def _list(value: Any, names: Names, *, name: str, item: Writer) -> str:
    items = value if isinstance(value, list) else [value]
    text = "".join(sorted([item(one, names) for one in items]))
    return name + text if text else ""


def _codes(value: Any, names: Names, *, name: str) -> str:
    """A list of identifiers."""
    texts = [_value(one, names) for one in (value if isinstance(value, list) else [value])]
    text = "epc=".join(["", *sorted(filter(None, texts))])
    return name + text if text else ""


def _fields(kind: Callable[..., str], *names: str, **settings: Any) -> dict[str, Writer]:
    return {name: partial(kind, name=name, **settings) for name in names}


def _epcs(name: str) -> Writer:
    return partial(_codes, name=name)


def _elements(name: str, element: str, order: Mapping[str, Writer]) -> Writer:
    return partial(_list, name=name, item=partial(_named, name=element, order=order))


def _bare_elements(name: str, order: Mapping[str, Writer]) -> Writer:
    return partial(_list, name=name, item=partial(_object, order=order))


_QUANTITY = _fields(_scalar, "epcClass", "quantity", "uom")
_PLACE = _fields(_scalar, "id")
_DISPOSITIONS: dict[str, Writer] = {
    name: partial(_list, name="", item=partial(_word, name=name, family="Disp")) for name in ("set", "unset")
}
_TRANSACTION = _fields(_word, "type", family="BTT") | _fields(_scalar, "bizTransaction")
_SOURCE = _fields(_word, "type", family="SDT") | _fields(_scalar, "source")
_DESTINATION = _fields(_word, "type", family="SDT") | _fields(_scalar, "destination")
_METADATA = _fields(_time, "time", "startTime", "endTime") | _fields(
    _scalar, "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"
)
_REPORT = (
    _fields(_gs1_word, "type", "exception")
    | _fields(_scalar, "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")
    | _fields(_time, "time")
    | _fields(_scalar, "microorganism", "chemicalSubstance", "value")
    | _fields(_word, "component", family="Comp")
    | _fields(
        _scalar,
        "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue",
        "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem",
    )
    | {"bizRules": lambda _value, _names: ""}
)  # fmt: skip
_SENSOR: dict[str, Writer] = {
    "sensorMetadata": partial(_named, name="sensorMetadata", order=_METADATA),
    "sensorReport": partial(_list, name="", item=partial(_named, name="sensorReport", order=_REPORT)),
}

_FIELDS: Mapping[str, Writer] = {
    "eventTime": partial(_time, name="eventTime"),
    "eventTimeZoneOffset": lambda value, _: f"eventTimeZoneOffset={value}",
    "epcList": _epcs("epcList"),
    "parentID": partial(_scalar, name="parentID"),
    "inputEPCList": _epcs("inputEPCList"),
    "childEPCs": _epcs("childEPCs"),
    "quantityList": _elements("quantityList", "quantityElement", _QUANTITY),
    "childQuantityList": _elements("childQuantityList", "quantityElement", _QUANTITY),
    "inputQuantityList": _elements("inputQuantityList", "quantityElement", _QUANTITY),
    "outputEPCList": _epcs("outputEPCList"),
    "outputQuantityList": _elements("outputQuantityList", "quantityElement", _QUANTITY),
    "action": partial(_scalar, name="action"),
    "transformationID": partial(_scalar, name="transformationID"),
    "bizStep": partial(_word, name="bizStep", family="BizStep"),
    "disposition": partial(_word, name="disposition", family="Disp"),
    "persistentDisposition": partial(_named, name="persistentDisposition", order=_DISPOSITIONS),
    "readPoint": partial(_named, name="readPoint", order=_PLACE),
    "bizLocation": partial(_named, name="bizLocation", order=_PLACE),
    "sensorElementList": _elements("sensorElementList", "sensorElement", _SENSOR),
    "bizTransactionList": _bare_elements("bizTransactionList", _TRANSACTION),
    "destinationList": _bare_elements("destinationList", _DESTINATION),
    "ilmd": partial(_named, name="ilmd", order={}),
    "sourceList": _bare_elements("sourceList", _SOURCE),
}
_TOLD = _IGNORED | _FIELDS.keys()
