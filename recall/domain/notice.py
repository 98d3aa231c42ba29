"""The notice: what an authority published, its products, and each clause with its place in the text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from recall.errors import NoticeRefused
from recall.reading.date_code import DateCode
from recall.reading.json_form import Form, pointed
from recall.reading.mask import Mask
from recall.reading.serial_range import SerialRange
from recall.reading.stated import CodePlace, Picture, Place, Shown, Statement
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind, Identifier, NoticeClause, NoticeExclusion, NoticeProduct
from recall.reading.window import Window

__all__ = ["ClauseKind", "Identifier", "Notice", "NoticeClause", "NoticeExclusion", "NoticeProduct", "Window"]

_DEEPEST = 8
"""Components in components: more is no notice."""
_SCHEME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ELEMENT = re.compile(r"[a-z][a-z_]{1,39}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A recall notice as it was read: a draft until people confirm it.

    `quantity` is units in the notice's own country, None when it states none. `text` is the text that was
    read: for each clause `text[clause.start:clause.end] == clause.text`. `remedies` are words of
    `refund`, `repair`, `replace`, `dispose` and the like.
    """

    source: str
    reference: str
    title: str
    authority: str
    text: str = ""
    published: date | None = None
    hazard: str = ""
    remedy: str = ""
    remedies: tuple[str, ...] = ()
    quantity: int | None = None
    products: tuple[NoticeProduct, ...] = ()
    clauses: tuple[NoticeClause, ...] = ()
    warnings: tuple[str, ...] = ()
    language: str = "en"
    jurisdiction: str = ""
    url: str = ""
    sold_by: tuple[str, ...] = ()
    made_in: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    """References or addresses of the notices of partners about the same goods."""
    status: str = ""
    """How far the authority says that it is, in its own word: `Ongoing`, `Terminated`."""
    classification: str = ""
    """The authority's class of danger, in its own words: `Class I`, `Serious risk`."""
    modified: date | None = None
    pictures: tuple[Picture, ...] = ()
    statements: tuple[Statement, ...] = ()
    """Its own words for what a law requires and no other field holds, in as many languages as it has them."""

    def document(self) -> dict[str, Any]:
        """One element of `notices` in the form of answer for notices, as plain JSON; of the finer facts only
        those that are told are there."""
        return self._plain() | {name: value for name, value in self._finer().items() if value}

    def _finer(self) -> dict[str, Any]:
        return {
            "related": list(self.related),
            "status": self.status,
            "classification": self.classification,
            "modified": self.modified.isoformat() if self.modified else None,
            "pictures": [picture.document() for picture in self.pictures],
            "statements": [statement.document() for statement in self.statements],
        }

    def _plain(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "reference": self.reference,
            "title": self.title,
            "authority": self.authority,
            "published": self.published.isoformat() if self.published else None,
            "hazard": self.hazard,
            "remedy": self.remedy,
            "remedies": list(self.remedies),
            "quantity": self.quantity,
            "products": [product.document() for product in self.products],
            "clauses": [clause.document() for clause in self.clauses],
            "warnings": list(self.warnings),
            "language": self.language,
            "jurisdiction": self.jurisdiction,
            "url": self.url,
            "sold_by": list(self.sold_by),
            "made_in": list(self.made_in),
            "text": self.text,
        }

    def digest(self) -> str:
        """sha256 over the canonical JSON of `document()`: keys sorted, no blanks, UTF-8; 64 hex digits."""
        return digest_of(self.document())

    @classmethod
    def read(cls, document: object, *, where: str = "") -> Notice:
        """Read what `document()` wrote, or the same by hand; keys that are not ours are passed over.

        `source`, `reference`, `title`, `authority` and one product at least are needed. Raises NoticeRefused
        with the JSON pointer (under `where`) of the first value that cannot be read; nothing is read in part.
        """
        form = Form.of(document, where=where)
        text, products = form.text("text"), tuple(map(_product, form.forms("products")))
        if not products:
            raise form.refused("products", expected="at least one product", got="none")
        return cls(
            source=form.needed("source"), reference=form.needed("reference"), title=form.needed("title"),
            authority=form.needed("authority"), text=text, published=form.day("published"),
            hazard=form.text("hazard"), remedy=form.text("remedy"), remedies=form.texts("remedies"),
            quantity=form.units("quantity"), products=products,
            clauses=tuple(_clause(part, text=text, count=len(products)) for part in form.forms("clauses")),
            warnings=form.texts("warnings"), language=form.text("language") or "en",
            jurisdiction=form.text("jurisdiction"), url=form.text("url"), sold_by=form.texts("sold_by"),
            made_in=form.texts("made_in"), related=form.texts("related"), status=form.text("status"),
            classification=form.text("classification"), modified=form.day("modified"),
            pictures=tuple(map(_picture, form.forms("pictures"))),
            statements=tuple(map(_statement, form.forms("statements"))),
        )  # fmt: skip


def digest_of(document: Mapping[str, Any]) -> str:
    """sha256 (hex) over the canonical JSON of a notice's document, whoever wrote it and in whatever order."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _product(form: Form, *, depth: int = 0) -> NoticeProduct:
    if depth > _DEEPEST:
        raise form.refused("components", expected=f"at most {_DEEPEST} components in one another", got="more")
    product = NoticeProduct(
        name=form.text("name"), brand=form.text("brand") or None, model=form.text("model") or None,
        gtin=_gtin(form), lots=form.texts("lots"), serials=form.texts("serials"),
        date_codes=form.texts("date_codes"), made=_windows(form, "made"), sold=_windows(form, "sold"),
        quantity=form.units("quantity"), lot_ranges=form.texts("lot_ranges"),
        lot_masks=form.texts("lot_masks"), serial_masks=form.texts("serial_masks"),
        encodings=tuple(map(_encoding, form.forms("date_encodings"))), packed=_windows(form, "packed"),
        expires=_windows(form, "expires"), containers=form.texts("containers"),
        components=tuple(_product(part, depth=depth + 1) for part in form.forms("components")),
        excluded=_excluded(form), identifiers=tuple(map(_identifier, form.forms("identifiers"))),
        years=_years(form), code_place=_code_place(form),
    )  # fmt: skip
    for key, texts, read in (
        ("lot_ranges", product.lot_ranges, SerialRange.parse),
        ("lot_masks", product.lot_masks, Mask.parse),
        ("serial_masks", product.serial_masks, Mask.parse),
    ):
        for text in texts:
            _checked(form, key, text, read=read)
    if not (product.name or product.model or product.gtin):
        raise form.refused("name", expected="a name, a model or a GTIN", got="none of them")
    return product


def _checked(form: Form, key: str, text: str, *, read: Callable[[str], object]) -> None:
    """Refuse at its place what cannot be read."""
    try:
        read(text)
    except NoticeRefused as refused:
        raise form.refused(key, expected=refused.expected or "another value", got=text[:40]) from None


def _identifier(form: Form) -> Identifier:
    scheme = _matched(form, "scheme", pattern=_SCHEME, expected="a word of small letters, figures and _")
    return Identifier(scheme=scheme, value=form.needed("value"))


def _years(form: Form) -> tuple[str, ...]:
    years = form.texts("years")
    if wrong := [year for year in years if not _YEAR.fullmatch(year)]:
        raise form.refused("years", expected="model years of four figures", got=repr(wrong[0])[:40])
    return years


def _code_place(form: Form) -> CodePlace | None:
    if form.fields.get("code_place") is None:
        return None
    inner = Form.of(form.fields["code_place"], where=pointed(form.where, "code_place"))
    place = _word(inner, "place", known=Place)
    return CodePlace(place=Place(place), words=inner.text("words"))


def _picture(form: Form) -> Picture:
    shows = _word(form, "shows", known=Shown)
    digest = _matched(form, "sha256", pattern=_SHA256, expected="64 hex digits")
    return Picture(sha256=digest, shows=Shown(shows), words=form.needed("words"))


def _statement(form: Form) -> Statement:
    return Statement(
        element=_matched(form, "element", pattern=_ELEMENT, expected="a word of small letters and _"),
        language=_matched(form, "language", pattern=_LANGUAGE, expected="a language of ISO 639-1"),
        text=form.needed("text"),
    )


def _word(form: Form, key: str, *, known: type[StrEnum]) -> str:
    """A word of a list that is closed."""
    word = form.needed(key)
    if word not in set(known):
        raise form.refused(key, expected=f"one of {', '.join(known)}", got=repr(word)[:40])
    return word


def _matched(form: Form, key: str, *, pattern: re.Pattern[str], expected: str) -> str:
    text = form.needed(key)
    if not pattern.fullmatch(text):
        raise form.refused(key, expected=expected, got=repr(text)[:40])
    return text


def _encoding(form: Form) -> DateCode:
    return DateCode.parse(
        encoding=form.needed("encoding"), of=form.text("of") or "lot", start=form.units("start") or 0
    )


def _excluded(form: Form) -> NoticeExclusion:
    if form.fields.get("except") is None:
        return NoticeExclusion()
    inner = Form.of(form.fields["except"], where=pointed(form.where, "except"))
    return NoticeExclusion(
        models=inner.texts("models"), lots=inner.texts("lots"), serials=inner.texts("serials"),
        sites=inner.texts("sites"), made=_windows(inner, "made"),
    )  # fmt: skip


def _windows(form: Form, key: str) -> tuple[Window, ...]:
    return tuple(map(_window, form.forms(key)))


def _gtin(form: Form) -> str | None:
    """The GTIN as a GTIN-14; a wrong check digit is refused."""
    written = form.text("gtin")
    item = trade_item(written) if written else None
    if item and item.note:
        raise form.refused("gtin", expected="a GTIN of 8, 12, 13 or 14 digits", got=item.note)
    return item.gtin if item else None


def _window(form: Form) -> Window:
    window = Window(first=form.day("from"), last=form.day("to"))
    if window.first is None and window.last is None:
        raise form.refused("from", expected="a day in 'from' or 'to'", got="neither")
    if window.first and window.last and window.last < window.first:
        raise form.refused("to", expected=f"a day not before {window.first}", got=str(window.last))
    return window


def _clause(form: Form, *, text: str, count: int) -> NoticeClause:
    """A clause whose words stand at its place of the text, about products that exist."""
    kind, words = _word(form, "kind", known=ClauseKind), form.text("text")
    start, end = form.units("start"), form.units("end")
    if start is None or end is None or text[start:end] != words or not words:
        raise form.refused(
            "text", expected="the words that stand at start to end of the notice's text", got="others"
        )
    numbers = form.items("products")
    if any(type(number) is not int or not 0 <= number < count for number in numbers):
        raise form.refused("products", expected=f"indexes from 0 to {count - 1}", got=repr(numbers)[:40])
    return NoticeClause(
        kind=ClauseKind(kind), text=words, start=start, end=end, confidence=form.share("confidence"),
        products=tuple(numbers), proposed_by=form.text("proposed_by"), means=form.texts("means"),
    )  # fmt: skip
