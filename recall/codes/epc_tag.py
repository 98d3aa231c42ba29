"""EPCs on tags: tag URNs, raw URNs and the hexadecimal memory of a tag, read and written.

A tag holds an EPC with a filter value for readers. After the EPC Tag Data Standard 2.3, sections 12 and 14.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from recall.codes.epc import Epc, read_epc
from recall.codes.epc_bits import (
    Activity,
    Bits,
    Capitals,
    Digits,
    Field,
    Number,
    Padded,
    Partition,
    Text,
    binary,
    number_of,
)
from recall.codes.epc_schemes import escaped
from recall.errors import CodeRefused

_WORD = 16
"""Bits of a word of memory."""
_CONTROL = r"(?:\[[a-z]{3}=[0-9A-Fa-fx]{1,8}\])*"
_TAG = re.compile(rf"urn:epc:tag:{_CONTROL}([a-z0-9\-]+):(.+)", re.DOTALL)
_RAW = re.compile(rf"urn:epc:raw:{_CONTROL}([1-9][0-9]{{0,3}})\.(?:x([0-9A-F]*)|(0|[1-9][0-9]{{0,1200}}))")
_FAMILY = re.compile(rf"urn:epc:raw:{_CONTROL}[1-9][0-9]{{0,3}}\.x[0-9A-F]{{1,2}}\.x[0-9A-F]*")
_HEX = re.compile("[0-9A-Fa-f]{16,124}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One way to write a scheme into a tag's memory."""

    name: str
    header: int
    fields: tuple[Field, ...]
    filter_bits: int = 3
    bits: int | None = None
    """The length; None when the last field ends it, up to the next word of 16 bits."""

    @property
    def scheme(self) -> str:
        """The scheme whose EPCs it holds."""
        return self.name.partition("-")[0]


_GTIN, _SERIAL = Partition(bits=44, digits=13), Number(bits=38)
_PLACE, _LONG = Partition(bits=41, digits=12), Number(bits=41)
_UNIT, _ASSET = Partition(bits=58, digits=17), Partition(bits=44, digits=12)
_PIECES = (Padded(bits=7, digits=2), Padded(bits=7, digits=2))

CODINGS: Mapping[str, Coding] = MappingProxyType({
    coding.name: coding
    for coding in (
        Coding(name="sgtin-96", header=0x30, bits=96, fields=(_GTIN, _SERIAL)),
        Coding(name="sgtin-198", header=0x36, bits=198, fields=(_GTIN, Text(bits=140))),
        Coding(name="sscc-96", header=0x31, bits=96, fields=(_UNIT,)),
        Coding(name="sgln-96", header=0x32, bits=96, fields=(_PLACE, _LONG)),
        Coding(name="sgln-195", header=0x39, bits=195, fields=(_PLACE, Text(bits=140))),
        Coding(name="grai-96", header=0x33, bits=96, fields=(_ASSET, _SERIAL)),
        Coding(name="grai-170", header=0x37, bits=170, fields=(_ASSET, Text(bits=112))),
        Coding(name="giai-96", header=0x34, bits=96,
               fields=(Partition(bits=82, digits=25, reference="number"),)),
        Coding(name="giai-202", header=0x38, bits=202,
               fields=(Partition(bits=188, digits=30, reference="text"),)),
        Coding(name="gsrn-96", header=0x2D, bits=96, fields=(_UNIT,)),
        Coding(name="gsrnp-96", header=0x2E, bits=96, fields=(_UNIT,)),
        Coding(name="gdti-96", header=0x2C, bits=96, fields=(_PLACE, _LONG)),
        Coding(name="gdti-113", header=0x3A, bits=113, fields=(_PLACE, Digits(bits=58))),
        Coding(name="gdti-174", header=0x3E, bits=174, fields=(_PLACE, Text(bits=119))),
        Coding(name="cpi-96", header=0x3C, bits=96,
               fields=(Partition(bits=51, digits=15, reference="number"), Number(bits=31))),
        Coding(name="cpi-var", header=0x3D,
               fields=(Partition(bits=40, digits=30, reference="capitals"), Number(bits=40))),
        Coding(name="sgcn-96", header=0x3F, bits=96, fields=(_PLACE, Digits(bits=41))),
        Coding(name="itip-110", header=0x40, bits=110, fields=(_GTIN, *_PIECES, _SERIAL)),
        Coding(name="itip-212", header=0x41, bits=212, fields=(_GTIN, *_PIECES, Text(bits=140))),
        Coding(name="gid-96", header=0x35, bits=96, filter_bits=0,
               fields=(Number(bits=28), Number(bits=24), Number(bits=36))),
        Coding(name="usdod-96", header=0x2F, bits=96, filter_bits=4,
               fields=(Activity(bits=8), Number(bits=36))),
        Coding(name="adi-var", header=0x3B, filter_bits=6,
               fields=(Activity(bits=6), Capitals(), Capitals())),
    )
})  # fmt: skip
"""Every coding by its name inside a tag URN."""

_BY_HEADER = {coding.header: coding for coding in CODINGS.values()}
HEADERS = frozenset(_BY_HEADER)
"""The first eight bits of every coding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """An EPC as it stands on a tag."""

    coding: str
    filter_value: int | None
    """What the tag is on (0 to 7, or 15, or 63), for readers that choose; None where the coding has none."""
    epc: Epc

    @property
    def uri(self) -> str:
        """The tag URN."""
        filter_value = "" if self.filter_value is None else f"{self.filter_value}."
        return f"urn:epc:tag:{self.coding}:{filter_value}{'.'.join(map(escaped, self.epc.parts))}"

    @property
    def bits(self) -> str:
        """The memory as zeros and ones, in whole words of 16. Raises `CodeRefused`."""
        coding = CODINGS[self.coding]
        written = format(coding.header, "08b")
        if self.filter_value is not None:
            written += binary(self.filter_value, coding.filter_bits, shown=str(self.filter_value))
        rest = self.epc.parts
        for field in coding.fields:
            written += field.encode(rest[: field.parts])
            rest = rest[field.parts :]
        return written.ljust(-(-(coding.bits or len(written)) // _WORD) * _WORD, "0")

    @property
    def hex(self) -> str:
        """The memory in hexadecimal digits, as capitals. Raises `CodeRefused`."""
        return format(int(self.bits, 2), f"0{len(self.bits) // 4}X")


def write_tag(epc: Epc, *, coding: str, filter_value: int | None = 0) -> Tag:
    """An EPC on a tag in a coding of its scheme. Raises `CodeRefused` when it does not fit.

    >>> epc = read_epc("urn:epc:id:sgtin:0614141.812345.6789")
    >>> write_tag(epc, coding="sgtin-96", filter_value=3).hex
    '3074257BF7194E4000001A85'
    """
    known = CODINGS.get(coding)
    if known is None or known.scheme != epc.scheme or epc.form != "id":
        raise CodeRefused.of(epc.uri, expected="a coding of its scheme", got=repr(coding[:40]))
    if (filter_value is None) != (known.filter_bits == 0):
        filter_value = None if known.filter_bits == 0 else 0
    tag = Tag(coding=coding, filter_value=filter_value, epc=epc)
    _ = tag.bits  # refuses what does not fit
    return tag


def read_tag(urn: str) -> Tag:
    """Read `urn:epc:tag:…`, or `urn:epc:raw:…` of a known coding. Raises `CodeRefused`.

    >>> read_tag("urn:epc:tag:sgtin-96:3.0614141.812345.6789").epc.uri
    'urn:epc:id:sgtin:0614141.812345.6789'
    """
    raw = _RAW.fullmatch(urn)
    if raw is not None:
        return read_memory(_digits_of(raw, urn=urn))
    match = _TAG.fullmatch(urn)
    coding = CODINGS.get(match[1]) if match else None
    if match is None or coding is None:
        raise CodeRefused.of(urn, expected="a tag URN such as urn:epc:tag:sgtin-96:…", got=repr(urn[:60]))
    body, filter_value = match[2], None
    if coding.filter_bits:
        first, _, body = body.partition(".")
        filter_value = number_of(first or "?")
    epc = read_epc(f"urn:epc:id:{coding.scheme}:{body}")
    return write_tag(epc, coding=coding.name, filter_value=filter_value)


def is_other_family(urn: str) -> bool:
    """Whether a raw URN says that the tag holds no EPC but data of another family (ISO/IEC 15961)."""
    return _FAMILY.fullmatch(urn) is not None


def _digits_of(raw: re.Match[str], *, urn: str) -> str:
    """The memory of a raw URN in hexadecimal digits, as many as its length says."""
    length = int(raw[1])
    number = int(raw[2] or "0", 16) if raw[2] is not None else int(raw[3])
    given = len(raw[2]) if raw[2] is not None else -(-length // 4)
    if number >> length or given != -(-length // 4):
        raise CodeRefused.of(urn, expected=f"{-(-length // 4)} hexadecimal digits", got=f"{given}")
    whole = -(-length // _WORD) * _WORD
    return format(number << (whole - length), f"0{whole // 4}X")


def read_memory(digits: str) -> Tag:
    """Read the hexadecimal EPC memory of a tag, from its header on. Raises `CodeRefused`.

    What follows the EPC must be zeros.

    >>> read_memory("3074257BF7194E4000001A85").uri
    'urn:epc:tag:sgtin-96:3.0614141.812345.6789'
    """
    if _HEX.fullmatch(digits) is None:
        raise CodeRefused.of(digits, expected="16 to 124 hexadecimal digits", got=f"{len(digits)} characters")
    coding = _BY_HEADER.get(int(digits[:2], 16))
    if coding is None:
        raise CodeRefused.of(digits, expected="a header of an EPC coding", got=repr(digits[:2]))
    bits = Bits(text=format(int(digits, 16), f"0{len(digits) * 4}b"), at=8)
    filter_value = bits.number(coding.filter_bits) if coding.filter_bits else None
    parts = [part for field in coding.fields for part in field.decode(bits)]
    if "1" in bits.text[bits.at :] or len(bits.text) < (coding.bits or 0):
        raise CodeRefused.of(digits, expected="nothing but zeros behind the EPC", got="something else")
    epc = read_epc(f"urn:epc:id:{coding.scheme}:{'.'.join(map(escaped, parts))}")
    return Tag(coding=coding.name, filter_value=filter_value, epc=epc)
