"""`identification_produits`: GTIN, lot, kind of date and dates of each product, group by group; pure.

Two spellings say the same: one text `gtin$lot$kind$from$to|gtin$lot...`, and a list of those parts, in which
each further group begins with `|`. Parts may be missing or empty; where a part stands alone, what it is, is
seen from its content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.feeds.fields import coded, says_nothing
from connectors.feeds.pairing import together
from recall.domain.notice import NoticeProduct
from recall.reading.dates import Order
from recall.reading.text import clean, folded, squeezed
from recall.reading.trade_items import TradeItem, trade_item
from recall.reading.window import Window
from recall.reading.windows import labelled_windows_at

_EXPIRY = frozenset(
    {
        "date limite de consommation", "date de durabilité minimale", "date de durabilite minimale", "dlc",
        "ddm", "dluo", "date limite d'utilisation optimale", "date limite d'utilisation",
        "date de péremption",
    }
)  # fmt: skip
_MADE = frozenset({"date de fabrication", "date de production"})
_HOUR = re.compile(r"(?<=\d)T\d.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """One group: what it says as written, and as products that its codes and days limit."""

    written: str
    products: tuple[NoticeProduct, ...]
    doubts: tuple[str, ...] = ()

    @property
    def gtin(self) -> str | None:
        """The trade item of the group."""
        return self.products[0].gtin

    def of(self, whole: NoticeProduct) -> Identified:
        """The group of a product: limited, it is each of the group's."""
        return replace(self, products=tuple(together(whole, coded=each) for each in self.products))


@dataclass(slots=True, kw_only=True)
class _Group:
    """A group while its parts are read."""

    parts: list[str] = field(default_factory=list)
    item: TradeItem | None = None
    kind: str = ""
    days: list[Window] = field(default_factory=list)
    lots: list[str] = field(default_factory=list)

    def take(self, part: str) -> None:
        self.parts.append(part)
        if says_nothing(part):
            return
        days = _days(part)
        if self.item is None and not self.lots and len(part) > 7 and part.isascii() and part.isdigit():
            self.item = trade_item(part)
        elif part.lower() in _EXPIRY | _MADE:
            self.kind = part.lower()
        elif days:
            self.days += days
        else:
            self.lots.append(part)

    def identified(self) -> Identified:
        doubts: tuple[str, ...] = (self.item.note,) if self.item and self.item.note else ()
        window = _spanned(self.days)
        if window and not self.kind:
            doubts += (f"the date {self.days[0].first} stands without its kind: it limits nothing",)
        told = NoticeProduct(
            gtin=self.item.gtin if self.item else None,
            expires=(window,) if window and self.kind in _EXPIRY else (),
            made=(window,) if window and self.kind in _MADE else (),
        )
        lots = coded("; ".join(self.lots), order=Order.DAY_FIRST)
        return Identified(
            written=", ".join(part for part in self.parts if part),
            products=tuple(together(told, coded=each) for each in lots.products),
            doubts=doubts + lots.doubts,
        )


def identified(value: Any) -> tuple[Identified, ...]:
    """The groups of the field, whichever way it is written; groups that say the same are one."""
    groups = [_Group()]
    for part in _parts(value):
        piece = squeezed(part.removeprefix("|"))
        if part.startswith("|") or _begins_another(groups[-1], piece):
            groups.append(_Group())
        groups[-1].take(piece)
    told = (group.identified() for group in groups if any(group.parts))
    return tuple(dict.fromkeys(told))


def _parts(value: Any) -> list[str]:
    """The parts one by one; `$` and `|` only part, and a part keeps the `|` that begins its group."""
    texts = value if isinstance(value, list) else [value]
    whole = [clean(text) for text in texts if isinstance(text, str)]
    return [part for text in whole for part in text.replace("|", "$|").removeprefix("$").split("$")]


def _begins_another(group: _Group, part: str) -> bool:
    """Whether a further EAN-13 stands where the group is told already: some lists leave the mark out."""
    full = group.item is not None and bool(group.days or group.lots)
    return full and len(part) == 13 and part.isdigit() and trade_item(part).gtin is not None


def _days(part: str) -> tuple[Window, ...]:
    """The days of a part that is a date and nothing else; a time behind it is left out."""
    plain = folded(_HOUR.sub("", part))
    if not 7 <= len(plain) <= 25 or not any(sign in plain for sign in "-/"):
        return ()
    found = labelled_windows_at(plain, start=0, order=Order.DAY_FIRST)
    return found.windows if found and found.end == len(plain) else ()


def _spanned(days: list[Window]) -> Window | None:
    """From the first day to the last of what a group names."""
    firsts = [window.first for window in days if window.first]
    lasts = [window.last for window in days if window.last]
    return Window(first=min(firsts), last=max(lasts)) if firsts and lasts else None
