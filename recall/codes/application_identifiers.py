"""The application identifiers: the table of what GS1 data may hold, read once from its TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from recall.codes.checks import CHECKS
from recall.codes.content import Check, Finding

ALPHABETS = {
    "n": ("[0-9]", "digits"),
    "x": (r"""[!"%-/0-9:-?A-Z_a-z]""", "characters of the GS1 alphabet"),
    "y": ("[#\\-/0-9A-Z]", "capitals, digits, #, - or /"),
    "z": ("[0-9=A-Za-z_-]", "characters of base64url"),
}
"""What one character may be, as a regular expression, and what all are called."""

_PART = re.compile(r"(\[?)([nxyz])(\.\.)?(\d+)((?::\w+)*)(\]?)")

Group = tuple[frozenset[str], ...]
"""Identifiers that must stand together: one of each set."""


class Part(NamedTuple):
    """One component of a value."""

    kind: str
    """A key of `ALPHABETS`."""
    size: int
    up_to: bool
    """Whether `size` is the most; else it is exact."""
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationIdentifier:
    """One identifier: its content, where it may stand, and beside what."""

    ai: str
    length: int | None
    """The length GS1 fixed for it, so that no separator follows; None when a separator ends it."""
    parts: tuple[Part, ...]
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


def _parts(text: str) -> tuple[Part, ...]:
    return tuple(
        Part(kind=kind, size=int(size), up_to=bool(up_to), optional=bool(optional))
        for optional, kind, up_to, size, *_ in _PART.findall(text)
    )


def _pattern(parts: tuple[Part, ...]) -> re.Pattern[str]:
    source = closing = ""
    for part in parts:
        piece = f"({ALPHABETS[part.kind][0]}{{{'1,' if part.up_to else ''}{part.size}}})"
        source += f"(?:{piece}" if part.optional else piece
        closing += ")?" if part.optional else ""
    return re.compile(source + closing)


def _checks(text: str) -> tuple[tuple[int, Check], ...]:
    """(group of the pattern, check); that digits begin with digits goes without saying."""
    return tuple(
        (group, CHECKS[name])
        for group, (_, kind, _, _, names, _) in enumerate(_PART.findall(text), start=1)
        for name in names.split(":")
        if name and not (kind == "n" and name.startswith("prefix"))
    )


def _shape(parts: tuple[Part, ...]) -> str:
    return " and ".join(
        f"{'at most ' if part.optional or part.up_to else ''}{part.size} {ALPHABETS[part.kind][1]}"
        for part in parts
    )


def _matching(pattern: str) -> frozenset[str]:
    """All identifiers, given out or not, that a pattern such as `31nn` means."""
    stem = pattern.rstrip("n")
    free = len(pattern) - len(stem)
    return frozenset(f"{stem}{number:0{free}}" if free else stem for number in range(10**free))


def _identifier(ai: str, row: Mapping[str, Any]) -> ApplicationIdentifier:
    parts = _parts(row["parts"])
    ways = row["key"].split("|") if "key" in row else None
    excluded = row.get("excludes", "").replace("family", f"{ai[:3]}n").split()
    return ApplicationIdentifier(
        ai=ai,
        length=sum(part.size for part in parts) if row.get("fixed") else None,
        parts=parts,
        pattern=_pattern(parts),
        checks=_checks(row["parts"]),
        shape=_shape(parts),
        attribute=row.get("attribute", True),
        qualifiers=None if ways is None else tuple(tuple(way.split()) for way in ways),
        needs=tuple(
            tuple(_matching(choice) for choice in group.split("+")) for group in row.get("needs", "").split()
        ),
        excludes=frozenset().union(*(_matching(one) for one in excluded)) - {ai},
    )


def _read_table() -> Mapping[str, ApplicationIdentifier]:
    text = files("recall.codes").joinpath("application_identifiers.toml").read_text(encoding="utf-8")
    rows = {ai: row for names, row in tomllib.loads(text).items() for ai in _ranges(names)}
    return MappingProxyType({ai: _identifier(ai, row) for ai, row in rows.items()})


TABLE: Mapping[str, ApplicationIdentifier] = _read_table()
"""Every known identifier by its two to four digits."""

LENGTH_OF_AI: Mapping[str, int] = MappingProxyType({ai[:2]: len(ai) for ai in TABLE})
"""How many digits an identifier has, by its first two."""


def unknown_identifier(ai: str) -> ApplicationIdentifier | None:
    """What two to four digits that are not in the table may be: GS1 could give them out tomorrow.

    None when they cannot become an identifier: all that begin alike are of one length.
    """
    if not (2 <= len(ai) <= 4 and ai.isdecimal() and LENGTH_OF_AI.get(ai[:2], len(ai)) == len(ai)):
        return None
    length = next((known.length for known in TABLE.values() if known.ai[:2] == ai[:2]), None)
    row = {"parts": f"x{length}" if length else "x..90", "fixed": length is not None}
    return _identifier(ai, row)
