"""The markup: how every page is made of a template, so that nothing in a notice can act on its reader."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def templates(package: str) -> Environment:
    """The templates of a package: they escape, a missing fact is an error, and `plain` sees every value."""
    return Environment(
        loader=PackageLoader(package), autoescape=select_autoescape(default=True),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=plain,
    )  # fmt: skip


def plain(value: object) -> object:
    """What a template puts on a page, whatever a notice holds: no control sign, none that turns the text.

    Each becomes a blank, so that places in a text stay where they are. Markup is ours and stays.

    >>> plain("lot\x00 \u202eA1")
    'lot   A1'
    """
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return _UNSEEN.sub(" ", value)
    return value
