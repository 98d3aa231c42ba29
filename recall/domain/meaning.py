"""The meaning: what a clause says of a product or of the whole notice, as lines that people read and write.

| kind | a line |
|---|---|
| `lot` | `A1`, a range `A100 - A199`, or `mask: A##` |
| `serial` | `SN-1`, a range, a prefix `J0D*`, or `mask: J0D####` |
| `date_code` | `2323`, or `encoding: YYWW lot 0` (where it stands, and at which place) |
| `made`, `packed`, `expires`, `sold` | `2023-06-05`, or `2023-06-05 to 2023-07-28`; `…` leaves a side open |
| `identifier` | `sku: AB-1`; without a scheme it is an `item` |
| `exclusion` | `models:`, `lots:`, `serials:`, `sites:` or `made:` and what is let off |
| `all` | `all`: whatever narrows the product otherwise goes, but its exceptions and its sales stay |
| `code_place` | `bottom: on the bottom of the kettle`: a place that a drawing shows, and the words |
| others | the value itself |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recall.domain.notice import ClauseKind
from recall.errors import NoticeRefused

Holder = dict[str, Any]
"""The document of a product or of a notice."""

OF_NOTICE = frozenset({ClauseKind.TOTAL, ClauseKind.HAZARD, ClauseKind.REMEDY, ClauseKind.SELLER})
"""The kinds whose meaning is the whole notice's; the others' is a product's."""
JOINING = frozenset(ClauseKind) - {
    ClauseKind.PRODUCT, ClauseKind.BRAND, ClauseKind.MODEL, ClauseKind.GTIN, ClauseKind.QUANTITY,
    ClauseKind.TOTAL, ClauseKind.HAZARD, ClauseKind.REMEDY, ClauseKind.ALL, ClauseKind.CODE_PLACE,
}  # fmt: skip
"""The kinds that have several values: what is added joins what is there."""
EVERYTHING = "all"

_FIELDS: Mapping[ClauseKind, str] = {
    ClauseKind.PRODUCT: "name", ClauseKind.YEAR: "years", ClauseKind.TOTAL: "quantity",
    ClauseKind.SELLER: "sold_by",
}  # fmt: skip
"""Where a kind is kept, if not under its own name."""
_WINDOWS = frozenset({ClauseKind.MADE, ClauseKind.PACKED, ClauseKind.EXPIRES, ClauseKind.SOLD})
_PARTS: Mapping[ClauseKind, tuple[str, str, str]] = {
    ClauseKind.LOT: ("lots", "lot_ranges", "lot_masks"), ClauseKind.SERIAL: ("serials", "", "serial_masks")
}  # fmt: skip
_EXCEPTED = ("models", "lots", "serials", "sites", "made")
_NARROWING = (
    "lots", "lot_ranges", "lot_masks", "serials", "serial_masks", "date_codes", "date_encodings", "made",
    "packed", "expires",
)  # fmt: skip
_BETWEEN = re.compile(r"\s+(?:to|bis|至|–|-)\s+")
_LABELLED = re.compile(r"([a-z][a-z0-9_]{0,39})\s*[:：]\s*(.*)")
_ENCODING = re.compile(r"encoding\s*[:：]\s*([YWMD]+)\s+(lot|serial)\s+([0-9]{1,3})")


def lines_of(kind: ClauseKind, holder: Holder) -> list[str]:
    """What a holder says of a kind, a value a line."""
    if kind in _PARTS:
        codes, ranges, masks = _PARTS[kind]
        written = [*_texts(holder.get(codes)), *_texts(holder.get(ranges))]
        return [*written, *(f"mask: {mask}" for mask in _texts(holder.get(masks)))]
    if kind is ClauseKind.DATE_CODE:
        encodings = holder.get("date_encodings") or ()
        return [
            *_texts(holder.get("date_codes")),
            *(f"encoding: {each['encoding']} {each['of']} {each['start']}" for each in encodings),
        ]
    if kind is ClauseKind.IDENTIFIER:
        return [f"{each['scheme']}: {each['value']}" for each in holder.get("identifiers") or ()]
    if kind is ClauseKind.EXCLUSION:
        excepted = holder.get("except") or {}
        return [f"{part}: {text}" for part in _EXCEPTED for text in _texts(excepted.get(part))]
    if kind is ClauseKind.CODE_PLACE:
        where = holder.get("code_place") or {}
        return [": ".join(filter(None, (where["place"], where.get("words"))))] if where else []
    if kind is ClauseKind.ALL:
        return [] if any(holder.get(field) for field in _NARROWING) else [EVERYTHING]
    return _texts(holder.get(_FIELDS.get(kind, kind.value)))


def write_lines(kind: ClauseKind, holder: Holder, lines: Sequence[str]) -> None:
    """Let a holder say of a kind what the lines say, and no more. Raises NoticeRefused."""
    told = [line.strip() for line in lines if line.strip()]
    if kind in _WINDOWS:
        holder[kind.value] = list(map(_window, told))
    elif kind in _SEVERAL:
        _SEVERAL[kind](holder, told)
    elif kind in _PARTS:
        _write_codes(kind, holder, told)
    elif kind in (ClauseKind.YEAR, ClauseKind.SELLER):
        holder[_FIELDS[kind]] = told
    elif kind in (ClauseKind.HAZARD, ClauseKind.REMEDY):
        holder[kind.value] = " ".join(told)
    elif len(told) > 1:
        raise NoticeRefused.of("; ".join(told), expected=f"one value for {kind}", got=str(len(told)))
    elif kind in (ClauseKind.QUANTITY, ClauseKind.TOTAL):
        holder["quantity"] = _units(told[0]) if told else None
    else:
        nothing = "" if kind is ClauseKind.PRODUCT else None
        holder[_FIELDS.get(kind, kind.value)] = told[0] if told else nothing


def shared_lines(kind: ClauseKind, holders: Sequence[Holder]) -> list[str]:
    """What several holders say of a kind together, each line once."""
    return list(dict.fromkeys(line for holder in holders for line in lines_of(kind, holder)))


def write_shared(kind: ClauseKind, holders: Sequence[Holder], lines: Sequence[str]) -> None:
    """Let several holders say the lines in the place of their `shared_lines`; no line: they say nothing.

    A line that was changed is changed where it stood, and what is new joins what there is: no holder loses
    what is its own, and none that is not limited becomes so. Raises NoticeRefused.
    """
    told = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    shown = shared_lines(kind, holders)
    gone, new = [line for line in shown if line not in told], [line for line in told if line not in shown]
    if len(gone) == len(new):
        instead, more = dict(zip(gone, new, strict=True)), list[str]()
    else:
        instead, more = {}, new
    for holder in holders:
        own = lines_of(kind, holder)
        if kind is ClauseKind.ALL or own == shown or not told:
            write_lines(kind, holder, told)
        elif more and kind not in JOINING:
            raise NoticeRefused.of(
                "; ".join(told), expected=f"a line for each {kind} of its products: {len(shown)}",
                got=str(len(told)),
            )  # fmt: skip
        elif own:
            stay = [instead.get(line, line) for line in own if line in told or line in instead]
            write_lines(kind, holder, [*stay, *more])


def _write_codes(kind: ClauseKind, holder: Holder, told: Sequence[str]) -> None:
    """Lots or serials: a code that is there as it is written stays one, whatever it looks like."""
    codes, ranges, masks = _PARTS[kind]
    known = set(_texts(holder.get(codes)))
    masked = {line: found[2] for line in told if (found := _LABELLED.fullmatch(line)) and found[1] == "mask"}
    spans = [line for line in told if ranges and " - " in line and line not in known]
    holder[codes] = [line for line in told if line not in masked and line not in spans]
    holder[masks] = list(masked.values())
    if ranges:
        holder[ranges] = spans


def _write_date_codes(holder: Holder, told: Sequence[str]) -> None:
    encodings = {line: found for line in told if (found := _ENCODING.fullmatch(line))}
    holder["date_codes"] = [line for line in told if line not in encodings]
    holder["date_encodings"] = [
        {"encoding": found[1], "of": found[2], "start": int(found[3])} for found in encodings.values()
    ]


def _write_identifiers(holder: Holder, told: Sequence[str]) -> None:
    found = (_LABELLED.fullmatch(line) for line in told)
    holder["identifiers"] = [
        {"scheme": each[1], "value": each[2]} if each else {"scheme": "item", "value": line}
        for line, each in zip(told, found, strict=True)
    ]


def _write_exceptions(holder: Holder, told: Sequence[str]) -> None:
    excepted: dict[str, list[Any]] = {part: [] for part in _EXCEPTED}
    for line in told:
        found = _LABELLED.fullmatch(line)
        if found is None or found[1] not in excepted or not found[2]:
            raise NoticeRefused.of(
                line, expected=f"{', '.join(f'{part}:' for part in _EXCEPTED)} and what is let off",
                got="another line",
            )  # fmt: skip
        excepted[found[1]].append(_window(found[2]) if found[1] == "made" else found[2])
    holder["except"] = excepted if told else None


def _write_all(holder: Holder, told: Sequence[str]) -> None:
    if told not in ([], [EVERYTHING]):
        raise NoticeRefused.of(
            "; ".join(told), expected=f"{EVERYTHING!r}, or nothing", got="another value",
            advice="Say what narrows the product in clauses of their own kinds.",
        )  # fmt: skip
    if told:
        for field in _NARROWING:
            holder.pop(field, None)


def _write_code_place(holder: Holder, told: Sequence[str]) -> None:
    if len(told) > 1:
        raise NoticeRefused.of("; ".join(told), expected="one place of the code", got=str(len(told)))
    place, _, words = told[0].replace("：", ":").partition(":") if told else ("", "", "")
    holder["code_place"] = {"place": place.strip(), "words": words.strip()} if told else None


_SEVERAL: Mapping[ClauseKind, Callable[[Holder, Sequence[str]], None]] = {
    ClauseKind.DATE_CODE: _write_date_codes, ClauseKind.IDENTIFIER: _write_identifiers,
    ClauseKind.EXCLUSION: _write_exceptions, ClauseKind.ALL: _write_all,
    ClauseKind.CODE_PLACE: _write_code_place,
}  # fmt: skip


def _texts(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        return [str(value)]
    return [f"{v['from'] or '…'} to {v['to'] or '…'}" if isinstance(v, Mapping) else str(v) for v in value]


def _window(text: str) -> dict[str, str | None]:
    parts = _BETWEEN.split(text, maxsplit=1)
    first, last = (parts[0], parts[-1]) if len(parts) == 2 else (text, text)
    return {"from": None if first == "…" else first, "to": None if last == "…" else last}


def _units(text: str) -> int:
    digits = re.sub(r"[,.\s]", "", text)
    if not digits.isdecimal():
        raise NoticeRefused.of(text, expected="a number of units", got="another text")
    return int(digits)
