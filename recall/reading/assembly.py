"""Statements become products: each statement goes to the models of its sentence, else to all of them.

A statement in the same sentence as a model, or on a line under a line that names one, belongs to it. Where
a model is named several times, the statement with the fewest models speaks. A statement that stands apart
speaks of every product that has nothing of its own in its place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from recall.errors import NoticeRefused
from recall.reading.mentions import Mention, Sentences
from recall.reading.values import ClauseKind, NoticeProduct
from recall.reading.window import Window

MOST_TOGETHER = 1_000_000
"""The most codes and windows that all products of a notice may have from statements that stand apart."""

_OF_A_PRODUCT = (
    ClauseKind.LOT,
    ClauseKind.SERIAL,
    ClauseKind.DATE_CODE,
    ClauseKind.MADE,
    ClauseKind.SOLD,
    ClauseKind.QUANTITY,
    ClauseKind.GTIN,
)

_UNITS = ClauseKind.QUANTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The products, those that each statement speaks of (empty: the whole notice), and what is doubtful."""

    products: tuple[NoticeProduct, ...]
    speaks_of: tuple[tuple[int, ...], ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    """A statement that names models, and the statements that stand with it."""

    mention: Mention
    said: dict[ClauseKind, list[Mention]] = field(default_factory=dict)

    @property
    def models(self) -> tuple[str, ...]:
        return self.mention.values

    def take(self, mention: Mention) -> None:
        self.said.setdefault(mention.kind, []).append(mention)


def assemble(text: str, *, mentions: Sequence[Mention]) -> Assembled:
    """Put the statements of a folded text together; `mentions` in the order of the text.

    Raises NoticeRefused where statements that stand apart would give the products too many codes.
    """
    board = _Board.of(mentions, sentences=Sentences(text))
    placed = [board.place(mention) for mention in mentions]
    board.give_to_lone_model(mentions, placed=placed)
    apart = _by_kind(mention for mention, anchor in zip(mentions, placed, strict=True) if anchor is None)
    common = NoticeProduct(
        name=_best(mentions, kind=ClauseKind.PRODUCT) or "", brand=_best(mentions, kind=ClauseKind.BRAND)
    )
    by_model: dict[str, list[_Anchor]] = {}
    for anchor in board.anchors:
        for model in anchor.models:
            by_model.setdefault(model, []).append(anchor)
    _refuse_too_many(apart, products=len(by_model))
    products = [_product(common, model, anchors=anchors, apart=apart) for model, anchors in by_model.items()]
    more, doubts = _of_gtins(common, products=products, anchors=board.anchors, apart=apart)
    numbers: dict[str, list[int]] = {}
    for number, product in enumerate(more):
        numbers.setdefault(product.model or "", []).append(number)
    speaks_of = tuple(
        tuple(chain.from_iterable(numbers[model] for model in anchor.models)) if anchor else ()
        for anchor in placed
    )
    return Assembled(
        products=more, speaks_of=speaks_of, doubts=(*doubts, *_doubts(board.anchors, apart=apart))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Board:
    """The anchors of a text in their order, found by place and by sentence."""

    sentences: Sentences
    anchors: list[_Anchor]
    starts: list[int]
    beside: dict[int, list[_Anchor]]
    models: set[str]

    @classmethod
    def of(cls, mentions: Iterable[Mention], *, sentences: Sentences) -> _Board:
        """One anchor for each statement that names models."""
        board = cls(sentences=sentences, anchors=[], starts=[], beside={}, models=set())
        for mention in mentions:
            if mention.kind is ClauseKind.MODEL and mention.values:
                anchor = _Anchor(mention=mention)
                board.anchors.append(anchor)
                board.starts.append(mention.start)
                board.beside.setdefault(sentences.number(mention.start), []).append(anchor)
                board.models.update(mention.values)
        return board

    def place(self, mention: Mention) -> _Anchor | None:
        """The anchor that the statement belongs to, entered there; None when it stands apart."""
        number = bisect_left(self.starts, mention.start)
        if mention.kind is ClauseKind.MODEL:
            return self.anchors[number] if mention.values else None
        if mention.kind not in _OF_A_PRODUCT:
            return None
        beside = self.beside.get(self.sentences.number(mention.start), [])
        above = self.anchors[number - 1] if number else None
        joined = above and (
            (beside and above.mention.start >= beside[0].mention.start)
            or self._heads_lines(above.mention, mention)
        )
        if not joined:
            above = beside[0] if len(beside) == 1 else None
        if above is not None:
            above.take(mention)
        return above

    def give_to_lone_model(self, mentions: Sequence[Mention], *, placed: list[_Anchor | None]) -> None:
        """With one model only, what stands apart is its own too, except a window that sums up its windows."""
        if len(self.models) != 1:
            return
        first = self.anchors[0]
        near = [mention for anchor in self.anchors for said in anchor.said.values() for mention in said]
        for number, mention in enumerate(mentions):
            if placed[number] is None and mention.kind in _OF_A_PRODUCT and not _sums_up(mention, near=near):
                first.take(mention)
                placed[number] = first

    def _heads_lines(self, *mentions: Mention) -> bool:
        return all(m.start == 0 or self.sentences.text[m.start - 1] == "\n" for m in mentions)


_Said = dict[ClauseKind, list[Mention]]


def _product(common: NoticeProduct, model: str, *, anchors: Sequence[_Anchor], apart: _Said) -> NoticeProduct:
    """A model with what its own statements say, else with what stands apart."""
    near = {kind: _closest(anchors, kind=kind) for kind in _OF_A_PRODUCT}
    alone = [
        mention for anchor in anchors if len(anchor.models) == 1 for mention in anchor.said.get(_UNITS, ())
    ]
    units = {mention.number for mention in alone}
    said = {kind: near[kind] or apart.get(kind, []) for kind in _OF_A_PRODUCT}
    return replace(
        _described(common, said=said), model=model, quantity=units.pop() if len(units) == 1 else None
    )


def _described(common: NoticeProduct, *, said: _Said) -> NoticeProduct:
    """The codes and the windows of some statements, each once, in order."""
    made, sold = (
        tuple(dict.fromkeys(window for mention in said.get(kind, ()) for window in mention.windows))
        for kind in (ClauseKind.MADE, ClauseKind.SOLD)
    )
    return replace(
        common,
        lots=_codes(said.get(ClauseKind.LOT, ())),
        serials=_codes(said.get(ClauseKind.SERIAL, ())),
        date_codes=_codes(said.get(ClauseKind.DATE_CODE, ())),
        made=made,
        sold=sold,
    )


def _closest(anchors: Sequence[_Anchor], *, kind: ClauseKind) -> list[Mention]:
    """The statements of a kind from the anchors with the fewest models that have any."""
    having = [anchor for anchor in anchors if anchor.said.get(kind)]
    fewest = min((len(anchor.models) for anchor in having), default=0)
    return [mention for anchor in having if len(anchor.models) == fewest for mention in anchor.said[kind]]


def _of_gtins(
    common: NoticeProduct, *, products: list[NoticeProduct], anchors: Sequence[_Anchor], apart: _Said
) -> tuple[tuple[NoticeProduct, ...], list[str]]:
    """The products with their GTINs: a lone model's are its own, others are products beside the models."""
    own = {
        anchor.models[0]: _codes(anchor.said.get(ClauseKind.GTIN, ()))
        for anchor in anchors
        if len(anchor.models) == 1
    }
    shared = [anchor.said.get(ClauseKind.GTIN, []) for anchor in anchors if len(anchor.models) > 1]
    loose = _codes([*chain.from_iterable(shared), *apart.get(ClauseKind.GTIN, ())])
    if len(products) == 1 and products[0].model:
        own[products[0].model] = tuple(dict.fromkeys((*own.get(products[0].model, ()), *loose)))
        loose = ()
    known = [replace(p, gtin=gtin) for p in products for gtin in own.get(p.model or "") or (None,)]
    loose = tuple(gtin for gtin in loose if gtin not in {product.gtin for product in known})
    other = _described(common, said=apart)
    more = [replace(other, gtin=gtin) for gtin in loose or (() if known else (None,))]
    doubt = f"{len(loose)} GTINs stand beside {len(products)} models: say which belongs to which"
    return (*known, *more), [doubt] if loose and known else []


def _codes(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """The codes of some statements, each once, in order."""
    return tuple(dict.fromkeys(chain.from_iterable(mention.values for mention in mentions)))


def _doubts(anchors: Sequence[_Anchor], *, apart: _Said) -> list[str]:
    """What a person must decide: whose a statement is, and which of several numbers of units holds."""
    doubts = []
    for kind in (ClauseKind.LOT, ClauseKind.SERIAL, ClauseKind.DATE_CODE, ClauseKind.MADE):
        near = [mention for anchor in anchors for mention in anchor.said.get(kind, ())]
        if near and not all(_sums_up(mention, near=near) for mention in apart.get(kind, ())):
            doubts.append(f"a {kind} statement stands apart from the models: say which it belongs to")
    for anchor in anchors:
        lots = _codes(anchor.said.get(ClauseKind.LOT, ()))
        units = dict.fromkeys(mention.number for mention in anchor.said.get(_UNITS, ()))
        if len(anchor.models) > 1 and len(lots) == len(anchor.models):
            count = len(lots)
            doubts.append(f"{count} lots stand behind {count} models: each lot is taken for every model")
        if len(units) > 1:
            shown = ", ".join(f"{number:,}" for number in units if number)
            doubts.append(f"several quantities are stated for {' and '.join(anchor.models)}: {shown}")
    return doubts


def _by_kind(mentions: Iterable[Mention]) -> _Said:
    said: _Said = {}
    for mention in mentions:
        said.setdefault(mention.kind, []).append(mention)
    return said


def _sums_up(mention: Mention, *, near: Iterable[Mention]) -> bool:
    """Whether the statement is a window around all windows of its kind that stand with the models."""
    inner = [window for other in near if other.kind is mention.kind for window in other.windows]
    return bool(inner) and all(_encloses(outer, window) for outer in mention.windows for window in inner)


def _encloses(outer: Window, inner: Window) -> bool:
    begins = outer.first is None or (inner.first is not None and outer.first <= inner.first)
    ends = outer.last is None or (inner.last is not None and inner.last <= outer.last)
    return begins and ends


def _refuse_too_many(apart: _Said, *, products: int) -> None:
    """Statements that stand apart go to every product: together they must stay readable."""
    codes = sum(len(m.values) + len(m.windows) for kind in _OF_A_PRODUCT for m in apart.get(kind, ()))
    if products * codes > MOST_TOGETHER:
        raise NoticeRefused.of(
            f"{products:,} products", expected=f"at most {MOST_TOGETHER:,} codes for all of them together",
            got=f"{products * codes:,}", advice="Say which codes belong to which model, or split the notice.",
        )  # fmt: skip


def _best(mentions: Sequence[Mention], *, kind: ClauseKind) -> str | None:
    """What the surest statement of a kind says; the first of equals."""
    stated = [mention for mention in mentions if mention.kind is kind and mention.values]
    return max(stated, key=lambda mention: mention.confidence).values[0] if stated else None
