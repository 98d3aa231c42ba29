"""The one door for codes: any string in, a product code out, or a refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict

from recall.codes.china import CHINESE_FORMS, read_bare_ecode
from recall.codes.content import REFERENCE_YEAR
from recall.codes.digital_link import opening_key, read_uri
from recall.codes.epc_code import is_epc, is_memory, read_epc_code, read_memory_code
from recall.codes.form import Form
from recall.codes.gs1 import SEPARATOR, Elements, bracketed, read_bracketed, read_gtin, read_separated
from recall.codes.opaque import DID, OPAQUE_FORMS
from recall.codes.product_code import ProductCode, code_of, dated
from recall.codes.profile import LENIENT, TOLERANCES, Profile
from recall.codes.scan import CARRIERS, carrier_of, retail_parts
from recall.errors import CodeRefused

__all__ = ["FORMS", "LONGEST", "DecodedCode", "Profile", "bracketed", "decode_document", "read_code"]

LONGEST = 8000
"""Characters; no code carrier holds more."""

_TEXT_SCANS = frozenset(opening for opening, carrier in CARRIERS.items() if carrier.kind == "text")
_WHOLE = replace(LENIENT, apart=False)
_NARROWER = frozenset("%&/<>?")


class DecodedCode(TypedDict):
    """One line of `recall decode --json`."""

    input: str
    valid: bool
    scheme: str | None
    canonical: str | None
    elements: list[list[str]]
    gtin: str | None
    lot: str | None
    serial: str | None
    error: str | None


def read_code(
    raw: str,
    *,
    profile: Profile = "strict",
    adapters: tuple[Form, ...] = (),
    reference_year: int = REFERENCE_YEAR,
) -> ProductCode:
    """Read any string as a product code; the centuries of its dates are told from `reference_year`.

    Takes bare GTINs, GS1 element strings (bracketed, scanned with a symbology identifier, with the separator
    0x1D or `^`), GS1 Digital Links, EPC URNs and the other forms of `FORMS`; then those of `adapters`, which
    an installation brings along. Raises `CodeRefused`, and nothing else, whatever the string.
    """
    if type(raw) is not str:
        raise CodeRefused.of(raw, expected="a string", got=type(raw).__name__)
    if len(raw) > LONGEST:
        raise CodeRefused.of(raw, expected=f"at most {LONGEST} characters", got=f"{len(raw)}")
    text = raw[3:] if raw[:3] in _TEXT_SCANS else raw
    code = dated(_read(text, profile=profile, adapters=adapters), reference_year=reference_year)
    return code if text is raw else replace(code, raw=raw)


def _read(text: str, *, profile: Profile, adapters: tuple[Form, ...]) -> ProductCode:
    for form in _in_order(text, adapters=adapters) if adapters else FORMS:
        if form.recognises(text):
            return form.read(text, profile)
    ecode = read_bare_ecode(text) if profile == "cn" else None
    if ecode is not None:
        return ecode
    if profile != "lenient":
        raise CodeRefused.of(
            text, expected="a GTIN, a GS1 element string, a GS1 Digital Link or an EPC URN", got="none"
        )
    if text.strip() in ("", text):
        return _read_without_separator(text)
    code = _read(text.strip(), profile=profile, adapters=adapters)
    return replace(code, raw=text, warnings=(*code.warnings, "blanks around the code were left out"))


def _in_order(text: str, *, adapters: tuple[Form, ...]) -> tuple[Form, ...]:
    """Our own forms first; but an address without a GS1 key is asked of those who know its host."""
    if _is_address(text) and opening_key(text) is None:
        return (*adapters, *FORMS)
    return (*FORMS, *adapters)


def decode_document(raw: str, *, profile: Profile = "strict", adapters: tuple[Form, ...] = ()) -> DecodedCode:
    """The answer of `recall decode` for one string: the code's parts, or why it was refused."""
    try:
        code = read_code(raw, profile=profile, adapters=adapters)
    except CodeRefused as refusal:
        return DecodedCode(
            input=raw, valid=False, scheme=None, canonical=None, elements=[],
            gtin=None, lot=None, serial=None, error=str(refusal),
        )  # fmt: skip
    return DecodedCode(
        input=raw, valid=True, scheme=code.scheme, canonical=code.canonical,
        elements=[[ai, value] for ai, value in code.elements],
        gtin=code.gtin, lot=code.lot, serial=code.serial, error=None,
    )  # fmt: skip


def _is_scan(raw: str) -> bool:
    return raw.startswith("]")


def _read_scan(raw: str, profile: Profile) -> ProductCode:
    carrier, data = carrier_of(raw)
    if carrier.kind == "elements":
        return _element_string(data, raw=raw, profile=profile)
    number, composite = retail_parts(data, digits=carrier.digits, raw=raw)
    if composite is None:
        return _told(read_gtin(number), scheme="gtin", raw=raw, profile=profile)
    return _element_string(f"01{number.zfill(14)}{composite}", raw=raw, profile=profile)


def _is_address(raw: str) -> bool:
    return raw[:4] in ("http", "HTTP")


def _read_address(raw: str, profile: Profile) -> ProductCode:
    host, elements, warnings = read_uri(raw, tolerance=TOLERANCES[profile])
    return _told(elements, scheme="gs1-digital-link", raw=raw, profile=profile, host=host, warnings=warnings)


def _read_epc(raw: str, profile: Profile) -> ProductCode:
    return _narrowed(read_epc_code(raw), profile=profile)


def _read_memory(raw: str, profile: Profile) -> ProductCode:
    return _narrowed(read_memory_code(raw), profile=profile)


def _narrowed(code: ProductCode, *, profile: Profile) -> ProductCode:
    if profile == "cn" and code.elements:
        _check_narrower(code.elements, raw=code.raw)
    return code


def _is_bracketed(raw: str) -> bool:
    return raw.startswith("(")


def _read_bracketed(raw: str, profile: Profile) -> ProductCode:
    elements, warnings = read_bracketed(raw, tolerance=TOLERANCES[profile])
    return _told(elements, scheme="gs1-element-string", raw=raw, profile=profile, warnings=warnings)


def _is_separated(raw: str) -> bool:
    return raw.startswith("^") or SEPARATOR in raw


def _read_separated(raw: str, profile: Profile) -> ProductCode:
    data = raw.replace("^", SEPARATOR) if raw.startswith("^") else raw
    return _element_string(data.removeprefix(SEPARATOR), raw=raw, profile=profile)


def _is_gtin(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) <= 14


def _read_gtin(raw: str, profile: Profile) -> ProductCode:
    return _told(read_gtin(raw), scheme="gtin", raw=raw, profile=profile)


FORMS: tuple[Form, ...] = (
    Form("scan with a symbology identifier", _is_scan, _read_scan),
    Form("web address", _is_address, _read_address),
    Form("EPC URN", is_epc, _read_epc),
    DID,
    Form("bracketed element string", _is_bracketed, _read_bracketed),
    Form("separated element string", _is_separated, _read_separated),
    Form("bare GTIN", _is_gtin, _read_gtin),
    Form("memory of a tag", is_memory, _read_memory),
    *CHINESE_FORMS,
    *OPAQUE_FORMS,
)
"""Every form, in the order in which a string is tried."""


def _read_without_separator(raw: str) -> ProductCode:
    """What a keyboard sends: an element string without its first separator; whole, or it is none."""
    elements, warnings = read_separated(raw.replace("^", SEPARATOR), raw=raw, tolerance=_WHOLE)
    warnings = ("the leading separator was missing", *warnings)
    return code_of(elements, scheme="gs1-element-string", raw=raw, warnings=warnings)


def _element_string(data: str, *, raw: str, profile: Profile) -> ProductCode:
    elements, warnings = read_separated(data, raw=raw, tolerance=TOLERANCES[profile])
    return _told(elements, scheme="gs1-element-string", raw=raw, profile=profile, warnings=warnings)


def _told(
    elements: Elements,
    *,
    scheme: str,
    raw: str,
    profile: Profile,
    host: str | None = None,
    warnings: tuple[str, ...] = (),
) -> ProductCode:
    if profile == "cn":
        _check_narrower(elements, raw=raw)
    return code_of(elements, scheme=scheme, raw=raw, host=host, warnings=warnings)


def _check_narrower(elements: Elements, *, raw: str) -> None:
    """GB/T 33993: the GTIN first; lot and serial without % & / < > ?."""
    if elements[0][0] != "01":
        raise CodeRefused.of(raw, expected="AI (01) before all others", got=f"AI ({elements[0][0]})")
    for ai, value in elements:
        if ai in ("10", "21") and not _NARROWER.isdisjoint(value):
            raise CodeRefused.of(value, expected="none of % & / < > ?", got="one of them", where=f"AI ({ai})")
