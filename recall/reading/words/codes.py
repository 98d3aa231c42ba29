"""The words of code fields: what stands before lots, dates and numbers there, in all languages at once.

A field of codes is short and its labels are shorter: `BB`, `MHD`, `DLC`, `UB`. They are told apart by
themselves, so a field may mix languages.
"""

from __future__ import annotations

from recall.reading.values import ClauseKind

_NUMBER = r"(?:[ ]?(?:codes?|numbers?|nos?\b\.?|nrs?\b\.?|num\b\.?|#|n[°º]|id|identifiers?))?(?:\(s\))?"

LABELS = {
    ClauseKind.EXPIRES: (
        r"(?:best|better)[ ](?:price[ ])?(?:if[ ])?(?:(?:used?|enjoyed|consumed|eaten)[ ])?(?:by|before"
        r"|until)"
        r"(?:[ ]?/[ ]?use[ ]by)?(?:[ ]\(BB\)|[ ]\(BBD\))?"
        r"|best[ ]before|BBE?D?|B\.B\.|use[ -]?(?:or[ ]freeze[ ])?(?:by|before)|UBD?|sell[ -]by"
        r"|enjoy[ ]by|freeze[ ]by"
        r"|exp(?:\.|iration|iry|ir(?:y|es?|ing))?|expires?[ ]on|retest|restest\.?|E(?=:)|shelf[ ]life"
        r"|valid[ ]until"
        r"|date[ ]limite[ ]de[ ]consommation|date[ ]de[ ]durabilité[ ]minimale"
        r"|date[ ]limite[ ]d'utilisation[ ]optimale"
        r"|DLC|DDM|DLUO|à[ ]consommer(?:[ ]de[ ]préférence)?[ ](?:avant|jusqu'au)(?:[ ]le)?"
        r"|mindestens[ ]haltbar[ ]bis|mindesthaltbarkeits(?:datum|daten)|MHD|zu[ ]verbrauchen[ ]bis"
        r"|verbrauchsdatum"
        r"|賞味期限|消費期限|使用期限|保质期至?|有效期至?|失效日期"
    ),
    ClauseKind.PACKED: (
        r"pack(?:ed|aged|ing|aging)?[ ](?:on|date|dates)|packed|PKD|packed[ ]on"
        r"|date[ ]de[ ]conditionnement|verpackt[ ]am|包装日期"
    ),
    ClauseKind.MADE: (
        r"(?:date(?:\(s\)|s)?[ ]of[ ])?(?:manufactur(?:e|ed|ing)|production)|manufactured|produced"
        r"|mfg\.?|mfd\.?|man\.|DOM"
        r"|P(?=:)|made[ ](?:on|between)|date[ ]de[ ](?:fabrication|production)|fabriqués?"
        r"|herstellungsdatum|produktionsdatum"
        r"|hergestellt|製造年月日?|製造日|製造期間|生产日期|制造日期"
    ),
    ClauseKind.SOLD: (
        r"purchased?|sold|distribut(?:ed|ion)|vendus?|commercialisés?|verkauft|販売期間|销售日期"
    ),
    ClauseKind.DATE_CODE: r"julian(?:[ ]codes?)?|date[ -]?codes?|code[ ]dates?|cohort",
    ClauseKind.LOT: (
        r"(?:manufacturer[ ])?(?:lot|batch)(?:es|s|\(s\)|\(es\))?(?:[ ]?/[ ]?(?:unit|batch|lot)s?)?"
        r"|L(?=[ ]\d)|B/?N(?=[ :.#])|B(?=#)|L/?N(?=[ :.#])"
        r"|codes?|production[ ](?:lot|batch|order)|shop[ ]orders?|control[ ](?:no|number)s?"
        r"|lots?|n[°º][ ]?de[ ]lots?|numéros?[ ]de[ ]lots?|charge(?:n)?(?:nummern?|-?nr\.?|bezeichnung)?"
        r"|losnummern?|los(?=[ :-])"
        r"|ロット(?:番号)?|製造番号|批号|批次号?"
    ),
    ClauseKind.SERIAL: (
        r"serial(?:s)?|S/?N(?=[ :.#])|numéros?[ ]de[ ]série|n[°º][ ]?de[ ]série|seriennummern?|シリアル"
        r"(?:番号"
        r"|ナンバー)?|序列号"
    ),
    ClauseKind.GTIN: (
        r"(?:case[ ]|item[ ]|unit[ ]|individual[ ]item[ ]|master[ ]case[ ]|retail[ ]|package[ ]|inner[ ]"
        r"|outer[ ]|carton[ ])?"
        r"(?:UPC(?:-?A|s)?|EAN(?:-?13|-?8|s)?|GTINs?(?:-?1[234])?|bar[ ]?codes?|UDI(?:-DI)?|primary[ ]DI"
        r"|code[ -]barres?|strichcodes?|JAN(?:コード)?|条形?码)"
    ),
    ClauseKind.MODEL: r"models?|modèles?|modell(?:e|nummern?)?|型番|型式|型号",
}
"""What stands before the codes or the days of a kind; `code` and `date` words after it belong to it."""

SCHEMES = {
    "sku": r"SKUs?",
    "asin": r"ASINs?",
    "ndc": r"NDCs?",
    "plu": r"PLUs?",
    "po": r"P\.?O\.?(?=[ ]?#|[ ]n)|purchase[ ]orders?",
    "pallet": r"pallets?",
    "plant": r"plants?(?=[ ]?[#:])|est(?:ablishment|\.)(?=[ ](?:no|num|#|\d))",
    "invoice": r"factura|invoice|facture",
    "item": r"items?(?=[ ]?(?:#|no|num|code|[A-Z]*\d|:))|artikel|article(?=[ ]?n)",
    "product": r"products?(?=[ ]?(?:#|no|num|code|[A-Z]+\d))|produkt(?=nr|-nr|nummer)",
    "catalog": r"cat(?:alog(?:ue)?|\.)?(?=[ ]?(?:#|no|num))",
    "part": r"parts?(?=[ ]?(?:#|no|num))|P/N",
    "style": r"styles?(?=[ ]?(?:#|no|num))",
    "reference": r"ref(?:erences?|\.)?(?=[ ]?(?:#|no|num|:))|référence",
}
"""What stands before an identifier, by its scheme."""

AFTER = (
    rf"{_NUMBER}(?:[ ]?(?:dates?|range|ranges)(?:\(s\))?)?(?:[ ](?:range|printed|listed|codes?))?"
    r"(?:[ ]\([A-Z/]{2,12}\))?"
)
"""What may stand between the word of a label and its codes."""

EVERY = (
    r"all[ ](?:(?:lots?|batch|serial|date|product|upc|expiration)[ ])?(?:and[ ])?"
    r"(?:codes?|lots?|numbers|batches|products?|sizes|expiration[ ]dates|dates|units|items)\b"
    r"(?:[ ](?:and[ ]codes|numbers?))?(?![ ](?:through|thru|up|before|prior|until|after|codes?|numbers?"
    r"|dates?|of[ ]\d|\d))"
    r"|any[ ]and[ ]all[ ]codes|tous[ ]les[ ]lots|alle[ ](?:chargen|lose)|全ロット|所有批次|全部批次"
)
"""Words for all that there is."""

NOTHING = (
    r"\b(?:none|n/?a|unknown|tb[ad]|not[ ](?:provided|available|applicable|known|coded)"
    r"|no(?:t|[ ])(?:[ ]?(?:any|have|use|apply|lot|batch|date|other|coding|manufacturing"
    r"|product))*[ ]?(?:codes?|coding|numbers?|upc|system|lots?)"
    r"|will[ ]be[ ]provided)\b|\((?:i\.?e\.?|e\.?g\.?|example)[ ,:][^()]{0,60}\)?"
)
"""Words that say that there are no codes, or that one is only an example."""

SIZE = (
    r"(?:\d{1,4}[ ]?[-x/][ ]?)?\d{1,6}(?:[.,/]\d{1,4})?[ -]{0,2}(?:x[ ]?\d{1,4}[ -]?)?"
    r"(?:fl\.?[ ]?)?(?:oz\b|0z\b|ounces?|lbs?\b|pounds?|g\b|gr\b|grams?|kgs?\b|mg\b|mcg\b|ml\b|l\b"
    r"|ct\b|counts?\b|packs?\b|pk\b|box(?:es)?|cases?|pieces?|bags?|cans?|cups?|units?|inch(?:es)?|%"
    r"|days?\b|years?\b|months?\b|hours?\b"
    r"|pouch(?:es)?|bottles?|tablets?|capsules?|caplets?|vials?|iu\b|cavity|cartons?|trays?|kits?"
    r"|gallons?|quarts?|pints?|cm\b|mm\b|°|products?\b|each\b|\"(?=[ ]))"
)
"""A number with a word for size or count: no code."""

TIME = r"(?<![0-9A-Za-z:])[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?![0-9A-Za-z:])(?:[ ]?[ap]\.?m\b\.?)?"
"""An hour of the day, as a line prints it beside a lot: no code."""

ENUMERATOR = r"\([a-zA-Z]\)|\(?(?<![0-9A-Za-z])[a-z]\.?\)(?=\s)|(?<![\w.])\d{1,2}[.)](?=\s)"
"""The number or letter of an entry: `(a)`, `1.`: what comes after it is of another article."""
