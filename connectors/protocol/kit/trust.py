"""The kit's checks of class A: who a participant is, whom it believes, and what it says of nothing."""

from __future__ import annotations

import base64

from connectors.contract import Broken, expect
from connectors.protocol.connector import WELL_KNOWN
from connectors.protocol.kit.desk import TOLERANCE, Desk, Webhook

CONFIRMATIONS = "/recall/confirmations"
_TEST = {"type": "recall.endpoint.test", "data": {}}
_TAKEN, _REFUSED, _UNREADABLE = range(200, 300), (401,), (400, 422)
_OTHER_KEYS = "v1a," + base64.b64encode(bytes(64)).decode()


async def says_who_it_is(desk: Desk) -> None:
    """The well-known document names the protocol's version, the participant, its role and its inbox."""
    expect("1.0", desk.known.get("protocol"), sent=f"GET {WELL_KNOWN}: protocol")
    missing = [name for name in ("name", "role", "inbox") if not desk.known.get(name)]
    expect([], missing, sent=f"GET {WELL_KNOWN}: what is missing")


async def refuses_a_wrong_token(desk: Desk) -> None:
    """Whoever shows another token is sent away."""
    answer = await desk.ask(CONFIRMATIONS, token="nobody", recall=desk.recall)  # noqa: S106 - wrong on purpose
    _among((401, 403), answer.status, sent=f"GET {CONFIRMATIONS} with a wrong token")


async def writes_problems_as_rfc_9457(desk: Desk) -> None:
    """A refusal is a problem document with its status and a title."""
    answer = await desk.ask(CONFIRMATIONS, recall=desk.recall, after="no number")
    sent = f"GET {CONFIRMATIONS}?after=no number"
    _among(_UNREADABLE, answer.status, sent=sent)
    kind = answer.headers.get("content-type", "").partition(";")[0]
    expect("application/problem+json", kind, sent=f"{sent}: content-type")
    expect((answer.status, True), (answer.document.get("status"), bool(answer.document.get("title"))),
           sent=f"{sent}: status, and whether there is a title")  # fmt: skip


async def refuses_a_bad_signature(desk: Desk) -> None:
    """A webhook whose body is not the one that was signed is not believed."""
    await _refused(desk, Webhook(id=_id(desk, "bad"), document=_TEST, of=b"{}"), sent="an altered webhook")


async def refuses_no_signature(desk: Desk) -> None:
    """A webhook without any signature is not believed."""
    unsigned = Webhook(id=_id(desk, "unsigned"), document=_TEST, seal=lambda _: "")
    await _refused(desk, unsigned, sent="a webhook without a signature")


async def refuses_an_old_signature(desk: Desk) -> None:
    """A webhook of yesterday, or of tomorrow, is a copy: nobody takes it, though its signature is right."""
    for ago in (TOLERANCE * 2, -TOLERANCE * 2):
        aged = Webhook(id=_id(desk, f"aged{ago}"), document=_TEST, ago=ago)
        await _refused(desk, aged, sent=f"a webhook that was signed {ago} s ago")


async def takes_two_signatures_while_keys_change(desk: Desk) -> None:
    """One right signature among several is enough, wherever it stands."""
    both = Webhook(id=_id(desk, "rotated"), document=_TEST, seal=lambda right: f"{_OTHER_KEYS} {right}")
    _among(_TAKEN, await desk.hand_in(both), sent="a webhook with two signatures, the second one ours")


async def takes_a_webhook_twice(desk: Desk) -> None:
    """The same webhook again is answered as the first one: it is one message."""
    same = Webhook(id=_id(desk, "twice"), document=_TEST)
    for time in ("first", "second"):
        _among(_TAKEN, await desk.hand_in(same), sent=f"the same webhook, the {time} time")


async def reads_a_webhook_before_it_answers(desk: Desk) -> None:
    """What is signed but is no event is refused: who answers 200 before reading loses events for good."""
    unreadable = Webhook(id=_id(desk, "unreadable"), document=["no", "event"])
    _among(_UNREADABLE, await desk.hand_in(unreadable), sent="a signed webhook that is no JSON object")


async def says_nothing_of_an_unknown_recall(desk: Desk) -> None:
    """Nothing was done in a recall that it has not heard of."""
    rows = await desk.rows(CONFIRMATIONS, "confirmations", recall=desk.recall)
    expect([], rows, sent=f"GET {CONFIRMATIONS} of an unknown recall")


CHECKS = (
    says_who_it_is, refuses_a_wrong_token, writes_problems_as_rfc_9457, refuses_a_bad_signature,
    refuses_no_signature, refuses_an_old_signature, takes_two_signatures_while_keys_change,
    takes_a_webhook_twice, reads_a_webhook_before_it_answers, says_nothing_of_an_unknown_recall,
)  # fmt: skip


async def _refused(desk: Desk, webhook: Webhook, *, sent: str) -> None:
    _among(_REFUSED, await desk.hand_in(webhook), sent=sent)


def _among(expected: range | tuple[int, ...], got: int, *, sent: str) -> None:
    if got not in expected:
        words = "2xx" if isinstance(expected, range) else " or ".join(map(str, expected))
        raise Broken(sent=sent, expected=words, got=got)


def _id(desk: Desk, name: str) -> str:
    return f"msg_{name}_{desk.run}"
