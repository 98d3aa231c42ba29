"""The difference: what one version of a notice says that another does not, product by product."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from recall.domain.notice import Notice

_UNSHOWN = frozenset({"clauses", "warnings", "products"})
"""Where things stand in the text and how sure the reader was is no content."""
_LONGEST, _MOST = 200, 50
UNREADABLE = "document"
"""The field of a copy that is no notice at all: what is added is why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place at which two notices differ; a value that changed is removed as it was and added as it is."""

    product: str
    """The product that it is about, as people name it; empty: the whole notice."""
    field: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The difference as plain JSON."""
        return {
            "product": self.product, "field": self.field, "added": list(self.added),
            "removed": list(self.removed),
        }  # fmt: skip

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Difference:
        """Read what `document()` wrote."""
        lists = {name: tuple(document[name]) for name in ("added", "removed")}
        return cls(product=document["product"], field=document["field"], **lists)

    def few(self, *, most: int = _MOST) -> Difference:
        """The same with as many values as people read."""
        return replace(self, added=self.added[:most], removed=self.removed[:most])

    def in_words(self) -> str:
        """The difference as one line."""
        if self.field == UNREADABLE:
            return f"It cannot be read as a notice: {' '.join(self.added)}"
        where = f"{self.product}: {self.field}" if self.product else self.field
        signs = [f"+{value}" for value in self.added] + [f"-{value}" for value in self.removed]
        return f"{where} {' '.join(signs)}"


def differences(before: Notice, after: Notice) -> tuple[Difference, ...]:
    """What `after` says otherwise than `before`; none: they say the same, whatever their digests."""
    old, new = before.document(), after.document()
    whole = _fields("", old, new, skip=_UNSHOWN)
    return (*whole, *_products(old["products"], new["products"]))


def _products(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    """Products are told apart by their GTIN, else their model, else their name."""
    old, new = _named(before), _named(after)
    for name in dict.fromkeys((*old, *new)):
        title = _title(new.get(name) or old[name])
        if name not in new:
            yield Difference(product=title, field="product", removed=(title,))
        elif name not in old:
            yield Difference(product=title, field="product", added=(title,))
            yield from _fields(title, {}, new[name])
        else:
            yield from _fields(title, old[name], new[name])


def _named(products: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """The products by their names; of several alike each has its number."""
    seen, found = Counter[str](), dict[tuple[str, int], Mapping[str, Any]]()
    for product in products:
        name = str(product.get("gtin") or product.get("model") or product.get("name"))
        found[name, seen[name]] = product
        seen[name] += 1
    return found


def _title(product: Mapping[str, Any]) -> str:
    return shown(str(product.get("model") or product.get("name") or product.get("gtin")))


def _fields(
    product: str, old: Mapping[str, Any], new: Mapping[str, Any], *, skip: frozenset[str] = frozenset()
) -> Iterator[Difference]:
    for field in dict.fromkeys((*old, *new)):
        if field in skip:
            continue
        was, now = _values(field, old.get(field)), _values(field, new.get(field))
        added = tuple(shown(value) for value in now if value not in was)
        removed = tuple(shown(value) for value in was if value not in now)
        if added or removed:
            yield Difference(product=product, field=field, added=added, removed=removed)


def _values(field: str, value: object) -> tuple[str, ...]:
    """A value as the texts that it is made of: a list's items, a text's lines, a window's days."""
    if value is None or value == "":
        return ()
    if field == "text" and isinstance(value, str):
        return tuple(" ".join(line.split()) for line in value.splitlines() if line.strip())
    if isinstance(value, list):
        return tuple(text for item in value for text in _values("", item))
    if isinstance(value, Mapping) and value.keys() == {"from", "to"}:
        return (f"{value['from'] or '…'} to {value['to'] or '…'}",)
    if isinstance(value, Mapping):
        return (json.dumps(value, sort_keys=True, ensure_ascii=False),)
    return (str(value),)


_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


def shown(text: str) -> str:
    """A text from outside as one line for people: no sign that hides or moves others, and not too long.

    >>> shown("lot \\u202eA1\\x00  B2")
    'lot A1 B2'
    """
    line = " ".join(_UNSEEN.sub(" ", text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
