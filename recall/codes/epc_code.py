"""EPC URNs and the memory of RFID tags as product codes."""

from __future__ import annotations

import re

from recall.codes.application_identifiers import TABLE
from recall.codes.epc import Epc, read_epc
from recall.codes.epc_tag import HEADERS, is_other_family, read_memory, read_tag
from recall.codes.gs1 import Elements
from recall.codes.product_code import Granularity, ProductCode, code_of

SCHEME = "epc-urn"
MEMORY_SCHEME = "epc-memory"

_MEMORY = re.compile(f"(?:{'|'.join(f'{header:02X}' for header in sorted(HEADERS))})[0-9A-F]{{14,122}}", re.I)
_NAMES: dict[str, Granularity] = {
    "gid": "item", "usdod": "item", "adi": "item", "bic": "logistic", "imovn": "asset",
}  # fmt: skip
_SERIALISED = frozenset({"gid", "usdod", "adi"})
_LETTERS_OF_CONTAINERS = "0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ"
"""ISO 6346: a letter's place is its value; 11, 22 and 33 are left out."""


def is_epc(raw: str) -> bool:
    """Whether the string says that it is an EPC URN."""
    return raw.startswith("urn:epc:")


def is_memory(raw: str) -> bool:
    """Whether the string looks like the hexadecimal memory of a tag: a known header, whole words."""
    return len(raw) % 4 == 0 and _MEMORY.fullmatch(raw) is not None


def read_epc_code(raw: str) -> ProductCode:
    """Read an EPC URN of any form: id, class, idpat, tag or raw. Raises `CodeRefused`.

    >>> read_epc_code("urn:epc:raw:96.x3074257BF7194E4000001A85").canonical
    'https://id.gs1.org/01/80614141123458/21/6789'
    """
    if is_other_family(raw):
        warning = "the tag holds no EPC but data of another family"
        return ProductCode(scheme=SCHEME, canonical=raw, raw=raw, warnings=(warning,))
    if raw.startswith(("urn:epc:tag:", "urn:epc:raw:")):
        return _code_of(read_tag(raw).epc, scheme=SCHEME, raw=raw)
    return _code_of(read_epc(raw), scheme=SCHEME, raw=raw)


def read_memory_code(raw: str) -> ProductCode:
    """Read the hexadecimal EPC memory of a tag. Raises `CodeRefused`.

    >>> read_memory_code("3074257bf7194e4000001a85").serial
    '6789'
    """
    return _code_of(read_memory(raw).epc, scheme=MEMORY_SCHEME, raw=raw)


def _code_of(epc: Epc, *, scheme: str, raw: str) -> ProductCode:
    elements = epc.elements
    if elements:
        return code_of(elements, scheme=scheme, raw=raw, warnings=_findings(elements))
    whole = epc.form != "idpat"
    named = whole and epc.scheme in _NAMES
    serialised = whole and epc.scheme in _SERIALISED
    parts = epc.parts[:-1] if serialised else epc.parts
    return ProductCode(
        scheme=scheme,
        canonical=epc.uri,
        raw=raw,
        class_id=".".join(parts) if named else None,
        serial=epc.parts[-1] if serialised else None,
        granularity=_NAMES[epc.scheme] if named else None,
        warnings=_container_findings(epc) if whole and epc.scheme == "bic" else (),
    )


def _findings(elements: Elements) -> tuple[str, ...]:
    """What a URN may hold and an element string may not, such as a piece number of 00."""
    found = [(ai, TABLE[ai].finding(value)) for ai, value in elements]
    return tuple(f"AI ({ai}): expected {what[0]}, got {what[1]}" for ai, what in found if what)


def _container_findings(epc: Epc) -> tuple[str, ...]:
    body = epc.parts[0][:-1]
    total = sum(_LETTERS_OF_CONTAINERS.index(letter) << place for place, letter in enumerate(body))
    expected = str(total % 11 % 10)
    wrong = epc.parts[0][-1] != expected
    return (f"the container's check digit should be {expected}",) if wrong else ()
