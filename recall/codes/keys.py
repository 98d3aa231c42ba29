"""Keys: the one name under which events, lots and items are stored and compared.

Events name things as EPC URNs or as Digital Links on any host. Both become one address on the GS1 host at the
finest level: `https://id.gs1.org/01/<gtin>/21/<serial>`, `/01/<gtin>/10/<lot>`, `/01/<gtin>`, `/00/<sscc>`,
`/414/<gln>`.

The common shapes take a short road: one expression and a check digit. Whatever that road does not know takes
the long one, through the readers of URNs and Digital Links, which is the truth for both.
"""

from __future__ import annotations

import re
from functools import lru_cache

from recall.codes.content import check_digit
from recall.codes.digital_link import HOME, opening_key, read_uri, write_finest
from recall.codes.epc import is_known_kind, read_urn
from recall.codes.gs1 import Elements
from recall.codes.profile import LENIENT
from recall.codes.reader import LONGEST
from recall.errors import CodeRefused

_MEMORY = 8_192
_GOODS = frozenset({"00", "01", "8006"})

_TEXT = "[A-Za-z0-9_-][A-Za-z0-9_.-]{0,19}"
"""What stands the same in a URN, in an address and in a key."""
_LINK = re.compile(
    "https?://[a-z0-9][a-z0-9.-]*/(?:"
    rf"01/(?P<gtin>[0-9]{{14}})(?:/10/(?P<lot>{_TEXT}))?(?:/21/(?P<serial>{_TEXT}))?"
    rf"|00/(?P<sscc>[0-9]{{18}})|414/(?P<gln>[0-9]{{13}})(?:/254/(?P<ext>{_TEXT}))?)"
)
_URN = re.compile(
    rf"urn:epc:(id:sgtin|class:lgtin|id:sscc|id:sgln):([0-9]{{6,12}})\.([0-9]{{0,11}})(?:\.({_TEXT}))?"
)
_checked = lru_cache(maxsize=_MEMORY)(check_digit)  # many serials are of one trade item
_DIGITS = {"id:sgtin": 13, "class:lgtin": 13, "id:sscc": 17, "id:sgln": 12}


def elements_of(identifier: str) -> Elements:
    """The GS1 elements that an identifier of an event names; none when it is a name of its owner's own.

    Raises `CodeRefused` when it claims to be a GS1 identifier and is wrong inside. A web address is such a
    claim when its path names goods; an asset, a place or a document may be its host's own way of naming.
    """
    return _at_once(identifier) or read_at_length(identifier)


def _at_once(identifier: str) -> Elements | None:
    """The elements of an identifier in one of the common shapes, None when it has another or is wrong."""
    urn = _URN.fullmatch(identifier)
    if urn is not None:
        kind, prefix, reference, text = urn.groups()
        return _of_urn(kind, prefix=prefix, reference=reference, text=text)
    link = _LINK.fullmatch(identifier)
    return None if link is None else _of_link(*link.groups())


def _of_urn(kind: str, *, prefix: str, reference: str, text: str | None) -> Elements | None:
    if len(prefix) + len(reference) != _DIGITS[kind] or (text is None) is not (kind == "id:sscc"):
        return None
    if text is None:
        body = reference[0] + prefix + reference[1:]
        return (("00", body + _checked(body)),)
    if kind == "id:sgln":
        place = ("414", prefix + reference + _checked(prefix + reference))
        return (place,) if text == "0" else (place, ("254", text))
    body = reference[0] + prefix + reference[1:]
    return ("01", body + _checked(body)), ("21" if kind == "id:sgtin" else "10", text)


def _of_link(
    gtin: str | None, lot: str | None, serial: str | None, sscc: str | None, gln: str | None, ext: str | None
) -> Elements | None:
    key = gtin or sscc or gln or ""
    if key[-1] != _checked(key[:-1]):
        return None
    elements = [("01" if gtin else "00" if sscc else "414", key)]
    elements += [(ai, text) for ai, text in (("10", lot), ("21", serial), ("254", ext)) if text]
    return tuple(elements)


@lru_cache(maxsize=_MEMORY)
def read_at_length(identifier: str) -> Elements:
    """The long road of `elements_of`, through the readers of URNs and Digital Links."""
    if len(identifier) > LONGEST:
        raise CodeRefused.of(identifier, expected=f"at most {LONGEST} characters", got=f"{len(identifier)}")
    if is_known_kind(identifier):
        return read_urn(identifier)
    if identifier[:4] not in ("http", "HTTP"):
        return ()
    key = opening_key(identifier)
    if key is None:
        return ()
    try:
        return read_uri(identifier, tolerance=LENIENT)[1]
    except CodeRefused:
        if key in _GOODS:
            raise
        return ()


@lru_cache(maxsize=_MEMORY)
def key_of(identifier: str) -> str:
    """The one key of an identifier; a name of its owner's own is its own key. Raises `CodeRefused`."""
    elements = _at_once(identifier)
    if elements is None:
        return write_finest(read_at_length(identifier)) or identifier
    ai, value = elements[0]
    if len(elements) == 1:
        return f"{HOME}/{ai}/{value}"
    finer, text = elements[-1]
    return f"{HOME}/{ai}/{value}/{finer}/{text}"


def gtin_of(identifier: str) -> str | None:
    """The 14 digits of the trade item that an identifier names, if it names one."""
    return dict(elements_of(identifier)).get("01")


def lot_of(identifier: str) -> tuple[str, str] | None:
    """(GTIN, lot) when the identifier tells its lot, beside a serial too; zeros and case kept."""
    return _pair(identifier, "10")


def serial_of(identifier: str) -> tuple[str, str] | None:
    """(GTIN, serial) when the identifier names one item; zeros and case kept."""
    return _pair(identifier, "21")


def sscc_of(identifier: str) -> str | None:
    """The 18 digits of a logistic unit, if the identifier names one."""
    return dict(elements_of(identifier)).get("00")


def class_key(gtin: str) -> str:
    """The key of a trade item, whatever its lot."""
    return write_finest((("01", gtin),)) or HOME


def lot_key(gtin: str, lot: str) -> str:
    """The key of a lot."""
    return write_finest((("01", gtin), ("10", lot))) or HOME


def item_key(gtin: str, serial: str) -> str:
    """The key of one item."""
    return write_finest((("01", gtin), ("21", serial))) or HOME


def _pair(identifier: str, ai: str) -> tuple[str, str] | None:
    values = dict(elements_of(identifier))
    return (values["01"], values[ai]) if "01" in values and ai in values else None
