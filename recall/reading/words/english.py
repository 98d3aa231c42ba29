"""English, as recalls of consumer goods in the United States, Canada, Britain and Singapore write it."""

from __future__ import annotations

from recall.reading.values import ClauseKind
from recall.reading.words.vocabulary import Vocabulary

ENGLISH = Vocabulary(
    labels={
        ClauseKind.MODEL: r"\bmodels?(?![ ]?years?\b)(?:[ ]names?)?(?:[ ]?/[ ]?(?:item|SKU|part))?",
        ClauseKind.LOT: (
            r"\b(?:production[ ])?(?:lot|batch)(?:es|s)?|\b(?:manufacturing|heat|batch|cohort"
            r"|production)[ ]codes?"
            r"|\bP\.?O\.?(?=[ ](?:numbers?|nos?\b|#))|\bcohort[ ]information"
        ),
        ClauseKind.SERIAL: (
            r"\bserial|\bS/?N\b(?=[ ]?[:#\"]|[ ](?:ranges?|numbers?))|\bVINs?\b|\bvehicle[ ]identification"
        ),
        ClauseKind.DATE_CODE: r"\b(?:manufactur(?:ing|e)[ ])?date[ ](?:codes?|stamps?)",
        ClauseKind.GTIN: r"\b(?:UPC|EAN|GTIN)(?:-?A|s)?\b|\bbar[ ]?codes?\b",
    },
    schemes={
        "sku": r"\bSKUs?\b",
        "asin": r"\bASINs?\b",
        "fnsku": r"\bFNSKU\b",
        "item": r"\bitems?(?=[ ]?(?:numbers?\b|nos?\b|#|codes?\b))|\bitem(?=:)",
        "style": r"\bstyles?(?=[ ]?(?:numbers?\b|nos?\b|#|codes?\b)|[ ][A-Z0-9]*\d)|\bPID/style",
        "part": r"\bparts?(?=[ ](?:numbers?\b|nos?\b|#))|\bP/N\b",
        "product": r"\bproducts?(?=[ ](?:numbers?\b|nos?\b|#|codes?\b|ids?\b|identifiers?\b))",
        "listing": r"\b(?:listing|goods)(?=[ ](?:ids?\b|identifiers?\b))|\bidentifiers?(?=:|[ ](?:are|is)\b)",
        "reference": r"\bREF\b(?=[ ]?[#:]|[ ]no)|\breference(?=[ ](?:numbers?|nos?\b|#))",
        "catalog": r"\bcatalog(?:ue)?(?=[ ](?:numbers?|nos?\b|#))",
        "order_code": r"\border(?=[ ]codes?)",
        "tracking": r"\btracking(?=[ ]numbers?)",
        "fcc": r"\bFCC[ ]ID\b",
        "rn": r"\bRN(?=[ ]?#|[ ]numbers?)",
        "mid": r"\bMID(?=[ ]?#)",
    },
    number=r"(?:[ ]?(?:numbers?|nos?\b\.?|codes?|identifiers?|ids?\b|\(s\)|#))*(?:[ ]\([A-Za-z/]{1,12}\))?",
    fill=(
        r"is|are|was|were|the|following|of|in|within|between|from|ranges?|ranging|with|includes?|including"
        r"|included|that|which|either|both|begins?|beginning|starts?|starting|by|letters?|digits?|numbers?"
        r"|codes?|prefix(?:es)?|a|an|and|containing|composed|one|this|these|recall|sold|under|format"
        r"|yyww|wwyy|mmyy|mmddyy"
        r"|yyyymm"
        r"|yymm|mm/yyyy|only|affected|recalled|series|listed|as|below|formatted"
    ),
    windows={
        ClauseKind.MADE: (
            r"\bmanufactured\b|\bproduced\b|(?<![\w-])made\b(?! in (?!the|[JFMASOND][a-z]+ \d|(?:19|20)\d))"
            r"|\bproduction dates?\b|\bmanufactur(?:e|ing) dates?\b|\bdates? of manufacture\b|\bbuilt\b"
        ),
        ClauseKind.PACKED: r"\bpack(?:ed|aged)\b|\bpack(?:ing|aging) dates?\b",
        ClauseKind.EXPIRES: (
            r"\bexpir(?:y|ation|es?)\b|\bbest[ -](?:by|before)\b|\buse[ -]by\b|\bsell[ -]by\b"
        ),
        ClauseKind.SOLD: (
            r"\bsold\b|\bpurchased?\b|\bon sale\b|\bavailable\b|\bbought\b|\bdistributed\b|\bshipped\b"
        ),
    },
    headings={
        ClauseKind.PRODUCT: r"Product",
        ClauseKind.TOTAL: r"Units",
        ClauseKind.SELLER: r"Sold at|Sold by",
        ClauseKind.HAZARD: r"Hazard",
        ClauseKind.REMEDY: r"Remedy",
    },
    starts=(
        r"mod|lot|bat|man|hea|coh|prod|p\.?o|ser|s/?n|vin|veh|date|upc|ean|gtin|bar|sku|asin|item|sty"
        r"|pid|part|p/n"
        r"|ref|cat|ord|tra|fcc|fns|rn|mid|ident|list|goods"
    ),
    begins=r"\b(?:begin|start|prefix|first)",
    between=r"\bbetween\b",
    years=r"\bmodel years?(?:\(s\))?",
    every=(
        r"\ball (?:(?:production|manufactur(?:ing|e)) dates"
        r"|lots?|batches|(?:lot |date |serial |upc )?(?:codes|numbers)|models|units|sizes"
        r"|colou?rs|styles"
        r"|versions|vins)\b"
        r"|\ball [a-z ]{3,40}\b(?:are|is) included\b"
    ),
    excluded=(
        r"\bnot (?:included in|affected by|part of|subject to|involved in) (?:this|the|these)\b"
        r"|\b(?:were|was) previously recalled\b"
        r"|\bnot (?:affected|being recalled|included|recalled|involved)(?=[.,;)])"
        r"|\bdoes not (?:include|involve)\b"
    ),
    hazard=r"\bpos(?:es|ing) (?:a|an|the|serious)\b|\brisk of\b|\bcan (?:overheat|ignite|break|detach)\b",
    remedy=(
        r"\bfree (?:replacement|repair|of charge)|\b(?:full )?refund\b|\breplace(?:d|ment)?\b"
        r"|\bstop using\b"
    ),
    unit=r"units?\b",
    total=r"\b(?:in total|for a total of|a total of|altogether|together),?[ ](?:about )?",
    price=r" for (?:(?:about|between|approximately|up|as|from|under|over|around)\b|\$)",
)
