"""The headings of columns in English tables, as parts of regular expressions, in the case that they have."""

from __future__ import annotations

_NUMBER = r"[ ]?(?:Numbers?|Nos?\.?|#s?|Codes?|IDs?)"

CODES = {
    "model": (
        r"(?:MODEL|Model)s?(?:[ ]Name[ ]?/)?(?:[ ]?/[ ]?(?:SKU|Item|Style|Part)|[ ]SKU)?"
        rf"(?:{_NUMBER})?(?:\(s\))?"
    ),
    "sku": rf"SKUs?(?:{_NUMBER})?",
    "item": rf"(?:ITEM|Item){_NUMBER}",
    "style": rf"(?:PID/)?(?:STYLE|Style)(?:{_NUMBER}|/Name)",
    "product": rf"Product{_NUMBER}(?:/SKU)?",
    "part": rf"Part{_NUMBER}|P/N\)?(?:[ ]or[ ]\(P/C\))?[ ]?#",
    "asin": r"(?:Amazon[ ])?ASINs?",
}
"""Columns of codes that name an article, by their scheme; `model` is none."""

MARKS = {
    "lot": rf"(?:Batch|Lot|LOT)(?:{_NUMBER})",
    "date_code": r"Date[ ]Codes?(?![ ]loc)",
}
"""Columns of codes of a run or of a time of making; read where no other column has codes."""

NAMES = r"(?:MODEL|Model|Style|STYLE)[ ]?(?:NAME|Name|Type|TYPE|Year)s?(?![ ]?/[ ]?(?:Number|No|#))"
"""Columns that look like one of those and hold words."""

OTHERS = (
    r"UPCs?(?:{n})?(?:\(s\))?|Colou?rs?(?:\(s\)|[ ]Guide)?|COLOU?R|Sizes?|Capacity"
    r"|(?:Product[ ])?Descriptions?|DESCRIPTION"
    r"|(?:Product|Brand|Item)[ ]?Names?|Names?(?:[ ]of[ ]Product)?|Brands?|Products?|Types?"
    r"|Serial(?:{n})?(?:[ ]Ranges?)?(?:[ ](?:Start|End|\(From\)|\(To\)))?|Date[ ]Codes?(?:[ ]Ranges?)?"
    r"|(?:VINs?|Vehicle[ ]Identification)(?:{n})?"
    r"|Manufactur(?:e|ing)[ ]Dates?|Dates?[ ](?:of[ ]Manufacture|Sold|Range)|(?:Batch|Lot)(?:{n})?"
    r"|(?:Item[ ]|Retail[ ])?Price(?:[ ]Range)?|Expiration[ ]Dates?"
).replace("{n}", _NUMBER)
"""Columns of something else, as far as a cell would be glued to their headings."""
