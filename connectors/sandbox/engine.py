"""The engine as a participant reaches it: a few calls by the standard library, none of them in haste."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

TIMEOUT_SECONDS = 20.0
PAGE = 500


class Away(Exception):
    """The other side cannot be reached or is busy: try again when the clock moves."""


class Refused(Exception):
    """The other side understood and said no; asking again would not help."""


def call(
    url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """One request (a POST when there is a body): status and answer.

    Raises Away when there is no answer, or 408, 429 or 5xx; Refused on any other status from 400 on.
    """
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise Refused(f"{url[:80]} is not a web address")
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}))  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - the same
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        said = error.read(300).decode(errors="replace")
        kind = Away if error.code in (408, 429) or error.code >= 500 else Refused
        raise kind(f"{error.code} from {url}: {said}") from None
    except (OSError, http.client.HTTPException) as error:
        raise Away(f"no answer from {url}: {error}") from None


class Engine:
    """The engine's doors for one participant, with its API key."""

    def __init__(self, *, base: str, key: str) -> None:
        self.base = base.rstrip("/")
        self._headers = {"authorization": f"Bearer {key}", "accept": "application/json"}

    def issuer(self) -> object:
        """The issuer's well-known document: its name and public keys."""
        return self._get("/.well-known/recall-issuer.json")

    def tasks(self) -> list[dict[str, Any]]:
        """The participant's tasks (a platform's: its sellers' too), without their details."""
        document = self._get("/v1/tasks")
        found = document.get("tasks", []) if isinstance(document, dict) else document
        return [task for task in found if isinstance(task, dict) and "id" in task]

    def task(self, task_id: str) -> dict[str, Any]:
        """One task whole: `affected`, hazard, remedies, place."""
        document = self._get(f"/v1/tasks/{urllib.parse.quote(task_id, safe='')}")
        return document if isinstance(document, dict) else {}

    def events(self, *, after: int) -> list[dict[str, Any]]:
        """The events since a sequence number, oldest first: what webhooks also said."""
        found: list[dict[str, Any]] = []
        while True:
            document = self._get(f"/v1/events?after={after}&limit={PAGE}")
            page = document.get("events", []) if isinstance(document, dict) else []
            found += page
            if len(page) < PAGE:
                return found
            after = int(page[-1]["seq"])

    def acknowledge(self, task_id: str) -> None:
        """Accepts a task; done twice is done once."""
        path = f"/v1/tasks/{urllib.parse.quote(task_id, safe='')}/acknowledgements"
        body = json.dumps({"accept": True}).encode()
        headers = {"content-type": "application/json", "idempotency-key": f"accept-{task_id}"}
        call(self.base + path, body=body, headers=self._headers | headers)

    def _get(self, path: str) -> Any:
        _, answer = call(self.base + path, headers=self._headers)
        try:
            return json.loads(answer)
        except (ValueError, RecursionError):
            raise Away(f"an answer that is not JSON from {path}") from None


def answer_page(link: str, *, answer: str, code: str) -> None:
    """A buyer opens the personal link and sends its form."""
    call(link)
    form = urllib.parse.urlencode({"answer": answer, "code": code}).encode()
    call(link, body=form, headers={"content-type": "application/x-www-form-urlencoded"})
