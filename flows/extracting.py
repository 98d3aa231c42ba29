"""An extractor beside the reader, where the settings name one: its proposals join the clauses of a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from connectors.registry import extractor
from recall.domain.notice import Notice
from recall.domain.proposed import merged
from recall.errors import PartnerFailed
from recall.ports import Extractor
from recall.settings import Settings

MOST = 5
"""Notices of one file, its first, that are asked about; all at once."""


def extracted(notices: Sequence[Notice], *, settings: Settings) -> tuple[Notice, ...]:
    """The notices with what the extractor of the settings proposes; the same where they name none.

    An extractor that fails is a warning of the notice. Raises NotFound for an extractor that is not known.
    """
    if not settings.extractor:
        return tuple(notices)
    asked = extractor(settings.extractor)(
        address=settings.extractor_url, key=settings.extractor_key.get_secret_value(),
        model=settings.extractor_model, timeout=settings.extractor_timeout,
    )  # fmt: skip
    return asyncio.run(_all(notices, asked=asked))


async def _all(notices: Sequence[Notice], *, asked: Extractor) -> tuple[Notice, ...]:
    try:
        first = await asyncio.gather(*(_one(notice, asked=asked) for notice in notices[:MOST]))
    finally:
        await asked.aclose()
    return (*first, *notices[MOST:])


async def _one(notice: Notice, *, asked: Extractor) -> Notice:
    products = [product.model or product.name or product.gtin or "" for product in notice.products]
    try:
        proposals = await asked.propose(notice.text, language=notice.language, products=products)
    except PartnerFailed as failed:
        return replace(notice, warnings=(*notice.warnings, f"{asked.name} proposed nothing: {failed}"))
    return merged(notice, proposals=proposals, by=asked.name)
