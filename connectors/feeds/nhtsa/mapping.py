"""The lines of a campaign as one notice: a product for each make, model and build window; pure.

Both of NHTSA's forms give a line for each campaign, make, model and model year. The flat file also gives the
days between which the vehicles were built; the services leave them in the prose of the summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.feeds.composed import Said, composed
from connectors.feeds.records import absent, record_at, told
from connectors.feeds.stated import stated_day
from recall.domain.notice import ClauseKind, Notice, NoticeProduct, Window
from recall.errors import NoticeRefused
from recall.reading.dates import Order
from recall.reading.reader import read_text
from recall.reading.text import clean, squeezed

AUTHORITY = "National Highway Traffic Safety Administration"
ADDRESS = "https://www.nhtsa.gov/recalls?nhtsaId="
COLUMNS = (
    "record_id", "campno", "make", "model", "year", "mfgcampno", "component", "filed_by", "begman", "endman",
    "kind", "units", "owners_told", "influenced_by", "manufacturer", "received", "created", "rpno", "fmvss",
    "summary", "consequence", "remedy", "notes", "component_id", "part_name", "part_description",
    "part_number", "do_not_drive", "park_outside",
)  # fmt: skip
"""The columns of the flat file: 22 before 2007, later files added those behind."""
_ANSWERED = {
    "nhtsacampaignnumber": "campno", "make": "make", "model": "model", "modelyear": "year",
    "component": "component", "manufacturer": "manufacturer", "summary": "summary",
    "conequence": "consequence", "consequence": "consequence", "remedy": "remedy", "notes": "notes",
    "reportreceiveddate": "received", "potentialnumberofunitsaffected": "units",
    "parkit": "do_not_drive", "parkoutside": "park_outside",
}  # fmt: skip
"""The fields of the services, in small letters: the misspelt one is theirs, and was mended later."""
_UNKNOWN_YEAR = "9999"
_REMEDIES = {
    "replace": re.compile(r"\breplac", re.IGNORECASE),
    "refund": re.compile(r"\brefund|\breimburs|\brepurchas|\bbuy back", re.IGNORECASE),
    "repair": re.compile(
        r"\brepair|\binspect|\bupdat|\breprogram|\binstall|\badjust|\bcorrect", re.IGNORECASE
    ),
}
_YES = ("yes", "true", "y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its fields by the names of `COLUMNS`, an absent one empty."""

    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def campaign(self) -> str:
        """The number of the campaign, in capitals."""
        return self["campno"].upper()


def line_of_row(row: Sequence[str], *, where: str) -> Line:
    """A row of the flat file. NoticeRefused when it has too few cells or too many to be told apart."""
    if not 22 <= len(row) <= len(COLUMNS):
        expected = f"22 to {len(COLUMNS)} cells"
        raise NoticeRefused.of(" | ".join(row)[:80], expected=expected, got=f"{len(row)}", where=where)
    line = Line(fields=dict(zip(COLUMNS, (clean(cell).strip() for cell in row), strict=False)))
    if not line.campaign:
        raise NoticeRefused.of(line["record_id"], expected="a campaign number", got="none", where=where)
    return line


def line_of_answer(record: Any, *, where: str) -> Line:
    """A record of a service, in its old form or its new one. NoticeRefused when it names no campaign."""
    given = record_at(record, where=where)
    fields = {
        _ANSWERED[key.lower()]: str(value).lower() if isinstance(value, bool) else told(given, key)
        for key, value in given.items()
        if key.lower() in _ANSWERED
    }
    if not fields.get("campno"):
        raise absent(given, "NHTSACampaignNumber", where=where.rstrip("/"))
    return Line(fields=fields)


def notice_of(lines: Sequence[Line]) -> Notice:
    """The draft notice of a campaign. NoticeRefused when its lines name no make and no model."""
    head = lines[0]
    products, doubts = _products(lines)
    quantity = _units(lines, doubts=doubts)
    received, unclear = stated_day(head["received"], name="report received", order=Order.UNKNOWN)
    by = head["manufacturer"] or head["filed_by"]
    title = squeezed(f"{by or head['make']} recalls {_named(products)}: {head['component'].lower()}").rstrip(
        ": "
    )
    text, clauses = composed(_said(head, title=title, products=products))
    return Notice(
        source="nhtsa", reference=head.campaign, title=title, authority=AUTHORITY, text=text,
        published=received, hazard=squeezed(head["consequence"]), remedy=squeezed(head["remedy"]),
        remedies=tuple(name for name, words in _REMEDIES.items() if words.search(head["remedy"])),
        quantity=quantity, products=products, clauses=clauses,
        warnings=tuple(dict.fromkeys((*doubts, *unclear))), language="en", jurisdiction="US",
        url=f"{ADDRESS}{head.campaign}", classification=_advice(lines),
    )  # fmt: skip


def _products(lines: Sequence[Line]) -> tuple[tuple[NoticeProduct, ...], list[str]]:
    """One product for each make, model and window, with all its model years, and what is doubtful."""
    years: dict[tuple[str, str, Window | None], list[str]] = {}
    doubts = list[str]()
    spoken = (
        () if any(line["begman"] or line["endman"] for line in lines) else _spoken(lines[0], doubts=doubts)
    )
    for line in lines:
        if not (line["make"] or line["model"]):
            doubts.append(f"a line of {line.campaign} names no make and no model")
            continue
        of_model = years.setdefault((line["make"], line["model"], _built(line, doubts=doubts)), [])
        if line["year"] and line["year"] != _UNKNOWN_YEAR:
            of_model.append(line["year"])
    if not years:
        raise NoticeRefused.of(lines[0].campaign, expected="a make or a model", got="none")
    products = tuple(
        NoticeProduct(
            name=squeezed(f"{make} {model}"), brand=make or None, model=model or None,
            years=tuple(sorted(year for year in set(known) if re.fullmatch(r"(?:19|20)[0-9]{2}", year))),
            made=(window,) if window else spoken,
        )
        for (make, model, window), known in years.items()
    )  # fmt: skip
    return products, doubts


def _built(line: Line, *, doubts: list[str]) -> Window | None:
    """When the vehicles of a line were built, open where one end is not told."""
    first, unclear_first = stated_day(line["begman"], name="begin of manufacturing")
    last, unclear_last = stated_day(line["endman"], name="end of manufacturing")
    doubts += (*unclear_first, *unclear_last)
    if first and last and last < first:
        doubts.append(f"manufacturing from {first} to {last} stands the wrong way round")
        first, last = last, first
    return Window(first=first, last=last) if first or last else None


def _spoken(line: Line, *, doubts: list[str]) -> tuple[Window, ...]:
    """The window that the summary tells in words, where it tells one for all that is recalled."""
    windows = {product.made for product in read_text(line["summary"], language="en").products if product.made}
    if len(windows) > 1:
        doubts.append("the summary tells several build windows: say which belongs to which model")
    return next(iter(windows)) if len(windows) == 1 else ()


def _units(lines: Sequence[Line], *, doubts: list[str]) -> int | None:
    stated = {line["units"] for line in lines if line["units"]}
    counts = {int(units) for units in stated if units.isascii() and units.isdigit() and len(units) < 10}
    if len(counts) != 1 and stated:
        doubts.append(f"several numbers of units are stated, or none: {', '.join(sorted(stated))[:120]}")
    return counts.pop() if len(counts) == 1 else None


def _advice(lines: Sequence[Line]) -> str:
    """What owners must not do until the remedy, in the authority's words."""
    advice = (("do_not_drive", "Do not drive"), ("park_outside", "Park outside"))
    return ", ".join(words for key, words in advice if any(line[key].lower() in _YES for line in lines))


def _named(products: Sequence[NoticeProduct]) -> str:
    names = list(dict.fromkeys(product.name for product in products))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _said(head: Line, *, title: str, products: Sequence[NoticeProduct]) -> Iterator[Said]:
    """The campaign as statements, a line each."""
    yield Said(words=title)
    yield Said(words=head.campaign, heading="NHTSA campaign: ")
    yield Said(words=head["component"], heading="Component: ")
    yield Said(words=head["summary"], heading="Summary: ")
    yield Said(words=head["consequence"], heading="Consequence: ", kind=ClauseKind.HAZARD)
    yield Said(words=head["remedy"], heading="Remedy: ", kind=ClauseKind.REMEDY)
    yield Said(words=head["notes"], heading="Notes: ")
    yield Said(words=head["units"], heading="Units: ", kind=ClauseKind.TOTAL)
    yield Said(words=head["mfgcampno"], heading="Manufacturer's number: ")
    for number, product in enumerate(products):
        one = (number,)
        yield Said(words=product.brand or "", heading="Make: ", kind=ClauseKind.BRAND, products=one)
        yield Said(words=product.model or "", heading="Model: ", kind=ClauseKind.MODEL, products=one)
        yield Said(
            words=", ".join(product.years), heading="Model years: ", kind=ClauseKind.YEAR, products=one
        )
        days = "; ".join(f"{w.first or '...'} to {w.last or '...'}" for w in product.made)
        yield Said(words=days, heading="Built: ", kind=ClauseKind.MADE, products=one)
