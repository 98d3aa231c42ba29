"""A case of METI as ours: labels and values, `製品名:…`; pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from connectors.feeds.composed import Said, composed
from connectors.feeds.fields import coded, says_nothing
from recall.domain.notice import ClauseKind, Notice, NoticeProduct, Window
from recall.errors import NoticeRefused
from recall.reading.dates import Order, day_of, labelled_date_at
from recall.reading.text import clean, folded
from recall.reading.trade_items import trade_item

AUTHORITY = "経済産業省"
KEYS = (
    "事業者名", "製品名", "ブランド名", "リコール開始日", "リコール実施日", "リコール内容", "リコール理由",
    "重大事故の有無", "非重大事故の有無", "対処方法", "型番", "型式", "機種", "品番", "製造番号",
    "シリアル番号",
    "ロット番号", "製造期間", "販売期間", "出荷期間", "輸入期間", "対象台数", "対象数", "リコール対象台数",
    "販売台数", "JANコード", "お問い合わせ先", "問い合わせ先", "問合せ先", "公表日", "更新日",
)  # fmt: skip
_LABEL = re.compile(
    rf"^[ \t・■●◆【\[(]*({'|'.join(sorted(KEYS, key=len, reverse=True))})[】\])]*[ \t]*(?:[:|\t]|$)[ \t|]*"
)
_CASE = re.compile(r"^[ \t]*【[ ]*案件[ ]*\d+[ ]*】[ \t]*$", re.MULTILINE)
_URL = re.compile(r"https?://[^\s()<>\"]{1,400}", re.ASCII)
_STEM = re.compile(r"([^/?#=]+?)(?:\.s?html?)?/?$")
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})[ ]*(?:万)?")
_ERA = re.compile(r"(令和|平成)(元|\d{1,2})年")
_ERAS = {"令和": 2018, "平成": 1988}
_SPLIT = re.compile(r"[、,;\n/]\s*")
_UNTIL = re.compile(r"[ ]*(?:[~~〜-]|から|より)[ ]*")
_REMEDIES = {"refund": "返金", "replace": "交換", "repair": "修理", "inspect": "点検", "return": "回収"}
_MODELS, _SERIALS = ("型番", "型式", "機種", "品番"), ("シリアル番号", "製造番号")
_UNITS = ("対象台数", "リコール対象台数", "対象数", "販売台数")


def cases_of(text: str) -> Iterator[str]:
    """The cases of a mail, each with the mail's head left out; the whole text where it is not divided."""
    parts = _CASE.split(clean(folded(text)))
    yield from parts[1:] if len(parts) > 1 else parts


def notice_of(case: str, *, where: str = "") -> Notice:
    """The draft notice of a case; NoticeRefused when it names no product."""
    fields = _fields(case)
    name = fields.get("製品名", "")
    if not name:
        raise NoticeRefused.of(case.strip()[:60], expected="a case with 製品名", got="none", where=where)
    products, doubts = _products(fields)
    text, clauses = composed(_statements(fields))
    url = next((found for found in _URL.findall(case) if "meti.go.jp" in found), "")
    maker, remedy = fields.get("事業者名", ""), _first(fields, ("リコール内容", "対処方法"))
    return Notice(
        source="meti", reference=_reference(url, text=text), title=f"{maker} {name}".strip(),
        authority=AUTHORITY, text=text, clauses=clauses, products=products, warnings=doubts,
        quantity=_units(_first(fields, _UNITS)),
        published=_day(_first(fields, ("リコール開始日", "リコール実施日", "公表日"))),
        modified=_day(_reported(fields)),
        hazard=fields.get("リコール理由", ""), remedy=remedy,
        remedies=tuple(name for name, word in _REMEDIES.items() if word in remedy),
        language="ja", jurisdiction="JP", url=url,
        classification="重大事故あり" if fields.get("重大事故の有無", "").startswith("有") else "",
    )  # fmt: skip


def _fields(case: str) -> dict[str, str]:
    """Label by label what stands beside it and on the lines that follow, up to a line that ends the value."""
    fields, current = dict[str, str](), ""
    for line in case.split("\n"):
        found = _LABEL.match(line)
        if found:
            current = found[1]
            fields.setdefault(current, "")
        elif not line.strip() or line.lstrip().startswith(("【", "<", "http", "URL")):
            current = ""
        if current:
            value = line[found.end() :] if found else line
            fields[current] = f"{fields[current]}\n{value}".strip()
    return {key: value for key, value in fields.items() if not says_nothing(value)}


def _products(fields: Mapping[str, str]) -> tuple[tuple[NoticeProduct, ...], tuple[str, ...]]:
    """A product for each model; all have the windows, lots and serials, which are not told model by model."""
    models = _models(_first(fields, _MODELS))
    lots = coded(fields.get("ロット番号", ""), order=Order.UNKNOWN)
    serials = coded(_first(fields, _SERIALS), order=Order.UNKNOWN, kind=ClauseKind.SERIAL)
    item = trade_item(fields["JANコード"]) if "JANコード" in fields else None
    doubts = [*lots.doubts, *serials.doubts]
    doubts += [item.note] if item and item.note else []
    whole = replace(
        _whole(fields), lots=tuple(code for each in lots.products for code in each.lots),
        lot_ranges=tuple(code for each in lots.products for code in each.lot_ranges),
        serials=tuple(code for each in serials.products for code in each.serials),
    )  # fmt: skip
    if len(models) > 1 and (whole.lots or whole.lot_ranges or whole.serials):
        doubts.append("lots and serial numbers are not told model by model: each model has them all")
    if len(models) > 1:
        return tuple(replace(whole, model=model) for model in models), tuple(doubts)
    if not models and not (item and item.gtin):
        doubts.append("neither a model nor a JAN code is told: name the product before this becomes a recall")
    gtin = item.gtin if item else None
    units = _units(_first(fields, _UNITS))
    return (replace(whole, model=(*models, None)[0], gtin=gtin, quantity=units),), tuple(doubts)


def _models(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, _SPLIT.split(text)))))


def _whole(fields: Mapping[str, str]) -> NoticeProduct:
    """What all models of a case have in common."""
    made = _window(fields.get("製造期間", ""))
    sold = _window(_first(fields, ("販売期間", "出荷期間", "輸入期間")))
    return NoticeProduct(
        name=fields["製品名"].replace("\n", " "),
        brand=fields.get("ブランド名") or None,
        made=(made,) if made else (),
        sold=(sold,) if sold else (),
    )


_KINDS = {
    "製品名": ClauseKind.PRODUCT, "ブランド名": ClauseKind.BRAND, "リコール理由": ClauseKind.HAZARD,
    "リコール内容": ClauseKind.REMEDY, "対処方法": ClauseKind.REMEDY, "ロット番号": ClauseKind.LOT,
    "製造期間": ClauseKind.MADE, "販売期間": ClauseKind.SOLD, "出荷期間": ClauseKind.SOLD,
    "輸入期間": ClauseKind.SOLD, "JANコード": ClauseKind.GTIN,
} | dict.fromkeys(_MODELS, ClauseKind.MODEL) | dict.fromkeys(_SERIALS, ClauseKind.SERIAL) | dict.fromkeys(
    _UNITS, ClauseKind.TOTAL
)  # fmt: skip


def _statements(fields: Mapping[str, str]) -> Iterator[Said]:
    for key, value in fields.items():
        yield Said(heading=f"{key}:", words=value, kind=_KINDS.get(key))


def _first(fields: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((fields[key] for key in keys if key in fields), "")


def _reported(fields: Mapping[str, str]) -> str:
    """The day in `…(報告日:2023年9月5日)`, or that of the last change."""
    found = re.search(r"報告日[::]?[ ]*(.+)", fields.get("リコール開始日", ""))
    return found[1] if found else fields.get("更新日", "")


def _western(text: str) -> str:
    """The years of Japan's eras as years: 令和5年 is 2023年, 平成元年 is 1989年."""
    return _ERA.sub(lambda found: f"{_ERAS[found[1]] + (1 if found[2] == '元' else int(found[2]))}年", text)


def _window(text: str) -> Window | None:
    """`2015年1月~2016年3月`: from the first day of the one to the last of the other, open without it."""
    plain = _western(text).strip()
    begins = labelled_date_at(plain, start=0, order=Order.UNKNOWN)
    until = _UNTIL.match(plain, begins.end if begins else 0)
    ends = labelled_date_at(plain, start=until.end(), order=Order.UNKNOWN) if until else begins
    first, last = begins.first if begins else None, ends.last if ends else None
    return Window(first=first, last=last) if first or last else None


def _day(text: str) -> date | None:
    return day_of(_western(text), order=Order.UNKNOWN)


def _units(text: str) -> int | None:
    """`1,234台` or `3万台` as a number; None where no one number stands first."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    return int(found[1].replace(",", "")) * (10_000 if found[0].rstrip().endswith("万") else 1)


def _reference(url: str, *, text: str) -> str:
    """The last part of the case's address on METI's site, else a digest of its text."""
    stem = _STEM.search(url)
    return stem[1] if url and stem else f"meti-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
