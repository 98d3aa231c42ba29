"""Keys: the one name under which events, lots and items are stored and compared.

Events name things as EPC URNs or as Digital Links on any host. Both become one address on the GS1 host at the
finest level: `https://id.gs1.org/01/<gtin>/21/<serial>`, `/01/<gtin>/10/<lot>`, `/01/<gtin>`, `/00/<sscc>`,
`/414/<gln>`.
"""

from __future__ import annotations

from functools import lru_cache

from recall.codes.digital_link import HOME, opening_key, read_uri, write_finest
from recall.codes.epc import is_known_kind, read_urn
from recall.codes.gs1 import Elements
from recall.codes.profile import LENIENT
from recall.codes.reader import LONGEST
from recall.errors import CodeRefused

_MEMORY = 65_536
_GOODS = frozenset({"00", "01", "8006"})


@lru_cache(maxsize=_MEMORY)
def elements_of(identifier: str) -> Elements:
    """The GS1 elements that an identifier of an event names; none when it is a name of its owner's own.

    Raises `CodeRefused` when it claims to be a GS1 identifier and is wrong inside. A web address is such a
    claim when its path names goods; an asset, a place or a document may be its host's own way of naming.
    """
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
    return write_finest(elements_of(identifier)) or identifier


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


def lot_key(gtin: str, lot: str) -> str:
    """The key of a lot."""
    return write_finest((("01", gtin), ("10", lot))) or HOME


def item_key(gtin: str, serial: str) -> str:
    """The key of one item."""
    return write_finest((("01", gtin), ("21", serial))) or HOME


def _pair(identifier: str, ai: str) -> tuple[str, str] | None:
    values = dict(elements_of(identifier))
    return (values["01"], values[ai]) if "01" in values and ai in values else None
