"""A record of CPSC as ours: its fields become one text of headed lines, which the reader reads; pure.

The scope stands in the prose of the description: Model and UPC fields are empty in nearly every record.
Field by field: the list of CPSC's Recall Retrieval Web Services Programmer's Guide.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from recall.domain.notice import Notice, NoticeProduct
from recall.reading.dates import Order
from recall.reading.json_form import Form
from recall.reading.reader import Reading, read_text
from recall.reading.text import clean, squeezed

AUTHORITY = "U.S. Consumer Product Safety Commission"
_REMEDIES = {
    "refund": "refund",
    "repair": "repair",
    "replace": "replace",
    "dispose": "dispose",
    "label": "label",
    "new instructions": "new_instructions",
    "no remedy available": "none",
}


def notice_of(record: object, *, where: str = "") -> Notice:
    """The draft notice of a record; NoticeRefused with a JSON pointer under `where` when it is not one."""
    form = Form.of(_cleaned(record), where=where)
    reference, title = form.needed("RecallNumber"), squeezed(form.needed("Title"))
    products = list(form.forms("Products"))
    reading = read_text(_text(form, title=title, products=products), language="en", order=Order.MONTH_FIRST)
    return Notice(
        source="cpsc", reference=reference, title=title, authority=AUTHORITY, text=reading.text,
        published=_day(form, "RecallDate"), modified=_day(form, "LastPublishDate"),
        hazard=reading.hazard, remedy=reading.remedy,
        remedies=_remedies(form), quantity=reading.quantity, products=_products(reading, products=products),
        clauses=reading.clauses, warnings=reading.warnings, language="en", jurisdiction="US",
        url=form.text("URL"), sold_by=reading.sold_by, related=_each(form, "Inconjunctions", "URL"),
        made_in=_each(form, "ManufacturerCountries", "Country"),
    )  # fmt: skip


def _text(form: Form, *, title: str, products: list[Form]) -> str:
    """The record as one text, a line a statement; the heading of a line says what it is."""
    lines = [
        ("", (title,)),
        ("Product: ", tuple(product.text("Name") for product in products)),
        ("", (form.text("Description"),)),
        ("", tuple(product.text("Description") for product in products)),
        ("Model: ", tuple(product.text("Model") for product in products)),
        ("UPC: ", _each(form, "ProductUPCs", "UPC")),
        ("", _each(form, "Images", "Caption")),
        ("Units: ", tuple(product.text("NumberOfUnits") for product in products)),
        ("Sold at: ", _each(form, "Retailers", "Name")),
        ("Hazard: ", _each(form, "Hazards", "Name")),
        ("Remedy: ", _each(form, "Remedies", "Name")),
    ]
    said = (f"{heading}{squeezed(words)}" for heading, parts in lines for words in parts if words.strip())
    return "\n".join(said)


def _products(reading: Reading, *, products: list[Form]) -> tuple[NoticeProduct, ...]:
    """What the reader found; a record whose prose tells no product at all has at least its name."""
    name = squeezed(products[0].text("Name")) if products else ""
    found = reading.products or (NoticeProduct(name=name, quantity=reading.quantity),)
    return tuple(replace(product, name=product.name or name) for product in found)


def _each(form: Form, key: str, field: str) -> tuple[str, ...]:
    """One field of each object of a list, where it says something."""
    return tuple(words for part in form.forms(key) if (words := part.text(field).strip()))


def _remedies(form: Form) -> tuple[str, ...]:
    options = (option.lower() for option in _each(form, "RemedyOptions", "Option"))
    return tuple(dict.fromkeys(_REMEDIES.get(option, option.replace(" ", "_")) for option in options))


def _day(form: Form, key: str) -> date | None:
    """`2026-07-09T00:00:00` as its day: the service writes no zone and no other time than midnight."""
    value = form.text(key)
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        raise form.refused(key, expected="a time as 2026-07-09T00:00:00", got=repr(value)[:40]) from None


def _cleaned(value: object) -> object:
    """The record with clean strings: the service leaves line ends and control characters in its prose."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}
    return value
