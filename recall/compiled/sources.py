"""The sources: where in a notice that stands which a law requires, element by element."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from recall.compiled.affected import barcode, rows, serials_of, told_of, windows
from recall.compiled.document import Figure, Item, Part, Photo, Said
from recall.compiled.drawing import drawing
from recall.compiled.wording import Wording
from recall.domain.notice import Notice, NoticeProduct
from recall.reading.stated import Shown

_FIRM = ("recalling_firm", "responsible_body", "manufacturer")
_CONTACT = ("contact", "contact_free")
_WHY = ("defect", "reasons", "reason")
_DO = ("action", "what_to_do", "measures")
_AT_ONCE = ("stop_using", "emergency_handling")
_SOLD = ("sold_when_where_by_whom", "sold_when_where", "retailers")
_ALIKE = {name: names for names in (_FIRM, _CONTACT, _WHY, _DO, _AT_ONCE, _SOLD) for name in names}
"""Elements of different laws that ask for the same: what is said for one may stand for another."""
SCOPES = frozenset({"identifiers", "scope", "lot_code_or_serial"})
"""Elements that say all by which the affected units are known."""
REMEDIES = frozenset({"remedy", "remedies"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What an element is filled from."""

    notice: Notice
    wording: Wording
    photos: Mapping[str, Photo]
    """The photographs that are at hand, by their sha256."""
    order: tuple[str, ...]
    """The elements that the form has."""

    @property
    def language(self) -> str:
        """The language of the document."""
        return self.wording.language

    def own(self, text: str) -> Said:
        """Words of the notice's own fields, on lines without blanks at their ends."""
        return Said(text=text.strip(), language=self.notice.language)


def part_of(element: str, desk: Desk) -> Part:
    """What there is for an element: its facts, and the notice's words for it, else the fixed ones."""
    facts = _FACTS[element](desk) if element in _FACTS else Part()
    words = tuple(_words_for(element, desk, facts=facts))
    if any(said.language == desk.language for said in words):  # a name that the notice itself translates
        facts = replace(facts, said=tuple(said for said in facts.said if said.language == desk.language))
    return replace(facts, said=(*facts.said, *words))


def title_of(desk: Desk) -> Said:
    """The notice's title, in the document's language where it states one."""
    stated = (said for said in _stated("title", desk) if said.language == desk.language)
    return next(stated, desk.own(desk.notice.title))


def _words_for(element: str, desk: Desk, *, facts: Part) -> Iterator[Said]:
    """In the document's language from the notice, else the fixed words, else the notice's in its own."""
    all_of_them = (*_field(element, desk, filled=bool(facts)), *_stated(element, desk))
    near = [said for said in all_of_them if said.language == desk.language]
    if near:
        yield from near
    elif element in desk.wording.fixed:
        yield Said(text=desk.wording.fixed[element], language=desk.language)
    elif not facts.said:
        languages = sorted((said.language for said in all_of_them), key=desk.notice.language.__ne__)
        yield from (said for said in all_of_them if said.language == languages[0])


def _stated(element: str, desk: Desk) -> tuple[Said, ...]:
    """The notice's statements for the element, else those for one that asks for the same."""
    for name in (element, *_ALIKE.get(element, ())):
        found = [
            Said(text=statement.text, language=statement.language)
            for statement in desk.notice.statements
            if statement.element == name
        ]
        if found:
            return tuple(found)
    return ()


def _field(element: str, desk: Desk, *, filled: bool) -> tuple[Said, ...]:
    """The notice's own field for the element, where it has one."""
    notice = desk.notice
    alone = not filled or not set(_DO) & set(desk.order)
    text = notice.hazard if element == "hazard" else ""
    if element in _DO or (element in REMEDIES and alone):
        text = notice.remedy
    return (desk.own(text),) if text.strip() else ()


def _names(desk: Desk) -> Part:
    names = (product.name or product.model or "" for product in desk.notice.products)
    return Part(said=tuple(map(desk.own, _once(names))))


def _brands(desk: Desk) -> Part:
    return Part(values=_once(product.brand or "" for product in desk.notice.products))


def _models(desk: Desk) -> Part:
    return Part(values=_once(product.model or "" for product in desk.notice.products))


def _vehicles(desk: Desk) -> Part:
    products = desk.notice.products
    told = (" ".join((p.brand or "", p.model or p.name, ", ".join(p.years))) for p in products)
    return Part(values=_once(" ".join(each.split()) for each in told))


def _barcodes(desk: Desk) -> Part:
    return Part(values=_once(map(barcode, desk.notice.products)))


def _units(desk: Desk) -> Part:
    count = desk.notice.quantity
    return Part(values=(desk.wording.units(count),) if count is not None else ())


def _date(desk: Desk) -> Part:
    day = desk.notice.published
    return Part(values=(desk.wording.date(day),) if day else ())


def _country(desk: Desk) -> Part:
    return Part(values=desk.notice.made_in)


def _shops(desk: Desk) -> Part:
    return Part(values=desk.notice.sold_by)


def _made(desk: Desk) -> Part:
    spans = (span for product in desk.notice.products for span in product.made)
    return Part(values=_once(windows(spans, desk.wording)))


def _sold_when(desk: Desk) -> Part:
    spans = (span for product in desk.notice.products for span in product.sold)
    return Part(values=_once(windows(spans, desk.wording)))


def _sold(desk: Desk) -> Part:
    facts = {"sold": _sold_when(desk).values, "sold_by": desk.notice.sold_by}
    return Part(rows=rows(facts, desk.wording))


def _serials(desk: Desk) -> Part:
    products = desk.notice.products
    return Part(values=_once(each for product in products for each in serials_of(product, desk.wording)))


def _items(desk: Desk) -> Part:
    """Each product with its rows; none where not one of them has a number to be known by."""
    items = tuple(_item(product, desk) for product in desk.notice.products)
    return Part(items=items if any(item.rows for item in items) else ())


def _scope(desk: Desk) -> Part:
    """The products, and how many there are in all."""
    facts = {"quantity": _units(desk).values}
    return Part(items=_items(desk).items, rows=rows(facts, desk.wording))


def _photographs(desk: Desk) -> Part:
    return Part(figures=tuple(_photos(desk, shows=Shown.PRODUCT)))


def _code_places(desk: Desk) -> Part:
    """A drawing for each place that the notice states, none for one that it does not, and its photographs."""
    places = dict.fromkeys(p.code_place for p in desk.notice.products if p.code_place)
    drawn = (
        Figure(
            words=(
                Said(text=desk.wording.drawing(place), language=desk.language),
                *([desk.own(place.words)] if place.words else []),
            ),
            drawing=drawing(place.place),
        )
        for place in places
    )
    return Part(figures=(*drawn, *_photos(desk, shows=Shown.CODE)))


_FACTS: Mapping[str, Callable[[Desk], Part]] = {
    "brand": _brands, "country": _country, "date": _date, "identifiers": _items,
    "lot_code_or_serial": _items, "made_when": _made, "model": _models, "name": _names,
    "picture": _photographs, "picture_of_code": _code_places, "product_barcode": _barcodes,
    "retailers": _shops, "scope": _scope, "sold_when": _sold_when, "sold_when_where": _sold,
    "sold_when_where_by_whom": _sold, "units": _units, "vehicle_or_equipment": _vehicles, "vin": _serials,
} | {name: lambda desk: Part(values=_remedies(desk)) for name in REMEDIES}  # fmt: skip


def _remedies(desk: Desk) -> tuple[str, ...]:
    """The remedies that have a name in the language."""
    known = desk.wording.remedies
    return tuple(known[remedy] for remedy in desk.notice.remedies if remedy in known)


def _photos(desk: Desk, *, shows: Shown) -> Iterator[Figure]:
    for picture in desk.notice.pictures:
        if picture.shows is shows and picture.sha256 in desk.photos:
            yield Figure(words=(desk.own(picture.words),), photo=desk.photos[picture.sha256])


def _item(product: NoticeProduct, desk: Desk) -> Item:
    title = " ".join(filter(None, (product.brand, product.name or product.model or product.gtin)))
    return Item(title=desk.own(title), rows=told_of(product, desk.wording))


def _once(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, in order; nothing that is empty."""
    return tuple(filter(None, dict.fromkeys(value.strip() for value in values)))
