"""The documents: links lead somewhere, examples run, and each error and dependency has its place."""

from __future__ import annotations

import ast
import doctest
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from recall import errors
from recall.errors import RecallError
from tests.house.tree import PRODUCT, ROOT, files, named, parsed

PAGES = files(suffix=".md")
WORDS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


def kinds(root: type[RecallError]) -> Iterator[type[RecallError]]:
    """An error and all its kinds that errors.py declares."""
    if root.__module__ == RecallError.__module__:
        yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


ERRORS = sorted(kinds(RecallError), key=lambda kind: kind.slug)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.slug)
def test_every_error_has_its_page_and_its_place_in_the_drawing(kind: type[RecallError]) -> None:
    page = (ROOT / "docs/errors" / f"{kind.slug}.md").read_text("utf-8")
    assert f"# {kind.title}\n\nProblem type `{kind.slug}`, HTTP status {kind.status}." in page
    assert kind.__name__ in str(errors.__doc__)


def test_no_page_describes_an_error_that_is_gone_and_no_two_errors_share_one() -> None:
    pages = {path.stem for path in (ROOT / "docs/errors").glob("*.md")} - {"README"}
    assert sorted(pages) == [kind.slug for kind in ERRORS]


def test_the_tree_of_errors_stands_in_one_file() -> None:
    names = {kind.__name__ for kind in ERRORS}
    elsewhere = [
        f"{named(path)}: {node.name}"
        for path in files(suffix=".py", under=PRODUCT)
        if path.name != "errors.py"
        for node in parsed(path).body
        if isinstance(node, ast.ClassDef) and names & {getattr(b, "id", "") for b in node.bases}
    ]
    assert [] == elsewhere


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```|`[^`\n]+`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)|(?:src|href)=\"([^\"]+)\"", text)
    relative = [link for pair in targets if not re.match(r"[a-z]+:", link := "".join(pair))]
    assert [] == [link for link in relative if not leads_somewhere(page, link)]


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether the file is there, and in it the heading that the link may name."""
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not anchor or target.suffix != ".md":
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE) if target.exists() else []
    return anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_examples_of_a_page_run_as_printed(page: Path) -> None:
    blocks = re.findall(r"^```pycon\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, named(page), str(page), 0)
    report: list[str] = []
    failed = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=report.append).failed
    assert failed == 0, "".join(report)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_names_only_words_that_make_knows(page: Path) -> None:
    spoken = re.findall(r"(?:`|^\$ |^)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    assert [] == [word for word in spoken if word not in WORDS]


def test_every_dependency_has_its_line_and_every_line_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = (project["dependencies"], *project["optional-dependencies"].values())
    declared = {Requirement(line).name for group in groups for line in group} - {project["name"]}
    page = (ROOT / "docs/explanation/dependencies.md").read_text("utf-8")
    assert sorted(declared) == sorted(re.findall(r"^\| `([^`]+)` \| .{10,} \|$", page, re.MULTILINE))
