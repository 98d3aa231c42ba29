"""The headings of columns in English tables, as parts of regular expressions, in the case that they have."""

from __future__ import annotations

_NUMBER = r"[ ]?(?:[Nn]umbers?|NUMBERS?|N[Oo]s?\.?|#s?|[Cc]odes?|CODES?|IDs?)"
_ANY = r"(?:[A-Z][a-z]{2,12}[ ]){0,2}"

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

_SERIAL_NUMBER = rf"Serial{_NUMBER}"
ENDS = {
    "first": (
        rf"(?:Starting|Beginning|First|From)[ ]{_SERIAL_NUMBER}"
        rf"|{_SERIAL_NUMBER}[ ]?(?:Ranges?[ ]?)?\(?(?:Start|Begin|From|First)(?:s|ning|ing)?\)?"
    ),
    "last": (
        rf"(?:Ending|Last|To)[ ]{_SERIAL_NUMBER}"
        rf"|{_SERIAL_NUMBER}[ ]?(?:Ranges?[ ]?)?\(?(?:End|To|Last|Through)(?:s|ing)?\)?"
    ),
}
"""Columns of the first and of the last numbers of ranges of serials."""

ITEMS = {"gtin": rf"(?:UPC|EAN|GTIN)s?(?:-?A)?(?:{_NUMBER})?(?:\(s\))?"}
"""Columns of trade items."""

NAMES = r"(?:MODEL|Model|Style|STYLE)[ ]?(?:NAME|[Nn]ame|[Tt]ype|TYPE|[Yy]ear)s?(?![ ]?/[ ]?(?:Number|No|#))"
"""Columns that look like one of those and hold words."""

MEASURES = (
    r"(?:Height|Width|Length|Dimensions|Measurements|Weight|Thickness|Capacity|Quantity|Qty\.?)"
    r"(?:[ ]?\([^()\n]{1,20}\))?"
)
"""Columns of numbers: a code that ends in figures may be glued to one."""

OTHERS = (
    rf"UPCs?(?:{_NUMBER})?(?:\(s\))?|{_ANY}(?:[Cc]olou?rs?|COLOU?RS?)(?:\(s\)|[ ]Guide)?"
    rf"|{_ANY}(?:[Ss]izes?|SIZES?|[Tt]hemes?|[Nn]ames?|NAMES?|[Tt]ypes?|TYPES?|[Dd]escriptions?|DESCRIPTIONS?)"
    r"(?:[ ]of[ ]Product)?|Brands?|BRANDS?|Products?|PRODUCTS?"
    rf"|Serial(?:{_NUMBER})?(?:[ ]Ranges?)?|Date[ ]Codes?(?:[ ]Ranges?)?"
    rf"|(?:VINs?|Vehicle[ ]Identification)(?:{_NUMBER})?"
    r"|Manufactur(?:e|ing)[ ]Dates?|Dates?[ ](?:of[ ]Manufacture|Manufactured|Sold|Range)"
    rf"|(?:Batch|Lot)(?:{_NUMBER})?|(?:Item[ ]|Retail[ ])?Price(?:[ ]Range)?|Expiration[ ]Dates?"
    rf"|Finish|Retailer|Location|{MEASURES}"
)
"""Columns of something else, as far as a cell would be glued to their headings."""
