"""The removal confirmation: what a party set apart, sent back and destroyed, read and written; pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element

from connectors.gs1.identifiers import is_gdti, is_key
from connectors.gs1.message import (
    Header,
    below,
    head,
    items,
    leaf,
    moment_of,
    node,
    party,
    said,
    text_of,
    unknown,
    written,
)
from connectors.gs1.names import TRACKING, Key, Kind, Tag
from recall.codes.keys import key_of
from recall.domain.confirmation import Confirmation, Outcome
from recall.errors import ConfirmationRefused
from recall.ports import Removal
from recall.reading.trade_items import trade_item

OUTCOMES = {
    Tag.REMOVED: Outcome.QUARANTINED, Tag.RETURNED: Outcome.COLLECTED, Tag.DESTROYED: Outcome.DISPOSED,
}  # fmt: skip
"""Which statement of ours each quantity is."""
_UNITS = re.compile(r"([0-9]{1,10})(?:\.0+)?")
_GLN = re.compile(r"https://id\.gs1\.org/414/([0-9]{13})")


def removal_of(document: Element, *, final: bool = False, where: str = "") -> Removal:
    """Read a confirmation whole. Raises InputRefused for the first line that cannot be read.

    No element of it says that nothing more comes: each line is a part of the goods, unless whoever hands the
    message in says that it is `final`; then the last of several lines about one site ends the party's task
    there. Each has a key: it is the same statement however often the message comes.
    """
    original, own = said(document, Tag.ORIGINAL), said(document, Tag.CONFIRMATION)
    for tag, value in ((Tag.ORIGINAL, original), (Tag.CONFIRMATION, own)):
        if not value:
            raise ConfirmationRefused.of(Kind.REMOVAL, expected=f"the element {tag}", got="none", where=where)
    at = moment_of(document)
    if at is None:
        got = said(document, Tag.CREATED) or "none"
        raise ConfirmationRefused.of(Kind.REMOVAL, expected=f"a time in {Tag.CREATED}", got=got, where=where)
    lines = items(document)
    if not lines:
        raise ConfirmationRefused.of(
            Kind.REMOVAL, expected="at least one trade item", got="none", where=where
        )
    gln = said(below(document, Tag.REMOVER), Tag.GLN)
    odd = [] if is_gdti(own) else [f"'{own[:40]}' is no GDTI"]
    odd += [] if not gln or is_key(gln) else [f"'{gln[:40]}' is not a GLN: its check digit is wrong"]
    statements = [
        one
        for number, line in enumerate(lines, start=1)
        for one in _statements(line, own=own, at=at, number=number, where=f"{where}/{Tag.ITEM}[{number}]")
    ]
    return Removal(
        original=original, own=own, gln=gln,
        confirmations=tuple(_ended(statements) if final else statements),
        warnings=(*odd, *unknown(document)),
    )  # fmt: skip


def _statements(line: Element, *, own: str, at: datetime, number: int, where: str) -> Iterator[Confirmation]:
    gtin, lot, place = _gtin(line, where=where), _lot(line, where=where), _place(line, where=where)
    told = [(outcome, said(line, tag)) for tag, outcome in OUTCOMES.items() if said(line, tag)]
    if not told:
        expected = f"one of {', '.join(OUTCOMES)}"
        raise ConfirmationRefused.of(Kind.REMOVAL, expected=expected, got="none", where=where)
    for outcome, text in told:
        whole = _UNITS.fullmatch(text)
        if whole is None:
            raise ConfirmationRefused.of(
                text, expected="a whole number of units", got=repr(text)[:40], where=where
            )
        if int(whole[1]) or outcome is Outcome.QUARANTINED:
            yield Confirmation.read(
                {
                    "key": f"gs1/{own}/{number}/{outcome}", "outcome": outcome.value, "units": int(whole[1]),
                    "at": at.isoformat(), "gtin": gtin, "lot": lot, "place": place, "final": False,
                    "evidence": {"gs1": own},
                },
                where=where,
            )  # fmt: skip


def _gtin(line: Element, *, where: str) -> str | None:
    written_as = said(line, Tag.GTIN)
    known = trade_item(written_as) if written_as else None
    if known and known.note:
        raise ConfirmationRefused.of(
            written_as, expected="a GTIN of 8, 12, 13 or 14 digits", got=known.note, where=where
        )
    return known.gtin if known else None


def _lot(line: Element, *, where: str) -> str | None:
    """The one lot of a line: units of two lots are two statements."""
    lots = list(dict.fromkeys(
        code
        for group in line.iter()
        if any(one.tag == Tag.TRACKING_CODE and text_of(one) == Key.LOT for one in group)
        for one in group
        if one.tag != Tag.TRACKING_CODE and one.tag.startswith(TRACKING) and (code := text_of(one))
    ))  # fmt: skip
    if len(lots) > 1:
        raise ConfirmationRefused.of(
            ", ".join(lots)[:80], expected="one lot a trade item", got=f"{len(lots)}", where=where,
            advice="Let the party say the units of each lot by themselves.",
        )  # fmt: skip
    return lots[0] if lots else None


def _place(line: Element, *, where: str) -> str | None:
    """The key of the site, as events name it."""
    site = below(line, Tag.LOCATION)
    gln = said(site, Tag.GLN)
    if not gln:
        return said(site, Tag.OTHER_PARTY) or None
    if not is_key(gln):
        got = "another length or check digit"
        raise ConfirmationRefused.of(gln, expected="a GLN of thirteen digits", got=got, where=where)
    return key_of(f"https://id.gs1.org/414/{gln}")


def _ended(statements: Sequence[Confirmation]) -> Iterator[Confirmation]:
    """The statements, of which the last of an outcome at a site ends its task."""
    last = {(one.outcome, one.place): number for number, one in enumerate(statements)}
    for number, one in enumerate(statements):
        yield (
            one
            if last[one.outcome, one.place] != number
            else Confirmation.read(one.document() | {"final": True})
        )


def removal(
    confirmations: Sequence[Confirmation], *, gdti: str, gln: str, name: str, gtin: str | None, receiver: str
) -> str:
    """What a party confirmed as one message, a line for each trade item, lot and site.

    `gtin` is the recall's only trade item: statements that name none are of it. Statements about order lines
    are none of these. Raises ConfirmationRefused where no units were set apart, sent back or destroyed.
    """
    goods = [one for one in confirmations if one.outcome in OUTCOMES.values()]
    if not goods:
        raise ConfirmationRefused.of(
            name, expected="units that were quarantined, collected or disposed", got="none"
        )
    at = max(one.at for one in goods)
    content = "\n".join(sorted(one.key for one in goods))
    serial = hashlib.sha256(f"{gln}{name}{content}".encode()).hexdigest()[:13]
    own, places = f"{gdti[:13]}{serial}", dict.fromkeys(_line_of(one, gtin=gtin) for one in goods)
    lines = (_line(where, [one for one in goods if _line_of(one, gtin=gtin) == where]) for where in places)
    document = node(
        Kind.REMOVAL, *head(at), leaf(Tag.ORIGINAL, gdti), leaf(Tag.CONFIRMATION, own),
        party(Tag.REMOVER, gln=gln, name=name), *lines,
    )  # fmt: skip
    header = Header(sender=gln, receiver=receiver, instance=own, at=at)
    return written(Kind.REMOVAL, header=header, document=document)


_Line = tuple[str | None, str | None, str | None]


def _line_of(one: Confirmation, *, gtin: str | None) -> _Line:
    return one.gtin or gtin, one.lot, one.place


def _line(where: _Line, goods: Sequence[Confirmation]) -> Element:
    gtin, lot, place = where
    units = {
        tag: sum(one.units for one in goods if one.outcome is outcome)
        for tag, outcome in OUTCOMES.items()
        if any(one.outcome is outcome for one in goods)
    }
    return node(
        Tag.ITEM, leaf(Tag.GTIN, gtin) if gtin else None,
        node(Tag.TRACKING, leaf(Tag.TRACKING_CODE, Key.LOT), leaf(Tag.TRACKING_VALUE, lot)) if lot else None,
        _location(place) if place else None, *(leaf(tag, count) for tag, count in units.items()),
    )  # fmt: skip


def _location(place: str) -> Element:
    known = _GLN.fullmatch(place)
    other = {Tag.OTHER_PARTY_TYPE.value: "SELLER_ASSIGNED_IDENTIFIER_FOR_A_PARTY"}
    return node(Tag.LOCATION, leaf(Tag.GLN, known[1]) if known else leaf(Tag.OTHER_PARTY, place, **other))
