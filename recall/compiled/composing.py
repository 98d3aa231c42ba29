"""The composing: a notice laid out in the order of a law, in one language, with what it lacks said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from recall.compiled.document import Composed, Part, Photo, Proof, Row, Said, Section
from recall.compiled.sources import SCOPES, Desk, part_of, title_of
from recall.compiled.wording import Wording, chosen_language, wording
from recall.domain.lint import Linted, forbidden_in, lint
from recall.domain.notice import Notice
from recall.domain.policy import Policy, load_policy

_HEADLINES = frozenset({"headline", "urgent", "word_recall"})
"""The elements that are the headline itself."""
_KNOWN_BY = ("identifiers", "scope", "lot_code_or_serial", "vin")
_PICTURES = ("picture", "picture_of_code")


def compose(
    notice: Notice,
    *,
    profile: str,
    language: str = "",
    version: int,
    proof: Proof,
    photos: Mapping[str, Photo] | None = None,
) -> Composed:
    """A version of a notice in the form of a policy's law; without a language, in the policy's or its own.

    `photos` are the photographs that are at hand, by the sha256 under which the notice names them. Raises
    NotFound for an unknown policy, and for a language in which its notice cannot be compiled.
    """
    policy = load_policy(profile)
    words = wording(chosen_language(profile, language=language, own=notice.language))
    order = tuple(_order(policy))
    desk = Desk(notice=notice, wording=words, photos=photos or {}, order=order)
    parts = {element: part_of(element, desk) for element in order}
    title, opening = title_of(desk), words.opening.get(profile)
    return Composed(
        profile=profile, language=words.language, headline=policy.notice.headline[words.language],
        title=title, sections=tuple(_sections(parts, words)),
        opening=(Said(text=opening, language=words.language),) if opening else (),
        about=tuple(_about(notice, words, version=version)), proof=proof,
        proving=tuple(_proving(proof, words)),
        lacking=tuple(name for name in order if name in policy.notice.required and not parts[name]),
        foreign=tuple(_foreign(parts, title, language=words.language)),
    )  # fmt: skip


def checked(composed: Composed) -> Linted:
    """What the lint says of it, the notice's words in other languages held against those languages' rules."""
    policy = load_policy(composed.profile)
    found = lint(composed.written(), policy=policy, language=composed.language)
    others = (language for language in policy.notice.forbidden if language != composed.language)
    more = (
        finding
        for language in others
        for finding in forbidden_in(composed.words_in(language), phrases=policy.notice.forbidden[language])
    )
    return replace(found, findings=(*found.findings, *more))


def _order(policy: Policy) -> Iterator[str]:
    """The elements of the law's form; pictures that it does not ask for stand behind what they help find."""
    order = policy.notice.form or policy.notice.required
    if not set(order) & SCOPES:  # no law may leave out by what the affected units are known
        order = (*order, "identifiers")
    for element in order:
        if element not in _HEADLINES:
            yield element
        if element in _KNOWN_BY:
            yield from (picture for picture in _PICTURES if picture not in order)


def _sections(parts: Mapping[str, Part], words: Wording) -> Iterator[Section]:
    """The elements that have something to say, nothing of it twice."""
    told, number = set[str](), 0
    for element, part in parts.items():
        left = replace(part, said=tuple(said for said in part.said if said.text not in told))
        told |= {said.text for said in part.said}
        if left:
            yield Section(element=element, heading=words.heading(element, number=number), part=left)
            number += 1


def _about(notice: Notice, words: Wording, *, version: int) -> Iterator[Row]:
    published = words.date(notice.published) if notice.published else ""
    facts = {
        "authority": notice.authority, "reference": notice.reference, "version": str(version),
        "published": published,
    }  # fmt: skip
    for name, value in facts.items():
        if value:
            yield Row(label=words.about[name], values=(value,))


def _proving(proof: Proof, words: Wording) -> Iterator[str]:
    yield words.phrases["page"].format(address=proof.page)
    if proof.code:
        yield words.phrases["check"].format(code=proof.code, address=proof.verify)


def _foreign(parts: Mapping[str, Part], title: Said, *, language: str) -> Iterator[str]:
    """What stands there in another language; the names of goods may, but where the law asks for the name."""
    if title.language != language:
        yield "title"
    for element, part in parts.items():
        figures = (said for figure in part.figures for said in figure.words)
        if any(said.language != language for said in (*part.said, *figures)):
            yield element
