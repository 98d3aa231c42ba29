"""The redaction: secrets are blotted out of an error, however the partner or an address wrote them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

from recall.errors import PartnerFailed

SHORTEST_SECRET = 4
"""Signs: what is shorter is found in any text, and blotting it out would tell it."""
_FIELDS = ("message", "value", "expected", "got", "where", "advice")
_KEPT_IN_PATHS = "!$&'()*+,/:;=?@~[]#"


def forms_of(secrets: tuple[str, ...]) -> tuple[str, ...]:
    """Each secret as it may stand in a text: plain, in an address, in Python's words, in base64."""
    return tuple(sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True))


@contextmanager
def hushed(forms: tuple[str, ...]) -> Iterator[None]:
    """Blots these out of whatever error of a partner's leaves the block."""
    try:
        yield
    except PartnerFailed as error:
        for name in _FIELDS:
            text = getattr(error, name)
            for form in forms if text else ():
                text = text.replace(form, "[secret]")
            setattr(error, name, text)
        error.args = (str(error),)
        raise


def _forms(secret: str) -> Iterator[str]:
    if len(secret) < SHORTEST_SECRET:
        return
    yield from (secret, quote(secret, safe=""), quote_plus(secret), quote(secret, safe=_KEPT_IN_PATHS))
    yield repr(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
