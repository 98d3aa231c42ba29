"""What the engine signs a participant believes, though each side wrote its own part of the standard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.sandbox.trust import Issuer, NotTrusted, public_keys
from notifications.webhook.signature import SigningKey

NOW = datetime(2025, 6, 17, tzinfo=UTC)
OLD, NEW = (SigningKey.of(text=f"whsk_{letter * 43}=") for letter in "AQ")
BODY = b'{"type":"task.issued"}'


def issuer(*keys: SigningKey) -> Issuer:
    return Issuer(fetch=lambda: {"keys": [{"public": key.public} for key in keys]})


def test_the_engines_own_signature_is_believed() -> None:
    headers = NEW.headers(message_id="msg_1", at=NOW, body=BODY)
    assert issuer(OLD, NEW).check(headers=headers, body=BODY, now=NOW.timestamp()) == "msg_1"


def test_a_new_key_is_fetched_when_the_known_ones_do_not_fit() -> None:
    published = [OLD]
    keeper = Issuer(fetch=lambda: {"keys": [key.public for key in published]})
    first = OLD.headers(message_id="msg_1", at=NOW, body=BODY)
    assert keeper.check(headers=first, body=BODY, now=NOW.timestamp()) == "msg_1"
    published.append(NEW)
    second = NEW.headers(message_id="msg_2", at=NOW, body=BODY)
    assert keeper.check(headers=second, body=BODY, now=NOW.timestamp()) == "msg_2"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_is_not_of_now_is_not_believed(minutes: int) -> None:
    headers = NEW.headers(message_id="msg_1", at=NOW + timedelta(minutes=minutes), body=BODY)
    with pytest.raises(NotTrusted, match="not of now"):
        issuer(NEW).check(headers=headers, body=BODY, now=NOW.timestamp())


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"}, {"webhook-id": ""}, {"webhook-timestamp": "soon"}, {"webhook-signature": ""},
        {"webhook-signature": "v1a,not base64!"}, {"webhook-signature": "v1,AAAA"},
    ],
)  # fmt: skip
def test_what_was_changed_on_the_way_is_not_believed(change: dict[str, str]) -> None:
    headers = NEW.headers(message_id="msg_1", at=NOW, body=BODY) | change
    with pytest.raises(NotTrusted):
        issuer(NEW).check(headers=headers, body=BODY, now=NOW.timestamp())


def test_another_body_or_another_key_is_not_believed() -> None:
    headers = NEW.headers(message_id="msg_1", at=NOW, body=BODY)
    for keeper, body in ((issuer(NEW), BODY + b" "), (issuer(OLD), BODY), (issuer(), BODY)):
        with pytest.raises(NotTrusted, match="no key of the issuer"):
            keeper.check(headers=headers, body=body, now=NOW.timestamp())


def test_keys_are_found_wherever_the_document_holds_them_and_a_broken_one_fits_nothing() -> None:
    document = {"keys": [{"public": "whpk_AA=="}, "whpk_x"], "name": "whoever", "also": {"deep": ["whpk_y"]}}
    assert list(public_keys(document)) == ["whpk_AA==", "whpk_x", "whpk_y"]
    headers = NEW.headers(message_id="msg_1", at=NOW, body=BODY)
    with pytest.raises(NotTrusted):
        Issuer(fetch=lambda: document).check(headers=headers, body=BODY, now=NOW.timestamp())
