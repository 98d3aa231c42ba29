"""A code field from left to right: each label, date and code once, in the light of the labels before it.

After `Best by` figures are a day, after `UPC` a trade item, after `Lot` a code; what no label tells is
said to be doubtful. Every step moves on, so a field is read in the time that its length takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from recall.reading.code_runs import Run, barcode_at, run_at
from recall.reading.code_values import codes_mention, untold_mention
from recall.reading.dates import Order
from recall.reading.mentions import Mention
from recall.reading.values import ClauseKind
from recall.reading.windows import Windows, labelled_windows_at, windows_at
from recall.reading.words.codes import (
    AFTER,
    ENUMERATOR,
    EVERY,
    LABELS,
    NOTHING,
    SCHEMES,
    SIZE,
    TIME,
)

DATED = frozenset({ClauseKind.EXPIRES, ClauseKind.PACKED, ClauseKind.MADE, ClauseKind.SOLD})
"""The kinds that windows of days belong to."""

_LABEL = re.compile(
    "(?<![A-Za-z0-9])(?:"
    + "|".join(f"(?P<{kind.value}>{words})" for kind, words in LABELS.items())
    + "|"
    + "|".join(f"(?P<of_{scheme}>{words})" for scheme, words in SCHEMES.items())
    + f")(?![A-Za-z/]){AFTER}",
    re.IGNORECASE,
)
_STARTS = re.compile(r"[^\W_]")
_PHRASE = re.compile(f"(?P<every>{EVERY})|(?P<nothing>{NOTHING})", re.IGNORECASE)
_SIZE = re.compile(rf"(?<![A-Za-z0-9])(?:{SIZE})(?![A-Za-z])|{TIME}", re.IGNORECASE)
_ENUMERATOR = re.compile(ENUMERATOR)
_ELEMENT = re.compile(r"\((?P<ai>01|10|11|13|15|17|21)\)[ ]?(?P<value>[0-9A-Za-z!-'*-/_]{1,40})")
_ELEMENTS = {
    "01": ClauseKind.GTIN, "10": ClauseKind.LOT, "11": ClauseKind.MADE, "13": ClauseKind.PACKED,
    "15": ClauseKind.EXPIRES, "17": ClauseKind.EXPIRES, "21": ClauseKind.SERIAL,
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[^\W_]+|[\s\W_]+?(?=[^\W_]|\(|$)|.", re.DOTALL)
_PAIR = re.compile(r"(?:[\s,/&(:\"#-]|\band\b|\bwith\b)*", re.IGNORECASE)
_AND_BELOW = re.compile(
    r"[ ](?:and|or)[ ](?:below|lower|under|prior|earlier|before|above|higher|later)\b", re.I
)
_CAPITALS = re.compile(r"(?!(?:AND|OR|THE|TO|NOS?|IS|ARE|OF|REF|SEE)\b)[A-Z]{1,12}(?=[ ]\d|[ ]?(?:[,;)]|$))")
"""Letters that are a code, or the first part of one, where the field's head says that codes follow."""
_COUNT = re.compile(r"\d{1,3}(?![0-9A-Za-z])")
"""A short number behind words: a count or a name's part, and no code."""
_TOGETHER = 2
"""So many labels may stand before those codes that they share with the next one."""
_FAR = 4
"""So many words without a code, and what the last label said is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the codes after it are: a kind, and the scheme where it is an identifier."""

    kind: ClauseKind
    scheme: str = ""
    start: int
    end: int


@dataclass(slots=True)
class Scan:
    """One pass over a folded field; `order` says how its dates in figures are written."""

    text: str
    order: Order
    kind: ClauseKind | None = None
    """What the head of the field says its codes are; None: it has no head."""
    mentions: list[Mention] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    """Where a size or an enumerator stands: what comes after it is of another article."""
    known: list[tuple[int, int]] = field(default_factory=list)
    """The spans that a rule knows although they name nothing: sizes, hours, words for none."""
    doubts: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    used: bool = False
    words: int = 0

    def run(self) -> None:
        """Read the field to its end."""
        place = 0
        if self.kind:  # behind the end: it adjoins no label of the field, and no statement begins at it
            self.labels = [Label(kind=self.kind, start=len(self.text), end=len(self.text))]
        while place < len(self.text):
            if _STARTS.match(self.text, place) or self.text[place] == "(":
                end = self._step(place)
                if end > place:
                    place = end
                    continue
            place = self._skipped(place)

    def _skipped(self, place: int) -> int:
        word = _WORD.match(self.text, place)
        end = word.end() if word else place + 1
        if self.text[place].isalpha():
            self.words += 1
            if self.words >= _FAR:
                self.labels = []
        return end

    def _step(self, place: int) -> int:
        for read in (self._phrase, self._element, self._label, self._mark, self._value):
            end = read(place)
            if end > place:
                return end
        return place

    def _phrase(self, place: int) -> int:
        found = _PHRASE.match(self.text, place)
        if found is None:
            return place
        if found["every"]:
            self.mentions.append(
                Mention(kind=ClauseKind.ALL, start=found.start(), end=found.end(), confidence=0.8)
            )
        else:
            self.known.append(found.span())
            self.doubts.append(f"the field says '{found[0]}': it names no codes there")
        return found.end()

    def _element(self, place: int) -> int:
        """A GS1 element string: `(01)` the trade item, `(10)` the lot, `(17)` the expiry."""
        found = _ELEMENT.match(self.text, place)
        if found is None:
            return place
        start = found.start("value")
        self.labels, self.used = [Label(kind=_ELEMENTS[found["ai"]], start=place, end=start)], False
        end = self._value(start)
        return end if end > start else place

    def _label(self, place: int) -> int:
        found = _LABEL.match(self.text, place)
        if found is None or found.lastgroup is None or self._begins_code(found):
            return place
        name = found.lastgroup
        scheme = name.removeprefix("of_") if name.startswith("of_") else ""
        kind = ClauseKind.IDENTIFIER if scheme else ClauseKind(name)
        label = Label(kind=kind, scheme=scheme, start=place, end=found.end())
        paired = bool(self.labels) and not self.used and self._adjoins(self.labels[-1].end, place)
        self.labels = [*self.labels[-_TOGETHER:], label] if paired else [label]
        self.used, self.words = False, 0
        return found.end()

    def _begins_code(self, label: re.Match[str]) -> bool:
        """Whether the letters are the first of a code, as `UB12` is one where the head has said so."""
        return (
            self.kind is not None
            and label[0][-1].isalpha()
            and self.text[label.end() : label.end() + 1].isdigit()
        )

    def _adjoins(self, end: int, start: int) -> bool:
        between = _PAIR.match(self.text, end, start)
        return between is not None and between.end() == start

    def _mark(self, place: int) -> int:
        if found := _ENUMERATOR.match(self.text, place):
            self.marks.append(place)
            self.known.append(found.span())
            return found.end()
        if found := _SIZE.match(self.text, place):
            if ":" not in found[0]:
                self.marks.append(place)
                self.labels = [] if self.used else self.labels
            self.known.append(found.span())
            return found.end()
        return place

    def _value(self, place: int) -> int:
        """A date, a trade item or codes, as the labels say."""
        dated = next((label for label in self.labels if label.kind in DATED), None)
        codes = [label for label in self.labels if label.kind not in DATED]
        coded = next((label for label in codes if label.kind is ClauseKind.LOT), codes[0] if codes else None)
        group = labelled_windows_at(self.text, start=place, order=self.order) if dated else None
        if dated and group and (coded is None or self._is_day(group)):
            return self._told(dated, group)
        untold = dated is None and (coded is None or coded.kind is ClauseKind.DATE_CODE)
        group = windows_at(self.text, start=place, order=self.order) if untold else None
        if group and not self.text[group.start : group.end].isdigit():
            self._add(untold_mention(self.text, start=group.start, end=group.end), label=coded)
            return group.end
        if coded and coded.kind is ClauseKind.GTIN:
            mention = barcode_at(self.text, start=place, ends=self._stops)
            if mention is not None:
                self._add(mention, label=coded)
                return mention.end
        if self.words and (self.used or not self.labels) and _COUNT.match(self.text, place):
            return place
        letters = bool(self.kind and _CAPITALS.match(self.text, place))
        run = run_at(self.text, start=place, ends=self._stops, letters=letters)
        return self._coded(run, label=coded or dated) if run else place

    def _is_day(self, group: Windows) -> bool:
        """Whether a pair of labels, a code's and a date's, gives this place to the date."""
        written = self.text[group.start : group.end]
        last = self.mentions[-1] if self.used and self.mentions else None
        return not written.isdigit() or (last is not None and last.kind not in DATED)

    def _stops(self, place: int) -> bool:
        """Whether a list of codes ends here because something else begins."""
        if (
            _LABEL.match(self.text, place)
            or _SIZE.match(self.text, place)
            or _ENUMERATOR.match(self.text, place)
        ):
            return True
        if _PHRASE.match(self.text, place) or _ELEMENT.match(self.text, place):
            return True
        if any(label.kind in DATED for label in self.labels):
            group = labelled_windows_at(self.text, start=place, order=self.order)
            return group is not None and not self.text[group.start : group.end].isdigit()
        return False

    def _told(self, label: Label, group: Windows) -> int:
        self._add(
            Mention(
                kind=label.kind, start=group.start, end=group.end, windows=group.windows, doubts=group.doubts,
                confidence=0.5 if group.doubts else 0.95,
            ),
            label=label,
        )  # fmt: skip
        return group.end

    def _coded(self, run: Run, *, label: Label | None) -> int:
        stray = label is not None and label.kind in DATED and self.used
        kind, scheme = (label.kind, label.scheme) if label and not stray else (self.kind, "")
        mention = codes_mention(run, kind=kind, scheme=scheme, beside_date=self._beside_date(run))
        if open_ended := _AND_BELOW.match(self.text, run.end):
            shown = self.text[run.start : open_ended.end()]
            doubt = f"'{shown[-60:]}' does not say where the range begins: ask for it"
            mention = replace(mention, end=open_ended.end(), values=(), confidence=0.4, doubts=(doubt,))
        self._add(mention, label=label)
        if (
            mention.kind is ClauseKind.IDENTIFIER
            and len(run.items) == 1
            and self.text.startswith(":", run.end)
        ):
            self.labels = [one for one in self.labels if one.kind is ClauseKind.LOT]
        return mention.end

    def _beside_date(self, run: Run) -> bool:
        """Whether a date of the same statement stands right before the codes."""
        last = self.mentions[-1] if self.mentions else None
        return last is not None and last.kind in DATED and not self.text[last.end : run.start].strip(" -/.")

    def _add(self, mention: Mention, *, label: Label | None = None) -> None:
        """Enter a statement; it begins at its label where none has used that yet."""
        start = label.start if label and not self.used else mention.start
        self.mentions.append(replace(mention, start=min(start, mention.start)))
        self.used, self.words = True, 0
