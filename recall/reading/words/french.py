"""French, as RappelConso and the notices of Canada and Belgium write it."""

from __future__ import annotations

from recall.reading.values import ClauseKind
from recall.reading.words.vocabulary import Vocabulary

FRENCH = Vocabulary(
    labels={
        ClauseKind.MODEL: r"\bmodèles?(?![ ]?d'année)|\bréf(?:érences?|\.)?(?=[ ]?(?:du modèle|modèle))",
        ClauseKind.LOT: r"\b(?:numéros?|n[°º]s?)[ ]?de[ ]lots?|\blots?",
        ClauseKind.SERIAL: r"\b(?:numéros?|n[°º]s?)[ ]?de[ ]série",
        ClauseKind.DATE_CODE: r"\bcodes?[ ]dates?|\bcodes?[ ]de[ ]date",
        ClauseKind.GTIN: r"\b(?:EAN|GTIN|CUP)(?:-?13|-?8)?\b|\bcodes?[ -]barres?",
    },
    schemes={
        "reference": r"\bréférences?|\bréf\.",
        "item": r"\bcodes?[ ]article|\barticles?(?=[ ]n[°º])",
        "asin": r"\bASINs?\b",
        "sku": r"\bSKUs?\b|\bUGS\b",
    },
    number=r"(?:[ ]?(?:numéros?|n[°º]|nos?\b\.?|#))*(?:[ ]\([A-Za-z/]{1,12}\))?",
    fill=(
        r"est|sont|le|la|les|suivante?s?|de|du|des|dans|entre|allant|compris(?:e|es)?|et|avec|commençant"
        r"|débutant"
        r"|par|commence(?:nt)?|lettres?|chiffres?|portant|numéros?|un|une"
    ),
    windows={
        ClauseKind.MADE: r"\bfabriqu[ée]e?s?\b|\bproduit(?:e?s)?\b(?= (?:entre|du|le|en|avant|après|de))"
        r"|\bdates? de (?:fabrication|production)\b",
        ClauseKind.PACKED: r"\bconditionnée?s?\b|\bdates? de conditionnement\b|\bemballée?s?\b",
        ClauseKind.EXPIRES: (
            r"\bdates? limites? de consommation\b|\bDLC\b|\bdates? de durabilité minimale\b|\bDDM\b|\bDLUO\b"
            r"|\bà consommer\b|\bpéremption\b"
        ),
        ClauseKind.SOLD: (
            r"\bvendue?s?\b|\bcommercialisée?s?\b|\bcommercialisation\b|\bachetée?s?\b"
            r"|\bdistribuée?s?\b"
        ),
    },
    headings={
        ClauseKind.PRODUCT: r"Produit|Nom du produit|Désignation",
        ClauseKind.BRAND: r"Marque",
        ClauseKind.TOTAL: r"Quantité|Nombre d'unités|Unités",
        ClauseKind.SELLER: r"Distributeurs?|Vendu par|Points? de vente",
        ClauseKind.HAZARD: r"Risques?(?: encourus)?|Danger|Motif du rappel",
        ClauseKind.REMEDY: r"Conduites? à tenir|Mesures?|Compensation|Modalités de compensation",
    },
    begins=r"\b(?:commen[cç]|début|préfixe)",
    between=r"\bentre\b",
    years=r"\bannées?[ -]modèles?|\bmodèles? d'années?",
    every=(
        r"\btous les (?:lots|modèles|numéros|produits|codes)\b|\btoutes les (?:unités|références"
        r"|tailles)\b"
    ),
    excluded=(
        r"\b(?:ne sont|n'est|ne seront) pas (?:concernée?s?|visée?s?|touchée?s?|inclus(?:es)?)\b"
        r"|\bà l'exception d|\bhors (?:lot|modèle)"
    ),
    hazard=r"\brisques?\b|\bdanger(?:eux)?\b",
    remedy=(
        r"\bremboursement\b|\bremboursée?s?\b|\béchange\b|\bréparation\b|\bremplacement\b"
        r"|\bne plus (?:utiliser|consommer)\b"
    ),
    unit=r"(?:unités?|exemplaires?|pièces|articles)\b",
    total=r"\b(?:au total|un total de|soit au total)[ ]?(?:environ )?",
    price=r" (?:au prix|pour (?:environ|entre))\b",
)
