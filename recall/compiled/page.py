"""The page: a composed notice as one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from jinja2 import Environment

from recall.compiled.document import Composed, Photo
from recall.compiled.square import square
from recall.markup import templates


def page(composed: Composed) -> bytes:
    """The notice as HTML, UTF-8; every text from outside is escaped, and marked with its language."""
    template = _environment().get_template("notice.html")
    return template.render(composed=composed, square=square(composed.proof.page)).encode()


@cache
def _environment() -> Environment:
    environment = templates("recall.compiled")
    environment.filters["inline"] = _inline
    return environment


def _inline(photo: Photo) -> str:
    """A photograph as an address that holds it."""
    return f"data:image/{photo.kind};base64,{b64encode(photo.data).decode()}"
