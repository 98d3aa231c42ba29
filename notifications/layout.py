"""The layout: the words and the shape of a message become a page and a text, with places for its facts.

This is done once a kind and a language; no fact is there yet, so none can pass through MJML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from mrml import to_html

from notifications.catalogue import Words
from notifications.shapes import SHAPES
from recall.domain.message import MessageKind

URGENT, CALM = "#b3261e", "#2b6a3f"
_FACT = re.compile(r"\{(\w+)\}")
_ISOLATED = "\N{FIRST STRONG ISOLATE}{{ \\1 }}\N{POP DIRECTIONAL ISOLATE}"
_PLACE = r"{{ \1 }}"
_ADDRESSES = re.compile(r"\{(link|page)\}")


def laid_out(kind: MessageKind, *, words: Words) -> tuple[str, str]:
    """A kind as text and as HTML, both templates of Jinja whose variables are its facts."""
    told, shape = words.kinds[kind], SHAPES[kind]
    parts: Mapping[str, object] = {
        "tag": words.tag,
        "direction": words.direction,
        "start": "right" if words.direction == "rtl" else "left",
        "colour": CALM if shape.calm else URGENT,
        "phrases": words.phrases,
        "button": words.buttons[shape.button],
        "told": told,
        "shape": shape,
        "title": told.title + (words.phrases["number"] if shape.numbered else ""),
    }
    text = _environment(html=False, rtl=words.direction == "rtl").get_template("letter.txt.j2").render(parts)
    mjml = _environment(html=True, rtl=False).get_template("letter.mjml.j2").render(parts)
    return text, to_html(mjml).content


def _environment(*, html: bool, rtl: bool) -> ImmutableSandboxedEnvironment:
    """Where a sentence's facts become places; in a text from right to left each is set apart."""

    def bare(sentence: str) -> str:
        return _FACT.sub(_PLACE, escape(sentence))

    def said(sentence: str) -> str:
        if html:
            return _FACT.sub(r"<bdi>{{ \1 }}</bdi>", escape(sentence))
        apart = _ADDRESSES.sub(_PLACE, sentence) if rtl else sentence
        return _FACT.sub(_ISOLATED if rtl else _PLACE, apart)

    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("notifications"), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"said": said, "bare": bare}
    return environment
