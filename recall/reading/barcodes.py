"""Trade item numbers in prose and tables: known by their check digits wherever a text speaks of them.

In a table that lost its blanks a number may stand glued to the figures of the cells beside it. It is cut out
where its check digit is right and its company's figures begin the numbers of other cells too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from recall.reading.mentions import Mention
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind

_SPOKEN_OF = re.compile(r"(?-i:UPC)|\bUPC|\bGTIN|\bEAN\b|\bbar[ ]?code", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d.$-])(?:\d{12,14}|\d[ -]\d{5}[ -]\d{5}[ -]\d|\d{6}-\d{5}-\d)(?![\d-])")
_RUN = re.compile(r"(?<![\d.$])(?<!\d-)\d{13,40}(?![\d-])")
_UPC, _COMPANY = 12, 6
"""Figures of a UPC, and so many of them that a company's numbers share."""
_MOST_RUNS, _MOST_COMPANIES = 1_000, 20


class _Cut(NamedTuple):
    """A number that may stand in a run of figures."""

    start: int
    digits: str

    @property
    def company(self) -> str:
        """The figures that it begins with."""
        return self.digits[:_COMPANY]


def barcodes(text: str) -> Iterator[Mention]:
    """Every number with a right check digit, alone or cut out, if the text speaks of such numbers at all."""
    if _SPOKEN_OF.search(text) is None:
        return
    alone = [(found.span(), trade_item(found[0]).gtin) for found in _NUMBER.finditer(text)]
    whole = [(span, gtin) for span, gtin in alone if gtin]
    for (start, end), gtin in whole:
        yield _mention(start=start, end=end, gtin=gtin, confidence=0.8)
    known = {start for (start, _), _ in whole}
    runs = [run for run in _RUN.finditer(text) if run.start() not in known][:_MOST_RUNS]
    companies = Counter(gtin[-_UPC:][:_COMPANY] for _, gtin in whole)
    yield from _cut_out(runs, companies=companies)


def _cut_out(runs: Sequence[re.Match[str]], *, companies: Counter[str]) -> Iterator[Mention]:
    """The numbers in runs of figures that are longer, each of a company that two cells or more name."""
    ways = [list(_ways(run)) for run in runs]
    companies = companies + Counter(company for way in ways for company in {cut.company for cut in way})
    known = [company for company, count in companies.most_common(_MOST_COMPANIES) if count > 1]
    for run, way in zip(runs, ways, strict=True):
        most = max((companies[cut.company] for cut in way), default=0)
        best = [cut for cut in way if companies[cut.company] == most]
        apart = all(second.start - first.start >= _UPC for first, second in pairwise(best))
        for cut in best if apart and most > 1 else ():
            yield _mention(start=cut.start, end=cut.start + _UPC, gtin=cut.digits.zfill(14), confidence=0.7)
        if most < 2 and (doubtful := _doubtful(run, companies=known)):
            yield doubtful


def _ways(run: re.Match[str]) -> Iterator[_Cut]:
    """Each twelve figures of a run whose check digit is right."""
    for place in range(len(run[0]) - _UPC + 1):
        digits = run[0][place : place + _UPC]
        if trade_item(digits).gtin:
            yield _Cut(run.start() + place, digits)


def _doubtful(run: re.Match[str], *, companies: Sequence[str]) -> Mention | None:
    """The one number of a known company in a run, whose check digit then is wrong."""
    company = next((one for one in companies if run[0].count(one) == 1), None)
    place = run[0].index(company) if company else len(run[0])
    written = run[0][place : place + _UPC]
    if len(written) < _UPC:
        return None
    return Mention(
        kind=ClauseKind.IDENTIFIER, scheme="upc_as_written", start=run.start() + place,
        end=run.start() + place + _UPC, values=(written,), confidence=0.5,
        doubts=tuple(filter(None, (trade_item(written).note,))),
    )  # fmt: skip


def _mention(*, start: int, end: int, gtin: str, confidence: float) -> Mention:
    return Mention(kind=ClauseKind.GTIN, start=start, end=end, values=(gtin,), confidence=confidence)
