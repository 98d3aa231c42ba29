"""A letter as bytes: read back by the standard library, and closed to all that wants to be a header."""

from __future__ import annotations

from email import message_from_bytes, message_from_string
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.email.letter import Letterhead, mail_address
from recall.errors import InputRefused
from tests.notifications.builders import outgoing

HEAD = Letterhead.of(sender="产品召回 <recall@example.org>")
HEADERS = [
    "From", "List-Id", "Auto-Submitted", "MIME-Version", "To", "Subject", "Date", "Message-ID",
    "Content-Language", "Content-Type",
]  # fmt: skip


def read(letter: bytes) -> EmailMessage:
    """The letter as any mail program would read it."""
    return message_from_bytes(letter, policy=SMTP)


def body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_reads_back_as_it_was_meant() -> None:
    subject, text = "产品安全召回：移动电源 🔋 " * 5, "请立即停止使用。\n.\n.dot\n"
    sent = outgoing(7, language="zh-Hans", subject=subject, text=text, html="<p>停</p>")
    letter = read(HEAD.letter(sent))
    assert HEADERS == letter.keys()
    assert "产品召回 <recall@example.org>" == letter["From"]
    assert "desk7@shop.example" == letter["To"]
    assert subject.strip() == letter["Subject"].strip()
    assert sent.created_at == letter["Date"].datetime
    assert "<msg_7@example.org>" == letter["Message-ID"]
    assert "<recall.example.org>" == letter["List-Id"]
    assert "auto-generated" == letter["Auto-Submitted"]
    assert "zh-Hans" == letter["Content-Language"]
    assert "multipart/alternative" == letter.get_content_type()
    assert text == body(letter, "plain")
    assert "<p>停</p>" == body(letter, "html")
    assert [] == letter.defects


def test_a_letter_without_html_is_plain_text() -> None:
    letter = read(HEAD.letter(outgoing(html=None)))
    assert "text/plain" == letter.get_content_type()
    assert "Stop the sale today.\n" == letter.get_content().replace("\r\n", "\n")


@given(
    subject=st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=200),
    text=st.text(max_size=300),
)
def test_any_words_arrive_and_no_line_is_too_long_or_not_ascii(subject: str, text: str) -> None:
    wire = HEAD.letter(outgoing(subject=subject, text=text))
    letter = read(wire)
    assert HEADERS == letter.keys()
    assert subject.split() == str(letter["Subject"]).split()
    assert text.splitlines() == body(letter, "plain").splitlines()
    assert wire.isascii()
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r\n." not in wire


@pytest.mark.parametrize(
    "control", [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)]
)
@pytest.mark.parametrize("field", ["subject", "recipient", "language", "message_id"])
def test_no_control_character_enters_a_header(field: str, control: str) -> None:
    change: dict[str, Any] = {field: f"a{control}Bcc: everybody@evil.example"}
    with pytest.raises(InputRefused):
        HEAD.letter(outgoing(1, **change))


@pytest.mark.parametrize(
    "address",
    ["", "desk", "@shop.example", "desk@", "a b@shop.example", "a@b.example,c@d.example", "<a@b.example>",
     "a@b.example> NOTIFY=NEVER", "a@@b.example", "Desk <a@b.example>", "a@b..example",
     "a🔋@shop.example", "a\u200bb@shop.example",
     "a" * 65 + "@b.example", '"a b"@shop.example'],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(InputRefused):
        mail_address(address)


@pytest.mark.parametrize(
    ("given_address", "plain"),
    [("desk@shop.example", "desk@shop.example"), ("o'b+x@a.b.example", "o'b+x@a.b.example"),
     ("desk@bücher.example", "desk@xn--bcher-kva.example"), ("root@localhost", "root@localhost"),
     ("柜台@shop.example", "柜台@shop.example"),
     ("δοκιμή@παράδειγμα.example", "δοκιμή@xn--hxajbheg2az3al.example")],
)  # fmt: skip
def test_a_plain_address_is_taken_its_domain_as_ascii(given_address: str, plain: str) -> None:
    assert plain == mail_address(given_address)


@pytest.mark.parametrize("sender", ["", "nobody", "A\r\nBcc: x@y.example <a@b.example>", "a@b.example\x00"])
def test_a_sender_that_is_none_is_refused_at_once(sender: str) -> None:
    with pytest.raises(InputRefused):
        Letterhead.of(sender=sender)


@pytest.mark.parametrize("language", ["", "en en", "en; x=y", "e"])
def test_what_is_no_language_is_refused(language: str) -> None:
    with pytest.raises(InputRefused):
        HEAD.letter(outgoing(language=language))


@pytest.mark.parametrize("identity", ["", "a b", "<a@b>", "a@b", "a" * 201])
def test_what_is_no_plain_message_id_is_refused(identity: str) -> None:
    with pytest.raises(InputRefused):
        HEAD.letter(outgoing(message_id=identity))


def test_words_that_look_encoded_arrive_as_they_were_written() -> None:
    letter = read(HEAD.letter(outgoing(subject="=?utf-8?q?Bcc?=")))
    assert "=?utf-8?q?Bcc?=" == letter["Subject"]


@given(local=st.text(st.characters(categories=("L", "M", "N")), min_size=1, max_size=30))
def test_a_recipient_in_any_script_reads_back_as_it_was_meant(local: str) -> None:
    sent = outgoing(recipient=f"{local}@shop.example")
    letter = message_from_string(HEAD.letter(sent).decode(), policy=SMTPUTF8)
    (to,) = letter["To"].addresses
    assert (local, "shop.example") == (to.username, to.domain)
    assert [] == letter.defects
