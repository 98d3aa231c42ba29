"""The copy: what somebody shows as a notice, and what it says otherwise than the notice itself."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from recall.codes.short_code import codes_in
from recall.domain.difference import UNREADABLE, Difference, differences, shown
from recall.domain.notice import Notice, digest_of
from recall.errors import InputRefused, NoticeRefused
from recall.reading.reader import read_text

LARGEST = 4_000_000
"""The most bytes of a copy."""

MOST_CODES = 10
"""The most short codes of a copy that are looked up."""

_NOTICES, _NOTICE, _SIGNATURE, _CODE = "notices", "notice", "signature", "code"
"""The keys of the forms in which a notice is handed on."""
_COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
_REST = r"[^\s<>\"'）)\]]"
_ADDRESS = re.compile(
    rf"https?://{_REST}+"
    r"|(?<![a-z0-9.@/_-])(?:"
    rf"(?:[a-z0-9_+.-]{{0,64}}@|www\.)(?:[a-z0-9-]{{1,63}}\.){{1,8}}[a-z]{{2,24}}(?:/{_REST}*)?"
    rf"|(?:[a-z0-9-]{{1,63}}\.){{1,8}}[a-z]{{2,24}}/{_REST}*)",
    re.IGNORECASE,
)
"""An address of the web or of a mailbox, with or without its scheme."""
_RUN = re.compile(r"[0-9A-Za-z]+")
_CODES = ("gtin", "model", "lots", "serials", "date_codes")
"""The fields of a product that a false copy would change."""


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A copy as it came: a document, a signature, both, or a text; read once, held against many versions."""

    digest: str
    """sha256 (hex) of its bytes: its name among the alarms."""
    text: str
    document: Mapping[str, Any] | None = None
    """The notice in our own form, where the copy is JSON."""
    notice: Notice | None = None
    signature: str = ""
    beside: tuple[tuple[str, Any], ...] = ()
    """What (key, value) stands beside the notice and its seal, where no signature covers it."""
    refused: str = ""
    """Why its document cannot be read as a notice, though it names a reference."""

    @property
    def reference(self) -> str | None:
        """The reference that its document names; None where it has no document."""
        return str(self.document.get("reference")) if self.document is not None else None

    @property
    def is_text(self) -> bool:
        """Whether it has neither document nor signature: only its codes and addresses are compared."""
        return self.document is None and not self.signature

    @property
    def codes(self) -> tuple[str, ...]:
        """The short codes that stand in it, the first few: a list of guesses is no copy."""
        return codes_in(self.text)[:MOST_CODES]

    @property
    def content(self) -> str | None:
        """The digest of its document, as a seal tells it; None where it has none."""
        return digest_of(self.document) if self.document is not None else None

    def differences(self, notice: Notice) -> tuple[Difference, ...]:
        """What it says otherwise than the notice; none: nothing in it contradicts the notice."""
        if self.refused:
            return (Difference(product="", field=UNREADABLE, added=(shown(self.refused),)),)
        if self.notice is not None:
            return (*differences(notice, self.notice), *self._remarks(notice), *self._passed_over)
        return tuple(self._of_text(notice))

    def unsigned(self, *, codes: Collection[str]) -> tuple[Difference, ...]:
        """What stands beside the notice and its seal as if it belonged to them: all but one of its codes."""
        return tuple(_more(key, value) for key, value in self.beside if not (key == _CODE and value in codes))

    def _remarks(self, notice: Notice) -> Iterator[Difference]:
        """What it tells as the reader's words of the notice, which versions are not told apart by."""
        if self.notice is not None:
            theirs, ours = self.notice, notice
            warned = tuple(shown(text) for text in theirs.warnings if text not in ours.warnings)
            read = tuple(shown(each.text) for each in theirs.clauses if each not in ours.clauses)
            for key, added in (("warnings", warned), ("clauses", read)):
                if added:
                    yield Difference(product="", field=key, added=added)

    @cached_property
    def _passed_over(self) -> tuple[Difference, ...]:
        """What its JSON says where a notice of ours says nothing: others may read it."""
        read = self.notice.document() if self.notice else {}
        return tuple(_more(key, value) for key, value in _passed_over(self.document, read))

    def _of_text(self, notice: Notice) -> Iterator[Difference]:
        """What a text says otherwise: codes that the notice does not name, and those that the text lacks."""
        if self._squeezed == _squeezed(notice.text):
            return
        for field in _CODES:
            ours, told = _codes_of(notice, field), self._told[field]
            there = {code for code in ours if code in told or self._has(code)}
            added = tuple(sorted(told - ours))
            removed = tuple(sorted(ours - there)) if there else ()
            if added or removed:
                yield Difference(
                    product="",
                    field=field,
                    added=tuple(map(shown, added)),
                    removed=tuple(map(shown, removed)),
                )

    @cached_property
    def _told(self) -> Mapping[str, set[str]]:
        """What the text names, by field; nothing where it cannot be read as a notice."""
        try:
            products = read_text(self.text).products
        except NoticeRefused:
            products = ()
        return {field: {code for product in products for code in _values(product, field)} for field in _CODES}

    @cached_property
    def _runs(self) -> frozenset[str]:
        """The runs of letters and figures of the text: a code that has another does not stand in it."""
        return frozenset(_RUN.findall(self.text))

    @cached_property
    def _squeezed(self) -> str:
        return _squeezed(self.text)

    def _has(self, code: str) -> bool:
        """Whether a code stands in the text: anybody may ask it of thousands."""
        return self._runs.issuperset(_RUN.findall(code)) and _stands_in(code, self.text)


def read_copy(raw: bytes) -> Copied:
    """Read what somebody shows: the signed form, a notice's JSON, a signature alone, or any text.

    Raises InputRefused for what is too large, is no text, or is JSON of something else.
    """
    if len(raw) > LARGEST:
        raise InputRefused(
            "The copy is too large", expected=f"at most {LARGEST:,} bytes", got=f"{len(raw):,}"
        )
    digest = hashlib.sha256(raw).hexdigest()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused("The copy is no text", expected="text in UTF-8", got="other bytes") from None
    if _COMPACT.fullmatch(text.strip()):
        return Copied(digest=digest, text=text, signature=text.strip())
    if text.lstrip()[:1] not in ("{", "["):
        return Copied(digest=digest, text=text)
    document, signature, beside = _parts(_json(text))
    whole = Copied(digest=digest, text=text, document=document, signature=signature, beside=beside)
    try:
        return replace(whole, notice=Notice.read(document))
    except NoticeRefused as refused:
        if not isinstance(document.get("reference"), str):
            raise
        why = f"expected {refused.expected}, got {refused.got}"
        return replace(whole, refused=f"{refused.where}: {why}" if refused.where else why)


def _json(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        reason = "one nested too deep" if isinstance(error, RecursionError) else shown(str(error))
        raise InputRefused("The copy is no JSON", expected="one notice", got=reason) from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once: of twins one reader takes the first, another the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _passed_over(written: object, read: object) -> Iterator[tuple[str, object]]:
    """The keys that a reader of notices passes over though something stands there, and what it is."""
    if isinstance(written, Mapping) and isinstance(read, Mapping):
        for key, value in written.items():
            if key in read:
                yield from _passed_over(value, read[key])
            elif _says(value):
                yield key, value
    elif isinstance(written, list) and isinstance(read, list):
        for one, other in zip(written, read, strict=False):
            yield from _passed_over(one, other)


def _says(value: object) -> bool:
    """Whether a JSON value says anything: "no" and none of them do."""
    return value not in (None, "", [], {})


def _more(key: str, value: object) -> Difference:
    """A key of the copy's own, and what it says."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Difference(product="", field=shown(key), added=(shown(text),))


def _parts(document: object) -> tuple[Mapping[str, Any], str, tuple[tuple[str, Any], ...]]:
    """The notice in a JSON value, its signature where there is one, and what else stands beside them."""
    beside = dict[str, Any]()
    if isinstance(document, Mapping) and isinstance(document.get(_NOTICES), list):
        beside |= _without(document, _NOTICES)
        document = document[_NOTICES]
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    signature = ""
    if isinstance(document, Mapping) and isinstance(document.get(_NOTICE), Mapping):
        is_text = isinstance(document.get(_SIGNATURE), str)
        signature = document[_SIGNATURE] if is_text else ""
        beside |= _without(document, _NOTICE, *([_SIGNATURE] if is_text else []))
        document = document[_NOTICE]
    if not isinstance(document, Mapping):
        raise NoticeRefused(
            "The copy is no notice", expected="one notice as a JSON object", got="another value"
        )
    return document, signature, tuple(beside.items())


def _without(document: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """What an object says under other keys."""
    return {key: value for key, value in document.items() if key not in keys and _says(value)}


def addresses(text: str) -> tuple[str, ...]:
    """The addresses in a text, each once."""
    return tuple(dict.fromkeys(match.group().rstrip(".,;") for match in _ADDRESS.finditer(text)))


def _codes_of(notice: Notice, field: str) -> set[str]:
    return {code for product in notice.products for code in _values(product, field)}


def _values(product: object, field: str) -> tuple[str, ...]:
    value = getattr(product, field)
    return (value,) if isinstance(value, str) else tuple(value or ())


def _stands_in(code: str, text: str) -> bool:
    """Whether a code stands in a text, not as a part of a longer one."""
    start = text.find(code)
    while start >= 0:
        beside = text[start - 1 : start] + text[start + len(code) : start + len(code) + 1]
        if not any(sign.isascii() and sign.isalnum() for sign in beside):
            return True
        start = text.find(code, start + 1)
    return False


def _squeezed(text: str) -> str:
    return " ".join(text.split())
