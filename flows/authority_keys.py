"""The folder of the authorities' keys: one file a pinned key, beside it the private half of our own.

`<thumbprint>.json` holds authority, public key, since, until and revoked; `<thumbprint>.key` the private key,
readable by its owner only. Files appear whole: whoever reads meanwhile sees the old or the new.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recall.errors import InputRefused
from recall.notary import AuthorityKey
from recall.signed import thumbprint


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFolder:
    """Meets `recall.notary.KeyShelf` by files."""

    path: Path

    def keys(self) -> Sequence[AuthorityKey]:
        """Every key, in the order of `since`. Raises InputRefused for a file that is wrong."""
        found = [_read(file) for file in sorted(self.path.glob("*.json"))]
        return sorted(found, key=lambda key: key.since)

    def keep(self, key: AuthorityKey) -> None:
        """Write a key's file; a private half that is no longer told is deleted."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = self.path / f"{key.name}.key"
        if key.private:
            _put(secret, f"{key.private}\n")
        else:
            secret.unlink(missing_ok=True)
        document = {
            "authority": key.authority, "public": key.public, "since": key.since.isoformat(),
            "until": key.until.isoformat() if key.until else None, "revoked": key.revoked,
        }  # fmt: skip
        _put(self.path / f"{key.name}.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _put(path: Path, text: str) -> None:
    """A file that only its owner may read, whole from its first moment on."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _read(file: Path) -> AuthorityKey:
    try:
        document = json.loads(file.read_text("utf-8"))
        until = document.get("until")
        key = AuthorityKey(
            authority=str(document["authority"]), public=str(document["public"]),
            since=_moment(document["since"]), until=_moment(until) if until else None,
            revoked=document.get("revoked") is True, private=_private(file.with_suffix(".key")),
        )  # fmt: skip
        thumbprint(key.public)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputRefused(
            f"Cannot read the key file {file.name}", expected="authority, public and since",
            got=f"{type(error).__name__}: {error}", where=str(file),
        ) from None  # fmt: skip
    return key


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} does not say its offset from UTC")
    return at


def _private(file: Path) -> str:
    """The private key in a file; empty where there is none."""
    if not file.exists():
        return ""
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise InputRefused(
            f"Cannot use the signing key {file.name}", expected="a file only its owner may read (mode 600)",
            got=f"mode {mode:o}", advice=f"Make a new key, or run: chmod 600 {file.name}",
        )  # fmt: skip
    return file.read_text("ascii").strip()
