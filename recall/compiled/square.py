"""The square: an address as a QR code; the one door to segno."""

from __future__ import annotations

import io

import segno

from recall.errors import InputRefused

_QUIET = 4
"""Modules of white around it, as ISO/IEC 18004 asks."""


def square(address: str) -> str:
    """The address as a QR code of error correction M or better, black on white, as an SVG element.

    Raises InputRefused for more than some 2,300 bytes.
    """
    drawn = io.BytesIO()
    try:
        made = segno.make_qr(address, error="m")
    except segno.DataOverflowError:
        got = f"{len(address):,} characters"
        raise InputRefused(
            "The address is too long for a QR code", expected="a short reference", got=got
        ) from None
    made.save(
        drawn,
        kind="svg",
        border=_QUIET,
        scale=1,
        light="#fff",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        nl=False,
    )
    return drawn.getvalue().decode()
