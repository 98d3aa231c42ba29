"""German, as the notices of Germany, Austria and Switzerland write it."""

from __future__ import annotations

from recall.reading.values import ClauseKind
from recall.reading.words.vocabulary import Vocabulary

GERMAN = Vocabulary(
    labels={
        ClauseKind.MODEL: (
            r"\bModell(?:e|en|s|nummern?|bezeichnung(?:en)?|-?Nr\.?)?(?!jahr)"
            r"|\bTyp(?:en)?(?:bezeichnung|nummer)?\b"
        ),
        ClauseKind.LOT: (
            r"\bCharge(?:n)?(?:nummern?|-?Nr\.?|bezeichnung(?:en)?)?\b|\bLos(?:nummern?|-?Nr\.?)"
            r"|\bLot(?:s|nummern?|-Nr\.?)?\b"
        ),
        ClauseKind.SERIAL: r"\bSerien(?:nummern?|-?Nr\.?)|\bFahrgestell(?:nummern?|-?Nr\.?)|\bFIN\b",
        ClauseKind.DATE_CODE: r"\bDatumscodes?\b|\bDatums?stempel\b",
        ClauseKind.GTIN: r"\b(?:EAN|GTIN)(?:-?13|-?8|-Codes?)?\b|\bBarcodes?\b|\bStrichcodes?\b",
    },
    schemes={
        "item": r"\bArtikel(?:nummern?|-?Nr\.?)|\bArt\.-?Nr\.?",
        "part": r"\bTeile(?:nummern?|-?Nr\.?)",
        "reference": r"\bReferenz(?:nummern?)?\b",
        "asin": r"\bASINs?\b",
        "sku": r"\bSKUs?\b",
    },
    number=r"(?:[ ]?(?:Nummern?|Nrn?\b\.?|#))*(?:[ ]\([A-Za-z/]{1,12}\))?",
    fill=(
        r"ist|sind|lautet|lauten|die|der|das|den|dem|folgenden?|mit|von|vom|zwischen|im|in|Bereich"
        r"|beginnend|beginnen"
        r"|beginnt|Buchstaben|Ziffern|und|des|oder"
    ),
    windows={
        ClauseKind.MADE: (
            r"\bhergestellt(?:e[nr]?)?\b|\bproduziert(?:e[nr]?)?\b|\bgefertigt(?:e[nr]?)?\b"
            r"|\bHerstellungs(?:datum|daten|zeitraum)\b"
            r"|\bProduktions(?:datum|daten|zeitraum)\b|\bBauzeitraum\b|\bgebaut\b"
        ),
        ClauseKind.PACKED: r"\bverpackt\b|\babgepackt\b|\bVerpackungsdatum\b",
        ClauseKind.EXPIRES: (
            r"\bMindesthaltbarkeits(?:datum|daten)\b|\bMHD\b|\bVerbrauchsdatum\b|\bhaltbar\b"
            r"|\bzu verbrauchen\b|\bVerfallsdatum\b"
        ),
        ClauseKind.SOLD: (
            r"\bverkauft(?:e[nr]?)?\b|\bVerkaufs(?:datum|zeitraum)\b|\bgekauft\b|\bim Handel\b"
            r"|\bvertrieben\b|\bim Zeitraum\b"
        ),
    },
    headings={
        ClauseKind.PRODUCT: r"Produkt(?:name|bezeichnung)?|Artikel",
        ClauseKind.BRAND: r"Marke",
        ClauseKind.TOTAL: r"Stückzahl|Menge|Anzahl",
        ClauseKind.SELLER: r"Verkauft (?:bei|über|durch)|Händler|Vertrieb(?: über)?",
        ClauseKind.HAZARD: r"Gefahr|Gefährdung|Risiko|Mangel|Grund",
        ClauseKind.REMEDY: r"Abhilfe|Maßnahmen?|Empfehlung",
    },
    begins=r"\b(?:beginn|anfang)",
    between=r"\bzwischen\b",
    years=r"\bModelljahre?n?\b",
    every=(
        r"\balle (?:Chargen|Lose|Modelle|Seriennummern|Größen|Artikel)\b|\bsämtliche (?:Chargen"
        r"|Modelle|Artikel)\b"
    ),
    excluded=r"\bnicht (?:betroffen|Teil des Rückrufs|vom Rückruf)|\bausgenommen\b|\bmit Ausnahme\b",
    hazard=r"\bGefahr\b|\bVerletzungsgefahr\b|\bBrandgefahr\b|\bErstickungsgefahr\b|\bRisiko\b",
    remedy=(
        r"\bkostenlos|\bErstattung\b|\berstattet\b|\bUmtausch\b|\bAustausch\b|\bnicht (?:mehr"
        r"|weiter) (?:verwenden|benutzen|verzehren)\b"
    ),
    unit=r"(?:Stück|Exemplare|Einheiten|Geräte|Fahrzeuge)\b",
    total=r"\binsgesamt[ ](?:rund |etwa |ca\. )?",
    price=r" (?:für|zum Preis)\b",
)
