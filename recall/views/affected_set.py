"""The affected set: what one recall covers, as a document that decides codes where there is no network.

docs/reference/affected-set.md describes it. It tells of goods and of nobody who bought them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from recall.codes.form import Form
from recall.codes.reader import read_code
from recall.domain.digests import DigestList
from recall.domain.scope import Scope
from recall.domain.status import Standing, find
from recall.domain.trace import ItemKey, LotKey
from recall.errors import InputRefused
from recall.store.clauses import clause_document, read_clause
from recall.views.status_document import About, status_document

FORMAT = "recall-affected-set/1"
TYP = "recall-affected-set+jws"
"""The kind of document, as its signature's header tells it."""

LotsByItem = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedSet:
    """One version of a recall as it was traced at one time; it answers as the trace itself does."""

    about: About
    issuer: str
    as_of: datetime
    scope: Scope
    gtins: frozenset[str]
    """The trade items (GTIN-14) that the recall is about."""
    lots: LotsByItem = field(repr=False)
    inspect_lots: LotsByItem = field(repr=False)
    """Lots of which only some units may be affected."""
    serials: DigestList
    inspect_serials: DigestList
    other_lots: DigestList
    """Lots of these trade items that are known and not affected."""

    def lot(self, key: LotKey) -> Standing:
        """How this very lot stands."""
        if key.lot in self.lots.get(key.gtin, ()):
            return Standing.IN
        if key.lot in self.inspect_lots.get(key.gtin, ()):
            return Standing.INSPECT
        return Standing.OUT if self.other_lots.holds(*key) else Standing.NOT_KNOWN

    def item(self, key: ItemKey) -> Standing:
        """How this single item stands, whether it is in by itself or by the lot that it was made in."""
        if self.serials.holds(*key):
            return Standing.IN
        return Standing.INSPECT if self.inspect_serials.holds(*key) else Standing.NOT_KNOWN

    def lot_of(self, *, gtin: str, serial: str) -> LotKey | None:  # noqa: ARG002 - lists hold no pairs
        """The set does not tell the lots of single items."""
        return None

    def check(self, raw: str, *, adapters: tuple[Form, ...] = ()) -> dict[str, object]:
        """What the set tells of any code, in the format of recall statuses. Raises CodeRefused.

        `adapters` are the codes that this installation knows besides.
        """
        code = read_code(raw, profile="lenient", adapters=adapters)
        gtin = code.gtin
        named = gtin is not None and gtin in self.gtins
        found = [find(self.scope, self, gtin=gtin or "", lot=code.lot, serial=code.serial)] if named else []
        pairs = [(self.about, finding) for finding in found]
        return status_document(code, pairs, as_of=self.as_of, issuer=self.issuer)

    def document(self) -> dict[str, object]:
        """The set as JSON."""
        return {
            "format": FORMAT,
            "recall": dict(self.about),
            "issuer": self.issuer,
            "as_of": self.as_of.isoformat(),
            "gtins": sorted(self.gtins),
            "clauses": [clause_document(clause) for clause in self.scope.clauses],
            "lots": _sorted(self.lots),
            "inspect_lots": _sorted(self.inspect_lots),
            "salt": base64.urlsafe_b64encode(self.serials.salt).decode(),
            "serials": self.serials.document(),
            "inspect_serials": self.inspect_serials.document(),
            "other_lots": self.other_lots.document(),
        }

    def payload(self) -> bytes:
        """The bytes that are signed."""
        return json.dumps(self.document(), ensure_ascii=False, separators=(",", ":")).encode()


def read_affected_set(payload: bytes) -> AffectedSet:
    """The set that `payload()` wrote. Raises InputRefused."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError):
        raise InputRefused("The affected set is no JSON", expected=FORMAT, got="something else") from None
    told = document.get("format") if isinstance(document, dict) else None
    if told != FORMAT:
        raise InputRefused("The affected set is of another format", expected=FORMAT, got=repr(told)[:80])
    try:
        return _read(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputRefused("The affected set cannot be read", expected=FORMAT, got=repr(error)[:80]) from None


def _read(document: Mapping[str, Any]) -> AffectedSet:
    about, salt = document["recall"], base64.urlsafe_b64decode(document["salt"])
    clauses = tuple(map(read_clause, document["clauses"]))
    return AffectedSet(
        about=about, issuer=document["issuer"], as_of=datetime.fromisoformat(document["as_of"]),
        scope=Scope(recall_id=about["reference"], version=about["version"], clauses=clauses),
        gtins=frozenset(document["gtins"]), lots=_frozen(document["lots"]),
        inspect_lots=_frozen(document["inspect_lots"]),
        serials=DigestList.read(document["serials"], salt=salt),
        inspect_serials=DigestList.read(document["inspect_serials"], salt=salt),
        other_lots=DigestList.read(document["other_lots"], salt=salt),
    )  # fmt: skip


def _sorted(lots: LotsByItem) -> dict[str, list[str]]:
    return {gtin: sorted(some) for gtin, some in sorted(lots.items())}


def _frozen(lots: Mapping[str, Collection[str]]) -> LotsByItem:
    return {gtin: frozenset(some) for gtin, some in lots.items()}
