"""Fields: the parts of an event's JSON, each read strictly or refused with its JSON pointer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from recall.codes.keys import key_of
from recall.epcis.vocabulary import OBJECT, WORDS, full_name, word_of
from recall.errors import CodeRefused, EventRefused

Json = Mapping[str, Any]

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_OFFSET = re.compile(r"[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00", re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")


@dataclass(slots=True)  # not frozen, for speed: eight are made for each event; nobody changes one
class Fields:
    """One JSON object of an event, where it stands, and the namespaces that hold there."""

    body: Json
    where: str
    names: Mapping[str, str]
    closed: bool = True
    """Whether CBV's words are the only ones under CBV's names, and a place's name must be well made.

    EPCIS 1.2 left both open: what was told so is kept as it stands.
    """

    def refused(self, field: str, *, expected: str, got: object, number: int | None = None) -> EventRefused:
        """The refusal of one field, or of one item of its list: pointer, value, what was expected."""
        value, place = self.body.get(field), f"{self.where}/{_escaped(field)}"
        if number is not None and isinstance(value, list):
            value, place = value[number], f"{place}/{number}"
        shown = got if isinstance(got, str) else f"{type(got).__name__} {got!r}"[:120]
        return EventRefused.of(value, expected=expected, got=shown, where=place)

    def only(self, known: Collection[str]) -> None:
        """No key but the known ones and extensions, which have a namespace."""
        for key in self.body:
            if key in known:
                continue
            if full_name(key, names=self.names) is None:
                raise self.refused(key, expected="a field of EPCIS 2.0, or a namespace", got=repr(key[:60]))

    def text(self, field: str) -> str | None:
        """A string, None when it is absent."""
        value = self.body.get(field)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.refused(field, expected="a text", got=value)
        return value

    def needed(self, field: str) -> str:
        """A string that must be there."""
        value = self.text(field)
        if value is None:
            raise self.refused(field, expected="a text", got="nothing")
        return value

    def one_of(self, field: str, allowed: Collection[str]) -> str:
        """One of a few words; it must be there."""
        value = self.needed(field)
        if value not in allowed:
            raise self.refused(field, expected=" or ".join(sorted(allowed)), got=repr(value[:60]))
        return value

    def moment(self, field: str) -> datetime | None:
        """An ISO 8601 time with its offset."""
        text = self.text(field)
        if text is None:
            return None
        try:
            if _STAMP.fullmatch(text):
                at = datetime.fromisoformat(text)
                _ = at.astimezone(UTC)  # the first and the last hours of the calendar have no UTC
                return at
        except (ValueError, OverflowError):
            pass
        raise self.refused(field, expected="a time such as 2026-03-01T08:00:00+01:00", got=repr(text[:60]))

    def needed_moment(self, field: str) -> datetime:
        """A time that must be there."""
        at = self.moment(field)
        if at is None:
            raise self.refused(field, expected="a time such as 2026-03-01T08:00:00+01:00", got="nothing")
        return at

    def offset(self, field: str) -> str:
        """The offset of the local clock, `+01:00`."""
        value = self.needed(field)
        if not _OFFSET.fullmatch(value):
            raise self.refused(field, expected="an offset such as +01:00", got=repr(value[:60]))
        return value

    def day(self, field: str) -> date | None:
        """A calendar day; a time counts as its day."""
        value = self.body.get(field)
        text = value.get("@value") if isinstance(value, Mapping) else value
        if text is None:
            return None
        try:
            return date.fromisoformat(str(text)[:10])
        except ValueError:
            raise self.refused(field, expected="a date such as 2026-03-01", got=value) from None

    def uri(self, field: str) -> str | None:
        """A name in URI form, as it stands."""
        text = self.text(field)
        if text is not None and not _URI.fullmatch(text):
            raise self.refused(field, expected="an identifier in URI form", got=repr(text[:60]))
        return text

    def word(self, field: str, *, family: str) -> str | None:
        """A CBV word in its bare form, or an owner's own web address."""
        text = self.text(field)
        return None if text is None else self._word(field, text, family=family)

    def words(self, field: str, *, family: str) -> tuple[str, ...]:
        """Several CBV words; one alone may stand without a list."""
        return tuple(self._word(field, text, family=family, number=n) for n, text in self._texts(field))

    def _word(self, field: str, text: str, *, family: str, number: int | None = None) -> str:
        if text in WORDS[family]:
            return text
        word = word_of(text)
        prefix, colon, _ = word.partition(":")
        own = bool(colon) and (prefix in ("http", "https", "urn") or prefix in self.names)
        if word in WORDS[family] or own:
            return word
        if not self.closed and text.startswith("urn:"):
            return text
        expected = "a word of CBV 2.0 or a web address of your own"
        raise self.refused(field, expected=expected, got=repr(text[:60]), number=number)

    def key(self, field: str) -> str | None:
        """The key of one identifier."""
        text = self.text(field)
        return None if text is None else self._key(field, text)

    def keys(self, field: str) -> tuple[str, ...]:
        """The keys of a list of identifiers."""
        if field not in self.body:
            return ()
        return tuple([self._key(field, text, number=n) for n, text in self._texts(field)])

    def identifiers(self, field: str) -> tuple[str, ...]:
        """A list of identifiers as they stand."""
        if field not in self.body:
            return ()
        return tuple([text for _, text in self._texts(field)])

    def _key(self, field: str, text: str, *, number: int | None = None) -> str:
        try:
            key = key_of(text)
        except CodeRefused as refusal:
            if not self.closed and field == "id":
                return text
            expected, got = refusal.expected or "a readable code", refusal.got or text
            raise self.refused(field, expected=expected, got=got, number=number) from None
        if key == text and not _URI.fullmatch(text):
            raise self.refused(
                field, expected="an identifier in URI form", got=repr(text[:60]), number=number
            )
        return key

    def _texts(self, field: str) -> Iterator[tuple[int, str]]:
        value = self.body.get(field)
        if value is None:
            return
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(item, str) or not item.strip():
                raise self.refused(field, expected="a text", got=item, number=number)
            yield number, item

    def number(self, field: str) -> Decimal | None:
        """A JSON number, not below zero."""
        value = self.body.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
            raise self.refused(field, expected="a number from 0", got=value)
        return Decimal(str(value))

    def inner(self, field: str) -> Fields | None:
        """An object inside this one."""
        value = self.body.get(field)
        if value is None:
            return None
        if not isinstance(value, OBJECT):
            raise self.refused(field, expected="an object", got=value)
        return Fields(value, f"{self.where}/{field}", self.names, self.closed)

    def each(self, field: str) -> Iterator[Fields]:
        """The objects of a list inside this one."""
        value = self.body.get(field)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.refused(field, expected="a list of objects", got=value)
        for number, item in enumerate(value):
            if not isinstance(item, OBJECT):
                raise self.refused(field, expected="an object", got=item, number=number)
            yield Fields(item, f"{self.where}/{field}/{number}", self.names, self.closed)

    def expanded(self) -> Iterator[tuple[str, str]]:
        """(key as it stands, `{namespace}local`) of every extension."""
        for key in self.body:
            name = full_name(key, names=self.names)
            if name is not None and name[0] == "{":
                yield key, name


def _escaped(field: str) -> str:
    return field.replace("~", "~0").replace("/", "~1")
