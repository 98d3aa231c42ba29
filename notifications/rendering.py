"""Rendering: a kind of message, a language and flat facts become a subject, a text and its HTML.

Words, shape and layout are this wing's own files; facts are only ever values in them. The sandbox is there so
that words that an operator changes can neither change what they are given nor reach out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from jinja2 import StrictUndefined, Template, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.catalogue import LANGUAGES, Words, words_of
from notifications.layout import laid_out
from recall.domain.message import MessageKind
from recall.errors import InputRefused

LISTS = frozenset({"remedies"})
"""Facts of several lines; every other fact is one line, whatever was given."""
LINKS = frozenset({"link", "page", "picture"})
_WORDED = {"where_code": "code_place"}
"""What is said in words, by the fact that names it."""
SLOT = "\ufdd0"
"""Stands for the personal link in a message that is written once for many: a character that is none."""
RELAYED = "{link}"
"""Stands for it in a text that a platform sends to its own buyers."""

_FILLED = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
_FILLED_PLAIN = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
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
    values = _in_words({name: _value(name, fact) for name, fact in facts.items()}, words=words_of(spoken))
    form = _form(_kind(kind), spoken)
    subject, _, text = form.text.render(values).partition("\n")
    return Rendered(language=spoken, subject=subject, text=text.strip() + "\n", html=form.html.render(values))


def speak(language: str) -> str:
    """The language of ours that serves a reader of `language` (a tag such as `zh-Hans-CN`)."""
    primary = language.partition("-")[0].lower()
    return primary if primary in LANGUAGES else LANGUAGES[0]


def facts_needed(*, kind: str, language: str) -> frozenset[str]:
    """The names of the facts that a kind of message uses."""
    return _form(_kind(kind), speak(language)).facts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A kind in a language, laid out, with places for the facts."""

    text: Template
    html: Template
    facts: frozenset[str]


@lru_cache
def _form(kind: MessageKind, language: str) -> _Form:
    text, html = laid_out(kind, words=words_of(language))
    names = meta.find_undeclared_variables(_FILLED.parse(text + html)) - {"remedy"}
    return _Form(
        text=_FILLED_PLAIN.from_string(text),
        html=_FILLED.from_string(html),
        facts=frozenset(_WORDED.get(name, name) for name in names),
    )


def _kind(kind: str) -> MessageKind:
    """Only kinds of ours are written."""
    if kind not in frozenset(MessageKind):
        raise InputRefused.of(kind, expected=f"one of {', '.join(MessageKind)}", got="another kind")
    return MessageKind(kind)


def _in_words(facts: Mapping[str, str], *, words: Words) -> Mapping[str, object]:
    """The facts, those that are names said in words; a name without words stands as it is."""
    place, code_place = facts.get("place", ""), facts.get("code_place", "")
    return {
        **facts,
        "duty": words.duties.get(facts.get("duty", ""), facts.get("duty", "")),
        "reason": words.reasons.get(facts.get("reason", ""), facts.get("reason", "")),
        "place": words.phrases["everywhere"] if place == "-" else place,
        "where_code": words.places.get(code_place, code_place),
        "remedies": [words.remedies.get(code, code) for code in facts.get("remedies", "").splitlines()],
    }


def _value(name: str, fact: str) -> str:
    """A fact as one line (a list keeps its lines); an address must be one that a browser may open."""
    if name in LINKS and fact != SLOT and not fact.startswith(("https://", "http://")):
        raise InputRefused.of(
            fact, expected="an address that begins with https://", got="another", where=name
        )
    if name not in LINKS:
        fact = fact.replace(SLOT, "")
    return fact if name in LISTS else " ".join(fact.split())
