"""Quality and safety codes (质量安全码), and every other code that an authority defines by a file.

The file says what a code looks like, what its pieces mean, and where more of it is to be asked; it is read by
`quality_code_file`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, unquote

from recall.codes.form import Form
from recall.codes.gs1 import read_gtin
from recall.codes.product_code import Granularity, ProductCode
from recall.codes.profile import Profile
from recall.errors import CodeRefused

TEXT_FIELDS = ("class_id", "gtin", "variant", "lot", "serial")
DATE_FIELDS = ("production", "packaging", "best_before", "sell_by", "expiration")
PLACE = re.compile(r"\{([A-Za-z_]\w*)\}")
"""A piece of the code inside the resolver's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCode:
    """One kind of code, as its authority defines it."""

    name: str
    """The scheme that is told of a code."""
    title: str
    issuer: str
    pattern: re.Pattern[str]
    granularity: Granularity | None
    resolver: str | None
    """An address with `{code}` or the names of groups in braces, where more is to be asked of a code."""
    fields: Mapping[str, str]
    """Our field: the group that holds it."""
    answer: Mapping[str, str]
    """Our field: the place in the resolver's JSON answer (RFC 6901)."""

    @property
    def form(self) -> Form:
        """The row that the reader of codes takes."""
        return Form(self.title, self.recognises, self.read)

    def recognises(self, raw: str) -> bool:
        """Whether a string is such a code, bare or after the scheme's name and a colon."""
        return self.pattern.fullmatch(self._text(raw)) is not None

    def read(self, raw: str, profile: Profile = "strict") -> ProductCode:
        """Read a code. Raises `CodeRefused`, also for a GTIN or a date inside it that is wrong."""
        del profile
        text = self._text(raw)
        match = self.pattern.fullmatch(text)
        if match is None:
            raise CodeRefused.of(raw, expected=f"a code of {self.title}", got="another form")
        groups = match.groupdict()
        told = {field: groups[group] for field, group in self.fields.items() if groups[group] is not None}
        return self._code(told, text=text, raw=raw)

    def address(self, code: ProductCode) -> str | None:
        """Where to ask more of a code; every piece of it is escaped. None when there is no resolver."""
        match = self.pattern.fullmatch(self._text(code.raw))
        if self.resolver is None or match is None:
            return None
        pieces = {"code": match[0], **{name: text or "" for name, text in match.groupdict().items()}}
        return PLACE.sub(lambda place: quote(pieces[place[1]], safe=""), self.resolver)

    def told(self, code: ProductCode, answer: object) -> ProductCode:
        """The code with what the resolver's answer adds. Raises `CodeRefused` where the two contradict."""
        found = {field: text for field, at in self.answer.items() if (text := _at(answer, at)) is not None}
        known = {field: value for field in TEXT_FIELDS if (value := getattr(code, field)) is not None}
        known |= {name: day.isoformat() for name, day in code.dates}
        more = self._code(known | found, text=self._text(code.raw), raw=code.raw)
        for field in TEXT_FIELDS:
            if getattr(code, field) not in (None, getattr(more, field)):
                raise CodeRefused.of(
                    code.raw, expected=f"{field} {getattr(code, field)!r}", got=repr(getattr(more, field)),
                    where="the resolver's answer",
                )  # fmt: skip
        return more

    def _text(self, raw: str) -> str:
        """The code without the scheme's name, as the canonical form writes it."""
        return unquote(raw[len(self.name) + 1 :]) if raw.startswith(f"{self.name}:") else raw

    def _code(self, told: Mapping[str, str], *, text: str, raw: str) -> ProductCode:
        gtin = read_gtin(told["gtin"])[0][1] if "gtin" in told else None
        address = text.startswith(("http://", "https://"))
        return ProductCode(
            scheme=self.name,
            canonical=text if address else f"{self.name}:{quote(text, safe='')}",
            raw=raw,
            class_id=told.get("class_id", gtin),
            gtin=gtin,
            variant=told.get("variant"),
            lot=told.get("lot"),
            serial=told.get("serial"),
            dates=tuple((name, _day(told[name], where=name)) for name in DATE_FIELDS if name in told),
            granularity=self.granularity or _granularity(told),
            host=text.split("/")[2].lower() if address else None,
        )


def _granularity(told: Mapping[str, str]) -> Granularity | None:
    if "serial" in told:
        return "item"
    if "lot" in told:
        return "batch"
    return "model" if "class_id" in told or "gtin" in told else None


def _day(text: str, *, where: str) -> date:
    for form in ("%Y%m%d", "%Y-%m-%d", "%y%m%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise CodeRefused.of(text, expected="a day such as 20260131", got=repr(text[:20]), where=where)


def _at(answer: object, pointer: str) -> str | None:
    """The text or number at a place in a JSON answer; None when nothing of the kind stands there."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(answer, list) and name.isascii() and name.isdigit() and int(name[:9]) < len(answer):
            answer = answer[int(name[:9])]
        elif isinstance(answer, dict) and name in answer:
            answer = answer[name]
        else:
            return None
    if isinstance(answer, str | int) and not isinstance(answer, bool) and len(str(answer)) <= 200:
        return str(answer) or None
    return None
