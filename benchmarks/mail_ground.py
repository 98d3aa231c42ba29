"""The ground of `benchmarks.mail`: a sink, the servers that peers need, and the letter that all send.

The sink is Postfix's `smtp-sink`; `smtp-source`, its counterpart, shows what this machine can do at all.
Where they are not installed, Debian's packages are unpacked into `.cache/mail`.
"""

from __future__ import annotations

import os
import platform
import shutil
import smtplib
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from notifications.email.letter import Letterhead
from notifications.rendering import SLOT, Rendered, render
from recall.domain.party import Party, Role
from recall.ports import Outgoing
from tools import debian

UNPACKED = debian.CACHE / "mail"
PACKAGES = {"smtp-sink": "postfix", "smtp-source": "postfix", "redis-server": "redis-server"}
SENDER = "Product safety <recall@engine.example>"
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FACTS = {
    "issuer": "Market Supervision", "reference": "R-2026-7", "product": "Northlight PB-20 power bank",
    "page": "https://recall.example/notices/R-2026-7", "code": "K7-M2-Q9", "lots": "C14-P6, C14-P7",
    "contact": "https://recall.example/notices/R-2026-7", "sold_by": "Harbour Market",
    "hazard": "The cells may overheat, and the power bank may catch fire.", "remedies": "refund\nreplace",
    "where_code": "On the label: the model stands in large type, the lot below it.", "link": SLOT,
}  # fmt: skip
"""What a buyer's message says."""


def program(name: str) -> Path:
    """Where a program stands: on the path, or unpacked; fetched where that is possible (`NotPossible`)."""
    found = shutil.which(name) or next(iter(UNPACKED.glob(f"usr/*bin/{name}")), None)
    if found is None:
        debian.unpack(sorted(set(PACKAGES.values())), UNPACKED)
        found = next(iter(UNPACKED.glob(f"usr/*bin/{name}")))
    return Path(found)


@contextmanager
def running(name: str, *arguments: str, port: int) -> Iterator[None]:
    """A server that answers at its port, until the block ends."""
    server = subprocess.Popen(
        [program(name), *arguments], env=libraries(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait()


@contextmanager
def sink() -> Iterator[int]:
    """The port of a sink that takes everything."""
    port = free_port()
    account = ["-u", "nobody"] if os.geteuid() == 0 else []
    with running("smtp-sink", *account, "-m", "200", f"127.0.0.1:{port}", "1024", port=port):
        yield port


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The URL of a Redis that writes what it is told to its disk once a second."""
    port = free_port()
    with running("redis-server", "--port", str(port), "--dir", str(folder), "--appendonly", "yes", port=port):
        yield f"redis://127.0.0.1:{port}"


def smtp_source(*, mails: int, port: int) -> float:
    """The mails a second of Postfix's own sender: 8 sessions, each kept, letters of the same size."""
    arguments = ["-s", "8", "-d", "-m", str(mails), "-l", str(len(letter(0)[1]))]
    command = [program("smtp-source"), *arguments, "-f", "recall@engine.example", "-t", "b@buyers.example"]
    began = time.perf_counter()
    subprocess.run([*command, f"127.0.0.1:{port}"], env=libraries(), check=True)
    return mails / (time.perf_counter() - began)


def libraries() -> dict[str, str]:
    """The environment by which unpacked programs find their unpacked libraries."""
    folders = [UNPACKED / "usr/lib/postfix", UNPACKED / f"usr/lib/{platform.machine()}-linux-gnu"]
    return os.environ | {"LD_LIBRARY_PATH": ":".join(map(str, folders))}


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def letter(number: int) -> tuple[str, bytes]:
    """The address and the letter of one buyer: rendered once, personal by its link, as the engine does."""
    head, words = _written()
    mine = words.addressed(f"https://recall.example/b/{number:064d}")
    address = f"buyer{number}@buyers.example"
    party = Party(id="party_platform", role=Role.PLATFORM, name="Harbour Market")
    return address, head.letter(
        Outgoing(
            id=f"msg_{number}", recall_id="rcl_1", version=1, kind="notify_buyer", party=party,
            recipient=address, language="en", subject=mine.subject, text=mine.text, html=mine.html,
            document={}, message_id=f"msg_{number}", created_at=AT,
        )
    )  # fmt: skip


@lru_cache
def _written() -> tuple[Letterhead, Rendered]:
    return Letterhead.of(sender=SENDER), render(kind="notify_buyer", language="en", facts=FACTS)


_KEPT = threading.local()


def send(number: int, *, port: int) -> str:
    """What a peer's task does: one letter over this thread's own connection, which is kept."""
    server: smtplib.SMTP | None = getattr(_KEPT, "server", None)
    if server is None:
        server = _KEPT.server = smtplib.SMTP("127.0.0.1", port, local_hostname="engine.example")
    address, text = letter(number)
    server.sendmail("recall@engine.example", [address], text)
    return address
