"""The trial market: made block by block from a seed, written to a folder in constant memory, its truth apart.

`market.json` seed, rates, counts (written last) · `catalogue.json` · `parties.json` · `notice.json` ·
`events.jsonl` in the order of their capture · `events-late.jsonl` captured once the recall was open ·
`orders-<platform>.jsonl` as the protocol has them · `truth.jsonl` what each line really holds ·
`truth.json` the sums. The same seed gives the same bytes.
"""

from __future__ import annotations

import gc
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import TextIO

from connectors.sandbox.trial.births import Timed, births
from connectors.sandbox.trial.freight import Freight
from connectors.sandbox.trial.items import catalogue
from connectors.sandbox.trial.notice import Findings, notice
from connectors.sandbox.trial.places import SHOPS, parties
from connectors.sandbox.trial.plan import Block, blocks_of, check_lines, hot_days
from connectors.sandbox.trial.production import Made, produce
from connectors.sandbox.trial.rates import Rates
from connectors.sandbox.trial.sales import Line, Sales, Sums
from connectors.sandbox.trial.telling import Telling
from connectors.sandbox.writing import write_document

MARK = "market.json"
"""A folder without it holds no whole market."""
EVENTS, LATE, TRUTH = "events.jsonl", "events-late.jsonl", "truth.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSummary:
    """The sums of a trial market."""

    seed: int
    lines: int
    events: dict[str, int]
    affected_lines: int
    affected_units: int
    blanket_lines: int
    """Lines of every product of which some unit is affected."""
    blanket_units: int
    why: dict[str, int]
    """Affected lines by what is wrong with them."""
    bytes: int


def make_trial(
    *, seed: int, lines: int, into: Path, rates: Rates | None = None,
    told: Callable[[int], None] | None = None,
) -> TrialSummary:  # fmt: skip
    """Make a market and write it into a folder, which holds either all of it or, cut short, none.

    `told` hears after each block how many lines there are. Raises InputRefused for a number of lines that
    is not from 1,000 to 50,000,000.
    """
    check_lines(lines)
    rates = rates or Rates()
    part = into / ".part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (into / MARK).unlink(missing_ok=True)
    sums, counts, findings = Sums(), Counter[str](), Findings()
    hot = hot_days(lines=lines)
    with _Files(part) as files:
        for block in blocks_of(seed=seed, lines=lines):
            with _collecting_later():
                findings.add(_write_block(block, files, sums, counts, rates=rates, hot=hot))
            if told is not None:
                told(sums.lines.total())
    for name, document in (
        ("catalogue.json", catalogue()), ("parties.json", parties()),
        ("notice.json", notice(findings, hot=hot)),
    ):  # fmt: skip
        write_document(part / name, document)
    summary = _summary(seed, sums, counts, size=sum(path.stat().st_size for path in part.iterdir()))
    write_document(part / "truth.json", asdict(summary))
    for path in part.iterdir():
        path.replace(into / path.name)
    part.rmdir()
    write_document(into / MARK, {"seed": seed, "lines": lines, "rates": asdict(rates), "platforms": _names()})
    return summary


def _names() -> list[str]:
    return [shop.key for shop in SHOPS]


class _Files:
    """The files that grow, and how many lines each platform has."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self.numbers = [0] * len(SHOPS)

    def __enter__(self) -> _Files:
        self.events, self.late, self.truth = (self._open(name) for name in (EVENTS, LATE, TRUTH))
        self.orders = [self._open(f"orders-{key}.jsonl") for key in _names()]
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def _open(self, name: str) -> TextIO:
        path = self._folder / name
        return self._stack.enter_context(path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20))

    def write(self, lines: Sequence[Line]) -> None:
        """Lines and their truth, numbered on each platform in the order of sale."""
        for _, place, order, truth in lines:
            shop = SHOPS[place]
            self.numbers[place] += 1
            ref = f"{shop.prefix}-{self.numbers[place]:09d}"
            self.orders[place].write(f'{{"line":"{ref}",{order}')
            self.truth.write(f'{{"platform":"{shop.key}","line":"{ref}",{truth}')


def _write_block(
    block: Block, files: _Files, sums: Sums, counts: Counter[str], *, rates: Rates, hot: range
) -> Made:
    random = block.random()
    made = produce(block, rates=rates, hot=hot, random=random)
    events: list[Timed] = [*births(made), *Freight(made, rates=rates, random=random).events()]
    sales = Sales(made, rates=rates, random=random, sums=sums)
    files.write(sorted(sales.lines()))
    telling = Telling(rates=rates, random=_apart(block))
    files.events.writelines(telling.lines((*events, *sales.returned)))
    files.late.writelines(telling.late)
    counts += telling.counts
    return made


@contextmanager
def _collecting_later() -> Iterator[None]:
    """All that a block makes lives until it is written: to look for garbage before is in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _apart(block: Block) -> Random:
    """What is told is drawn apart, so that the same goods can be told of better or worse."""
    return Random(f"{block.seed}/{block.number}/told")


def _summary(seed: int, sums: Sums, counts: Counter[str], *, size: int) -> TrialSummary:
    touched = [gtin for gtin, count in sums.affected.items() if count]
    return TrialSummary(
        seed=seed,
        lines=sums.lines.total(),
        events=dict(sorted(counts.items())),
        affected_lines=sums.affected.total(),
        affected_units=sums.affected_units,
        blanket_lines=sum(sums.lines[gtin] for gtin in touched),
        blanket_units=sum(sums.units[gtin] for gtin in touched),
        why=dict(sorted(sums.why.items())),
        bytes=size,
    )
