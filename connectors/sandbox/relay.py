"""The relay: a platform puts each line's personal link into a text and mails its own buyers.

Each mail is recorded before it is handed over and after: a restart sends at most the one in flight again,
under the same Message-ID. The addresses never leave the platform's books.
"""

from __future__ import annotations

import base64
import hashlib
import json
import smtplib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from typing import Any

from connectors.sandbox import agenda
from connectors.sandbox.database import Database, OtherRequest, rows, write

CRLF, LINK = "\r\n", "{link}"
TELLING = frozenset({"notify_buyer", "reminder"})
"""The kinds of message that a buyer answers."""
REST_SECONDS = 0.3
_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail of a request to the buyer of one line."""

    id: int
    request: str
    line: str
    link: str
    email: str
    language: str
    recall: str
    kind: str
    texts: Mapping[str, Mapping[str, str]]


def accept(db: Database, *, key: str, document: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Takes a relay request over: `{"message", "accepted", "unknown"}`; again: the same answer.

    A dry run sends no mail; its receipts, of the time `at`, are there at once.
    Raises OtherRequest when the key was used for another request (the order of lines does not matter).
    """
    lines = {str(line["line"]): str(line["link"]) for line in document["lines"]}
    canonical = json.dumps({**document, "lines": sorted(lines.items())}, sort_keys=True)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    with db.begin() as tx:
        before = rows(tx, "SELECT digest, answer FROM request WHERE key = ?", key)
        if before and before[0]["digest"] != digest:
            raise OtherRequest(key)
        if before:
            return dict(json.loads(before[0]["answer"]))
        known = _known(tx, lines)
        answer = {"message": key[:40], "accepted": len(known), "unknown": sorted(lines.keys() - known)}
        tx.execute(
            "INSERT INTO request VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key, document["recall"], int(document["version"]), document["kind"], digest,
             json.dumps(document["texts"], ensure_ascii=False), json.dumps(answer)),
        )  # fmt: skip
        if document.get("dry_run") is True:
            _receive(tx, recall=document["recall"], kind=document["kind"], lines=sorted(known), at=at)
        else:
            tx.executemany(
                "INSERT OR IGNORE INTO mail(request, line, link) VALUES (?, ?, ?)",
                [(key, line, link) for line, link in lines.items() if line in known],
            )
    return answer


def _receive(
    tx: sqlite3.Connection,
    *,
    recall: str,
    kind: str,
    lines: Iterable[str],
    at: datetime,
    result: str = "delivered",
) -> None:
    """The receipts for lines that were told."""
    tx.executemany(
        "INSERT INTO receipt(recall, line, kind, result, at) VALUES (?, ?, ?, ?, ?)",
        [(recall, line, kind, result, agenda.stamp(at)) for line in lines],
    )


def _known(tx: sqlite3.Connection, lines: Mapping[str, str]) -> set[str]:
    return {line for line in lines if tx.execute("SELECT 1 FROM buyer WHERE line = ?", (line,)).fetchone()}


def message_id(mail: Mail, *, domain: str) -> str:
    """Made of the request and the line: the same at every attempt."""
    return f"<{hashlib.sha256(f'{mail.request}|{mail.line}'.encode()).hexdigest()[:40]}@{domain}>"


def mail_bytes(mail: Mail, *, sender: str, domain: str, at: datetime) -> bytes:
    """The mail in the buyer's language (or the first there is), its link put in."""
    text = mail.texts.get(mail.language) or next(iter(mail.texts.values()))
    body = text["text"]
    body = body.replace(LINK, mail.link) if LINK in body else f"{body}\n\n{mail.link}\n"
    headers = (
        f"From: {sender}",
        f"To: {mail.email}",
        f"Subject: {Header(' '.join(text['subject'].split()), 'utf-8').encode(linesep=CRLF)}",
        f"Message-ID: {message_id(mail, domain=domain)}",
        f"Date: {format_datetime(at)}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    )
    content = base64.encodebytes(body.encode()).replace(b"\n", CRLF.encode())
    return CRLF.join(headers).encode() + b"\r\n\r\n" + content


class Mailer:
    """The thread that empties the relay's queue into an SMTP server."""

    def __init__(self, *, db: Database, smtp: str, platform: str, clock: Callable[[], datetime]) -> None:
        """`smtp` is `host:port`; `platform` the key that the sender's address is made of."""
        self._db, self._clock = db, clock
        self._host, _, port = smtp.rpartition(":")
        self._port = int(port)
        self._domain = f"{platform}.example.org"
        self._work = threading.Event()

    def start(self) -> None:
        """Begins with what an earlier process left."""
        self._work.set()
        threading.Thread(target=self._run, daemon=True, name="mailer").start()

    def poke(self) -> None:
        """There is something to send."""
        self._work.set()

    def _run(self) -> None:
        while True:
            self._work.wait(timeout=5)
            self._work.clear()
            try:
                self._empty_queue()
            except (OSError, smtplib.SMTPException, sqlite3.OperationalError):
                threading.Event().wait(REST_SECONDS)
                self._work.set()

    def _empty_queue(self) -> None:
        connection = self._db.open()
        try:
            while batch := _waiting(connection):
                with smtplib.SMTP(self._host, self._port, local_hostname=self._domain, timeout=60) as server:
                    for mail in batch:
                        self._send(connection, server, mail)
        finally:
            connection.close()

    def _send(self, connection: sqlite3.Connection, server: smtplib.SMTP, mail: Mail) -> None:
        at = self._clock()
        content = mail_bytes(mail, sender=f"notices@{self._domain}", domain=self._domain, at=at)
        with write(connection):
            connection.execute(
                "UPDATE mail SET state = 'sending', attempts = attempts + 1 WHERE id = ?", (mail.id,)
            )
        try:
            server.sendmail(f"notices@{self._domain}", [mail.email], content)
            result = "delivered"
        except smtplib.SMTPRecipientsRefused as refusal:
            code = refusal.recipients[mail.email][0]
            if code < 500:
                raise
            result = "bounced"
        with write(connection):
            self._settle(connection, mail, result=result, at=at)

    def _settle(self, tx: sqlite3.Connection, mail: Mail, *, result: str, at: datetime) -> None:
        """The receipt, and the day on which this buyer will answer."""
        tx.execute("UPDATE mail SET state = ? WHERE id = ?", (result, mail.id))
        _receive(tx, recall=mail.recall, kind=mail.kind, lines=[mail.line], at=at, result=result)
        if result == "delivered" and mail.kind in TELLING:
            _plan_answer(tx, mail, at=at)


def _waiting(connection: sqlite3.Connection) -> list[Mail]:
    """The next mails: first the one that was in flight when an earlier process ended."""
    found = rows(
        connection,
        "SELECT mail.id, request, mail.line, link, email, language, recall, kind, texts"
        " FROM mail JOIN request ON request.key = mail.request JOIN buyer ON buyer.line = mail.line"
        " WHERE state IN ('sending', 'waiting') ORDER BY state, mail.id LIMIT ?",
        _BATCH,
    )
    return [Mail(**{**row, "texts": json.loads(row["texts"])}) for row in found]


def _plan_answer(tx: sqlite3.Connection, mail: Mail, *, at: datetime) -> None:
    """A buyer answers when it was told as often as it takes."""
    told = tx.execute(
        "SELECT count(*) FROM receipt WHERE recall = ? AND line = ? AND result = 'delivered'"
        " AND kind IN ('notify_buyer', 'reminder')",
        (mail.recall, mail.line),
    ).fetchone()[0]
    plan = rows(tx, "SELECT answer, after_hours, needs FROM buyer WHERE line = ?", mail.line)[0]
    if plan["answer"] and told >= plan["needs"]:
        agenda.plan(
            tx,
            agenda.Item(
                key=f"buyer:{mail.recall}:{mail.line}",
                due=at + timedelta(hours=plan["after_hours"]),
                act="buyer",
                body={"recall": mail.recall, "line": mail.line, "link": mail.link},
            ),
        )
