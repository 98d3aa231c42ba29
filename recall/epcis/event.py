"""The event: what happened to which goods, when, where and why (EPCIS 2.0), read whole or refused whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from recall.codes.keys import gtin_of, key_of, lot_of
from recall.epcis.fields import Fields
from recall.epcis.identity import event_hash
from recall.epcis.parts import (
    ErrorDeclaration,
    Ilmd,
    PersistentDisposition,
    Quantity,
    read_error,
    read_ilmd,
    read_pairs,
    read_persistent,
    read_place,
    read_quantities,
)
from recall.epcis.sensors import check_sensors
from recall.epcis.vocabulary import STANDARD_NAMES, names_in


class EventType(StrEnum):
    """The five types."""

    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSFORMATION = "TransformationEvent"
    ASSOCIATION = "AssociationEvent"
    TRANSACTION = "TransactionEvent"


class Action(StrEnum):
    """What an event does to the life or the relation it is about."""

    ADD = "ADD"
    OBSERVE = "OBSERVE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: identifiers are keys (`codes.keys`), words are CBV's bare ones or an owner's web address."""

    hash: str
    """`ni:///sha-256;…?ver=CBV2.0`: two spellings of the same facts have the same."""
    type: EventType
    event_time: datetime
    event_time_zone_offset: str
    record_time: datetime | None
    event_id: str | None
    action: Action | None
    """None for a transformation."""
    biz_step: str | None
    disposition: str | None
    persistent_disposition: PersistentDisposition | None
    read_point: str | None
    biz_location: str | None
    parent: str | None
    epcs: tuple[str, ...]
    """The goods of the event; for aggregation and association the children."""
    quantities: tuple[Quantity, ...]
    inputs: tuple[str, ...]
    input_quantities: tuple[Quantity, ...]
    outputs: tuple[str, ...]
    output_quantities: tuple[Quantity, ...]
    told_lots: Mapping[str, str]
    """Key of an item -> the lot that its identifier told beside the serial, which the key leaves out."""
    transformation_id: str | None
    ilmd: Ilmd | None
    error: ErrorDeclaration | None
    transactions: tuple[tuple[str | None, str], ...]
    """(type, identifier) of purchase orders, despatch advices and the like."""
    sources: tuple[tuple[str | None, str], ...]
    destinations: tuple[tuple[str | None, str], ...]
    body: Mapping[str, Any] = field(repr=False, compare=False)
    """The event as it came."""
    said: str | None = field(default=None, repr=False, compare=False)
    """The JSON text of the body as it came; None where it came in another form or among other things."""

    @classmethod
    def read(
        cls,
        document: Mapping[str, Any],
        *,
        where: str,
        names: Mapping[str, str] = STANDARD_NAMES,
        ignored: Iterable[str] = (),
        closed: bool = True,
        said: str | None = None,
    ) -> Event:
        """Read one event of EPCIS 2.0 JSON-LD.

        `where` is the JSON pointer of the event in its document, `names` the namespaces declared around it,
        `ignored` the extensions that take no part in its hash, `closed` whether CBV's vocabulary is closed:
        it was not in EPCIS 1.2, `said` the event's own JSON text. Raises `EventRefused`.
        """
        names = names_in(document["@context"], outer=names) if "@context" in document else names
        fields = Fields(document, where, names, closed)
        kind = _TYPES[fields.one_of("type", _TYPES)]
        fields.only(_KNOWN[kind])
        _check_certificates(fields)
        event = cls(
            type=kind,
            event_time=fields.needed_moment("eventTime"),
            event_time_zone_offset=fields.offset("eventTimeZoneOffset"),
            record_time=fields.moment("recordTime"),
            event_id=fields.text("eventID"),
            action=None if kind is EventType.TRANSFORMATION else _ACTIONS[fields.one_of("action", _ACTIONS)],
            biz_step=fields.word("bizStep", family="BizStep"),
            disposition=fields.word("disposition", family="Disp"),
            persistent_disposition=read_persistent(fields.inner("persistentDisposition")),
            read_point=read_place(fields.inner("readPoint")),
            biz_location=read_place(fields.inner("bizLocation")),
            parent=fields.key("parentID"),
            epcs=fields.keys("childEPCs" if kind in _PARENTED else "epcList"),
            quantities=read_quantities(fields, "childQuantityList" if kind in _PARENTED else "quantityList"),
            inputs=fields.keys("inputEPCList"),
            input_quantities=read_quantities(fields, "inputQuantityList"),
            outputs=fields.keys("outputEPCList"),
            output_quantities=read_quantities(fields, "outputQuantityList"),
            told_lots=_told_lots(fields),
            transformation_id=fields.key("transformationID"),
            ilmd=read_ilmd(fields.inner("ilmd")),
            error=read_error(fields.inner("errorDeclaration")),
            transactions=read_pairs(fields, "bizTransactionList", "bizTransaction", family="BTT"),
            sources=read_pairs(fields, "sourceList", "source", family="SDT"),
            destinations=read_pairs(fields, "destinationList", "destination", family="SDT"),
            body=document,
            said=said,
            hash=event_hash(document, names=names, ignored=ignored),
        )
        _check_whole(event, fields)
        return event

    @property
    def fingerprint(self) -> str:
        """What the hash leaves out of lots, as 16 hexadecimal digits; empty when the event tells none so.

        The hash reads a lot in master data as a number where it can (`0012` is `12`), and drops one beside a
        serial. Two events are the same when their hashes and their fingerprints are.
        """
        lot = self.ilmd.lot if self.ilmd else None
        if lot is None and not self.told_lots:
            return ""
        facts = repr((lot, sorted(self.told_lots.items())))
        return sha256(facts.encode()).hexdigest()[:16]

    def lot_of(self, key: str) -> tuple[str, str] | None:
        """(GTIN, lot) of one of the event's goods, as far as this event tells it.

        By its own name, beside its serial, or by the master data of goods that begin to exist in this event.
        """
        named, gtin = lot_of(key), gtin_of(key)
        lot = self.told_lots.get(key) or (self.ilmd.lot if self.ilmd and key in self._born() else None)
        return named or ((gtin, lot) if gtin and lot else None)

    def _born(self) -> tuple[str, ...]:
        if self.type is EventType.TRANSFORMATION:
            return (*self.outputs, *(one.epc_class for one in self.output_quantities))
        if self.type is EventType.OBJECT and self.action is Action.ADD:
            return (*self.epcs, *(one.epc_class for one in self.quantities))
        return ()

    @property
    def goods(self) -> tuple[str, ...]:
        """Every key the event names: goods, classes, inputs, outputs, and the parent."""
        quantities = (*self.quantities, *self.input_quantities, *self.output_quantities)
        parent = () if self.parent is None else (self.parent,)
        return (*self.epcs, *self.inputs, *self.outputs, *(one.epc_class for one in quantities), *parent)


_TYPES = {kind.value: kind for kind in EventType}
_ACTIONS = {action.value: action for action in Action}
_PARENTED = frozenset({EventType.AGGREGATION, EventType.ASSOCIATION})
_COMMON = frozenset(
    {
        "@context", "type", "eventTime", "eventTimeZoneOffset", "recordTime", "eventID", "certificationInfo",
        "bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation", "bizTransactionList",
        "sourceList", "destinationList", "sensorElementList", "errorDeclaration",
    }
)  # fmt: skip
_CHILDREN = frozenset({"action", "parentID", "childEPCs", "childQuantityList"})
_OWN: Mapping[EventType, frozenset[str]] = {
    EventType.OBJECT: frozenset({"action", "epcList", "quantityList", "ilmd"}),
    EventType.AGGREGATION: _CHILDREN,
    EventType.ASSOCIATION: _CHILDREN,
    EventType.TRANSACTION: frozenset({"action", "parentID", "epcList", "quantityList"}),
    EventType.TRANSFORMATION: frozenset(
        {
            "inputEPCList",
            "inputQuantityList",
            "outputEPCList",
            "outputQuantityList",
            "transformationID",
            "ilmd",
        }
    ),
}
_KNOWN = {kind: _COMMON | own for kind, own in _OWN.items()}
_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")


def _check_whole(event: Event, fields: Fields) -> None:
    """What must stand together, type by type (EPCIS 2.0, section 7.4)."""
    goods = bool(event.epcs or event.quantities or "epcList" in fields.body)
    sensed = check_sensors(fields)
    if event.type is EventType.OBJECT and not (goods or sensed):
        raise fields.refused("epcList", expected="goods in epcList or quantityList", got="neither")
    if event.type in _PARENTED:
        if event.parent is None and (
            event.action is not Action.OBSERVE or event.type is EventType.ASSOCIATION
        ):
            raise fields.refused("parentID", expected="the parent", got="nothing")
        if not goods and event.action is not Action.DELETE and not sensed:
            raise fields.refused(
                "childEPCs", expected="children in childEPCs or childQuantityList", got="neither"
            )
    if event.type is EventType.TRANSACTION:
        if not event.transactions:
            raise fields.refused("bizTransactionList", expected="at least one transaction", got="none")
        if not goods and event.action is not Action.DELETE:
            raise fields.refused("epcList", expected="goods in epcList or quantityList", got="neither")
    if event.type is EventType.TRANSFORMATION:
        made_of = bool(event.inputs or event.input_quantities)
        made = bool(event.outputs or event.output_quantities)
        if not (made_of and made) and not (event.transformation_id and (made_of or made)):
            raise fields.refused(
                "inputEPCList", expected="inputs and outputs, or one and a transformationID", got="less"
            )


def _check_certificates(fields: Fields) -> None:
    for text in fields.identifiers("certificationInfo"):
        if ":" not in text:
            raise fields.refused("certificationInfo", expected="a web address", got=repr(text[:60]))


def _told_lots(fields: Fields) -> Mapping[str, str]:
    told: dict[str, str] = {}
    for name in _LISTS:
        listed = fields.body.get(name) or []
        for identifier in listed if isinstance(listed, list) else [listed]:  # all texts: read as keys before
            if identifier[:4] != "urn:" and ("/10/" in identifier or "/lot/" in identifier):
                pair = lot_of(identifier)
                if pair is not None:
                    told[key_of(identifier)] = pair[1]
    return told
