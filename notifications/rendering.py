"""Rendering: a kind of message, a language and flat facts become a subject, a text and its HTML.

The templates are this wing's own files; facts are only ever values in them. The sandbox is there so that a
template that an operator changes can neither change what it is given nor reach out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from jinja2 import PackageLoader, StrictUndefined, Template, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from recall.domain.message import MessageKind
from recall.errors import InputRefused

LANGUAGES = ("en", "zh")
"""The first one is what everybody else gets."""
LISTS = frozenset({"remedies"})
"""Facts of several lines; every other fact is one line, whatever was given."""
LINKS = frozenset({"link", "page"})
SLOT = "\ufdd0"
"""Stands for the personal link in a message that is written once for many: a character that is none."""
RELAYED = "{link}"
"""Stands for it in a text that a platform sends to its own buyers."""

_FILES = PackageLoader("notifications")
_TEMPLATES = ImmutableSandboxedEnvironment(
    loader=_FILES,
    undefined=StrictUndefined,
    autoescape=lambda name: name is not None and name.endswith(".html.j2"),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message in one language: the text is written by hand beside the HTML, not taken from it."""

    language: str
    subject: str
    text: str
    html: str

    def addressed(self, link: str) -> Rendered:
        """The same message with this link in its slot."""
        text, html = self.text.replace(SLOT, link), self.html.replace(SLOT, escape(link))
        return Rendered(language=self.language, subject=self.subject, text=text, html=html)


def render(*, kind: str, language: str, facts: Mapping[str, str]) -> Rendered:
    """The message in `language`, or in English where we do not speak it.

    `facts` are those of the table in templates/README.md; more do no harm, a missing one is `InputRefused`,
    and so is a link that is no web address.
    """
    spoken = speak(language)
    missing = facts_needed(kind=kind, language=spoken) - facts.keys()
    if missing:
        raise InputRefused(
            f"Cannot write the message {kind!r}", expected="the facts of templates/README.md",
            got=f"none for {', '.join(sorted(missing))}",
        )  # fmt: skip
    values = {name: _value(name, fact) for name, fact in facts.items()}
    subject, _, text = _template(kind, spoken, "txt").render(values).lstrip().partition("\n")
    html = _template(kind, spoken, "html").render(values, subject=subject)
    return Rendered(language=spoken, subject=subject, text=text.strip() + "\n", html=html)


def speak(language: str) -> str:
    """The language of ours that serves a reader of `language` (a tag such as `zh-Hans-CN`)."""
    primary = language.partition("-")[0].lower()
    return primary if primary in LANGUAGES else LANGUAGES[0]


@lru_cache
def facts_needed(*, kind: str, language: str) -> frozenset[str]:
    """The names of the facts that the templates of a kind use."""
    names: set[str] = set()
    for form in ("txt", "html"):
        names |= _names_in(_path(kind, language, form))
    return frozenset(names - {"subject"})


def _names_in(path: str) -> set[str]:
    """What a template takes from outside, with those that it extends, includes or imports."""
    tree = _TEMPLATES.parse(_FILES.get_source(_TEMPLATES, path)[0])
    names = meta.find_undeclared_variables(tree)
    for imported in tree.find_all(nodes.FromImport):
        names.difference_update(map(str, imported.names))
    for other in meta.find_referenced_templates(tree):
        names |= _names_in(other) if other else set()
    return names


def _template(kind: str, language: str, form: str) -> Template:
    return _TEMPLATES.get_template(_path(kind, language, form))


def _path(kind: str, language: str, form: str) -> str:
    """Only names of ours become a path."""
    if kind not in frozenset(MessageKind):
        raise InputRefused.of(kind, expected=f"one of {', '.join(MessageKind)}", got="another kind")
    return f"{speak(language)}/{MessageKind(kind).value}.{form}.j2"


def _value(name: str, fact: str) -> str:
    """A fact as one line (a list keeps its lines); an address must be one that a browser may open."""
    if name in LINKS and fact != SLOT and not fact.startswith(("https://", "http://")):
        raise InputRefused.of(
            fact, expected="an address that begins with https://", got="another", where=name
        )
    if name not in LINKS:
        fact = fact.replace(SLOT, "")
    return fact if name in LISTS else " ".join(fact.split())
