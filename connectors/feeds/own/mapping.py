"""Our own form as a notice; one that came without its text is told in plain words, clause by clause."""

from __future__ import annotations

from dataclasses import replace

from recall.domain.notice import ClauseKind, Notice, NoticeClause, NoticeProduct, Window


def notice_of(document: object, *, where: str = "") -> Notice:
    """The notice; NoticeRefused with a JSON pointer under `where` when it cannot be read."""
    notice = Notice.read(document, where=where)
    return notice if notice.text else _told(notice)


def _told(notice: Notice) -> Notice:
    """The notice with a text made from its fields, so that every clause has a place to point at."""
    parts: list[tuple[ClauseKind, str, tuple[int, ...]]] = [
        (ClauseKind.HAZARD, notice.hazard, ()),
        (ClauseKind.REMEDY, notice.remedy, ()),
    ]
    parts += [
        (kind, words, (number,))
        for number, product in enumerate(notice.products)
        for kind, words in _statements(product)
    ]
    if notice.quantity is not None:
        parts.append((ClauseKind.TOTAL, f"{notice.quantity} units in all", ()))
    text, clauses = f"{notice.title}\n", list[NoticeClause]()
    for kind, words, numbers in parts:
        if words:
            end = len(text) + len(words)
            clauses.append(
                NoticeClause(
                    kind=kind, text=words, start=len(text), end=end, confidence=1.0, products=numbers
                )
            )
            text += f"{words}\n"
    return replace(notice, text=text, clauses=tuple(clauses))


def _statements(product: NoticeProduct) -> list[tuple[ClauseKind, str]]:
    """What the fields of a product say, in words."""
    return [
        (ClauseKind.PRODUCT, product.name),
        (ClauseKind.MODEL, f"model {product.model}" if product.model else ""),
        (ClauseKind.GTIN, f"GTIN {product.gtin}" if product.gtin else ""),
        (ClauseKind.LOT, _listed("lots", product.lots)),
        (ClauseKind.SERIAL, _listed("serial numbers", product.serials)),
        (ClauseKind.DATE_CODE, _listed("date codes", product.date_codes)),
        (ClauseKind.MADE, _listed("made", tuple(map(_days, product.made)))),
        (ClauseKind.SOLD, _listed("sold", tuple(map(_days, product.sold)))),
        (ClauseKind.QUANTITY, "" if product.quantity is None else f"{product.quantity} units"),
    ]


def _listed(label: str, values: tuple[str, ...]) -> str:
    return f"{label} {', '.join(values)}" if values else ""


def _days(window: Window) -> str:
    return f"{window.first or '…'} to {window.last or '…'}"
