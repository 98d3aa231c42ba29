"""Where the code stands on the goods, as prose says it: a place that a drawing can show, with its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from recall.reading.mentions import Mention, Sentences
from recall.reading.stated import CodePlace, Place
from recall.reading.values import ClauseKind, NoticeProduct

_MOST = 20
"""Places that are looked at: a notice tells one or two."""
_AROUND = 200
"""Characters on either side in which the sentence must speak of a code, and of its being there."""
_CARRIERS = frozenset({Place.LABEL, Place.CARTON, Place.NAMEPLATE})
"""What itself stands somewhere: the place beside it in the sentence says more."""
_SURE, _LESS_SURE = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class _Words:
    """How a language says that a code is somewhere: `lead` before the place, and what must stand near it."""

    lead: str
    places: Mapping[Place, str]
    code: str
    there: str
    tail: str = ""

    def pattern(self) -> re.Pattern[str]:
        """The phrase; the place is the group of its name."""
        named = "|".join(f"(?P<{place.name}>{words})" for place, words in self.places.items())
        return re.compile(f"{self.lead}(?:{named}){self.tail}", re.IGNORECASE)


_LANGUAGES: Mapping[str, _Words] = {
    "en": _Words(
        lead=r"\b(?:on|in|inside|under|underneath|at|near)\s+(?:the\s+|an?\s+|its\s+|each\s+)?(?:[\w-]+\s+){0,3}?",
        places={
            Place.BATTERY: r"battery\s+(?:compartment|cover|door|case|box)",
            Place.COLLAR: r"collar|neck\s+label|neckline|nape",
            Place.SEAM: r"side\s+seam|seam|sewn-in\s+(?:label|tag)|care\s+label",
            Place.BOTTLE: r"neck\s+of\s+the\s+bottle|bottle(?:'s)?\s+neck|bottleneck",
            Place.WINDSCREEN: r"windshield|windscreen",
            Place.BOTTOM: r"bottom|underside|underneath|base\b",
            Place.BACK: r"back\b|rear\b|reverse\b", Place.SIDE: r"side\b", Place.LID: r"lid\b|cap\b",
            Place.NAMEPLATE: r"nameplate|name\s+plate|rating\s+(?:label|plate)|data\s+plate",
            Place.CARTON: r"carton|box\b|packag(?:e|ing)\b",
            Place.LABEL: r"labels?\b|stickers?\b|tags?\b",
        },
        tail=r"(?:\s+(?:side\s+)?of\s+(?:the|each|every|its)\s+[\w-]+)?",
        code=r"\b(?:numbers?|codes?|model|serial|lot|batch|dates?|UPC|SKU|barcode|VIN|stamp)\b",
        there=r"\b(?:printed|stamped|engraved|embossed|etched|located|found|marked|displayed|shown|imprinted|"
              r"mou?lded|appears?|written|affixed|attached|labell?ed|stickers?|label|tag)\b",
    ),
    "de": _Words(
        lead=r"\b(?:auf|an|am|im|in|unter)\s+(?:de[rmn]\s+|eine[rmn]?\s+)?(?:[\w-]+\s+){0,2}?",
        places={
            Place.BATTERY: r"Batterie(?:fach|deckel|abdeckung)\w*", Place.COLLAR: r"Kragen\w*",
            Place.SEAM: r"(?:Seiten)?naht|Pflegeetikett\w*", Place.BOTTLE: r"Flaschenhals\w*",
            Place.WINDSCREEN: r"Windschutzscheibe|Frontscheibe",
            Place.BOTTOM: r"Unterseite|(?:Geräte)?boden\w*", Place.BACK: r"Rückseite|Rückwand",
            Place.SIDE: r"Seite\b", Place.LID: r"Deckel\w*|Verschluss\w*", Place.NAMEPLATE: r"Typenschild\w*",
            Place.CARTON: r"Karton\w*|Verpackung\w*", Place.LABEL: r"Etikett\w*|Aufkleber\w*",
        },
        code=r"(?:nummer|charge|los\b|modell|code|datum|artikel)",
        there=r"(?:befinde|finde|gedruckt|angebracht|steh|eingraviert|geprägt|gestempelt|ersichtlich|"
              r"aufkleber|etikett|angegeben)",
    ),
    "fr": _Words(
        lead=r"\b(?:sur|sous|dans|au|à)\s+(?:l[ea]s?\s+|l'|une?\s+)?(?:[\w-]+\s+){0,2}?",
        places={
            Place.BATTERY: r"compartiment\s+(?:à|des?)\s+(?:piles?|batteries?)",
            Place.COLLAR: r"col\b|encolure",
            Place.SEAM: r"couture\w*", Place.BOTTLE: r"goulot", Place.WINDSCREEN: r"pare-brise",
            Place.BOTTOM: r"dessous|fond\b|base\b", Place.BACK: r"dos\b|arrière|verso", Place.SIDE: r"côté",
            Place.LID: r"couvercle|bouchon|opercule", Place.NAMEPLATE: r"plaque\s+signalétique",
            Place.CARTON: r"emballage|carton|boîte", Place.LABEL: r"étiquettes?|autocollant",
        },
        tail=r"(?:\s+(?:du|de\s+la|des?)\s+[\w-]+)?",
        code=r"\b(?:numéros?|lots?|codes?|modèles?|séries?|dates?|références?)\b",
        there=r"(?:imprimé|indiqué|situé|trouve|figur|gravé|inscrit|apposé|marqué|étiquette|autocollant)",
    ),
    "zh": _Words(
        lead=r"(?:位于|印[在于]|标[在于示注]{0,2}|贴[在于]|刻[在于]|喷[印码]?[在于]|打印[在于]|在)[^。;\n,,]{0,15}?",
        places={
            Place.BATTERY: r"电池(?:仓|盒|盖|舱)内?", Place.COLLAR: r"领标|领口",
            Place.SEAM: r"侧缝|水洗标|洗水标",
            Place.BOTTLE: r"瓶颈|瓶口", Place.WINDSCREEN: r"挡风玻璃",
            Place.BOTTOM: r"底部|底面|底座|瓶底|罐底",
            Place.BACK: r"背面|背部|后盖", Place.SIDE: r"侧面|侧边", Place.LID: r"瓶盖|盖子|盒盖|罐盖",
            Place.NAMEPLATE: r"铭牌", Place.CARTON: r"外箱|包装盒|外包装|包装箱|包装袋",
            Place.LABEL: r"标签|贴纸",
        },
        code=r"批号|批次|型号|序列号|编号|生产日期|条码|识别代?码|机号|标识|喷码",
        there=r"位于|印|标|贴|刻|喷|见|查看|找到",
    ),
    "ja": _Words(
        lead=r"",
        places={
            Place.BATTERY: r"電池(?:ボックス|ケース|収納部|蓋|ぶた|カバー)",
            Place.COLLAR: r"襟(?:元|ネーム)",
            Place.SEAM: r"縫い目|品質表示(?:タグ|ラベル)", Place.BOTTLE: r"瓶の首|ボトルネック",
            Place.WINDSCREEN: r"フロントガラス", Place.BOTTOM: r"底面|底部|裏底",
            Place.BACK: r"背面|裏面|裏側",
            Place.SIDE: r"側面", Place.LID: r"ふた|フタ|キャップ",
            Place.NAMEPLATE: r"銘板|定格(?:ラベル|表示)",
            Place.CARTON: r"外箱|パッケージ|包装箱|個装箱", Place.LABEL: r"ラベル|シール",
        },
        code=r"品番|型番|製造番号|ロット|シリアル|機種|型式|製造年|賞味期限",
        there=r"記載|表示|印字|刻印|貼付|貼られ|確認|印刷",
    ),
}  # fmt: skip
_PATTERNS = {language: words.pattern() for language, words in _LANGUAGES.items()}


def place_mentions(text: str, *, language: str) -> tuple[Mention, ...]:
    """Where a folded text says that a code stands, each sentence's most telling place, in order.

    Where the sentences tell several places, none of them is sure.
    """
    if language not in _LANGUAGES:
        return ()
    sentences, best = Sentences(text), dict[int, Mention]()
    for mention in islice(_found(text, language=language), _MOST):
        number = sentences.number(mention.start)
        before = best.get(number)
        if before is None or (Place(before.values[0]) in _CARRIERS and not _carries(mention)):
            best[number] = mention
    several = len({mention.values for mention in best.values()}) > 1
    sure = _LESS_SURE if several else _SURE
    return tuple(replace(mention, confidence=sure) for mention in best.values())


def with_place(
    products: Sequence[NoticeProduct], mentions: Sequence[Mention], *, text: str
) -> tuple[tuple[NoticeProduct, ...], tuple[str, ...]]:
    """The products with the place that the text tells first, in its own words; and what must be asked."""
    if not mentions:
        return tuple(products), ()
    first = mentions[0]
    where = CodePlace(place=Place(first.values[0]), words=" ".join(text[first.start : first.end].split()))
    places = dict.fromkeys(mention.values[0] for mention in mentions)
    doubts = () if len(places) == 1 else (f"the place of the code is told as {', '.join(places)}",)
    return tuple(replace(product, code_place=where) for product in products), doubts


def _carries(mention: Mention) -> bool:
    return Place(mention.values[0]) in _CARRIERS


def _found(text: str, *, language: str) -> Iterator[Mention]:
    words = _LANGUAGES[language]
    code, there = re.compile(words.code, re.IGNORECASE), re.compile(words.there, re.IGNORECASE)
    sentences = Sentences(text)
    for found in _PATTERNS[language].finditer(text):
        start, end = sentences.span(found.start())
        around = text[max(start, found.start() - _AROUND) : min(end, found.end() + _AROUND)]
        place = Place[found.lastgroup or ""]
        if code.search(around) and there.search(around):
            yield Mention(
                kind=ClauseKind.CODE_PLACE, start=found.start(), end=found.end(), values=(place.value,)
            )
