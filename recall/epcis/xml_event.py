"""One event's XML as the JSON form of EPCIS 2.0: lists without their wrappers, 1.2's extensions unfolded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

from recall.errors import EventRefused

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,300}\.?[0-9]{0,300}|\.[0-9]{1,300})(?:[eE][+-]?[0-9]{1,3})?")
_TRUTH = MappingProxyType({"true": True, "1": True, "false": False, "0": False})
_MEASURES = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"})
_FOLDS = ("extension", "baseExtension")


@dataclass(slots=True)
class Element:
    """An element, named as a key of the JSON form; what types its text (`xsi:`) is left out."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)


def form_of(element: Element, *, in_order: bool, where: str) -> dict[str, Any]:
    """The JSON form of an event's element. Raises `EventRefused` for what has no place in it.

    The schema of 2.0 orders the elements. Readers agree to overlook that, but for one thing, which
    `in_order` asks for: what was done is not told before when.
    """
    form: dict[str, Any] = {"type": element.name}
    for child in _unfolded(element):
        if in_order and child.name == "eventTime" and "action" in form:
            place = f"{where}/action"
            raise EventRefused.of(
                element.name, expected="eventTime before action", got="action first", where=place
            )
        shape = _SHAPES.get(child.name)
        if shape is not None:
            _put(form, child.name, shape(child, where=f"{where}/{child.name}"), where=where)
        elif child.name == "certificationInfo":
            text = child.text.strip()  # before 2.0 no field of the standard, and anything may stand in it
            _gather(form, child.name if in_order or ":" in text else "rdfs:comment", text)
        else:
            _add(form, child, where=where)
    return form


def ignored_in(element: Element) -> tuple[str, ...]:
    """The extensions that a repository's `ignoreFields` names."""
    return tuple(child.name for child in element.children)


def _unfolded(element: Element) -> Iterator[Element]:
    """The children, with those of the extension elements that EPCIS 1.2 wraps later additions in."""
    for child in element.children:
        if child.name in _FOLDS:
            yield from _unfolded(child)
        else:
            yield child


def _put(form: dict[str, Any], key: str, value: Any, *, where: str) -> None:
    if key in form:
        raise EventRefused.of(key, expected="the element once", got="twice", where=f"{where}/{key}")
    form[key] = value


def _add(form: dict[str, Any], child: Element, *, where: str) -> None:
    """A plain field by its text, unless it is empty; an extension by all it holds, listed if it repeats."""
    if ":" in child.name:
        _gather(form, child.name, _extension(child))
    elif text := child.text.strip():
        _put(form, child.name, text, where=where)
    elif child.children or child.attributes:
        _put(form, child.name, _extension(child), where=where)


def _gather(form: dict[str, Any], key: str, value: Any) -> None:
    if key not in form:
        form[key] = value
    elif isinstance(form[key], list):
        form[key].append(value)
    else:
        form[key] = [form[key], value]


def _extension(element: Element) -> Any:
    """The text of an element that holds nothing else; otherwise its attributes and children as an object."""
    text = element.text.strip()
    if not element.children and not element.attributes:
        return text
    form: dict[str, Any] = {"#text": text} if text else {}
    for key, value in element.attributes.items():
        form[key] = value
    for child in element.children:
        _gather(form, child.name, _extension(child))
    return form


def _object(element: Element, *, where: str) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for child in _unfolded(element):
        if child.name == "correctiveEventIDs":
            form[child.name] = [one.text.strip() for one in child.children]
        else:
            _add(form, child, where=where)
    return form


def _texts(element: Element, *, where: str, item: str) -> list[str]:
    return [_named(child, item, where=where).text.strip() for child in element.children]


def _quantities(element: Element, *, where: str) -> list[dict[str, Any]]:
    items = []
    for child in element.children:
        form = _object(_named(child, "quantityElement", where=where), where=where)
        if "quantity" in form:
            form["quantity"] = _number(form["quantity"])
        items.append(form)
    return items


def _pairs(element: Element, *, where: str, item: str) -> list[dict[str, Any]]:
    return [
        {**child.attributes, item: _named(child, item, where=where).text.strip()}
        for child in element.children
    ]


def _conditions(element: Element, *, where: str) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for child in _unfolded(element):
        if child.name not in ("set", "unset"):
            raise EventRefused.of(child.name, expected="set or unset", got=child.name, where=where)
        form.setdefault(child.name, []).append(child.text.strip())
    return form


def _sensors(element: Element, *, where: str) -> list[dict[str, Any]]:
    return [_sensor(_named(child, "sensorElement", where=where), where=where) for child in element.children]


def _sensor(element: Element, *, where: str) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for child in _unfolded(element):
        if child.name == "sensorReport":
            form.setdefault(child.name, []).append(_report(child))
        elif child.name == "sensorMetadata":
            _put(form, child.name, _report(child), where=where)
        else:
            _add(form, child, where=where)
    return form


def _report(element: Element) -> dict[str, Any]:
    form: dict[str, Any] = dict(element.attributes)
    for key in form:
        if key in _MEASURES:
            form[key] = _number(form[key])
        elif key == "booleanValue":
            form[key] = _TRUTH.get(form[key], form[key])
    return form


def _named(element: Element, name: str, *, where: str) -> Element:
    if element.name != name:
        raise EventRefused.of(element.name, expected=f"only {name} in it", got=element.name, where=where)
    return element


def _number(text: Any) -> Any:
    """The number that a text writes; the text itself when it writes none, to be refused where it stands."""
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        return text
    return int(text) if text.isdigit() else float(text)


Shape = Callable[..., Any]

_EPCS = partial(_texts, item="epc")
_SHAPES: Mapping[str, Shape] = MappingProxyType(
    dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _EPCS)
    | dict.fromkeys(
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _quantities
    )
    | {
        "bizTransactionList": partial(_pairs, item="bizTransaction"),
        "sourceList": partial(_pairs, item="source"),
        "destinationList": partial(_pairs, item="destination"),
        "readPoint": _object,
        "bizLocation": _object,
        "ilmd": _object,
        "errorDeclaration": _object,
        "persistentDisposition": _conditions,
        "sensorElementList": _sensors,
    }
)
"""The fields whose XML is not their text."""
