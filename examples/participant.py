"""A participant of class C in plain Python: who it is, an inbox, stops of sale, order lines by trade item.

Run: python examples/participant.py PORT TOKEN ISSUER_KEY, the key as the issuer's well-known document has it.
The one library beside Python's own is `cryptography`, for the issuer's Ed25519 signatures.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GTIN = "09521234502722"
LISTINGS = {"L-1": {"ref": "L-1", "gtin": GTIN, "seller": "S-1", "title": "A toaster", "on_sale": True}}
LINES = [
    {"line": f"O-{number:04}", "listing": "L-1", "seller": "S-1", "gtin": GTIN, "lot": None, "serial": None,
     "units": 1, "sold_at": f"2025-01-{number:02}T10:00:00+00:00", "shipped_at": None, "ship_from": None,
     "region": None}
    for number in range(1, 29)
]  # fmt: skip
WHO = {
    "protocol": "1.0", "name": "A small shop", "role": "platform", "classes": ["A", "B", "C"],
    "inbox": "/recall/inbox", "sample": {"gtin": GTIN},
    "capabilities": {"trace_level": "product", "contact_modes": [], "history_days": None, "exact_total": True,
                     "immutable_sort_key": True, "dry_run": True},
}  # fmt: skip
LARGEST_BODY, LARGEST_PAGE, TOLERANCE = 1_000_000, 500, 300
events: dict[str, Any] = {}
stops: dict[str, tuple[object, dict[str, Any]]] = {}


class Problem(Exception):
    """A refusal: its status, and what is wrong."""


class Door(BaseHTTPRequestHandler):
    """One request; `token` and `key` are the same for all."""

    token: str
    key: Ed25519PublicKey

    def do_GET(self) -> None:
        """The doors that only read."""
        path, query = self.asked()
        if path == "/.well-known/recall-participant.json":
            return self.answer(200, WHO)
        doors = {
            "/recall/listings": (listings, {"gtin"}),
            "/recall/order-lines": (order_lines, {"gtin", "cursor", "limit"}),
            "/recall/confirmations": (confirmations, {"recall", "after", "limit"}),
        }
        return self.guarded(lambda: self.read(query, *doors[path]) if path in doors else missing())

    def do_POST(self) -> None:
        """The inbox, which believes the issuer's signature, and the stop of a sale."""
        path, _ = self.asked()
        body = self.rfile.read(min(int(self.headers["content-length"] or 0), LARGEST_BODY))
        if path == "/recall/inbox":
            return self.guarded(lambda: self.hear(body), token=False)
        parts = path.split("/")
        if parts[1:3] != ["recall", "listings"] or parts[-1] != "stop":
            return self.guarded(missing)
        return self.guarded(lambda: (200, stop(parts[3], self.headers["idempotency-key"], json_of(body))))

    def hear(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """An event: believed, read, and kept once."""
        id_, sent = self.headers["webhook-id"] or "", self.headers["webhook-timestamp"] or ""
        content = f"{id_}.{sent}.".encode() + body
        tokens = (self.headers["webhook-signature"] or "").split()
        signed = any(self.signed(token, content) for token in tokens)
        if not (sent.isdigit() and abs(int(sent) - time.time()) <= TOLERANCE and signed):
            raise Problem(401, "The webhook is not trusted")
        events.setdefault(id_, json_of(body))
        return 202, {"accepted": True}

    def signed(self, token: str, content: bytes) -> bool:
        """Whether one signature of the header is the issuer's."""
        try:
            self.key.verify(base64.b64decode(token.removeprefix("v1a,")), content)
        except (InvalidSignature, ValueError):
            return False
        return True

    def read(self, query: dict[str, str], door: Any, known: set[str]) -> tuple[int, dict[str, Any]]:
        """What a door gives; a parameter that it does not know is refused."""
        if query.keys() - known:
            raise Problem(400, "Unknown parameters")
        return 200, door(query)

    def asked(self) -> tuple[str, dict[str, str]]:
        """The path and the query."""
        split = urlsplit(self.path)
        return split.path, dict(parse_qsl(split.query))

    def guarded(self, act: Any, *, token: bool = True) -> None:
        """Answers with what an act gives, or with the problem that it raises."""
        try:
            if token and self.headers["authorization"] != f"Bearer {self.token}":
                raise Problem(401, "No valid token")
            self.answer(*act())
        except Problem as problem:
            status, title = problem.args
            self.answer(
                status, {"type": "about:blank", "status": status, "title": title}, kind="problem+json"
            )

    def answer(self, status: int, document: object, *, kind: str = "json") -> None:
        """One JSON document."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", f"application/{kind}")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def listings(query: dict[str, str]) -> dict[str, Any]:
    """The offers of a trade item."""
    return {"listings": [row for row in LISTINGS.values() if row["gtin"] == query.get("gtin")]}


def order_lines(query: dict[str, str]) -> dict[str, Any]:
    """A page of lines in the order of their references, which never changes; the last one is the cursor."""
    found = [row for row in LINES if row["gtin"] == query.get("gtin")]
    after, limit = query.get("cursor", ""), query.get("limit", str(LARGEST_PAGE))
    if (after and after not in {row["line"] for row in found}) or not limit.isdigit():
        raise Problem(400, "Cannot read the cursor or the limit")
    rest = [row for row in found if str(row["line"]) > after]
    page = rest[: max(1, min(int(limit), LARGEST_PAGE))]
    return {"lines": page, "next": page[-1]["line"] if len(page) < len(rest) else None, "total": len(found)}


def confirmations(query: dict[str, str]) -> dict[str, Any]:
    """What was done in a recall since a number: nothing yet."""
    if not query.get("after", "0").isdigit():
        raise Problem(400, "Cannot read the number")
    return {"confirmations": [], "next": query.get("after", "0")}


def stop(ref: str, key: str | None, document: dict[str, Any]) -> dict[str, Any]:
    """Takes an offer off sale, unless this is a rehearsal; a key is one stop."""
    if not key:
        raise Problem(400, "A stop needs its Idempotency-Key")
    if ref not in LISTINGS:
        raise Problem(404, "No such listing")
    before = "on_sale" if LISTINGS[ref]["on_sale"] else "stopped"
    said = {"ref": ref, "before": before, "after": "stopped", "at": datetime.now(UTC).isoformat()}
    same, answer = stops.setdefault(key, ([ref, document], said))
    if same != [ref, document]:
        raise Problem(422, "The key was used for another request")
    if document.get("dry_run") is not True:
        LISTINGS[ref]["on_sale"] = False
    return answer


def json_of(body: bytes) -> dict[str, Any]:
    """The JSON object of a body."""
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Problem(400, "The body is no JSON object")
    return document


def missing() -> tuple[int, dict[str, Any]]:
    """Raises Problem: there is no such door."""
    raise Problem(404, "There is no such door")


if __name__ == "__main__":
    Door.token = sys.argv[2]
    Door.key = Ed25519PublicKey.from_public_bytes(base64.b64decode(sys.argv[3].removeprefix("whpk_")))
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Door).serve_forever()
