"""Notices to compile: one that says all that any law requires, in any language, and what belongs to it."""

from __future__ import annotations

import hashlib
import struct
import zlib
from datetime import date
from typing import Any

from recall.compiled.document import Photo, Proof
from recall.domain.notice import Identifier, Notice, NoticeExclusion, NoticeProduct, Window
from recall.reading.stated import CodePlace, Picture, Place, Shown, Statement

PROOF = Proof(
    page="https://recalls.example/notices/K-7", verify="https://recalls.example/verify",
    code="7KQ2-9XMA-4TRD",
)  # fmt: skip
LOTS = ("C14-P6", "C14-P7", "M20-Q1")
SAID = {
    "de": ("Der Griff kann brechen: Verbrennungsgefahr.", "Bringen Sie den Wasserkocher zum Händler zurück.",
           "Gebührenfrei: 0800 123456", "Auf dem Etikett unter dem Boden."),
    "en": ("The handle can break, which poses a burn hazard.", "Return the kettle to the shop.",
           "Call free of charge: 0800 123 456", "On the label under the base."),
    "es": ("El asa puede romperse: riesgo de quemaduras.", "Devuelva el hervidor a la tienda.",
           "Teléfono gratuito: 900 123 456", "En la etiqueta de la base."),
    "fr": ("La poignée peut casser : risque de brûlures.", "Rapportez la bouilloire au magasin.",
           "Numéro vert : 0800 123 456", "Sur l'étiquette du socle."),
    "it": ("Il manico può rompersi: rischio di ustioni.", "Restituite il bollitore al negozio.",
           "Numero verde: 800 123 456", "Sull'etichetta della base."),
    "nl": ("Het handvat kan breken: gevaar voor brandwonden.", "Breng de waterkoker terug naar de winkel.",
           "Gratis: 0800 123 456", "Op het etiket onder de bodem."),
    "pl": ("Uchwyt może pęknąć: ryzyko oparzeń.", "Zwróć czajnik do sklepu.",
           "Bezpłatna infolinia: 800 123 456", "Na etykiecie pod spodem."),
    "pt": ("A pega pode partir-se: risco de queimaduras.", "Devolva a chaleira à loja.",
           "Linha gratuita: 800 123 456", "Na etiqueta da base."),
    "zh": ("手柄可能断裂，存在烫伤危险。", "消费者可到门店办理退货或更换。", "电话：400-123-456",
           "产品底部标签上的编号。"),
}  # fmt: skip
"""Hazard, what to do, contact, where the code is."""
REST = {
    "action_taken": "Recall", "defect": "The handle is loose because of a weld.",
    "injuries_and_deaths": "Two incidents of burns, no deaths.", "manufacturer": "Example Works, Sheffield",
    "price_range": "for about $30", "recalling_firm": "Example Trading", "reply_means": "Reply by e-mail.",
    "schedule": "The recall begins on 1 July 2025.", "size": "1.7 litres",
    "time_needed": "The repair takes one hour.",
    "when_and_where": "At every dealer from 1 July 2025.",
}  # fmt: skip
CHINESE = {
    "defect": "手柄焊接存在缺陷。",
    "responsible_body": "示例电器有限公司",
    "schedule": "自2025年7月1日起实施。",
}


def dot() -> bytes:
    """A picture of one dot, as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0\xff\0\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


PHOTO = {hashlib.sha256(dot()).hexdigest(): Photo.read(dot())}
"""The photograph that the notice names."""


def complete(language: str = "en", **parts: Any) -> Notice:
    """A notice about a kettle, in that language, that leaves nothing open."""
    hazard, action, contact, where = SAID[language]
    more = (CHINESE if language == "zh" else REST) | {"contact": contact}
    product = NoticeProduct(
        name="Kettle", brand="Example", model="K-7", gtin="04006381333931", lots=LOTS,
        serials=("A100 - A199",),
        years=("2024",), made=(Window(first=date(2023, 6, 5), last=date(2023, 7, 28)),),
        sold=(Window(first=date(2024, 3, 1), last=None),), quantity=1200,
        code_place=CodePlace(place=Place.BOTTOM, words=where),
        identifiers=(Identifier(scheme="sku", value="EX-7"),), excluded=NoticeExclusion(lots=("C14-P9",)),
    )  # fmt: skip
    given: dict[str, Any] = {
        "source": "own", "reference": "K-7", "title": "Kettle K-7", "authority": "Product Safety Office",
        "published": date(2025, 6, 16), "hazard": hazard, "remedy": action,
        "remedies": ("repair", "replace", "refund"), "quantity": 1200, "products": (product,),
        "language": language, "sold_by": ("Example Shop",), "made_in": ("China",),
        "pictures": (Picture(sha256=next(iter(PHOTO)), shows=Shown.PRODUCT, words="K-7"),),
        "statements": tuple(
            Statement(element=element, language=language, text=text) for element, text in more.items()
        ),
    } | parts  # fmt: skip
    return Notice(**given)
