"""Digital product passports as codes: what product a passport speaks of, how finely, and who says so.

Two kinds are read: the UNTP Digital Product Passport (a verifiable credential) and the European one (EN
18223, or its JSON-LD over GS1's vocabulary; identity and granularity after EN 18219). Reading proves nothing:
the signature is `passport_proof`'s, and whether its signer is believed is for the configuration to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, cast

from recall.codes.digital_link import opening_key
from recall.codes.opaque import read_link
from recall.codes.passport_status import StatusEntry, status_entries
from recall.codes.product_code import ProductCode
from recall.codes.reader import read_code
from recall.errors import CodeRefused

Level = Literal["model", "batch", "item"]
"""The three words of EN 18219; UNTP uses the same."""

LONGEST_TEXT = 2_000
"""Characters of one identifier in a passport."""
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,40}:[^\s\x00-\x1f]+")
_OWN = ("http", "urn:epc:", "did:")
"""How identifiers begin that our reader knows, and refuses when they are wrong inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What a passport says of a product; a claim until its signature and its signer are known."""

    kind: Literal["untp", "eu"]
    id: str | None
    """The passport's own identifier."""
    code: ProductCode
    """The product, with lot and serial where the passport tells them."""
    granularity: Level | None
    """What the passport says it speaks of; where it says nothing, what its product's code tells."""
    facility: str | None
    """Where it was made: the identifier of the place."""
    issuer: str | None
    """Who says so: the signer's DID, or the economic operator."""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    status: tuple[StatusEntry, ...] = ()
    """Where it would stand if it were taken back."""
    warnings: tuple[str, ...] = ()

    @property
    def batch(self) -> str | None:
        """The lot, zeros and case kept."""
        return self.code.lot


def read_passport(document: object) -> Passport:
    """Read a passport's JSON document of either kind. Raises `CodeRefused`, and nothing else.

    An enveloped credential is opened by `passport_proof.read_envelope` first.
    """
    if not isinstance(document, Mapping):
        raise CodeRefused.of(type(document).__name__, expected="a passport's JSON object", got="none")
    if "DigitalProductPassport" in _texts(document.get("type")):
        return _read_untp(document)
    names = {_local(name): value for name, value in document.items() if isinstance(name, str)}
    if "uniqueProductIdentifier" in names or "granularityLevel" in names or "gtin" in names:
        return _read_european(names)
    raise CodeRefused.of(
        str(document.get("type")), expected="a UNTP Digital Product Passport or a European one", got="another"
    )


def _read_untp(document: Mapping[str, Any]) -> Passport:
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping):
        raise CodeRefused.of(type(subject).__name__, expected="one credentialSubject", got="none")
    product = subject["product"] if isinstance(subject.get("product"), Mapping) else subject
    code, warnings = _told(
        _identity(_identifier(product)),
        lot=_text(product.get("batchNumber")), serial=_text(product.get("serialNumber")),
    )  # fmt: skip
    level, doubts = _level(_text(subject.get("granularityLevel")), code=code)
    return Passport(
        kind="untp",
        id=_text(document.get("id")),
        code=code,
        granularity=level,
        facility=_identifier(product.get("producedAtFacility")),
        issuer=_identifier(document.get("issuer")),
        valid_from=_time(document.get("validFrom")),
        valid_until=_time(document.get("validUntil")),
        status=status_entries(document.get("credentialStatus")),
        warnings=(*warnings, *doubts),
    )


def _read_european(names: Mapping[str, Any]) -> Passport:
    key = _identifier(names.get("uniqueProductIdentifier")) or _identifier(names)
    code, warnings = _told(
        _identity(key or _text(names.get("gtin"))),
        gtin=_text(names.get("gtin")),
        lot=_text(names.get("hasBatchLotNumber")),
        serial=_text(names.get("hasSerialNumber")) or _text(names.get("serialNumber")),
    )
    stated = _text(names.get("granularity")) or _text(names.get("granularityLevel"))
    level, doubts = _level(stated, code=code)
    return Passport(
        kind="eu",
        id=_identifier(names.get("digitalProductPassportId")) or _identifier(names),
        code=code,
        granularity=level,
        facility=_first(names, "facilityId", "facilityIdentifier", "hasManufacturingPlace"),
        issuer=_first(
            names, "economicOperatorId", "operatorIdentifier", "manufacturerIdentifier", "manufacturer"
        ),
        warnings=(*warnings, *doubts),
    )


def _identity(text: str | None) -> ProductCode:
    """The product that an identifier names; one of a scheme that we do not know is kept as it stands."""
    if not text:
        raise CodeRefused.of("", expected="an identifier of the product", got="none")
    try:
        return read_code(text)
    except CodeRefused:
        if text.startswith("http") and opening_key(text) is None:
            return read_link(text)
        if _URI.fullmatch(text) is None or text.startswith(_OWN):
            raise
    return ProductCode(scheme="uri", canonical=text, raw=text, trust="claimed")


def _told(
    code: ProductCode, *, gtin: str | None = None, lot: str | None = None, serial: str | None = None
) -> tuple[ProductCode, tuple[str, ...]]:
    """The code with what stands beside it; where the two disagree about a unit, the key identifies."""
    if gtin is not None and code.gtin is not None and gtin.zfill(14) != code.gtin:
        raise CodeRefused.of(gtin, expected=f"the GTIN of its key, {code.gtin}", got=gtin)
    warnings = tuple(
        f"the passport's {name} {beside!r} is not that of its key, {inside!r}"
        for name, inside, beside in (("lot", code.lot, lot), ("serial", code.serial, serial))
        if inside is not None and beside is not None and inside != beside
    )
    lot, serial = code.lot or lot, code.serial or serial
    granularity = "item" if serial else "batch" if lot else code.granularity
    return replace(code, lot=lot, serial=serial, granularity=granularity), warnings


def _level(stated: str | None, *, code: ProductCode) -> tuple[Level | None, tuple[str, ...]]:
    key = code.granularity if code.granularity in ("model", "batch", "item") else None
    if stated is None:
        return key, ()
    level = stated.lower()
    if level not in ("model", "batch", "item"):
        raise CodeRefused.of(
            stated, expected="model, batch or item", got=repr(stated[:40]), where="granularity"
        )
    finer = key is not None and key != level
    doubt = f"the passport says that it is of a {level}, its key and numbers name a {key}"
    return cast("Level", level), (doubt,) if finer else ()


def _local(name: str) -> str:
    """A JSON-LD name without its prefix or namespace: `gs1:gtin` is `gtin`."""
    return re.split("[:/#]", name)[-1]


def _first(names: Mapping[str, Any], *wanted: str) -> str | None:
    return next((found for name in wanted if (found := _identifier(names.get(name)))), None)


def _identifier(value: object) -> str | None:
    """A text, or the identifier inside an object."""
    if isinstance(value, Mapping):
        return next((text for name in ("id", "@id", "value") if (text := _text(value.get(name)))), None)
    return _text(value)


def _text(value: object) -> str | None:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise CodeRefused.of(value, expected=f"at most {LONGEST_TEXT} characters", got=f"{len(value)}")
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    many = value if isinstance(value, list) else [value]
    return tuple(_local(text) for text in many if isinstance(text, str))


def _time(value: object) -> datetime | None:
    """A moment with its offset (RFC 3339); one without is UTC. Raises `CodeRefused`."""
    text = _text(value)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CodeRefused.of(text, expected="a date and time (RFC 3339)", got=repr(text[:40])) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
