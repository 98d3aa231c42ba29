"""The check: whether a partner's system keeps the protocol's promises, asked at its own doors.

It has no effect there: nothing is stopped, sent or confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from connectors import contract
from connectors.account import Account
from connectors.client import Client
from connectors.contract import Broken, Known, expect
from connectors.health import ABSENT
from connectors.protocol.connector import ProtocolPartner
from connectors.signing import bearer
from recall.errors import GiveUp, RecallError
from recall.ports import LineQuery, Platform

UNKNOWN_RECALL = "rcl_conformance_check"
_WELL_KNOWN = "/.well-known/recall-participant.json"
_CONFIRMATIONS = "/recall/confirmations"
_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One promise: what was asked, what was promised, and what came."""

    id: str
    ok: bool
    sent: str
    expected: str
    got: str

    def document(self) -> dict[str, str | bool]:
        """The check as flat JSON."""
        return {
            "id": self.id, "ok": self.ok, "sent": self.sent, "got": self.got, "expected": self.expected,
        }  # fmt: skip


async def check(*, endpoint: str, token: str, gtin: str | None, timeout: float) -> tuple[Checked, ...]:
    """Ask everything that a partner's role promises; `gtin` is a trade item that it sells (None: ask less).

    `timeout` is seconds for each step of a call. Raises nothing for what the partner does.
    """
    desk = _Desk(endpoint=endpoint, token=token, timeout=timeout)
    await desk.ask("says-who-it-is", desk.says_who_it_is())
    await desk.ask("refuses-a-wrong-token", desk.refuses_a_wrong_token())
    known = Known(gtin=gtin or ABSENT, line_refs=frozenset(), absent_gtin=ABSENT, recall_id=UNKNOWN_RECALL)
    account = Account(
        platform_id="party_checked", endpoint=endpoint, secrets={"token": token}, timeout=timeout,
        hosts=_host_of(endpoint),
    )  # fmt: skip
    partner = ProtocolPartner(account)
    try:
        for promise in _promises(role=desk.role, sells=gtin is not None):
            await desk.ask(promise.__name__.replace("_", "-"), promise(partner, known))
    finally:
        await partner.aclose()
    return tuple(desk.answers)


@dataclass(slots=True, kw_only=True)
class _Desk:
    """Asks one question after the other and notes the answers."""

    endpoint: str
    token: str
    timeout: float
    role: str = "platform"
    answers: list[Checked] = field(default_factory=list)

    async def ask(self, name: str, question: Coroutine[Any, Any, None]) -> None:
        """Note the answer to one question; a partner that fails has not kept its promise."""
        noted = partial(Checked, id=name)
        asked = name.replace("-", " ")
        try:
            await question
        except Broken as broken:
            expected, got = repr(broken.expected)[:_SHOWN], repr(broken.got)[:_SHOWN]
            answer = noted(ok=False, sent=broken.sent, expected=expected, got=got)
        except RecallError as error:
            sent, got = error.where or asked, error.message[:_SHOWN]
            answer = noted(ok=False, sent=sent, expected="an answer that can be read", got=got)
        else:
            answer = noted(ok=True, sent=asked, expected="kept", got="kept")
        self.answers.append(answer)

    async def says_who_it_is(self) -> None:
        """The well-known document names the protocol, the participant, its role and its inbox."""
        said = (
            await _get(_WELL_KNOWN, endpoint=self.endpoint, token=self.token, timeout=self.timeout)
        ).document
        missing = [name for name in ("name", "role", "inbox") if not said.get(name)]
        self.role = str(said.get("role"))
        expect("1.0", said.get("protocol"), sent=f"GET {_WELL_KNOWN}: protocol")
        expect([], missing, sent=f"GET {_WELL_KNOWN}: what is missing")

    async def refuses_a_wrong_token(self) -> None:
        """Whoever shows another token is sent away."""
        try:
            path = f"{_CONFIRMATIONS}?recall={UNKNOWN_RECALL}"
            answer = await _get(path, endpoint=self.endpoint, token="nobody", timeout=self.timeout)  # noqa: S106 - wrong on purpose
            got = str(answer.status)
        except GiveUp as refusal:
            got = refusal.got or ""
        expect(True, got in ("401", "403"), sent=f"GET {_CONFIRMATIONS} with a wrong token gives 401 or 403")


async def _get(path: str, *, endpoint: str, token: str, timeout: float) -> Any:
    signer = bearer(token) if token else None
    client = Client(base_url=endpoint, signer=signer, timeout=timeout, hosts=_host_of(endpoint))
    try:
        return await client.get(path)
    finally:
        await client.aclose()


def _host_of(endpoint: str) -> frozenset[str]:
    """The host that the operator typed: whoever asks for a check may mean one of his own network."""
    return frozenset({urlsplit(endpoint).hostname or ""})


Promise = Callable[[Platform, Known], Coroutine[Any, Any, None]]


async def states_its_capabilities(platform: Platform, known: Known) -> None:
    """It says its classes and the finest thing that its lines carry."""
    await contract.states_its_capabilities(platform, known)


async def says_nothing_of_an_unknown_recall(platform: Platform, known: Known) -> None:
    """Nothing was done in a recall that it has not heard of."""
    rows = await platform.confirmations(recall_id=known.recall_id, after="")
    expect((), rows.rows, sent=f"GET {_CONFIRMATIONS} of an unknown recall")


async def finds_every_line_once(platform: Platform, known: Known) -> None:
    """A scan gives each line of the trade item once, as many as the stated total, and none unreadable."""
    cursor, seen, refs, totals, refused = None, set[str](), list[str](), set[int](), list[str]()
    while True:
        page = await platform.order_lines(query=LineQuery(gtin=known.gtin), cursor=cursor)
        refs += [line.line_ref for line in page.lines]
        totals.add(page.total or 0)
        refused += page.refused
        cursor = page.next
        expect(False, cursor in seen, sent=f"a scan of {known.gtin}: a cursor that came before")
        if cursor is None:
            break
        seen.add(cursor)
    expect([], refused[:3], sent=f"a scan of {known.gtin}: rows that cannot be read")
    expect(len(refs), len(set(refs)), sent=f"a scan of {known.gtin}: number of different lines")
    expect({len(refs)}, totals, sent=f"a scan of {known.gtin}: the totals stated")


def _promises(*, role: str, sells: bool) -> tuple[Promise, ...]:
    """What a partner of that role promises, in the order in which it is asked."""
    always = (states_its_capabilities, says_nothing_of_an_unknown_recall)
    if role != "platform":
        return always
    return (*always, contract.proves_its_filter, *(_SOLD if sells else ()))


_SOLD = (
    contract.lists_the_offers,
    finds_every_line_once,
    contract.gives_the_same_lines_again,
    contract.goes_on_from_a_cursor,
    contract.reads_times_and_units,
)
