"""Strings for trials of the reader: right codes of every shape, and the pieces of near misses."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

from hypothesis import strategies as st

from recall.codes.content import check_digit
from recall.codes.gs1 import SEPARATOR
from recall.codes.profile import Profile
from recall.codes.reader import read_code
from recall.errors import CodeRefused

GTIN = "04006381333931"
STRICT_SCHEMES = ("gtin", "gs1-element-string", "gs1-digital-link")
"""What these say is right by GS1's rules; an EPC may say, with a warning, what no element string may."""

PROFILES: tuple[Profile, ...] = ("strict", "lenient", "cn")

SEEDS = (
    GTIN, "4006381333931", "96385074", f"(01){GTIN}(10)L7(21)0012", f"^01{GTIN}10L7^210012",
    f"]C101{GTIN}17280200100L{SEPARATOR}219", "]E402345673|]e099COMPOSITE", f"]Q1https://a.example/01/{GTIN}",
    f"https://id.gs1.org/01/{GTIN}/10/A%2FB/21/7?17=280200&linkType=all#top",
    "https://example.com/some/path/DAk1CEeqYM29_awH4", "https://example.com/01/09780345418913/IQcAMDk",
    "https://a.example/gtin/4006381333931/lot/L7/ser/9?exp=280200", "urn:epc:id:sgtin:4012345.011111.9876",
    "urn:epc:class:lgtin:4012345.011111.00L%2F7", "urn:epc:idpat:sgtin:4012345.011111.*",
    "urn:epc:tag:sgtin-96:1.4012345.011111.9876", "urn:epc:raw:96.x30340242A8C0000000002694",
    "30340242A8C0000000002694", "did:web:maker.example:products", "urn:oid:1.2.156.1",
    "MA.156.M0.100761.21234561.Sx00008.M220117.L20220117.C3", "88.300.15907541011/1",
    "(00)340123450000000017", f"(8006){GTIN}0102(21)S", "(253)4012345000092AB(8030)AAAA",
    "(8110)012345612345611110123101101230123456",
    "(415)4012345000092(8020)7(8007)FR7630006000011234567890189",
)  # fmt: skip

PIECES = (
    *SEEDS, "01", "10", "21", "8006", "8003", "(01)", "(10)", "(", ")", "\\(", "/", "//", "?", "&", "=", "%",
    "%2", "%00", "+", "#", "^", SEPARATOR, "|", "]", "]Q1", "]d2", "]e0", "]I1", "http", "https://", "HTTPS://a",
    "urn:", "urn:epc:", "urn:epc:tag:", "did:", "MA.", "88.", ":", ".", "*", "-", "_", " ", "\n", "\x00",
    "\ud800", "²", "٠",
    "é", "0", "9" * 30, "A" * 95, "-_" * 40, "\U0001f4a5",
)  # fmt: skip


def near_misses() -> st.SearchStrategy[str]:
    """Pieces of codes in any order, codes with a piece changed, and text of any kind."""
    pieces = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)
    changed = st.builds(
        lambda code, at, length, piece: code[: at % len(code)] + piece + code[at % len(code) + length :],
        st.sampled_from(SEEDS), st.integers(0, 99), st.integers(0, 4), st.sampled_from(PIECES),
    )  # fmt: skip
    return st.one_of(pieces, changed, st.text(max_size=200))


def try_out(raw: str) -> None:
    """Read a string in every profile: a code or a refusal; and the canonical form of GS1's own is its own."""
    for profile in PROFILES:
        try:
            code = read_code(raw, profile=profile)
        except CodeRefused:
            continue
        if code.scheme in STRICT_SCHEMES and profile == "strict":
            again = read_code(code.canonical)
            same = (again.canonical, again.gtin, again.lot, again.serial)
            assert (code.canonical, code.gtin, code.lot, code.serial) == same, raw


def random_codes(count: int, *, seed: int) -> Iterator[str]:
    """Right codes, each another one, of the shapes that scanners, partners and people send."""
    chance = random.Random(seed)
    shapes = (
        "https://id.gs1.org/01/{gtin}/10/{lot}/21/{serial}?17={day}",
        "]d201{gtin}17{day}10{lot}\x1d21{serial}",
        "(01){gtin}(17){day}(10){lot}(21){serial}",
        "https://shop.example/p/01/{gtin}/21/{serial}",
        "{gtin}",
        "^01{gtin}11{day}10{lot}^21{serial}^3103{day}",
        "]C101{gtin}15{day}10{lot}",
        "urn:epc:id:sgtin:{epc}.{serial}",
    )
    for number in range(count):
        body = "".join(chance.choices(string.digits, k=13))
        yield shapes[number % len(shapes)].format(
            gtin=body + check_digit(body),
            epc=f"{body[1:8]}.{body[0]}{body[8:]}",
            lot="".join(chance.choices(string.ascii_uppercase + string.digits, k=chance.randint(4, 12))),
            serial="".join(chance.choices(string.ascii_letters + string.digits, k=chance.randint(6, 16))),
            day=f"{chance.randint(20, 35)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}",
        )
