"""What a run of codes says, by the label before it: lots, serials, date codes, models or identifiers."""

from __future__ import annotations

from dataclasses import replace

from recall.reading.code_runs import Run
from recall.reading.lists import CodeList, has_digit
from recall.reading.mentions import Mention, lots_mention, ranges_mention
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind

_SHORTEST_BARCODE = 12


def codes_mention(run: Run, *, kind: ClauseKind | None, scheme: str, beside_date: bool) -> Mention:
    """The statement of a run; `kind` None: no label told what it is, which is said as a doubt."""
    codes = CodeList(items=run.items, end=run.end)
    if kind is ClauseKind.LOT:
        return lots_mention(codes, start=run.start)
    if kind in (ClauseKind.SERIAL, ClauseKind.DATE_CODE):
        return ranges_mention(kind, codes, start=run.start)
    if kind in (ClauseKind.MODEL, ClauseKind.IDENTIFIER):
        return Mention(kind=kind, scheme=scheme, start=run.start, end=run.end, values=_written(run))
    if kind is ClauseKind.GTIN:
        return _untrusted(run)
    return _unlabelled(run, codes=codes, beside_date=beside_date, dated=kind is not None)


def _written(run: Run) -> tuple[str, ...]:
    """Every code as it stands, ranges as `A - B`."""
    return tuple(
        dict.fromkeys(
            item.first if item.last is None else f"{item.first} - {item.last}" for item in run.items
        )
    )


def _untrusted(run: Run) -> Mention:
    written = _written(run)
    return Mention(
        kind=ClauseKind.IDENTIFIER, scheme="upc_as_written", start=run.start, end=run.end, values=written,
        confidence=0.4,
        doubts=tuple(f"'{code}' is not a GTIN: it is kept as it is written" for code in written),
    )  # fmt: skip


def _unlabelled(run: Run, *, codes: CodeList, beside_date: bool, dated: bool) -> Mention:
    """Codes without a label of their own: trade items by their check digits, else lots or date codes."""
    written = _written(run)
    shown = ", ".join(written)[:60]
    gtins = [trade_item(code) for code in written if len(code) >= _SHORTEST_BARCODE and code.isdigit()]
    right = [item.gtin for item in gtins if item.gtin]
    if len(right) * 2 > len(written):
        wrong = tuple(
            f"'{code}' is not a GTIN: it was left out" for code in written if not trade_item(code).gtin
        )
        return Mention(
            kind=ClauseKind.GTIN, start=run.start, end=run.end, values=tuple(dict.fromkeys(right)),
            confidence=0.8, doubts=wrong,
        )  # fmt: skip
    if dated and not beside_date:
        mention = ranges_mention(ClauseKind.DATE_CODE, codes, start=run.start)
        doubt = f"'{shown}' stands where a day should: say how it tells one"
        return replace(mention, confidence=0.5, doubts=(*mention.doubts, doubt))
    mention = lots_mention(codes, start=run.start)
    doubt = f"no word says what '{shown}' is: it is taken for lots"
    sure = beside_date and any(map(has_digit, written))
    return replace(mention, confidence=0.6, doubts=mention.doubts if sure else (*mention.doubts, doubt))


def untold_mention(text: str, *, start: int, end: int) -> Mention:
    """A date that no word explains: kept as a date code, and asked about."""
    return Mention(
        kind=ClauseKind.DATE_CODE, start=start, end=end, values=(text[start:end],), confidence=0.5,
        doubts=(f"no word says what happened on '{text[start:end][:60]}': it is kept as a date code",),
    )  # fmt: skip
