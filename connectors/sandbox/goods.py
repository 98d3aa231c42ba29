"""The goods of the sandbox: three models of a real notice, a bystander, and their lots.

The facts of the notice (models, batch codes, production windows, stated quantities) are those of the
power-bank recall announced in Shenzhen in June 2025. A lot code reads `<line>-<year letter><month>`:
`P` is 2023, `Q` is 2024. Trade item numbers lie under the demonstration prefix 952.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

BRAND = "ROMOSS"
YEARS = {2023: "P", 2024: "Q", 2025: "R"}
MONTHS = "123456789ABC"
LINES = ("C13", "C14", "M14", "M20", "M22")
CELL_GTIN = "09521234500094"
REWORK_LOT = "R14-Q3"
REWORKED_LOT = "C14-Q2"

Days = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A product of the market; `named` maps each lot of the notice to its window of production."""

    code: str
    gtin: str
    brand: str
    name: str
    stated: int = 0
    """Units that the notice states; 0: the product is not recalled."""
    named: tuple[tuple[str, Days], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A production lot with its truth."""

    gtin: str
    code: str
    made: Days
    affected: bool
    source: str
    """The lot that it was made from: a cell lot's code, or the reworked lot's."""

    @property
    def key(self) -> tuple[str, str]:
        """Trade item and lot code: a code alone is used by several models."""
        return self.gtin, self.code


def month_of(year: int, month: int) -> Days:
    """First and last day of a month."""
    start = date(year, month, 1)
    return start, (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def lot_code(*, line: str, year: int, month: int) -> str:
    """`M20-Q1` for line M20 in January 2024."""
    return f"{line}-{YEARS[year]}{MONTHS[month - 1]}"


def _named(*, lines: str, months: tuple[tuple[int, int], ...], window: Days) -> Iterator[tuple[str, Days]]:
    for line in lines.split():
        for year, month in months:
            first, last = month_of(year, month)
            yield (
                lot_code(line=line, year=year, month=month),
                (max(first, window[0]), min(last, window[1])),
            )


MODELS: tuple[Model, ...] = (
    Model(
        code="PAC20-272",
        gtin="09521234502722",
        brand=BRAND,
        name="Power bank 20000 mAh PAC20-272",
        stated=331_578,
        named=(
            *_named(
                lines="C14 M14 C13",
                months=((2023, 6), (2023, 7)),
                window=(date(2023, 6, 5), date(2023, 7, 28)),
            ),
            *_named(
                lines="M20 M14 C14",
                months=((2024, 1), (2024, 2)),
                window=(date(2024, 1, 5), date(2024, 2, 8)),
            ),
        ),
    ),
    Model(
        code="PAC20-392",
        gtin="09521234503927",
        brand=BRAND,
        name="Power bank 20000 mAh PAC20-392",
        stated=113_253,
        named=tuple(
            _named(
                lines="M14 C13 M20 M22",
                months=((2024, 6), (2024, 7)),
                window=(date(2024, 6, 23), date(2024, 7, 31)),
            )
        ),
    ),
    Model(
        code="PLT20A-152",
        gtin="09521234501527",
        brand=BRAND,
        name="Power bank 20000 mAh PLT20A-152",
        stated=46_914,
        named=tuple(
            _named(
                lines="M20",
                months=((2023, 8), (2024, 1)),
                window=(date(2023, 8, 1), date(2024, 1, 31)),
            )
        ),
    ),
    Model(
        code="WCH15-040",
        gtin="09521234500049",
        brand="Sandbox Goods",
        name="Wireless charging pad WCH15-040",
    ),
)
RECALLED: tuple[Model, ...] = MODELS[:3]
BYSTANDER: Model = MODELS[3]
MODEL_BY_GTIN = {model.gtin: model for model in MODELS}


def lots_of(*, model: Model, others: int, random: Random) -> tuple[Lot, ...]:
    """The model's lots in order of production: every lot the notice names, and `others` it does not."""
    named = dict(model.named)
    months = [(2023, month) for month in range(3, 13)] + [(2024, month) for month in range(1, 13)]
    free = [
        (lot_code(line=line, year=year, month=month), month_of(year, month))
        for line in LINES
        for year, month in months
        if lot_code(line=line, year=year, month=month) not in named
    ]
    rows = [(code, made, True) for code, made in named.items()]
    rows += [(code, made, False) for code, made in random.sample(free, others)]
    rows.sort(key=lambda row: (row[1], row[0]))
    return tuple(
        Lot(gtin=model.gtin, code=code, made=made, affected=affected, source=_cells(model, number, affected))
        for number, (code, made, affected) in enumerate(rows)
    )


def _cells(model: Model, number: int, affected: bool) -> str:
    """A cell lot feeds two finished lots; the faulty cells went into affected lots only."""
    return f"{'F' if affected else 'G'}{model.code[-3:]}{number // 2:04d}"


def rework_lot(*, model: Model) -> Lot:
    """The lot made in March 2024 of a part of a named lot: affected, though no notice names it."""
    return Lot(gtin=model.gtin, code=REWORK_LOT, made=month_of(2024, 3), affected=True, source=REWORKED_LOT)


def lot_uri(*, gtin: str, lot: str) -> str:
    """Canonical Digital Link of a lot."""
    return f"https://id.gs1.org/01/{gtin}/10/{lot}"


def serial_uri(*, gtin: str, serial: str) -> str:
    """Canonical Digital Link of one unit."""
    return f"https://id.gs1.org/01/{gtin}/21/{serial}"


def with_check_digit(digits: str) -> str:
    """The digits followed by their GS1 check digit (mod 10, weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def catalogue() -> list[dict[str, str]]:
    """The products as `catalogue.json` holds them."""
    return [{"gtin": m.gtin, "brand": m.brand, "model": m.code, "name": m.name} for m in MODELS]
