"""Statements become products: each statement goes to the models of its sentence, else to all of them.

A statement in the same sentence as a model, or on a line under a line that names one, belongs to it. A
statement that stands apart speaks of every product that says nothing of its own in its place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from recall.errors import NoticeRefused
from recall.reading.code_records import identifiers_of, with_lots
from recall.reading.mentions import Mention, Sentences
from recall.reading.shares import is_share, shared_out
from recall.reading.values import ClauseKind, Identifier, NoticeExclusion, NoticeProduct
from recall.reading.window import Window

MOST_TOGETHER = 1_000_000
"""The most codes and windows that all products of a notice may have from statements that stand apart."""

_OF_A_PRODUCT = {
    ClauseKind.LOT,
    ClauseKind.SERIAL,
    ClauseKind.DATE_CODE,
    ClauseKind.MADE,
    ClauseKind.SOLD,
    ClauseKind.QUANTITY,
    ClauseKind.GTIN,
    ClauseKind.IDENTIFIER,
    ClauseKind.YEAR,
    ClauseKind.PACKED,
    ClauseKind.EXPIRES,
}


@dataclass(slots=True)
class Group:
    """Models that one statement names, and the statements that go with them."""

    models: tuple[str, ...]
    mention: Mention | None
    near: list[Mention] = field(default_factory=list)
    far: list[Mention] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The products, those that each statement speaks of (empty: the whole notice), and what is doubtful."""

    products: tuple[NoticeProduct, ...]
    speaks_of: tuple[tuple[int, ...], ...]
    doubts: tuple[str, ...]


def assemble(text: str, *, mentions: Sequence[Mention]) -> Assembled:
    """Put the statements of a folded text together; `mentions` in the order of the text."""
    board = _Board.of(mentions, sentences=Sentences(text))
    placed = [board.place(mention) for mention in mentions]
    apart = _Common.of([mention for mention, group in zip(mentions, placed, strict=True) if group is None])
    _refuse_too_many(apart, groups=len(board.groups))
    name = _value(mentions, kind=ClauseKind.PRODUCT) or ""
    brand = _value(mentions, kind=ClauseKind.BRAND)
    doubts: list[str] = []
    products: list[NoticeProduct] = []
    numbers: dict[int, tuple[int, ...]] = {}
    let_off = _let_off(mentions)
    for group in board.groups or [Group(models=(), mention=None)]:
        made = _products_of(group, apart=apart, alone=len(board.groups) < 2, doubts=doubts)
        numbers[id(group)] = tuple(range(len(products), len(products) + len(made)))
        products += [replace(product, name=name, brand=brand, excluded=let_off) for product in made]
    products, of_shares, asked = shared_out(products, mentions)
    doubts += asked
    by_model = _by_model(products)
    speaks_of = tuple(
        tuple(number for model in mention.values for number in by_model[model])
        if mention.kind is ClauseKind.MODEL
        else (numbers[id(group)] if group else of_shares.get(mention.start, ()) if is_share(mention) else ())
        for mention, group in zip(mentions, placed, strict=True)
    )
    return Assembled(products=tuple(products), speaks_of=speaks_of, doubts=tuple(doubts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Board:
    """The groups of a text in their order, found by place and by sentence."""

    sentences: Sentences
    groups: list[Group]
    starts: list[int]
    beside: dict[int, list[Group]]

    @classmethod
    def of(cls, mentions: Iterable[Mention], *, sentences: Sentences) -> _Board:
        """One group for each statement that names a model for the first time."""
        board = cls(sentences=sentences, groups=[], starts=[], beside={})
        known: set[str] = set()
        for mention in mentions:
            new = tuple(model for model in mention.values if model not in known)
            if mention.kind is ClauseKind.MODEL and new:
                known.update(new)
                group = Group(models=new, mention=mention)
                board.groups.append(group)
                board.starts.append(mention.start)
                board.beside.setdefault(sentences.number(mention.start), []).append(group)
        return board

    def place(self, mention: Mention) -> Group | None:
        """The group that the statement belongs to, entered there; None when it stands apart."""
        if mention.kind not in _OF_A_PRODUCT or is_share(mention):
            return None
        beside = self.beside.get(self.sentences.number(mention.start), [])
        above = self._above(mention)
        if above and len(beside) > 1 and self._outside(above, mention):
            return None
        if above and (above in beside or self._under(above, mention)):
            above.near.append(mention)
            return above
        if len(beside) == 1:
            beside[0].near.append(mention)
            return beside[0]
        if len(self.groups) == 1:
            self.groups[0].far.append(mention)
            return self.groups[0]
        return None

    def _outside(self, group: Group, mention: Mention) -> bool:
        """Whether brackets say what is the model's own, and the statement stands after them."""
        place = group.mention.end if group.mention else 0
        between = self.sentences.text[place : mention.start]
        return between[:1] == "(" and between.count("(") == between.count(")")

    def _above(self, mention: Mention) -> Group | None:
        """The last group that begins before the statement."""
        place = mention.start if mention.beside is None else mention.beside + 1
        number = bisect_left(self.starts, place)
        return self.groups[number - 1] if number else None

    def _under(self, group: Group, mention: Mention) -> bool:
        """Whether both the group's model and the statement head a line."""
        return group.mention is not None and all(
            start == 0 or self.sentences.text[start - 1] == "\n"
            for start in (group.mention.start, mention.start)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What the statements say that stand apart, kind by kind."""

    values: dict[ClauseKind, tuple[str, ...]]
    identifiers: tuple[Identifier, ...]
    windows: dict[ClauseKind, tuple[Window, ...]]

    @classmethod
    def of(cls, mentions: Sequence[Mention]) -> _Common:
        """The codes and the windows of each kind, each once, in order."""
        return cls(
            values={kind: _codes(mentions, kind=kind) for kind in _OF_A_PRODUCT},
            identifiers=identifiers_of(mentions),
            windows={kind: tuple(_windows_of(mentions, kind=kind)) for kind in _OF_A_PRODUCT},
        )


def _let_off(mentions: Sequence[Mention]) -> NoticeExclusion:
    """What all exclusions of the text let off, as far as it was read; never a model that is named."""
    told = [mention.let_off for mention in mentions if mention.let_off]
    named = {model for mention in mentions if mention.kind is ClauseKind.MODEL for model in mention.values}
    return NoticeExclusion(
        models=tuple(dict.fromkeys(code for one in told for code in one.models if code not in named)),
        lots=tuple(dict.fromkeys(chain.from_iterable(one.lots for one in told))),
        serials=tuple(dict.fromkeys(chain.from_iterable(one.serials for one in told))),
        made=tuple(dict.fromkeys(chain.from_iterable(one.made for one in told))),
    )


def _refuse_too_many(apart: _Common, *, groups: int) -> None:
    """Statements that stand apart go to every product: together they must stay readable."""
    together = groups * sum(map(len, (*apart.values.values(), *apart.windows.values())))
    if together > MOST_TOGETHER:
        raise NoticeRefused.of(
            f"{groups:,} products", expected=f"at most {MOST_TOGETHER:,} codes for all of them together",
            got=f"{together:,}", advice="Say which codes belong to which model, or split the notice.",
        )  # fmt: skip


def _by_model(products: Sequence[NoticeProduct]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for number, product in enumerate(products):
        if product.model:
            numbers.setdefault(product.model, []).append(number)
    return numbers


def _products_of(group: Group, *, apart: _Common, alone: bool, doubts: list[str]) -> list[NoticeProduct]:
    """The products of a group: one a model (or one without), and one a GTIN where several stand there."""
    own = [*group.near, *group.far]
    lots = _codes(own, kind=ClauseKind.LOT) or apart.values[ClauseKind.LOT]
    paired = _respective(own, models=group.models)
    if len(group.models) > 1 and len(lots) == len(group.models) and not paired:
        doubts.append(
            f"{len(lots)} lots stand behind {len(group.models)} models: each lot is taken for every model"
        )
    gtins = _codes(own, kind=ClauseKind.GTIN) or (apart.values[ClauseKind.GTIN] if alone else ())
    product = NoticeProduct(
        serials=_codes(own, kind=ClauseKind.SERIAL) or apart.values[ClauseKind.SERIAL],
        date_codes=_codes(own, kind=ClauseKind.DATE_CODE) or apart.values[ClauseKind.DATE_CODE],
        made=_made(group, apart=apart),
        packed=_windows(group, apart=apart, kind=ClauseKind.PACKED),
        expires=_windows(group, apart=apart, kind=ClauseKind.EXPIRES),
        identifiers=identifiers_of(own) or apart.identifiers,
        years=_codes(own, kind=ClauseKind.YEAR) or apart.values[ClauseKind.YEAR],
        sold=_windows(group, apart=apart, kind=ClauseKind.SOLD),
        quantity=_quantity(own, models=group.models, doubts=doubts),
    )
    product = with_lots(product, lots)
    if len(gtins) > 1 and len(group.models) > 1:
        doubts.append(
            f"{len(gtins)} GTINs stand behind {len(group.models)} models: say which belongs to which"
        )
        by_model = [replace(product, model=model) for model in group.models]
        return by_model + [replace(product, gtin=gtin) for gtin in gtins]
    if paired and not gtins:
        return [replace(product, model=model, **paired[model]) for model in group.models]
    models: tuple[str | None, ...] = group.models or (None,)
    codes: tuple[str | None, ...] = gtins or (None,)
    return [replace(product, model=model, gtin=gtin) for model in models for gtin in codes]


def _respective(own: Sequence[Mention], *, models: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """What goes with each model by the order of both, where the text says `respectively`; else nothing."""
    told = [mention for mention in own if mention.respective]
    lots = [value for mention in told if mention.kind is ClauseKind.LOT for value in mention.values]
    units = [mention.number for mention in told if mention.kind is ClauseKind.QUANTITY]
    count = len(models)
    if count < 2 or not told or not {len(lots), len(units)} <= {0, count}:
        return {}
    return {
        model: ({"lots": (lots[number],)} if lots else {}) | ({"quantity": units[number]} if units else {})
        for number, model in enumerate(models)
    }


def _codes(mentions: Sequence[Mention], *, kind: ClauseKind) -> tuple[str, ...]:
    """The codes of a kind, each once, in order."""
    return tuple(dict.fromkeys(chain.from_iterable(m.values for m in mentions if m.kind is kind)))


def _windows(group: Group, *, apart: _Common, kind: ClauseKind) -> tuple[Window, ...]:
    """The group's own windows; one from another sentence that only sums them up is left out."""
    near = _windows_of(group.near, kind=kind)
    far = _windows_of(group.far, kind=kind)
    if not near and not far:
        return tuple(dict.fromkeys(apart.windows[kind]))
    added = [window for window in far if not (near and all(_encloses(window, inner) for inner in near))]
    return tuple(dict.fromkeys([*near, *added]))


def _made(group: Group, *, apart: _Common) -> tuple[Window, ...]:
    """The windows of making, with those that date codes tell."""
    told = _windows(group, apart=apart, kind=ClauseKind.MADE)
    coded = _windows(group, apart=apart, kind=ClauseKind.DATE_CODE)
    return tuple(dict.fromkeys([*told, *(window for window in coded if not told)]))


def _windows_of(mentions: Sequence[Mention], *, kind: ClauseKind) -> list[Window]:
    return [window for mention in mentions if mention.kind is kind for window in mention.windows]


def _encloses(outer: Window, inner: Window) -> bool:
    begins = outer.first is None or (inner.first is not None and outer.first <= inner.first)
    ends = outer.last is None or (inner.last is not None and inner.last <= outer.last)
    return begins and ends


def _quantity(own: Sequence[Mention], *, models: tuple[str, ...], doubts: list[str]) -> int | None:
    """The units of the one product that the group names; several numbers are a doubt."""
    counted = (m for m in own if m.kind is ClauseKind.QUANTITY and m.number and not m.respective)
    numbers = {mention.number for mention in counted if mention.number}
    if len(numbers) > 1:
        shown = ", ".join(f"{number:,}" for number in sorted(numbers))
        doubts.append(f"several quantities are stated for {' and '.join(models) or 'the product'}: {shown}")
    return numbers.pop() if len(numbers) == 1 and len(models) < 2 else None


def _value(mentions: Sequence[Mention], *, kind: ClauseKind) -> str | None:
    """What the first statement of a kind says."""
    return next((m.values[0] for m in mentions if m.kind is kind and m.values), None)
