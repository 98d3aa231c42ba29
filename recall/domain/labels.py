"""The label: what a notice states, told by reading it with care, and how far the reader agrees.

A fact is a kind and a value. Both sides are brought to one form first: signs of one width, capitals, no
blanks, days for months, fourteen figures for a trade item. Two kinds are one where notices do not part them:
a model and an identifier, a lot and a date code. A range is one fact, in whatever pieces it was read.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from recall.domain.notice import ClauseKind, Notice, NoticeProduct, Window
from recall.errors import NoticeRefused
from recall.reading.serial_range import SerialRange

_SAME = {"identifier": "model", "date_code": "lot"}
_DAYS = frozenset({"made", "sold", "packed", "expires"})
_KINDS = frozenset(
    {"model", "identifier", "gtin", "lot", "date_code", "serial", "year", "quantity", "exclusion", "all"}
    | _DAYS
)
_Norm = tuple[str, str]
_MOST_SPELLED = 200
"""Members of a range: so many may stand in its place one by one."""
_QUOTES = "\"'“”‘’"
_NUMBER_WORD = re.compile(r"NO\.(?=.)")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fact:
    """One clause of a scope as a value: `kind` is a word of ClauseKind, `value` as a label writes it.

    Windows are ISO days or months: `2023-06/2024-01`, `../2025-04-02`, `2026-06-30`; ranges are `A - B`.
    """

    kind: str
    value: str

    @property
    def norm(self) -> _Norm:
        """What two facts must share to be one.

        >>> Fact(kind="identifier", value="ps 510").norm == Fact(kind="model", value="PS510").norm
        True
        """
        return _SAME.get(self.kind, self.kind), _value_of(self.kind, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What was labelled in one notice: facts that it states, and facts that may be read in it as well."""

    recall: str
    file: str
    facts: tuple[Fact, ...]
    also: tuple[Fact, ...] = ()

    @classmethod
    def read(cls, document: Mapping[str, Any], *, where: str) -> Label:
        """Read `{"recall", "file", "facts": {kind: [values]}, "also": {...}}`.

        Raises NoticeRefused for a kind that no label has, KeyError where `file` or `facts` is absent.
        """
        return cls(
            recall=document.get("recall", ""), file=document["file"],
            facts=tuple(_facts(document["facts"], where=where)),
            also=tuple(_facts(document.get("also", {}), where=where)),
        )  # fmt: skip

    def is_of(self, notice: Notice) -> bool:
        """Whether `notice` is the labelled one, by its number, blanks and dashes apart.

        A label of a file whose notices have no number is of each of them.
        """
        return not self.recall or _bare(self.recall) == _bare(notice.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How far a reading agrees with a label."""

    label: Label
    right: tuple[Fact, ...] = ()
    missed: tuple[Fact, ...] = ()
    wrong: tuple[Fact, ...] = ()
    refused: bool = False
    """No notice was given at all."""

    @property
    def whole(self) -> bool:
        """Whether nothing that the label states was missed."""
        return not self.refused and not self.missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of facts: read rightly, missed, and read where there was none."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was read that is right, 0 to 1; None where nothing was read."""
        return self.right / read if (read := self.right + self.wrong) else None

    @property
    def recall(self) -> float | None:
        """The share of what is stated that was read, 0 to 1; None where nothing is stated."""
        return self.right / stated if (stated := self.right + self.missed) else None


def judge(label: Label, notices: Iterable[Notice]) -> Judgement:
    """Hold what was read of the labelled notice, all its records together, against the label."""
    read = tuple(notices)
    if not read:
        return Judgement(label=label, missed=label.facts, refused=True)
    found = {fact.norm: fact for notice in read for fact in facts_of(notice)}
    stated = {fact.norm: fact for fact in label.facts}
    known = stated.keys() | {fact.norm for fact in label.also}
    parts = {norm: _parts(norm, found) for norm in known - found.keys()}
    right = {norm for norm in stated if norm in found or parts[norm]}
    allowed = known.union(*parts.values())
    return Judgement(
        label=label,
        right=tuple(stated[norm] for norm in stated if norm in right),
        missed=tuple(stated[norm] for norm in stated if norm not in right),
        wrong=tuple(fact for norm, fact in found.items() if norm not in allowed),
    )


def score(judgements: Iterable[Judgement], *, kind: str | None = None) -> Score:
    """The counts of all facts, or of one kind's; a wrong fact has the kind that the reader gave it."""
    told = tuple(judgements)

    def counted(part: str) -> int:
        return sum(kind in (None, fact.kind) for one in told for fact in getattr(one, part))

    return Score(right=counted("right"), missed=counted("missed"), wrong=counted("wrong"))


def facts_of(notice: Notice) -> Iterator[Fact]:
    """Every fact of the scope that a notice states, as it was read: of the kinds that a label can hold."""
    if notice.quantity is not None:
        yield Fact(kind="quantity", value=str(notice.quantity))
    if any(clause.kind is ClauseKind.ALL for clause in notice.clauses):
        yield Fact(kind="all", value="all")
    for product in notice.products:
        yield from _of(product)


def _of(product: NoticeProduct) -> Iterator[Fact]:
    out = product.excluded
    names = [(one.scheme, one.value) for one in product.identifiers]
    told: dict[str, Iterable[str | None]] = {
        "model": (product.model,),
        "gtin": (product.gtin, *(value for scheme, value in names if scheme == "upc_as_written")),
        "identifier": (value for scheme, value in names if scheme != "upc_as_written"),
        "lot": (*product.lots, *product.lot_ranges, *product.lot_masks),
        "date_code": product.date_codes,
        "serial": (*product.serials, *product.serial_masks),
        "year": product.years,
        "quantity": () if product.quantity is None else (str(product.quantity),),
        "exclusion": (*out.models, *out.lots, *out.serials, *map(_written, out.made)),
        "made": map(_written, product.made),
        "sold": map(_written, product.sold),
        "packed": map(_written, product.packed),
        "expires": map(_written, product.expires),
    }
    for kind, values in told.items():
        yield from (Fact(kind=kind, value=value) for value in values if value)
    for part in product.components:
        yield from _of(part)


def _facts(document: Mapping[str, Any], *, where: str) -> Iterator[Fact]:
    for kind, values in document.items():
        if kind not in _KINDS:
            expected = f"one of {', '.join(sorted(_KINDS))}"
            raise NoticeRefused.of(kind, expected=expected, got=kind, where=where)
        yield from (Fact(kind=kind, value=value) for value in values)


def _written(window: Window) -> str:
    return f"{window.first or '..'}/{window.last or '..'}"


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def _value_of(kind: str, value: str) -> str:
    if kind in _DAYS:
        first, _, last = value.partition("/")
        return f"{_day(first, end=False)}/{_day(last or first, end=True)}"
    plain = unicodedata.normalize("NFKC", value).upper()
    if kind == "gtin":
        return re.sub(r"\D", "", plain).zfill(14)
    ends = [re.sub(r"\s", "", end) for end in plain.split(" - ")]
    if len(ends) == 2:
        return " - ".join(re.sub(r"[#.*]", "?", end) for end in ends)
    return re.sub(r"\*+$", "*", _NUMBER_WORD.sub("", ends[0]).strip(_QUOTES)) if len(ends) == 1 else plain


def _day(text: str, *, end: bool) -> str:
    """A day as it is; of a month its first or its last day; `..` stays."""
    if not re.fullmatch(r"\d{4}-\d\d", text):
        return text
    year, month = map(int, text.split("-"))
    return f"{text}-{monthrange(year, month)[1] if end else 1:02d}"


def _parts(norm: _Norm, found: Iterable[_Norm]) -> set[_Norm]:
    """What was found that together is the range `norm`: its members, or shorter ranges; else nothing."""
    kind, value = norm
    first, dash, last = value.partition(" - ")
    alike = {one for one in found if one[0] == kind}
    if not dash:
        return set()
    return _members(kind, value, alike) or _pieces(first, last, alike)


def _members(kind: str, value: str, found: set[_Norm]) -> set[_Norm]:
    """Every member of a short range, where all were found one by one."""
    try:
        counted = SerialRange.parse(value)
    except NoticeRefused:
        return set()
    if counted.count > _MOST_SPELLED:
        return set()
    members = {(kind, f"{counted.prefix}{n:0{counted.width}d}") for n in range(counted.lo, counted.hi + 1)}
    return members if members <= found else set()


def _pieces(first: str, last: str, found: set[_Norm]) -> set[_Norm]:
    """Ranges that begin where the stated one begins and end where it ends: vehicle numbers are cut at years.

    Each keeps the signs that both stated ends share before their counters; `?` stands for any other.
    """
    head = len(re.sub(r"[0-9?]*$", "", first))
    shared = [at for at, (one, two) in enumerate(zip(first, last, strict=False)) if one == two and at < head]
    pieces = {}
    for norm in found:
        ends = norm[1].split(" - ")
        same_width = len(ends) == 2 and {len(end) for end in ends} == {len(first)} == {len(last)}
        if same_width and all(ends[0][at] == first[at] for at in shared):
            pieces[norm] = ends
    begun = any(_fits(ends[0], first) for ends in pieces.values())
    ended = any(_fits(ends[1], last) for ends in pieces.values())
    return set(pieces) if begun and ended else set()


def _fits(mask: str, text: str) -> bool:
    return all(sign in ("?", known) for sign, known in zip(mask, text, strict=True))
