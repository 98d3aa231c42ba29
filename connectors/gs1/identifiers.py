"""The GDTI: how GS1 names a document, made from our references and told apart from others; pure."""

from __future__ import annotations

import base64
import hashlib
import re

from recall.codes.content import check_digit
from recall.errors import InputRefused

_TYPE = re.compile(r"[0-9]{13}")
_SERIAL = re.compile(r"[A-Za-z0-9._-]{1,13}")
_GDTI = re.compile(r"([0-9]{12})([0-9])[!-~]{0,17}")
_SHORT = 13
"""Signs of a serial: four more tell the version, and a GDTI has seventeen."""


def is_key(text: str) -> bool:
    """Whether thirteen digits are a GLN or a type of document: the check digit is right."""
    return bool(_TYPE.fullmatch(text)) and check_digit(text[:12]) == text[12]


def is_gdti(text: str) -> bool:
    """Whether a text is a GDTI: thirteen digits with their check digit, and up to seventeen signs.

    >>> is_gdti("0857674002331CP855"), is_gdti("0857674002332CP855")
    (True, False)
    """
    found = _GDTI.fullmatch(text)
    return found is not None and check_digit(found[1]) == found[2]


def serial_of(reference: str) -> str:
    """The serial that stands for a reference of ours: itself where it fits, else a digest of it."""
    if _SERIAL.fullmatch(reference):
        return reference
    return base64.b32encode(hashlib.sha256(reference.encode()).digest())[:_SHORT].decode()


def gdti_of(reference: str, *, document_type: str) -> str:
    """The GDTI of a notice; one whose reference is a GDTI has its own. Raises InputRefused for a type that is
    none."""
    if is_gdti(reference):
        return reference
    if not is_key(document_type):
        raise InputRefused(
            f"Cannot name the notice {reference!r} as GS1 does", value=document_type,
            expected="a document type: thirteen digits with their check digit", got=repr(document_type),
            advice="Give it with --document-type, or set RECALL_GS1_DOCUMENT_TYPE.",
        )  # fmt: skip
    return document_type + serial_of(reference)


def version_of(gdti: str, *, version: int) -> str:
    """The GDTI of one version of the document that `gdti` names first."""
    return f"{gdti[:26]}-{version}"


def names(gdti: str, reference: str) -> bool:
    """Whether a GDTI names the notice of this reference, whoever's document type it bears."""
    return gdti == reference or (is_gdti(gdti) and gdti[13:] == serial_of(reference))
