"""Signatures of webhooks: the published example, the published library, and every way to be refused."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from notifications.webhook.signature import SigningKey, verify
from recall.errors import InputRefused, NotKnown

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def key_of(seed: int) -> SigningKey:
    return SigningKey.of(text="whsk_" + base64.b64encode(bytes([seed]) * 32).decode())


def headers_of(message_id: str, *, at: datetime, signature: str) -> dict[str, str]:
    """The three headers of a webhook."""
    timestamp = str(int(at.timestamp()))
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature}


def test_the_published_example_is_known() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    headers = headers_of("msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, signature=signature)
    assert "msg_p5jXN8AQM9LWM0D4loKWxJek" == verify(keys=[SECRET], headers=headers, body=BODY, now=at)


def test_the_rfc_8032_key_pair_is_reproduced_exactly() -> None:
    """Test 1 of RFC 8032, section 7.1: this seed has this public key."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    key = SigningKey.of(text="whsk_" + base64.b64encode(seed).decode())
    assert key.public == "whpk_" + base64.b64encode(public).decode()


@given(body=st.text(max_size=200), message_id=st.from_regex(r"[A-Za-z0-9_]{1,40}", fullmatch=True))
def test_what_the_published_library_signs_is_known_and_nothing_else(body: str, message_id: str) -> None:
    headers = headers_of(message_id, at=NOW, signature=Webhook(SECRET).sign(message_id, NOW, body))
    assert message_id == verify(keys=[SECRET], headers=headers, body=body.encode(), now=NOW)
    with pytest.raises(NotKnown):
        verify(keys=[SECRET], headers=headers, body=body.encode() + b" ", now=NOW)


@given(body=st.binary(max_size=300), flip=st.integers(0, 10_000))
def test_what_our_key_signed_is_known_and_one_changed_bit_is_not(body: bytes, flip: int) -> None:
    key = key_of(1)
    headers = key.headers(message_id="msg_1", at=NOW, body=body)
    assert verify(keys=[key.public], headers=headers, body=body, now=NOW) == "msg_1"
    changed = bytearray(body + b"x")
    changed[flip % len(changed)] ^= 1 << (flip % 8)
    with pytest.raises(NotKnown):
        verify(keys=[key.public], headers=headers, body=bytes(changed), now=NOW)


def test_while_keys_change_the_old_and_the_new_are_both_known() -> None:
    old, new = key_of(1), key_of(2)
    headers = new.headers(message_id="msg_1", at=NOW, body=BODY)
    both = (
        f"{old.sign(message_id='msg_1', timestamp=int(NOW.timestamp()), body=BODY)} "
        + headers["webhook-signature"]
    )
    sent = {**headers, "webhook-signature": both}
    assert verify(keys=[old.public], headers=sent, body=BODY, now=NOW) == "msg_1"
    assert verify(keys=[new.public], headers=sent, body=BODY, now=NOW) == "msg_1"
    assert verify(keys=[SECRET, old.public, new.public], headers=headers, body=BODY, now=NOW) == "msg_1"
    with pytest.raises(NotKnown):
        verify(keys=[key_of(3).public], headers=sent, body=BODY, now=NOW)


def test_a_signature_of_one_kind_is_never_read_as_the_other() -> None:
    key = key_of(1)
    headers = key.headers(message_id="msg_1", at=NOW, body=BODY)
    as_hmac = {**headers, "webhook-signature": headers["webhook-signature"].replace("v1a,", "v1,")}
    with pytest.raises(NotKnown):
        verify(keys=[key.public, SECRET], headers=as_hmac, body=BODY, now=NOW)


@pytest.mark.parametrize(
    ("seconds", "known"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_five_minutes_either_way_are_now(seconds: int, known: bool) -> None:
    key = key_of(1)
    headers = key.headers(message_id="msg_1", at=NOW + timedelta(seconds=seconds), body=BODY)
    if known:
        assert verify(keys=[key.public], headers=headers, body=BODY, now=NOW) == "msg_1"
    else:
        with pytest.raises(NotKnown, match="not of now"):
            verify(keys=[key.public], headers=headers, body=BODY, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": ""}, {"webhook-id": "msg_2"}, {"webhook-timestamp": ""}, {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "١٧٧٢"}, {"webhook-signature": ""}, {"webhook-signature": "v1a,???"},
        {"webhook-signature": "v1a"}, {"webhook-signature": "v2,AAAA"},
    ],
)  # fmt: skip
def test_headers_that_are_missing_or_bent_are_refused(change: dict[str, str]) -> None:
    key = key_of(1)
    headers = key.headers(message_id="msg_1", at=NOW, body=BODY) | change
    with pytest.raises(NotKnown):
        verify(keys=[key.public, SECRET], headers=headers, body=BODY, now=NOW)


@pytest.mark.parametrize("text", ["", "whsk_", "whsk_AAAA", "whsk_!!", "whpk_" + "A" * 43 + "="])
def test_a_key_that_cannot_be_read_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        SigningKey.of(text=text)
    assert not text or text not in str(refusal.value)


class TestTheKeysFile:
    def test_it_is_made_once_for_its_owner_only(self, tmp_path: Path) -> None:
        path = tmp_path / "keys" / "issuer.key"
        first = SigningKey.load_or_create(path=path, new_seed=lambda: b"a" * 32)
        again = SigningKey.load_or_create(path=path, new_seed=lambda: b"b" * 32)
        assert first.public == again.public
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [path] == list(path.parent.iterdir())

    def test_of_two_that_create_it_both_use_the_first_ones(self, tmp_path: Path) -> None:
        path = tmp_path / "issuer.key"

        def slow_seed() -> bytes:
            SigningKey.load_or_create(path=path, new_seed=lambda: b"a" * 32)
            return b"b" * 32

        late = SigningKey.load_or_create(path=path, new_seed=slow_seed)
        assert SigningKey.load(path=path).public == late.public
        assert SigningKey.of(text="whsk_" + base64.b64encode(b"a" * 32).decode()).public == late.public
        assert [path] == list(tmp_path.iterdir())

    def test_one_that_others_may_read_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "issuer.key"
        SigningKey.load_or_create(path=path, new_seed=lambda: b"a" * 32)
        path.chmod(0o644)
        with pytest.raises(InputRefused, match="mode 644"):
            SigningKey.load(path=path)

    def test_its_text_shows_no_secret(self) -> None:
        assert "AQEB" not in repr(key_of(1))
