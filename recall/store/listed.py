"""Lists as tables: rows that we hold are one parameter that a query joins, however many they are.

The text of a statement does not depend on them: one that is built once, with `asked`, serves every list.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BindParameter,
    CursorResult,
    FromClause,
    String,
    bindparam,
    cast,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


def as_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as the parameter that a statement takes: JSON, a list each."""
    return json.dumps(list(rows))


class Rows(tuple[Any, ...]):
    """Rows that several statements are given: written as text once."""

    @cached_property
    def text(self) -> str:
        """As `as_text` has it."""
        return as_text(self)


def given(held: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a statement, its lists as text."""
    return {name: _given(value) for name, value in held.items()}


def _given(value: Any) -> Any:
    if isinstance(value, Rows):
        return value.text
    return as_text(value) if isinstance(value, Collection) and not isinstance(value, str) else value


def by_name(result: CursorResult[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a result, each as its columns by name."""
    names = tuple(result.keys())
    return (dict(zip(names, row, strict=True)) for row in result)


class _each(FunctionElement[Any]):  # noqa: N801 - the name of a function in SQL
    """The rows of a document, one by one, as `value`."""

    name = "each"
    inherit_cache = True


class _member(FunctionElement[str]):  # noqa: N801 - the name of a function in SQL
    """One member of a row, by its place."""

    name = "member"
    inherit_cache = True
    type = String()


@compiles(_each, "sqlite")
def _each_sqlite(element: _each, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **how)})"


@compiles(_each, "postgresql")
def _each_postgresql(element: _each, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **how)} AS JSON))"


@compiles(_member, "sqlite")
def _member_sqlite(element: _member, compiler: SQLCompiler, **how: Any) -> str:
    row, place = (compiler.process(each, **how) for each in element.clauses)
    return f"json_extract({row}, '$[{place}]')"


@compiles(_member, "postgresql")
def _member_postgresql(element: _member, compiler: SQLCompiler, **how: Any) -> str:
    row, place = (compiler.process(each, **how) for each in element.clauses)
    return f"({row} ->> {place})"


def listed(rows: Iterable[Sequence[object]], **columns: type[TypeEngine[Any]]) -> FromClause:
    """Rows that we hold, as a table of these columns to join with, on either database."""
    return _table(bindparam(None, as_text(rows), String), columns)


def asked(name: str, **columns: type[TypeEngine[Any]]) -> FromClause:
    """The same of rows that come with each execution, as the parameter `name` (`as_text`)."""
    return _table(bindparam(name, type_=String), columns)


def _table(document: BindParameter[str], columns: dict[str, type[TypeEngine[Any]]]) -> FromClause:
    each = _each(document).table_valued("value")
    members = (_member(each.c.value, literal_column(str(place))) for place in range(len(columns)))
    named = (
        (member if kind is String else cast(member, kind)).label(name)
        for member, (name, kind) in zip(members, columns.items(), strict=True)
    )
    return select(*named).select_from(each).subquery()
