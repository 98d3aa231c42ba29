"""The notary: signs the notices of an authority, and knows by which pinned keys each authority's are known.

What is signed is a small document: whose notice it is, its reference and version, the digest of its content,
the short code, and since when it holds. A key is pinned for one authority, from one time, and (retired) until
another; a revoked key counts for nothing, whatever it signed and whenever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from recall.errors import InputRefused, NotFound, NotKnown, NotNow
from recall.signed import new_pair, opened, private_key, signed, thumbprint

TYP = "recall-notice+jws"
"""The kind of document, as its signature's header tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityKey:
    """A key pinned for an authority; `private` (`whsk_…`) only where this installation signs with it."""

    authority: str
    public: str
    since: datetime
    until: datetime | None = None
    """When it was retired: what it signed before still counts."""
    revoked: bool = False
    private: str = field(default="", repr=False)

    @property
    def signs(self) -> bool:
        """Whether it can sign from now on."""
        return bool(self.private) and self.until is None and not self.revoked

    def sign(self, seal: Seal) -> str:
        """The seal under this key, which must have its private half."""
        return signed(seal.payload(), typ=TYP, key=private_key(self.private))

    def covers(self, at: datetime) -> bool:
        """Whether what it signed at a time counts."""
        return not self.revoked and self.since <= at and (self.until is None or at <= self.until)

    @property
    def name(self) -> str:
        """The key's thumbprint (RFC 7638): the `kid` of what it signs."""
        return thumbprint(self.public)


class KeyShelf(Protocol):
    """Where the keys are kept."""

    def keys(self) -> Sequence[AuthorityKey]:
        """Every key, in the order of `since`."""

    def keep(self, key: AuthorityKey) -> None:
        """Keep a new key, or how a known one stands now."""


@dataclass(slots=True)
class Drawer:
    """A shelf that lasts as long as its process: for trials and measurements."""

    known: dict[str, AuthorityKey] = field(default_factory=dict)

    def keys(self) -> Sequence[AuthorityKey]:
        """Every key, in the order of `since`."""
        return sorted(self.known.values(), key=lambda key: key.since)

    def keep(self, key: AuthorityKey) -> None:
        """Keep a key."""
        self.known[key.public] = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What an authority's signature says of one version of a notice."""

    authority: str
    reference: str
    version: int
    digest: str
    """sha256 (hex) of the notice's canonical document (`Notice.digest`)."""
    code: str
    issued_at: datetime

    def payload(self) -> bytes:
        """The canonical JSON that is signed: keys sorted, no blanks, UTF-8."""
        document = {
            "authority": self.authority, "reference": self.reference, "version": self.version,
            "digest": self.digest, "code": self.code, "issued_at": self.issued_at.isoformat(),
        }  # fmt: skip
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def read(cls, payload: bytes) -> Seal:
        """Read what `payload` wrote. Raises InputRefused."""
        try:
            document = json.loads(payload)
            texts = {name: document[name] for name in ("authority", "reference", "digest", "code")}
            issued_at, version = datetime.fromisoformat(document["issued_at"]), document["version"]
            if not all(isinstance(text, str) for text in texts.values()) or type(version) is not int:
                raise TypeError
            if issued_at.tzinfo is None:
                raise ValueError
        except (ValueError, TypeError, KeyError):
            raise InputRefused(
                "Cannot read what is signed", expected="the seal of a notice", got="another document"
            ) from None
        return cls(**texts, version=version, issued_at=issued_at)


class Notary:
    """Keeps the keys of a shelf, and checks by them what they signed."""

    def __init__(self, *, shelf: KeyShelf, new_seed: Callable[[], bytes]) -> None:
        """`new_seed` gives 32 random bytes."""
        self._shelf, self._new_seed = shelf, new_seed

    def pinned(self) -> tuple[AuthorityKey, ...]:
        """Every pinned key, in the order of `since`."""
        return tuple(self._shelf.keys())

    def signing_key(self, *, authority: str, at: datetime) -> AuthorityKey:
        """The authority's newest key to sign with; an authority without one is given one.

        Reads the shelf and may write to it: ask before a transaction begins.
        """
        own = [key for key in self.pinned() if key.authority == authority and key.signs]
        return own[-1] if own else self.new_key(authority=authority, at=at)

    def opened(self, text: str) -> tuple[Seal, AuthorityKey]:
        """What a signature says, and whose key made it.

        Raises NotKnown where no pinned key made it, or one that did not count for this authority then.
        """
        for key in self.pinned():
            try:
                payload = opened(text, typ=TYP, keys=[key.public])
            except NotKnown:
                continue
            seal = Seal.read(payload)
            if seal.authority == key.authority and key.covers(seal.issued_at):
                return seal, key
            raise NotKnown(
                "This key does not vouch for this notice", value=key.name,
                expected=f"a key of {seal.authority} that counted at {seal.issued_at.isoformat()}",
                got=f"one of {key.authority}" + (", revoked" if key.revoked else ""),
            )  # fmt: skip
        raise NotKnown(
            "The signature does not fit", expected="a notice signed by a pinned key of an authority",
            got="another key's, or none",
            advice="Pin the authority's key first (recall notice keys pin), from a source that you trust.",
        )  # fmt: skip

    def new_key(self, *, authority: str, at: datetime) -> AuthorityKey:
        """Make a key with which this installation signs for an authority from now on."""
        private, public = new_pair(self._new_seed())
        key = AuthorityKey(authority=authority, public=public, private=private, since=at)
        self._shelf.keep(key)
        return key

    def rotate(self, *, authority: str, at: datetime) -> AuthorityKey:
        """Make a new key and retire the old ones: what these signed until now still counts."""
        old = [key for key in self.pinned() if key.authority == authority and key.signs]
        new = self.new_key(authority=authority, at=at)
        for key in old:
            self._shelf.keep(replace(key, until=at, private=""))
        return new

    def pin(self, *, authority: str, public: str, since: datetime) -> AuthorityKey:
        """Believe what a key signs for an authority from a time on. Raises NotNow for a pinned one."""
        if thumbprint(public) in {key.name for key in self.pinned()}:
            raise NotNow("This key is pinned already", value=public)
        key = AuthorityKey(authority=authority, public=public, since=since)
        self._shelf.keep(key)
        return key

    def retire(self, *, public: str, at: datetime, revoked: bool = False) -> AuthorityKey:
        """Let a key sign no more; `revoked`: nor does anything count that it ever signed. Raises NotFound."""
        known = {key.public: key for key in self.pinned()} | {key.name: key for key in self.pinned()}
        if public not in known:
            raise NotFound(f"There is no pinned key {public!r}", value=public)
        key = known[public]
        after = replace(key, until=key.until or at, revoked=key.revoked or revoked, private="")
        self._shelf.keep(after)
        return after
