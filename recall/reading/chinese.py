"""Chinese notices: the fixed prose of announcements, and tables of a label and a cell a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from recall.reading.dates import Order
from recall.reading.lists import CodeList, expand, has_digit, list_at
from recall.reading.mentions import Mention, Sentences, lots_mention, ranges_mention
from recall.reading.quantities import chinese_quantities, chinese_quantity_at
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind
from recall.reading.windows import windows_in

_IS = r"(?:范围|号码|信息)?[ \t]*(?:分别)?(?:为|是|包括|[:|])?[ \t]*"
_LABELS = {
    ClauseKind.MODEL: re.compile(rf"(?:产品)?(?:规格)?型号(?:[/和、]?规格)?{_IS}"),
    ClauseKind.LOT: re.compile(rf"(?:产品|生产)?批(?:次|号)(?:[/和、]批(?:次|号))?号?{_IS}"),
    ClauseKind.SERIAL: re.compile(
        r"(?:序列号|机身号|车架号|车辆识别代[号码](?:\(VIN\))?|(?<![A-Za-z0-9])VIN码?|"
        rf"(?<![A-Za-z0-9])S/?N(?:码|号)?(?=[ \t:|为是])){_IS}"
    ),
}
_MODEL_BEFORE = re.compile(
    r"(?<![A-Za-z0-9._/-])([A-Za-z0-9][A-Za-z0-9._/-]{1,39})[ \t]*型号?(?![a-z0-9:|为])(?=[\u4e00-\u9fff])"
)
_BAR_CODE = re.compile(rf"(?:商品)?条形?码{_IS}(\d(?:[ -]?\d){{7,13}})(?!\d)")
_MADE_BEFORE = re.compile(
    r"(?:批(?:次|号)[ \t]*(?:为|是|[:|])[ \t]*$)"
    r"|(?:生产|制造|出厂)(?:起止)?(?:日期|时间|期间)?[ \t]*"
    r"(?:为|在|是|介于|[:|])?[ \t]*(?:自|从)?[ \t]*$"
)
_SOLD_BEFORE = re.compile(
    r"(?:销售|售出|出售)(?:起止)?(?:日期|时间|期间)?[ \t]*(?:为|在|是|[:|])?[ \t]*(?:自|从)?[ \t]*$"
)
_MADE_AFTER = re.compile(r"[ \t]*(?:期间|之间|间)?内?[,]?(?:生产|制造|出厂)")
_SOLD_AFTER = re.compile(r"[ \t]*(?:期间|之间|间)?内?[,]?(?:在[^,。\n]{0,12})?(?:销售|售出|出售)")
_COUNT = re.compile(
    r"(?:(?:涉及|召回|受影响)?(?:的)?(?:产品|车辆)?(?:的)?数量[ \t]*"
    r"(?:分别)?(?:共计|总计|合计|共)?约?(?:为|是|[:|])?"
    r"|涉及(?:车辆|产品)?(?:共计?|总计)?(?=[ \t约]{0,2}\d))[ \t]*"
)
_TOTAL = re.compile(r"(?:总数量|共计|合计|总计|总共|共)(?:涉及|召回)?(?:为|[:|])?[ \t]*")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[、,和至-](?:19|20)\d\d)*年?款")
_YEAR = re.compile(r"\d{4}")
_KINDS = rf"(?:全新|进口|国产)?(?:{_YEARS.pattern})?"
_NAMED = re.compile(
    rf"部分{_KINDS}(?P<brand>[^、,。;:\s牌部]{{1,24}}?)品?牌(?P<name>[^、,。;:\s(]{{1,24}})"
    r"|型号(?P<after>[\u4e00-\u9fff]{2,16})(?=[(,。;])|(?<=[,;])产品名称:(?P<inline>[^,;。\n|]{1,40})"
    rf"|(?:生产|制造)的部分{_KINDS}(?![^、,。;:\s]{{0,24}}牌)(?P<plain>[^、,。;:\s(]{{2,24}})"
)
_ROW = re.compile(
    r"^[ \t]*(?:(?P<label>[\u4e00-\u9fff/]{2,16})[ \t]*[|\t]"
    r"|(?P<named>产品名称|品牌|存在的缺陷|可能导致的后果|具体召回措施|涉及数量"
    r"|(?:产品)?型号(?:[/和、]规格)?|规格型号)[ \t]*:)"
    r"[ \t]*(?P<cell>[^\n]*)$",
    re.MULTILINE,
)
_NEXT_LABEL = re.compile(r"[,;。](?=[\u4e00-\u9fff/]{2,12}:)")
_INCLUDED = re.compile(r"\((?:包?含|含当日)[^()\n]{0,6}\)")
_GOES_ON = re.compile(r"[\u4e00-\u9fff](?<![和及与、的等])")
_NOTHING = re.compile(r"[-/—无\s]*")
_AND = re.compile(r"[、,和及与]")
_CELL_LIST = re.compile(r"[、,;]")
_HAZARD = re.compile(
    r"安全隐患|存在[^。\n]{0,12}(?:风险|危险)|可能[^。\n]{0,40}(?:风险|危险|伤害|起火|燃烧|故障)"
)
_REMOVES = re.compile(r"消除[^。\n]{0,6}隐患|免费|退货|退款|更换|维修")
_REMEDY = re.compile(r"免费|退货|退款|更换|换货|维修|修理|修正")
_EXCLUDED = re.compile(r"不在(?:本次|此次)?召回范围|不属于(?:本次|此次)?召回|除外|不包括")
_EVERY = re.compile(r"(?:所有|全部)(?:批次|型号|产品|批号)")
_ROW_KINDS = {
    "产品名称": ClauseKind.PRODUCT,
    "品牌": ClauseKind.BRAND,
    "存在的缺陷": ClauseKind.HAZARD,
    "可能导致的后果": ClauseKind.HAZARD,
    "具体召回措施": ClauseKind.REMEDY,
}


class _Row(NamedTuple):
    label: str
    start: int
    cell: str
    cell_start: int


def chinese_mentions(text: str) -> list[Mention]:
    """Every statement of scope, hazard and remedy in the folded text, in its order."""
    text = _INCLUDED.sub(lambda found: " " * len(found[0]), text)
    sentences = Sentences(text)
    readers: tuple[Callable[[str], Iterator[Mention]], ...] = (
        _codes,
        _windows,
        _units,
        _rows,
        _names,
        _years,
    )
    found = [mention for reader in readers for mention in reader(text)]
    excluded = {sentences.number(hit.start()) for hit in _EXCLUDED.finditer(text)}
    kept = [mention for mention in found if sentences.number(mention.start) not in excluded]
    kept += _exclusions(text, sentences=sentences, numbers=excluded)
    kept += _prose(text, sentences=sentences, has_rows={mention.kind for mention in kept})
    return sorted(kept, key=lambda mention: (mention.start, mention.end))


def _codes(text: str) -> Iterator[Mention]:
    for kind, label in _LABELS.items():
        for found in label.finditer(text):
            codes = list_at(text, start=found.end())
            cell = kind is ClauseKind.MODEL and text[max(0, found.start() - 1) : found.start()] in ("", "\n")
            if not codes.items or (cell and _GOES_ON.match(text, codes.end)):
                continue
            if kind is ClauseKind.MODEL:
                yield from _models(text, codes=codes, start=found.start())
            elif kind is ClauseKind.LOT:
                yield replace(lots_mention(codes, start=found.start()), respective="分别" in found[0])
            else:
                yield ranges_mention(kind, codes, start=found.start())
    for found in _MODEL_BEFORE.finditer(text):
        if has_digit(found[1]):
            yield Mention(kind=ClauseKind.MODEL, start=found.start(1), end=found.end(), values=(found[1],))
    for found in _BAR_CODE.finditer(text):
        item = trade_item(found[1])
        yield Mention(
            kind=ClauseKind.GTIN, start=found.start(), end=found.end(1),
            values=(item.gtin,) if item.gtin else (), doubts=(item.note,) if item.note else (),
        )  # fmt: skip


def _models(text: str, *, codes: CodeList, start: int) -> Iterator[Mention]:
    """The models of a list; each by itself where brackets say something of each."""
    words = [(item.first, expand(item.first)) for item in codes.items]
    models = [(first, known if doubt is None else (first,)) for first, (known, doubt) in words]
    if not re.search(r"\([^()\n]{0,80}(?:批|数量|生产)", text[start : codes.end]):
        values = tuple(dict.fromkeys(model for _, known in models for model in known))
        yield Mention(kind=ClauseKind.MODEL, start=start, end=codes.end, values=values, confidence=0.95)
        return
    place = start
    for first, known in models:
        place = text.find(first, place)
        yield Mention(
            kind=ClauseKind.MODEL, start=place, end=place + len(first), values=known, confidence=0.95
        )
        place += len(first)


def _years(text: str) -> Iterator[Mention]:
    for found in _YEARS.finditer(text):
        yield Mention(
            kind=ClauseKind.YEAR, start=found.start(), end=found.end(), values=tuple(_YEAR.findall(found[0]))
        )


def _windows(text: str) -> Iterator[Mention]:
    for group in windows_in(text, order=Order.UNKNOWN):
        opening = max(0, group.start - 24)
        for kind, before, after in (
            (ClauseKind.MADE, _MADE_BEFORE, _MADE_AFTER),
            (ClauseKind.SOLD, _SOLD_BEFORE, _SOLD_AFTER),
        ):
            label = before.search(text, opening, group.start)
            closing = after.match(text, group.end)
            if label or closing:
                yield Mention(
                    kind=kind, start=label.start() if label else group.start,
                    end=closing.end() if closing and not label else group.end,
                    windows=group.windows, doubts=group.doubts, confidence=0.5 if group.doubts else 0.95,
                )  # fmt: skip
                break


def _units(text: str) -> Iterator[Mention]:
    counted: set[int] = set()
    for kind, label in ((ClauseKind.QUANTITY, _COUNT), (ClauseKind.TOTAL, _TOTAL)):
        for found in label.finditer(text):
            each, place = "分别" in found[0], found.end()
            while (quantity := chinese_quantity_at(text, start=place)) and quantity.start not in counted:
                counted.add(quantity.start)
                yield Mention(
                    kind=kind, start=found.start() if place == found.end() else quantity.start,
                    end=quantity.end, number=quantity.value, confidence=0.95 if quantity.exact else 0.8,
                    respective=each,
                )  # fmt: skip
                following = _AND.match(text, quantity.end) if each else None
                if following is None:
                    break
                place = following.end()


def _table(text: str) -> Iterator[_Row]:
    for found in _ROW.finditer(text):
        cell = found["cell"].rstrip()
        if found["named"]:
            cell = _NEXT_LABEL.split(cell)[0]
        if not _NOTHING.fullmatch(cell):
            label = "label" if found["label"] else "named"
            yield _Row(found[label], found.start(label), cell, found.start("cell"))


def _rows(text: str) -> Iterator[Mention]:
    for row in _table(text):
        end = row.cell_start + len(row.cell)
        kind = _ROW_KINDS.get(row.label)
        if kind:
            yield Mention(kind=kind, start=row.cell_start, end=end, values=(row.cell,), confidence=0.95)
        elif "型号" in row.label and not _is_list(text, start=row.cell_start):
            models = tuple(filter(None, (part.strip() for part in _CELL_LIST.split(row.cell))))
            yield Mention(kind=ClauseKind.MODEL, start=row.start, end=end, values=models, confidence=0.7)
        elif "批" in row.label and not list_at(text, start=row.cell_start).items:
            yield Mention(
                kind=ClauseKind.LOT, start=row.start, end=end, confidence=0.3,
                doubts=(f"the lots are stated as '{row.cell[:60]}', which names no lot: ask for them",),
            )  # fmt: skip
        elif row.label == "涉及数量" and not list(chinese_quantities(row.cell)):
            yield Mention(
                kind=ClauseKind.QUANTITY, start=row.start, end=end, confidence=0.3,
                doubts=(f"the quantity is stated as '{row.cell[:60]}', which is no number of units",),
            )  # fmt: skip


def _is_list(text: str, *, start: int) -> bool:
    """Whether codes stand at a place, and no word goes on behind the first of them: `12寸` is no code."""
    codes = list_at(text, start=start)
    return bool(codes.items) and not _GOES_ON.match(text, codes.end)


def _names(text: str) -> Iterator[Mention]:
    for found in _NAMED.finditer(text):
        name = found.lastgroup or "name"
        if found["brand"]:
            yield Mention(
                kind=ClauseKind.BRAND, start=found.start("brand"), end=found.end("brand"),
                values=(found["brand"],), confidence=0.8,
            )  # fmt: skip
        yield Mention(
            kind=ClauseKind.PRODUCT, start=found.start(name), end=found.end(name), values=(found[name],),
            confidence=0.8,
        )  # fmt: skip


def _exclusions(text: str, *, sentences: Sentences, numbers: set[int]) -> Iterator[Mention]:
    for number in sorted(numbers):
        start, end = sentences.span(sentences.starts[number])
        yield Mention(
            kind=ClauseKind.EXCLUSION, start=start, end=end, confidence=0.5,
            doubts=(f"'{text[start:end][:60]}' excludes something: a person must say what",),
        )  # fmt: skip


def _prose(text: str, *, sentences: Sentences, has_rows: set[ClauseKind]) -> Iterator[Mention]:
    """Hazard and remedy as whole sentences, where no row of a table states them; and words for `all`."""
    for found in _EVERY.finditer(text):
        yield Mention(kind=ClauseKind.ALL, start=found.start(), end=found.end(), confidence=0.6)
    spans = dict.fromkeys(map(sentences.span, sentences.starts))
    if ClauseKind.HAZARD not in has_rows:
        yield from _first_sentence(text, spans, ClauseKind.HAZARD, wanted=_HAZARD, unwanted=_REMOVES)
    if ClauseKind.REMEDY not in has_rows:
        yield from _first_sentence(text, spans, ClauseKind.REMEDY, wanted=_REMEDY, unwanted=None)


def _first_sentence(
    text: str,
    spans: dict[tuple[int, int], None],
    kind: ClauseKind,
    *,
    wanted: re.Pattern[str],
    unwanted: re.Pattern[str] | None,
) -> Iterator[Mention]:
    for start, end in spans:
        if wanted.search(text, start, end) and not (unwanted and unwanted.search(text, start, end)):
            yield Mention(kind=kind, start=start, end=end, values=(text[start:end],), confidence=0.8)
            return
