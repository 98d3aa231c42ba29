"""Check a copy: whether what somebody shows is a notice of ours; one with another content raises an alarm.

Whoever shows very many still hears what each is worth; only the alarms are no longer raised, until the next
span of time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from recall.domain.copied import Copied, addresses
from recall.domain.difference import Difference, shown
from recall.domain.notice import Notice
from recall.domain.recall import Recall
from recall.domain.sender import Counted, Sender, sender
from recall.errors import NotKnown
from recall.notary import Seal
from recall.runtime import Runtime
from recall.store import alarms, audit, guesses, recalls, seals
from recall.store.alarms import Raised
from recall.store.database import Tx
from recall.store.seals import Sealed

_MOST = 30
"""The most differences that are said of one copy."""
MOST_OF_ONE = 20
"""False copies that one sender may have kept in a span."""
MOST_OF_ALL = 2_000
"""False copies in a span, from which on one of each sender is kept: whoever comes first is still heard."""


class Verdict(StrEnum):
    """What a copy is worth."""

    GENUINE = "genuine"
    """The notice itself, or (a text) a quotation that says nothing else."""
    DIFFERS = "differs"
    """It claims to be a notice, and says something else or bears another's signature."""
    UNKNOWN = "unknown"
    """It names no notice that is known here, and bears no signature that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A copy held against the notice that it claims to be."""

    verdict: Verdict
    recall: Recall | None = None
    """None where no such recall is kept here: then only the signature speaks for it."""
    version: int | None = None
    """The version that it is, or was held against."""
    signed_by: str = ""
    """The authority whose key signed it."""
    differences: tuple[Difference, ...] = ()
    whole: bool = True
    """False: of a text only its codes and addresses were compared, and nothing else that it asks for."""

    @property
    def standing(self) -> str:
        """Of a version known here: `in_force`, `superseded`, `withdrawn` or `closed`; else `unknown`."""
        if self.recall is None or self.version is None:
            return "unknown"
        return self.recall.standing(self.version)

    def document(self) -> dict[str, object]:
        """The verdict as plain JSON."""
        return {
            "verdict": self.verdict.value, "reference": self.recall.reference if self.recall else None,
            "title": self.recall.title if self.recall else None, "version": self.version,
            "standing": self.standing, "current_version": self.recall.version if self.recall else None,
            "signed_by": self.signed_by or None, "whole": self.whole,
            "differences": [each.document() for each in self.differences],
        }  # fmt: skip


def check_copy(runtime: Runtime, *, copy: Copied, shown_by: str, address: str | None = None) -> Checked:
    """Hold a copy against the notice that its signature, its short code or its reference names.

    One that differs is kept as an alarm, once a content, with an audit entry; `shown_by` is who showed it
    (a party's id, or `public`), `address` where it came from (None: from within, and always kept).
    """
    seal, forged = _signature(runtime, copy)
    with runtime.store.read() as tx:
        claimed = _claimed(tx, copy, seal=seal)
        found = None if claimed is None else _held_against(tx, copy, *claimed, runtime=runtime)
    if found is None:
        return Checked(verdict=Verdict.UNKNOWN) if seal is None else by_seal(copy, seal)
    checked = replace(found, signed_by=seal.authority if seal else "", whole=not copy.is_text)
    others = (*_unsealed(copy, seal, checked), *((forged,) if forged else ()))
    if others:
        told = (*others, *checked.differences)
        checked = replace(checked, verdict=Verdict.DIFFERS, differences=told)
    few = tuple(each.few() for each in checked.differences[:_MOST])
    checked = replace(checked, differences=few)
    if checked.verdict is Verdict.DIFFERS:
        _raise(runtime, copy, checked, shown_by=shown_by, address=address)
    return checked


def _signature(runtime: Runtime, copy: Copied) -> tuple[Seal | None, Difference | None]:
    """What a copy's signature says; where no pinned key made it, that is a difference by itself."""
    if not copy.signature:
        return None, None
    try:
        return runtime.notary.opened(copy.signature)[0], None
    except NotKnown as refused:
        return None, Difference(product="", field="signature", added=(shown(refused.message),))


def _unsealed(copy: Copied, seal: Seal | None, checked: Checked) -> tuple[Difference, ...]:
    """A genuine signature beside a content that it does not cover."""
    if seal is None or copy.content is None or copy.content == seal.digest or checked.differences:
        return ()
    return (Difference(product="", field="signature", added=("signs another content",)),)


def by_seal(copy: Copied, seal: Seal) -> Checked:
    """What an authority's seal says of a copy, where its recall is not kept."""
    same = copy.content in (None, seal.digest)
    other = () if same else (Difference(product="", field="signature", added=("signs another content",)),)
    told = (*other, *copy.unsigned(codes=[seal.code]))
    return Checked(
        verdict=Verdict.DIFFERS if told else Verdict.GENUINE, version=seal.version, signed_by=seal.authority,
        differences=tuple(each.few() for each in told[:_MOST]),
    )  # fmt: skip


def _claimed(tx: Tx, copy: Copied, *, seal: Seal | None) -> tuple[Recall, int | None] | None:
    """The recall that a copy claims to be the notice of, and the version that it names, if it names one."""
    sealed = next((found for code in copy.codes if (found := seals.seal_of_code(tx, code=code))), None)
    if seal is not None:
        sealed = seals.seal_of_code(tx, code=seal.code) or sealed
    if sealed is not None:
        return recalls.recall(tx, recall_id=sealed.recall_id), sealed.version
    for recall in recalls.recalls(tx):
        told = copy.reference
        named = recall.reference in copy.text if told is None else recall.reference == told
        if named and recall.version > 0:
            return recall, None
    return None


def _held_against(
    tx: Tx, copy: Copied, recall: Recall, named: int | None, *, runtime: Runtime
) -> Checked | None:
    """The version that the copy is; where it is none, what it says otherwise than the one it names."""
    known = seals.seals(tx, recall_id=recall.id)
    for sealed in known:
        if copy.content == sealed.digest or (named in (None, sealed.version) and _same(tx, copy, sealed)):
            codes = [each.code for each in known if each.digest == sealed.digest]
            addresses = _strange_addresses(copy, _notice(tx, sealed), runtime=runtime)
            strange = (*copy.unsigned(codes=codes), *addresses)
            return Checked(
                verdict=Verdict.DIFFERS if strange else Verdict.GENUINE, recall=recall,
                version=sealed.version, differences=strange,
            )  # fmt: skip
    against = next((sealed for sealed in known if sealed.version == (named or recall.version)), None)
    if against is None:
        return None
    notice = _notice(tx, against)
    told = (*copy.unsigned(codes=[against.code]), *copy.differences(notice))
    told += _strange_addresses(copy, notice, runtime=runtime)
    return Checked(verdict=Verdict.DIFFERS, recall=recall, version=against.version, differences=told)


def _same(tx: Tx, copy: Copied, sealed: Sealed) -> bool:
    if copy.document is None and copy.signature:
        return True  # a signature alone: its seal has said the digest already
    return not copy.differences(_notice(tx, sealed))


def _notice(tx: Tx, sealed: Sealed) -> Notice:
    return recalls.notice(tx, recall_id=sealed.recall_id, version=sealed.version)


def _strange_addresses(copy: Copied, notice: Notice, *, runtime: Runtime) -> tuple[Difference, ...]:
    """Addresses in a text that lead neither here nor where the notice leads."""
    if not copy.is_text:
        return ()
    ours = (notice.text, notice.title, notice.hazard, notice.remedy, *(one.text for one in notice.statements))
    known = (runtime.links.base_url, notice.url, *(each for text in ours for each in addresses(text)))
    own = {_host(address) for address in known}
    strange = tuple(shown(a) for a in addresses(copy.text) if _host(a) not in own)
    return (Difference(product="", field="addresses", added=strange),) if strange else ()


def _host(address: str) -> str:
    """Where an address leads; it may lack its scheme, as people write it."""
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")


def _raise(runtime: Runtime, copy: Copied, checked: Checked, *, shown_by: str, address: str | None) -> None:
    """Keep the alarm; the trail tells each new content, and in a flood only how it grows."""
    recall, version, now = checked.recall, checked.version, runtime.now()
    if recall is None or version is None:
        return
    by = sender(runtime.links, address=address, of=Counted.COPY, now=now) if address is not None else None
    with runtime.store.begin() as tx:
        if by is not None and not _admitted(tx, by):
            return
        raised = alarms.raise_alarm(
            tx, recall_id=recall.id, digest=copy.digest, version=version, differences=checked.differences,
            at=now,
        )  # fmt: skip
        if raised is Raised.NEW:
            detail = {
                "version": version, "differences": [shown(each.in_words()) for each in checked.differences],
            }  # fmt: skip
            audit.append(
                tx, at=now, actor=shown_by, action="notice.copy_differs", subject=copy.digest,
                recall_id=recall.id, detail=detail,
            )  # fmt: skip
        times = alarms.showings(tx, recall_id=recall.id)
        if times > alarms.MOST and times.bit_count() == 1:  # at 256, 512, …: ever more seldom
            audit.append(
                tx, at=now, actor="engine", action="notice.copies_flood", subject=recall.id,
                recall_id=recall.id, detail={"shown": times},
            )  # fmt: skip


def _admitted(tx: Tx, by: Sender) -> bool:
    """Whether a sender's false copy is kept; then it counts."""
    before = guesses.misses(tx, by=by)
    if before.own >= (MOST_OF_ONE if before.all < MOST_OF_ALL else 1):
        return False
    guesses.count(tx, by=by, more=1)
    return True
