"""The rows of a recall in DVSA's file as ours: a product for each model and build window; pure.

Column by column: `Recalls Number`, `Launch Date` and the rest of the head are the same in each row of a
recall; `Model`, `VIN Start`, `VIN End`, `Build Start` and `Build End` say what is in scope, all at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from connectors.feeds.composed import Said, composed
from connectors.feeds.dvsa.vins import vins_between
from connectors.feeds.sheets import Rows
from recall.domain.notice import ClauseKind, Notice, NoticeProduct, Window
from recall.errors import NoticeRefused
from recall.reading.dates import Order, day_of
from recall.reading.serial_range import SerialRange
from recall.reading.text import squeezed

AUTHORITY = "Driver and Vehicle Standards Agency"
COLUMNS = frozenset({"recalls number", "make", "model", "vin start", "vin end"})
_DOUBTED = 0.6
"""How sure a range is whose ends had to be read as one shape."""
_TOO_WIDE = 10
"""Ranges that hold so many times the stated vehicles are a warning."""


@dataclass(slots=True)
class Part:
    """What rows of one model and build window have in common, and the numbers of their vehicles."""

    make: str
    model: str
    built: Window | None
    days: str
    numbers: list[tuple[str, float]] = field(default_factory=list)
    """The cells of the numbers of vehicles as they stand, and how sure their reading is."""
    serials: list[str] = field(default_factory=list)

    def product(self) -> NoticeProduct:
        """The product whose serials are the numbers of the vehicles."""
        return NoticeProduct(
            name=squeezed(f"{self.make} {self.model}"), brand=self.make or None, model=self.model or None,
            serials=tuple(dict.fromkeys(self.serials)), made=(self.built,) if self.built else (),
        )  # fmt: skip


def notice_of(rows: Rows) -> Notice:
    """The draft notice of a recall's rows. NoticeRefused when they name no recall or nothing recalled."""
    where, head = rows[0]
    reference, make = head["recalls number"], head["make"]
    if not reference:
        raise NoticeRefused.of(make, expected="a recalls number", got="an empty cell", where=where)
    if not any(row["model"] or row["make"] for _, row in rows):
        raise NoticeRefused.of(reference, expected="a make or a model", got="empty cells", where=where)
    parts, doubts = _parts(rows)
    quantity = _units(head, doubts=doubts)
    doubts += _too_wide(parts, quantity=quantity)
    title = ": ".join(filter(None, (_named(head), head.get("concern", ""))))
    text, clauses = composed(_said(head, title=title, parts=parts))
    return Notice(
        source="dvsa", reference=reference, title=squeezed(title), authority=AUTHORITY, text=text,
        published=_day(head, "launch date", doubts=doubts), hazard=squeezed(head.get("defect", "")),
        remedy=squeezed(head.get("remedy", "")), quantity=quantity,
        products=tuple(part.product() for part in parts), clauses=clauses,
        warnings=tuple(dict.fromkeys(doubts)), language="en", jurisdiction="GB",
    )  # fmt: skip


def _named(head: Mapping[str, str]) -> str:
    return f"{head['make']} {head.get('recalls model information') or head['model']}"


def _parts(rows: Rows) -> tuple[list[Part], list[str]]:
    """One part for each model and build window, in their order, and what is doubtful."""
    parts: dict[tuple[str, str, Window | None], Part] = {}
    doubts = list[str]()
    for where, row in rows:
        if not (row["make"] or row["model"]):
            doubts.append(f"{where} names no make and no model")
            continue
        built, days = _built(row, doubts=doubts)
        key = (row["make"], row["model"], built)
        part = parts.setdefault(key, Part(make=row["make"], model=row["model"], built=built, days=days))
        vins = vins_between(first=row["vin start"], last=row["vin end"])
        words = " - ".join(filter(None, (row["vin start"], row["vin end"])))
        part.serials += vins.serials
        part.numbers.append((words, _DOUBTED if vins.doubts else 1.0))
        doubts += vins.doubts
    return list(parts.values()), doubts


def _built(row: Mapping[str, str], *, doubts: list[str]) -> tuple[Window | None, str]:
    first, last = (_day(row, key, doubts=doubts) for key in ("build start", "build end"))
    said = " to ".join(filter(None, (row.get("build start"), row.get("build end"))))
    if first and last and last < first:
        doubts.append(f"built from '{said}' stands the wrong way round")
        first, last = last, first
    return Window(first=first, last=last) if first or last else None, said


def _day(row: Mapping[str, str], key: str, *, doubts: list[str]) -> date | None:
    """A day as 22/03/2017; anything else that is written there is a doubt."""
    written = row.get(key, "")
    day = day_of(written, order=Order.DAY_FIRST) if written else None
    if written and day is None:
        doubts.append(f"{key} '{written[:40]}' is no day as 22/03/2017")
    return day


def _units(head: Mapping[str, str], *, doubts: list[str]) -> int | None:
    written = head.get("vehicle numbers", "").replace(",", "")
    if written.isascii() and written.isdigit() and len(written) < 10:
        return int(written)
    if written:
        doubts.append(f"'{written[:40]}' is not a number of vehicles: ask for one")
    return None


def _too_wide(parts: list[Part], *, quantity: int | None) -> Iterator[str]:
    """A part whose numbered ranges hold far more vehicles than the recall states."""
    for part in parts:
        ranges = (SerialRange.parse(text) for text in part.serials if " - " in text)
        count = sum(one.count for one in ranges)
        if quantity and count >= _TOO_WIDE * quantity:
            yield f"{part.model}: the ranges hold {count:,} numbers, the recall states {quantity:,} vehicles"


def _said(head: Mapping[str, str], *, title: str, parts: list[Part]) -> Iterator[Said]:
    """The recall as statements, a line each."""
    yield Said(words=title)
    yield Said(words=head["recalls number"], heading="Recall: ")
    yield Said(words=head["make"], heading="Make: ", kind=ClauseKind.BRAND)
    yield Said(words=head.get("defect", ""), heading="Defect: ", kind=ClauseKind.HAZARD)
    yield Said(words=head.get("remedy", ""), heading="Remedy: ", kind=ClauseKind.REMEDY)
    yield Said(words=head.get("vehicle numbers", ""), heading="Vehicles: ", kind=ClauseKind.TOTAL)
    yield Said(words=head.get("manufacturer ref", ""), heading="Manufacturer's reference: ")
    for number, part in enumerate(parts):
        one = (number,)
        yield Said(words=part.model, heading="Model: ", kind=ClauseKind.MODEL, products=one)
        for words, sure in dict.fromkeys(part.numbers):
            yield Said(words=words, heading="VIN: ", kind=ClauseKind.SERIAL, products=one, confidence=sure)
        yield Said(words=part.days, heading="Built: ", kind=ClauseKind.MADE, products=one)
