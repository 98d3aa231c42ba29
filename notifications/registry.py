"""The channels: every way to tell a party, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from notifications.email.channel import EmailChannel
from notifications.email.session import Door, Tls
from notifications.inbox.channel import InboxChannel
from notifications.relay.channel import RelayChannel
from notifications.webhook.channel import WebhookChannel
from notifications.webhook.signature import SigningKey
from recall.domain.message import Via
from recall.domain.party import Party
from recall.ports import Channel, Handover


def channels(
    *,
    smtp_host: str,
    smtp_port: int,
    smtp_user: str,
    smtp_password: str,
    smtp_tls: Tls,
    smtp_connections: int,
    mail_from: str,
    handover: Handover,
    signing_key: SigningKey,
    tokens: Callable[[Party], str],
    clock: Callable[[], datetime],
    timeout: float = 15.0,
    hosts: frozenset[str] = frozenset(),
) -> Mapping[Via, Channel]:
    """Every channel, to be made inside the event loop that uses it.

    `clock` is the real time: receivers compare signatures with theirs. `tokens` gives the bearer token that
    a platform gave us; `timeout` is seconds for a partner's answer; `hosts` may be posted to though private.
    """
    door = Door(host=smtp_host, port=smtp_port, user=smtp_user, password=smtp_password, tls=smtp_tls)
    email = EmailChannel(door=door, sender=mail_from, connections=smtp_connections, handover=handover)
    return {
        Via.EMAIL: email,
        Via.WEBHOOK: WebhookChannel(key=signing_key, clock=clock, timeout=timeout, hosts=hosts),
        Via.RELAY: RelayChannel(tokens=tokens, clock=clock, timeout=timeout, hosts=hosts),
        Via.INBOX: InboxChannel(),
    }
