"""The view of a compiled notice: a version of a recall's notice as a file in the form of a law."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from recall.compiled.composing import checked, compose
from recall.compiled.document import Composed, Photo, Proof
from recall.compiled.linked import linked
from recall.compiled.page import page
from recall.compiled.paper import paper
from recall.compiled.wording import chosen_language, languages_of
from recall.domain.lint import Linted
from recall.domain.notice import Notice, digest_of
from recall.domain.policy import load_policy
from recall.domain.recall import Recall, RecallState
from recall.errors import NotFound, NotNow
from recall.runtime import Runtime
from recall.store import recalls, seals
from recall.views.genuine import signed_notice
from recall.views.public import public_notice
from recall.views.shelf import Shelf

_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


class Form(StrEnum):
    """What a notice is compiled into."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    """Our own form, signed, whatever the law."""
    JSONLD = "jsonld"

    @property
    def media_type(self) -> str:
        """What the file is, for a reader's program."""
        return _MEDIA[self]


_MEDIA: Mapping[Form, str] = {
    Form.HTML: "text/html; charset=utf-8", Form.PDF: "application/pdf",
    Form.JSON: "application/json", Form.JSONLD: "application/ld+json",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A notice as a file, and what is to be said of it."""

    content: bytes
    form: Form
    name: str
    """A name for the file."""
    composed: Composed
    linted: Linted
    standing: str
    """How the version stands: `in_force`, `superseded`, `withdrawn` or `closed`."""
    unused: tuple[str, ...]
    """The sha256 of each photograph that was handed in and that the notice does not name."""

    @property
    def faultless(self) -> bool:
        """Whether nothing is wrong and nothing that the law requires is lacking."""
        return self.linted.passed and not self.composed.lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which notice is asked for, under which policy and in which language.

    Empty: the policy that leads, and its own language, or else the notice's.
    """

    reference: str
    profile: str
    language: str


Sheets = Shelf[Compiled]
"""The files that were asked for last."""


def sheets() -> Sheets:
    """A shelf of files: few are set at the same time, for each takes a core."""
    return Shelf(kept=48, makers=2, waiting=8)


def compiled_notice(
    runtime: Runtime,
    *,
    reference: str,
    profile: str,
    language: str = "",
    form: Form,
    version: int | None = None,
    pictures: Iterable[bytes] = (),
) -> Compiled:
    """A version (None: the one in force) in the form of a policy's law; `pictures` are files it may name.

    Raises NotFound for an unknown recall, version, policy or language, InputRefused for what is no picture.
    """
    recall, notice, chosen, issued = _version(runtime, reference=reference, version=version)
    photos = {hashlib.sha256(data).hexdigest(): Photo.read(data) for data in pictures}
    composed = compose(
        notice, profile=profile, language=language, version=chosen, photos=photos,
        proof=_proof(runtime, recall=recall, version=chosen),
    )  # fmt: skip
    if form is Form.JSON:
        signed = signed_notice(runtime, reference=reference, version=chosen)
        content = json.dumps(signed, ensure_ascii=False, indent=1).encode()
    elif form is Form.JSONLD:
        content = linked(notice, composed=composed)
    else:
        content = page(composed) if form is Form.HTML else paper(composed, dated=issued)
    named = {picture.sha256 for picture in notice.pictures}
    return Compiled(
        content=content, form=form, composed=composed, linted=checked(composed),
        standing=recall.standing(chosen),
        name=f"{_file_name(reference)}.{profile}.{composed.language}.{form.value}",
        unused=tuple(digest for digest in photos if digest not in named),
    )  # fmt: skip


def public_edition(runtime: Runtime, sheets: Sheets, *, asked: Edition, form: Form) -> Compiled:
    """A file of the version in force for everybody: of the recall's own laws alone, in their languages.

    What was sealed is made once, however many ask. Raises NotFound for any other edition, NotNow where the
    recall was withdrawn, TooMany where too many files are being made.
    """
    known = public_notice(runtime, reference=asked.reference)
    recall, law = known.recall, asked.profile or known.recall.policies[0]
    if recall.state is RecallState.WITHDRAWN:
        raise NotNow(
            f"The recall {asked.reference!r} was withdrawn: there is nothing of it to be handed on",
            advice="Its page says so, and so does `/verify` of its short code.",
        )
    if law not in recall.policies:
        raise NotFound(
            f"The recall {asked.reference!r} has no notice under {law!r}", value=law,
            expected=f"one of {', '.join(recall.policies)}",
        )  # fmt: skip
    language = chosen_language(law, language=asked.language, own=known.notice.language)
    code = _proof(runtime, recall=recall, version=recall.version).code
    return sheets.get(
        f"{recall.id}/{digest_of(known.notice.document())}/{code}/{law}/{language}/{form}",
        lambda: compiled_notice(
            runtime, reference=asked.reference, profile=law, language=language, form=form,
            version=recall.version,
        ),
    )  # fmt: skip


def editions(profiles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each policy of those with each language that its notice can be compiled in."""
    return tuple(
        (profile, language) for profile in profiles for language in languages_of(load_policy(profile))
    )


def _version(
    runtime: Runtime, *, reference: str, version: int | None
) -> tuple[Recall, Notice, int, datetime]:
    """The recall, its notice in that version, and when that was issued."""
    with runtime.store.read() as tx:
        recall = recalls.recall_by_reference(tx, reference=reference)
        if recall is None or recall.version == 0:
            raise NotFound(f"There is no notice {reference!r}", value=reference)
        chosen = recall.version if version is None else version
        if not 1 <= chosen <= recall.version:
            raise NotFound(
                f"The notice {reference!r} has no version {chosen} in force", value=str(chosen),
                expected=f"1 to {recall.version}",
            )  # fmt: skip
        notice = recalls.notice(tx, recall_id=recall.id, version=chosen)
        sealed = seals.seal_of(tx, recall_id=recall.id, version=chosen)
    day = notice.published or recall.proposed_at.date()
    return recall, notice, chosen, sealed.issued_at if sealed else datetime.combine(day, time(), UTC)


def _proof(runtime: Runtime, *, recall: Recall, version: int) -> Proof:
    with runtime.store.read() as tx:
        sealed = seals.seal_of(tx, recall_id=recall.id, version=version)
    links = runtime.links
    return Proof(
        page=links.notice(recall.reference), verify=f"{links.base_url}/verify",
        code=sealed.code if sealed else "",
    )  # fmt: skip


def _file_name(reference: str) -> str:
    return _NOT_IN_A_NAME.sub("-", reference).strip(".-")[:80] or "notice"
