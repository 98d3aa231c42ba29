"""The link: a signed, expiring key to one task or one order line, for those who have no account."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeSerializer

from recall.errors import NotKnown

LIFETIME = timedelta(days=400)
"""How long a link opens: longer than any active measure; the remedy stays open after it."""
VISIT = timedelta(hours=12)
"""How long a regulator stays signed in to the pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLink:
    """A buyer's page: one order line, by the platform's blind reference."""

    recall_id: str
    platform_id: str
    line_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLink:
    """A party's page: every task of one party in one recall."""

    recall_id: str
    party_id: str


class Links:
    """Makes and reads links; the signature (HMAC) is the whole authority, nothing is stored."""

    def __init__(self, *, secret: str, base_url: str) -> None:
        """`secret` has at least 32 characters; `base_url` is where the pages stand."""
        if len(secret) < 32:
            raise ValueError(f"The secret of the links: expected at least 32 characters, got {len(secret)}")
        self._base, self._secret = base_url.rstrip("/"), secret.encode()
        self._lines = URLSafeSerializer(secret, salt="recall.line")
        self._tasks = URLSafeSerializer(secret, salt="recall.tasks")
        self._visits = URLSafeSerializer(secret, salt="recall.visit")

    @property
    def base_url(self) -> str:
        """Where the pages stand, without a slash at the end."""
        return self._base

    def picture(self, place: str) -> str:
        """The URL of the drawing of where a code stands (`recall.reading.stated.Place`)."""
        return f"{self._base}/static/places/{place}.png"

    def line(self, link: LineLink, *, now: datetime) -> str:
        """The URL of a buyer's page."""
        token = self._lines.dumps([link.recall_id, link.platform_id, link.line_ref, _expiry(now)])
        return f"{self._base}/b/{_text(token)}"

    def tasks(self, link: TaskLink, *, now: datetime) -> str:
        """The URL of a party's task page."""
        return f"{self._base}/t/{_text(self._tasks.dumps([link.recall_id, link.party_id, _expiry(now)]))}"

    def notice(self, reference: str) -> str:
        """The URL of a notice's public page."""
        return f"{self._base}/notices/{quote(reference, safe='')}"

    def visit(self, *, key_hash: str, now: datetime) -> str:
        """The cookie of one who signed in with the key of that hash."""
        return _text(self._visits.dumps([key_hash, _expiry(now, after=VISIT)]))

    def read_visit(self, cookie: str, *, now: datetime) -> str:
        """The hash of the key that a visitor signed in with. Raises NotKnown."""
        return _read(self._visits, cookie, now=now, parts=2)[0]

    def seed(self, about: str) -> bytes:
        """32 bytes that only this engine can make, the same about the same: the seed of a short code."""
        return hmac.digest(self._secret, about.encode(), hashlib.sha256)

    def read_line(self, token: str, *, now: datetime) -> LineLink:
        """What a buyer's token opens. Raises NotKnown."""
        recall_id, platform_id, line_ref = _read(self._lines, token, now=now, parts=4)
        return LineLink(recall_id=recall_id, platform_id=platform_id, line_ref=line_ref)

    def read_tasks(self, token: str, *, now: datetime) -> TaskLink:
        """What a party's token opens. Raises NotKnown."""
        recall_id, party_id = _read(self._tasks, token, now=now, parts=3)
        return TaskLink(recall_id=recall_id, party_id=party_id)


def _expiry(now: datetime, *, after: timedelta = LIFETIME) -> int:
    return int((now + after).timestamp())


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode()


def _read(signer: URLSafeSerializer, token: str, *, now: datetime, parts: int) -> list[str]:
    try:
        fields = signer.loads(token)
    except BadSignature:
        fields = None
    if not isinstance(fields, list) or len(fields) != parts:
        raise NotKnown("This link is not one of ours", advice="Open the link from the message you were sent.")
    if datetime.fromtimestamp(fields[-1], UTC) < now:
        raise NotKnown("This link has run out", advice="Type the code of the product at the notice's page.")
    return [str(field) for field in fields[:-1]]
