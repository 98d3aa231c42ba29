"""A partner's HTTP server on a real socket that answers as it is told and remembers what came."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True)
class Reply:
    """One answer; `seconds` is how long the partner thinks first."""

    status: int = 202
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    breaks: bool = False


@dataclass(frozen=True)
class Request:
    """What came, headers by lower-case names."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, object]:
        read = json.loads(self.body)
        assert isinstance(read, dict)
        return read


@dataclass
class Partner:
    """Answers each request with the next reply, the last one for ever."""

    url: str
    replies: list[Reply]
    requests: list[Request] = field(default_factory=list)

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class Server(ThreadingHTTPServer):
    """Takes as many callers at once as the tests send."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: callers that hang up are part of the tests."""


@contextmanager
def partner(*replies: Reply) -> Iterator[Partner]:
    """Serves until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            sent = {name.lower(): value for name, value in self.headers.items()}
            there.requests.append(Request(self.path, sent, body))
            reply = there.next_reply()
            time.sleep(reply.seconds)
            if reply.breaks:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = Server(("127.0.0.1", 0), Handler)
    there = Partner(f"http://127.0.0.1:{server.server_port}", list(replies))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
