"""The participant in plain Python, which the reference shows to engineers, conforms to class C."""

from __future__ import annotations

import base64
import socket
import subprocess
import sys

from flows.conformance import Asked, checked
from notifications.webhook.signature import SigningKey
from tests.connectors.processes import ROOT, TOKEN, until


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def test_the_example_keeps_every_promise_of_class_c() -> None:
    key = SigningKey.of(text="whsk_" + base64.b64encode(bytes(range(32))).decode())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = str(ROOT / "examples" / "participant.py")
    process = subprocess.Popen([sys.executable, script, str(port), TOKEN, key.public])
    try:
        until(lambda: answers(port))
        asked = Asked(upto="C", gtin=None, timeout=20)
        checks = checked(asked, url=f"http://127.0.0.1:{port}", token=TOKEN, key=key)
    finally:
        process.kill()
        process.wait(10)
    assert [] == [one for one in checks if not one.ok]
    assert "writes-rows-that-can-be-read" in {one.id for one in checks}
