"""The e-mail channel against servers that take letters, refuse them, and break at every phase."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import pytest

from notifications.email.channel import EmailChannel
from notifications.email.session import Door
from recall.ports import Result
from tests.notifications.builders import Noted, outgoing
from tests.notifications.smtp import DROP, SILENCE, BreakingSmtp, breaking_smtp

Serving = Callable[..., AbstractAsyncContextManager[BreakingSmtp]]
LATER_CODES = ["421", "450", "451", "452", "454"]
NO_CODES = ["550", "551", "552", "553", "554"]


@pytest.fixture(params=[False, True], ids=["step by step", "pipelining"])
def serving(request: pytest.FixtureRequest) -> Serving:
    """Servers of either kind: what is sent before an answer is another matter for each."""
    return partial(breaking_smtp, pipelining=request.param)


@asynccontextmanager
async def channel_to(there: BreakingSmtp) -> AsyncIterator[EmailChannel]:
    door = Door(host="127.0.0.1", port=there.port, final_seconds=0.3)
    channel = EmailChannel(door=door, sender="Recalls <recall@example.org>", handover=Noted())
    yield channel
    await channel.aclose()


async def results(channel: EmailChannel, *numbers: int) -> list[Result]:
    receipts = await channel.send([outgoing(number) for number in numbers])
    assert [f"msg_{number}" for number in numbers] == [receipt.outgoing_id for receipt in receipts]
    return [receipt.result for receipt in receipts]


async def test_many_letters_share_one_connection_and_each_has_one_recipient(serving: Serving) -> None:
    async with serving() as there, channel_to(there) as channel:
        assert [Result.DELIVERED] * 3 == await results(channel, 1, 2, 3)
        assert [Result.DELIVERED] == await results(channel, 4)
    assert there.connections == 1
    assert [f"RCPT TO:<desk{n}@shop.example>" for n in (1, 2, 3, 4)] == there.recipients
    assert [f"Message-ID: <msg_{n}@example.org>" in there.taken[n - 1].decode() for n in (1, 2, 3, 4)] == [
        True
    ] * 4


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "dot"])
class TestAReplyDecides:
    @pytest.mark.parametrize("code", LATER_CODES)
    async def test_4xx_is_later_and_the_next_letter_goes(
        self, serving: Serving, phase: str, code: str
    ) -> None:
        async with serving(**{phase: [f"{code} not now"]}) as there, channel_to(there) as channel:
            (receipt,) = await channel.send([outgoing(1)])
            assert (Result.LATER, f"{code} not now") == (receipt.result, receipt.detail)
            assert [Result.DELIVERED] * 2 == await results(channel, 1, 2)
        assert len(there.taken) == 2

    @pytest.mark.parametrize("code", NO_CODES)
    async def test_5xx_is_refused_with_its_reason_and_the_next_letter_goes(
        self, serving: Serving, phase: str, code: str
    ) -> None:
        async with serving(**{phase: [f"{code} no such desk"]}) as there, channel_to(there) as channel:
            first, second = await channel.send([outgoing(1), outgoing(2)])
        assert (Result.REFUSED, f"{code} no such desk") == (first.result, first.detail)
        assert Result.DELIVERED == second.result
        assert there.connections == 1


@pytest.mark.parametrize("phase", ["greeting", "EHLO"])
@pytest.mark.parametrize("reply", ["421 busy", "554 not here", "450 later", DROP])
async def test_trouble_before_any_letter_is_later_and_says_nothing_of_the_address(
    serving: Serving, phase: str, reply: str
) -> None:
    odd = {phase: [reply], "HELO": [reply]} if phase == "EHLO" else {phase: [reply]}
    async with serving(**odd) as there, channel_to(there) as channel:
        assert [Result.LATER, Result.DELIVERED] == await results(channel, 1, 2)
    assert len(there.taken) == 1


async def test_a_server_that_wants_a_login_first_is_later(serving: Serving) -> None:
    async with (
        serving(MAIL=["530 5.7.0 authentication required"]) as there,
        channel_to(there) as channel,
    ):
        assert [Result.LATER] == await results(channel, 1)


async def test_no_server_is_later() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with channel_to(BreakingSmtp(port=closed.getsockname()[1], at={})) as channel:
            assert [Result.LATER] * 2 == await results(channel, 1, 2)


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA"])
async def test_a_drop_before_the_letter_is_later_since_nothing_was_sent(serving: Serving, phase: str) -> None:
    async with serving(**{phase: [DROP]}) as there, channel_to(there) as channel:
        assert [Result.LATER, Result.DELIVERED] == await results(channel, 1, 2)
    assert len(there.taken) == 1


@pytest.mark.parametrize(
    ("odd", "taken"),
    [
        ({"middle": [DROP]}, 0), ({"dot": [DROP]}, 1), ({"dot": [SILENCE]}, 1), ({"dot": ["hm?"]}, 1),
        ({"dot": ["354 go on"]}, 1), ({"middle": [SILENCE]}, 0),
    ],
)  # fmt: skip
async def test_without_a_clear_answer_to_the_letter_it_is_ambiguous(
    serving: Serving, odd: dict[str, list[str]], taken: int
) -> None:
    async with serving(**odd) as there, channel_to(there) as channel:
        assert [Result.AMBIGUOUS] == await results(channel, 1)
        assert len(there.taken) == taken
        assert [Result.DELIVERED] == await results(channel, 2)
    assert there.connections == 2


async def test_a_drop_right_after_the_invitation_is_never_claimed_as_sent(serving: Serving) -> None:
    async with serving(DATA=["354 go and goodbye"]) as there, channel_to(there) as channel:
        first, second = await results(channel, 1, 2)
    assert first in (Result.LATER, Result.AMBIGUOUS)
    assert Result.DELIVERED == second
    assert len(there.taken) == 1


async def test_the_second_attempt_of_an_ambiguous_letter_is_the_same_letter(serving: Serving) -> None:
    async with serving(dot=[DROP]) as there, channel_to(there) as channel:
        assert [Result.AMBIGUOUS, Result.DELIVERED] == await results(channel, 1) + await results(channel, 1)
    first, second = there.taken
    assert first == second


async def test_a_drop_after_the_yes_is_no_failure(serving: Serving) -> None:
    async with serving(QUIT=[DROP]) as there, channel_to(there) as channel:
        assert [Result.DELIVERED] == await results(channel, 1)
    assert len(there.taken) == 1


async def test_a_kept_connection_that_went_stale_costs_no_attempt(serving: Serving) -> None:
    async with serving() as there, channel_to(there) as channel:
        assert [Result.DELIVERED] == await results(channel, 1)
        there.at["MAIL"] = [DROP]
        assert [Result.DELIVERED] == await results(channel, 2)
    assert there.connections == 2


async def test_a_failing_reset_ends_the_connection_not_the_channel(serving: Serving) -> None:
    async with serving(RCPT=["550 no"], RSET=[DROP]) as there, channel_to(there) as channel:
        assert [Result.REFUSED, Result.DELIVERED] == await results(channel, 1, 2)


async def test_a_send_that_is_called_off_leaves_no_half_letter_behind(serving: Serving) -> None:
    async with serving(dot=[SILENCE]) as there, channel_to(there) as channel:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await channel.send([outgoing(1)])
        assert [Result.DELIVERED] == await results(channel, 2)
    assert there.connections == 2


@pytest.mark.parametrize(
    ("words", "after"),
    [
        ("4.7.1 Greylisted, try again in 300 seconds", 300.0),
        ("4.7.1 come back in 5 minutes", 300.0),
        ("4.7.1 slow down: 90s", 90.0),
        ("4.7.1 try again in 9000 minutes", 3600.0),
        ("4.2.1 mailbox busy", None),
        ("4.3.2 system not accepting 12 messages", None),
    ],
)
async def test_the_wait_that_a_server_states_is_kept(
    serving: Serving, words: str, after: float | None
) -> None:
    async with serving(RCPT=[f"450 {words}"]) as there, channel_to(there) as channel:
        (receipt,) = await channel.send([outgoing(1)])
    assert (Result.LATER, after) == (receipt.result, receipt.after)


async def test_what_is_no_address_is_refused_without_a_word_to_the_server(serving: Serving) -> None:
    async with serving() as there, channel_to(there) as channel:
        (receipt,) = await channel.send(
            [outgoing(1, recipient="a@b.example> SIZE=1\r\nRCPT TO:<c@d.example")]
        )
    assert Result.REFUSED == receipt.result
    assert there.connections == 0


async def test_a_server_that_goes_away_leaves_exactly_the_letter_on_the_wire_in_doubt(
    serving: Serving,
) -> None:
    async with serving(dot=["250 taken", "250 taken", DROP]) as there, channel_to(there) as channel:
        done = await results(channel, 1, 2, 3, 4, 5)
    assert [Result.DELIVERED, Result.DELIVERED, Result.AMBIGUOUS, Result.DELIVERED, Result.DELIVERED] == done
    assert 5 == len(there.taken)


async def test_a_session_that_a_server_has_had_enough_of_costs_no_attempt(serving: Serving) -> None:
    async with serving() as there, channel_to(there) as channel:
        assert [Result.DELIVERED] == await results(channel, 1)
        there.at["MAIL"] = ["421 too many letters for one session"]
        assert [Result.DELIVERED] * 2 == await results(channel, 2, 3)
    assert there.connections == 2


async def test_each_beginning_and_each_answer_is_written_down_in_the_order_of_things(
    serving: Serving,
) -> None:
    noted = Noted()
    async with serving(dot=["250 taken", DROP], RCPT=["250 fine", "250 fine", "550 nobody"]) as there:
        door = Door(host="127.0.0.1", port=there.port)
        channel = EmailChannel(door=door, sender="recall@example.org", handover=noted)
        await results(channel, 1, 2, 3)
        await channel.aclose()
    assert ["> msg_1", "< msg_1 delivered", "> msg_2", "< msg_2 ambiguous", "< msg_3 refused"] == noted.lines


async def test_slow_answers_open_another_session_and_quick_ones_do_not(serving: Serving) -> None:
    for pause, sessions in ((0.0, 1), (0.2, 3)):
        async with serving() as there:
            there.pause = pause
            door = Door(host="127.0.0.1", port=there.port)
            channel = EmailChannel(door=door, sender="recall@example.org", handover=Noted(), connections=3)
            assert [Result.DELIVERED] * 12 == await results(channel, *range(12))
            await channel.aclose()
        assert sessions == there.connections


@pytest.mark.parametrize(
    ("words", "slow"),
    [("421 4.7.0 closing", True), ("450 4.7.1 too many recipients", True), ("451 rate limited", True),
     ("450 4.7.1 Greylisted, try again in 300 seconds", False), ("452 mailbox full", False)],
)  # fmt: skip
async def test_who_asks_for_less_is_told_apart_from_who_is_only_busy(
    serving: Serving, words: str, slow: bool
) -> None:
    async with serving(RCPT=[words]) as there, channel_to(there) as channel:
        (receipt,) = await channel.send([outgoing(1)])
    assert (Result.LATER, slow) == (receipt.result, receipt.slow)


async def test_an_address_in_letters_of_its_own_goes_where_the_server_takes_it(serving: Serving) -> None:
    async with serving() as there, channel_to(there) as channel:
        (receipt,) = await channel.send([outgoing(1, recipient="柜台@bücher.example")])
    takes = there.pipelining
    assert (Result.DELIVERED if takes else Result.REFUSED) == receipt.result
    assert (["RCPT TO:<柜台@xn--bcher-kva.example>"] if takes else []) == there.recipients
