"""The square: an address as a QR code; the one door to segno."""

from __future__ import annotations

import io

import segno

_QUIET = 4
"""Modules of white around it, as ISO/IEC 18004 asks."""


def square(address: str) -> str:
    """The address as a QR code of error correction M or better, black on white, as an SVG element.

    Raises `segno.DataOverflowError` for more than about 2,300 bytes, which no address of ours has.
    """
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(
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
