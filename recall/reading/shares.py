"""Counts of several products in one line of units: `About 1,200 wide shelves and 35 lamps`.

A count goes to the one model that its words name. Where no model is named at all, each count makes a product
of its own; else it is asked for, under the name that the words give it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from recall.reading.mentions import Mention
from recall.reading.values import ClauseKind, NoticeProduct


def is_share(mention: Mention) -> bool:
    """Whether a statement is the count of one of several products that a line of units names."""
    return mention.kind is ClauseKind.QUANTITY and bool(mention.values)


def shared_out(
    products: Sequence[NoticeProduct], mentions: Sequence[Mention]
) -> tuple[list[NoticeProduct], dict[int, tuple[int, ...]], list[str]]:
    """The products with their counts, the products of each count by the place where it stands, and doubts."""
    shares = [mention for mention in mentions if is_share(mention)]
    if not shares:
        return list(products), {}, []
    if all(product.model is None for product in products):
        return _one_each(products, shares)
    counted, speaks_of, doubts = list(products), dict[int, tuple[int, ...]](), list[str]()
    for share in shares:
        numbers = [number for number, one in enumerate(counted) if _names(share, one)]
        if len(numbers) != 1:
            doubts.append(f"{share.number:,} units are of '{share.values[0]}': say which model that is")
            numbers = [len(counted)]
            counted.append(NoticeProduct(name=share.values[0]))
        counted[numbers[0]] = replace(counted[numbers[0]], quantity=share.number)
        speaks_of[share.start] = (numbers[0],)
    return counted, speaks_of, doubts


def _one_each(
    products: Sequence[NoticeProduct], shares: Sequence[Mention]
) -> tuple[list[NoticeProduct], dict[int, tuple[int, ...]], list[str]]:
    counted = [
        replace(product, name=share.values[0], quantity=share.number)
        for share in shares
        for product in products
    ]
    width = len(products)
    speaks_of = {
        share.start: tuple(range(number * width, (number + 1) * width)) for number, share in enumerate(shares)
    }
    return counted, speaks_of, []


def _names(share: Mention, product: NoticeProduct) -> bool:
    """Whether the words of a count hold the product's model, perhaps with an `s` behind it."""
    model = re.escape(product.model or "")
    return bool(model) and bool(re.search(rf"(?<![\w-]){model}s?(?![\w-])", share.values[0]))
