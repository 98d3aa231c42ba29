"""The file by which an authority defines a code: TOML, checked key by key before any code is read with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from recall.codes.pattern import read_pattern
from recall.codes.product_code import Granularity
from recall.codes.quality_code import PLACE, QualityCode
from recall.errors import InputRefused

LONGEST_FILE = 100_000
"""Characters of a definition."""

_TAKEN = frozenset({"http", "https", "urn", "did", "doi", "ecode", "gtin", "handle", "oid", "ma"})
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(?::[0-9]{1,5})?/[A-Za-z0-9\-._~:/?#@!$&'()*+,;={}]*")

_Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
_Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^/~]|~[01])*)+$", max_length=200)]
_Field = Literal[
    "class_id", "gtin", "variant", "lot", "serial",
    "production", "packaging", "best_before", "sell_by", "expiration",
]  # fmt: skip


class _Definition(BaseModel):
    """The keys of a definition."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Name
    title: _Text
    issuer: _Text
    pattern: _Text
    granularity: Granularity | None = None
    resolver: _Text | None = None
    fields: dict[_Field, _Text] = {}
    answer: dict[_Field, _Pointer] = {}


def quality_codes_in(folder: Path) -> tuple[QualityCode, ...]:
    """Every definition in a folder (`*.toml`), in the order of the file names.

    Raises `InputRefused` with file and key for the first that is wrong: half of the codes would be worse.
    """
    paths = sorted(folder.glob("*.toml"))
    codes = tuple(read_quality_code(path.read_text(encoding="utf-8"), where=path.name) for path in paths)
    names = [code.name for code in codes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputRefused.of(twice[0], expected="one definition of each name", got="two", where=folder.name)
    return codes


def read_quality_code(text: str, *, where: str = "") -> QualityCode:
    """Read one definition. Raises `InputRefused`, saying which key is wrong."""
    definition = _definition(text, where=where)
    pattern = read_pattern(definition.pattern, where=f"{where} pattern")
    if definition.name in _TAKEN:
        raise _refused(definition.name, expected="a name that no other scheme has", where=f"{where} name")
    strange = sorted(set(definition.fields.values()) - set(pattern.groupindex))
    if strange:
        raise _refused(strange[0], expected="a group of the pattern", where=f"{where} fields")
    if definition.resolver is not None:
        _check_resolver(definition.resolver, pattern, where=f"{where} resolver")
    return QualityCode(
        name=definition.name,
        title=definition.title,
        issuer=definition.issuer,
        pattern=pattern,
        granularity=definition.granularity,
        resolver=definition.resolver,
        fields={str(field): group for field, group in definition.fields.items()},
        answer={str(field): at for field, at in definition.answer.items()},
    )


def _definition(text: str, *, where: str) -> _Definition:
    if len(text) > LONGEST_FILE:
        raise InputRefused.of(where, expected=f"at most {LONGEST_FILE} characters", got=f"{len(text)}")
    try:
        table: dict[str, Any] = tomllib.loads(text)
        return _Definition.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise _refused(str(first["input"]), expected=first["msg"], where=f"{where} {key}") from None
    except (ValueError, RecursionError) as error:
        raise InputRefused.of(where, expected="TOML", got=str(error)[:200]) from None


def _check_resolver(template: str, pattern: re.Pattern[str], *, where: str) -> None:
    if _ADDRESS.fullmatch(template) is None or "{" in "".join(template.split("/")[:3]):
        raise _refused(template, expected="an address with a fixed host", where=where)
    strange = sorted(set(PLACE.findall(template)) - {"code", *pattern.groupindex})
    if strange or "{" in PLACE.sub("", template):
        raise _refused(template, expected="{code} or groups of the pattern in braces", where=where)


def _refused(value: str, *, expected: str, where: str) -> InputRefused:
    return InputRefused.of(value, expected=expected, got=repr(value[:60]), where=where)
