"""The application identifiers: the table of what GS1 data may hold, read once from its TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from recall.codes.content import CHECKS, Check, Finding

_ALPHABETS = {
    "n": ("[0-9]", "digits"),
    "x": (r"""[!"%-/0-9:-?A-Z_a-z]""", "characters of the GS1 alphabet"),
    "y": ("[#\\-/0-9A-Z]", "capitals, digits, #, - or /"),
    "z": ("[0-9A-Za-z_-]", "characters of base64url"),
}
_PART = re.compile(r"(\[?)([nxyz])(\.\.)?(\d+)((?::\w+)*)(\]?)")

Group = tuple[frozenset[str], ...]
"""Identifiers that must stand together: one of each set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationIdentifier:
    """One identifier: its content, where it may stand, and beside what."""

    ai: str
    length: int | None
    """The length GS1 fixed for it, so that no separator follows; None when a separator ends it."""
    pattern: re.Pattern[str]
    checks: tuple[tuple[int, Check], ...]
    shape: str
    attribute: bool
    qualifiers: tuple[tuple[str, ...], ...] | None
    """When it opens a Digital Link: the qualifiers that may follow, in order; each tuple is one way."""
    needs: tuple[Group, ...]
    excludes: frozenset[str]

    def finding(self, value: str) -> Finding | None:
        """What is wrong with a value of this identifier; None when nothing is."""
        match = self.pattern.fullmatch(value)
        if match is None:
            return self.shape, repr(value[:100])
        for group, check in self.checks:
            part = match[group]
            if part is not None:
                found = check(part)
                if found is not None:
                    return found
        return None

    def missing_beside(self, present: frozenset[str]) -> bool:
        """Whether none of the identifiers it needs stands beside it."""
        return bool(self.needs) and not any(
            all(not choice.isdisjoint(present) for choice in group) for group in self.needs
        )


def _ranges(text: str) -> Iterator[str]:
    for item in text.split():
        first, _, last = item.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield str(number).zfill(len(first))


def _compile(parts: str) -> tuple[re.Pattern[str], tuple[tuple[int, Check], ...], str]:
    source, shape, closing = "", [], ""
    checks: list[tuple[int, Check]] = []
    for group, (optional, kind, up_to, size, names, _) in enumerate(_PART.findall(parts), start=1):
        alphabet, words = _ALPHABETS[kind]
        piece = f"({alphabet}{{{'1,' if up_to else ''}{size}}})"
        source += f"(?:{piece}" if optional else piece
        closing += ")?" if optional else ""
        checks += [(group, CHECKS[name]) for name in names.split(":") if name]
        shape.append(f"{'at most ' if optional or up_to else ''}{size} {words}")
    return re.compile(source + closing), tuple(checks), " and ".join(shape)


def _matching(pattern: str, known: Iterable[str]) -> frozenset[str]:
    stem = pattern.rstrip("n")
    return frozenset(ai for ai in known if len(ai) == len(pattern) and ai.startswith(stem))


def _identifier(ai: str, row: Mapping[str, Any], *, known: Iterable[str]) -> ApplicationIdentifier:
    pattern, checks, shape = _compile(row["parts"])
    ways = row["key"].split("|") if "key" in row else None
    excluded = row.get("excludes", "").replace("family", f"{ai[:3]}n").split()
    return ApplicationIdentifier(
        ai=ai,
        length=sum(int(part[3]) for part in _PART.findall(row["parts"])) if row.get("fixed") else None,
        pattern=pattern,
        checks=checks,
        shape=shape,
        attribute=row.get("attribute", True),
        qualifiers=None if ways is None else tuple(tuple(way.split()) for way in ways),
        needs=tuple(
            tuple(_matching(choice, known) for choice in group.split("+"))
            for group in row.get("needs", "").split()
        ),
        excludes=frozenset().union(*(_matching(one, known) for one in excluded)) - {ai},
    )


def _read_table() -> Mapping[str, ApplicationIdentifier]:
    text = files("recall.codes").joinpath("application_identifiers.toml").read_text(encoding="utf-8")
    rows = {ai: row for names, row in tomllib.loads(text).items() for ai in _ranges(names)}
    return MappingProxyType({ai: _identifier(ai, row, known=rows) for ai, row in rows.items()})


TABLE: Mapping[str, ApplicationIdentifier] = _read_table()
"""Every known identifier by its two to four digits."""

LENGTH_OF_AI: Mapping[str, int] = MappingProxyType({ai[:2]: len(ai) for ai in TABLE})
"""How many digits an identifier has, by its first two."""
