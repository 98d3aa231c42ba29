"""Starts the sandbox's servers as real processes, on free ports, and an engine small enough to read."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TOKEN, ENGINE_KEY = "token-of-the-participant", "key-of-the-engine"
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Served:
    """A process that serves, and the line it said when it was ready."""

    process: subprocess.Popen[bytes]
    ready: dict[str, Any]
    seconds: float

    @property
    def url(self) -> str:
        return str(self.ready["url"])


@contextmanager
def served(module: str, *arguments: str) -> Iterator[Served]:
    """Runs `python -m connectors.sandbox.<module>` until the block ends."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", f"connectors.sandbox.{module}", *arguments], stdout=subprocess.PIPE, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"{module} ended with {process.wait(10)}"
        yield Served(process=process, ready=json.loads(line), seconds=time.perf_counter() - begun)
    finally:
        process.kill()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


def post_office(log: Path) -> Any:
    return served("post_office", "--maildir", str(log))


def platform(db: Path, *, issuer: str, smtp_port: int, logistics: str | None = None) -> Any:
    more = ("--logistics", logistics, "--logistics-key", TOKEN) if logistics else ()
    return served(
        "platform", "--db", str(db), "--issuer", issuer, "--key", TOKEN, "--engine-key", ENGINE_KEY,
        "--smtp", f"127.0.0.1:{smtp_port}", *more,
    )  # fmt: skip


def logistics(db: Path, *, issuer: str) -> Any:
    return served(
        "logistics", "--db", str(db), "--issuer", issuer, "--key", TOKEN, "--engine-key", ENGINE_KEY
    )


@dataclass
class Caller:
    """Calls a participant's doors as the engine would, with the standard library alone."""

    base: str
    token: str | None = TOKEN

    def call(
        self, method: str, path: str, *, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Status, document, headers (names in lower case)."""
        request = urllib.request.Request(self.base + path, data=body, method=method)  # noqa: S310 - loopback
        if self.token:
            request.add_header("authorization", f"Bearer {self.token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
                status, content, got = answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            status, content, got = error.code, error.read(), error.headers
        return status, json.loads(content or b"{}"), {k.lower(): v for k, v in got.items()}

    def get(self, path: str) -> dict[str, Any]:
        status, document, _ = self.call("GET", path)
        assert status == 200, (status, document)
        return document

    def post(self, path: str, document: object, **headers: str) -> tuple[int, dict[str, Any]]:
        status, answer, _ = self.call("POST", path, body=json.dumps(document).encode(), **headers)
        return status, answer

    def clock(self, now: datetime) -> dict[str, Any]:
        status, answer = self.post("/sandbox/clock", {"now": now.isoformat()})
        assert status == 200, answer
        return answer

    def everything(self, name: str, *, recall: str) -> list[dict[str, Any]]:
        """All confirmations or receipts of a recall, page by page."""
        found: list[dict[str, Any]] = []
        after = "0"
        while rows := self.get(f"/recall/{name}?recall={recall}&after={after}&limit=100"):
            if not rows[name]:
                return found
            found += rows[name]
            after = rows["next"]
        return found


@dataclass
class SmallEngine:
    """The doors of the engine that participants use: tasks, events, acknowledgements, a buyer's page."""

    tasks: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    url: str = ""

    def public(self) -> str:
        return "whpk_" + base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def webhook(self, *, message_id: str, body: bytes, at: float | None = None) -> dict[str, str]:
        """The headers of a signed webhook (Standard Webhooks 1.0.0, v1a)."""
        timestamp = str(int(time.time() if at is None else at))
        signature = self.key.sign(f"{message_id}.{timestamp}.".encode() + body)
        return {
            "webhook_id": message_id,
            "webhook_timestamp": timestamp,
            "webhook_signature": f"v1a,{base64.b64encode(signature).decode()}",
        }

    def get(self, path: str) -> dict[str, Any] | None:
        """The document at a path, or None."""
        split = urllib.parse.urlsplit(path)
        if split.path == "/.well-known/recall-issuer.json":
            return {"name": "Small engine", "keys": [{"public": self.public()}]}
        if split.path == "/v1/tasks":
            return {"tasks": [{k: v for k, v in task.items() if k != "affected"} for task in self.tasks]}
        if split.path == "/v1/events":
            after = int(urllib.parse.parse_qs(split.query)["after"][0])
            return {"events": [e for e in self.events if e["seq"] > after], "highest": len(self.events)}
        if split.path.startswith("/v1/tasks/"):
            return next((task for task in self.tasks if split.path.endswith(task["id"])), None)
        return {"page": True} if split.path.startswith("/b/") else None

    def post(self, path: str, body: bytes) -> bool:
        """Takes an acknowledgement or a buyer's answer; whether the path is known."""
        if path.endswith("/acknowledgements"):
            self.acknowledged.add(path.split("/")[3])
            return True
        if path.startswith("/b/"):
            form = urllib.parse.parse_qs(body.decode())
            self.answers[path[3:]] = form["answer"][0], form["code"][0]
            return True
        return False


@contextmanager
def small_engine() -> Iterator[SmallEngine]:
    """The small engine on a free port of loopback."""
    engine = SmallEngine()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = engine.get(self.path)
            self._answer(404 if document is None else 200, document or {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self._answer(202 if engine.post(self.path, body) else 404, {})

        def _answer(self, status: int, document: object) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    engine.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield engine
    finally:
        server.shutdown()
        server.server_close()


def until(condition: Any, *, seconds: float = 20.0) -> None:
    """Waits for a condition that another process brings about."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
