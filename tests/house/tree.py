"""The tree of the project as the house's tests read it: the files that git would keep, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ("flows", "connectors", "notifications", "recall")
OUTSIDE = (".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()))


def files(*, suffix: str = "", under: tuple[str, ...] = ("",)) -> list[Path]:
    """Every file of the project whose name ends so, in the named top-level folders (all by default)."""
    found = {path for folder in under for path in walk(ROOT / folder) if path.name.endswith(suffix)}
    return sorted(found)


def walk(folder: Path) -> Iterator[Path]:
    """The files below a folder that .gitignore does not leave out."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if any(fnmatch(path.name, pattern) for pattern in OUTSIDE):
            continue
        if path.is_dir():
            yield from walk(path)
        else:
            yield path


def text_of(path: Path) -> str | None:
    """The file's text, or nothing where it is not text (a picture)."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


@cache
def parsed(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, the nested ones too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def named(path: Path) -> str:
    """The file's name for a reader: its path from the root."""
    return path.relative_to(ROOT).as_posix()
