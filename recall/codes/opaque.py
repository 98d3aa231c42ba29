"""Names whose inside belongs to somebody else: decentralised identifiers, handles, object identifiers, links.

They are kept letter by letter. The scheme is told; a lot or a serial never is, for no grammar says where one
stands.
"""

from __future__ import annotations

import re

from recall.codes.form import Form
from recall.codes.product_code import ProductCode
from recall.codes.profile import Profile
from recall.errors import CodeRefused

_DID = re.compile(
    r"did:(?P<method>[a-z0-9]+):(?P<id>(?:(?:[A-Za-z0-9._\-]|%[0-9A-Fa-f]{2})*:)*(?:[A-Za-z0-9._\-]|%[0-9A-Fa-f]{2})+)"
    r"(?P<rest>[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?"
)
_PRINTED = r"[^\s\x00-\x1f\x7f]"
_HANDLE = re.compile(rf"(?P<prefix>8[68](?:\.[0-9]+){{1,6}})/{_PRINTED}{{1,500}}")
_DOI = re.compile(rf"doi:(?P<name>10(?:\.[0-9]+){{1,6}}/{_PRINTED}{{1,500}})", re.IGNORECASE)
_ARCS = r"(?:[01]\.(?:[0-9]|[1-3][0-9])|2\.(?:0|[1-9][0-9]*))(?:\.(?:0|[1-9][0-9]*))*"
_OID = re.compile(
    rf"(?:urn:oid:(?P<named>{_ARCS})|(?P<bare>1\.2\.156(?:\.(?:0|[1-9][0-9]*))+))", re.IGNORECASE
)
_LINK = re.compile(
    r"https?://(?P<host>[A-Za-z0-9.\-]+(?::[0-9]{1,5})?)/(?P<path>[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+)"
)
_LONGEST_LINK = 2048


def web_host(did: str) -> str | None:
    """The host that answers for a `did:web`, lower case; None for every other method.

    >>> web_host("did:web:maker.example%3A8443:products#key-1")
    'maker.example:8443'
    """
    match = _DID.fullmatch(did)
    if match is None or match["method"] != "web":
        return None
    return match["id"].split(":")[0].replace("%3A", ":").replace("%3a", ":").lower()


def _is_did(raw: str) -> bool:
    return raw.startswith("did:")


def _read_did(raw: str, profile: Profile) -> ProductCode:
    del profile
    if _DID.fullmatch(raw) is None:
        raise CodeRefused.of(raw, expected="a decentralised identifier such as did:web:…", got=repr(raw[:40]))
    return ProductCode(scheme="did", canonical=raw, raw=raw, host=web_host(raw))


def _is_handle(raw: str) -> bool:
    return _HANDLE.fullmatch(raw) is not None


def _read_handle(raw: str, profile: Profile) -> ProductCode:
    del profile
    return ProductCode(scheme="handle", canonical=raw, raw=raw)


def _is_doi(raw: str) -> bool:
    return _DOI.fullmatch(raw) is not None


def _read_doi(raw: str, profile: Profile) -> ProductCode:
    """A DOI is read without regard to case (its handbook, 2.4), and compared in small letters."""
    del profile
    return ProductCode(scheme="doi", canonical=raw.lower(), raw=raw)


def _is_oid(raw: str) -> bool:
    return _OID.fullmatch(raw) is not None


def _read_oid(raw: str, profile: Profile) -> ProductCode:
    del profile
    match = _OID.fullmatch(raw)
    arcs = (match["named"] or match["bare"]) if match else raw
    return ProductCode(scheme="oid", canonical=f"urn:oid:{arcs}", raw=raw)


def read_link(raw: str) -> ProductCode:
    """Read an address without a GS1 key as an identification link (IEC 61406): the address is the name.

    Its host speaks for itself alone, so the code is a claim. Raises `CodeRefused`.
    """
    match = _LINK.fullmatch(raw)
    if match is None or len(raw) > _LONGEST_LINK:
        raise CodeRefused.of(raw, expected="an address with a path that names one object", got=repr(raw[:60]))
    return ProductCode(
        scheme="identification-link",
        canonical=raw,
        raw=raw,
        host=match["host"].lower(),
        trust="claimed",
        warnings=("the address holds no GS1 key: it was read as a name of its owner's own",),
    )


DID = Form("decentralised identifier", _is_did, _read_did)
OPAQUE_FORMS: tuple[Form, ...] = (
    Form("handle", _is_handle, _read_handle),
    Form("digital object identifier", _is_doi, _read_doi),
    Form("object identifier", _is_oid, _read_oid),
)
"""The forms that a string is tried against after the Chinese codes."""
