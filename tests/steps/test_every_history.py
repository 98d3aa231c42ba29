"""Whatever is decided, lost or repeated: in the end everybody has heard what holds, and nobody twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recall.domain.message import Message, MessageKind, Via
from recall.ports import Receipt, Result
from recall.steps.deliver_messages import claim_letters, settle_letters
from recall.steps.end_recall import withdraw
from recall.steps.release_goods import release_goods
from recall.store import matches
from tests.dumps import dump
from tests.steps.acts import ONE_MODEL, WIDER, amended
from tests.steps.test_amending import BOTH_MODELS
from tests.steps.test_releasing import D4_ALONE, OTHER_LOT, TOLD
from tests.world import FIRST, SECOND, STEPS, World, copied

SCOPES = {"one": ONE_MODEL, "both": BOTH_MODELS, "wider": WIDER, "other": OTHER_LOT, "second": D4_ALONE}
ACTS = st.lists(
    st.sampled_from([*SCOPES, "pass", "crash", "deliver", "lose", "pass", "deliver"]), min_size=1, max_size=9
)


class History:
    """What a buyer of each line has heard, whatever was decided, lost or repeated meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.scope = ""
        self.heard: dict[tuple[str, str], list[MessageKind]] = {
            line: [MessageKind.NOTIFY_BUYER] for line in TOLD
        }

    def take(self, act: str) -> None:
        """One thing that happens, some minutes after the one before."""
        self.world.clock.forward(minutes=7)
        if act in SCOPES:
            if act != self.scope:  # a version that says the same is not taken
                amended(self.world, SCOPES[act])
            self.scope = act
        elif act == "pass":
            self.steps(len(STEPS))
        elif act == "crash":
            self.steps(4)  # it dies before anybody is asked or told
        else:
            self.deliver(lost=act == "lose")

    def steps(self, count: int) -> None:
        for step in STEPS[:count]:
            step(self.world.runtime, recall_id=self.world.recall_id)

    def deliver(self, *, lost: bool = False) -> None:
        """Everything that waits arrives; or (`lost`) whoever hands it over dies before it says so."""
        for via in Via:
            while letters := claim_letters(self.world.runtime, holder="h", via=via, limit=50):
                self.hear([letter.message for letter in letters])
                if lost:
                    return
                receipts = [Receipt(outgoing_id=each.message.id, result=Result.DELIVERED) for each in letters]
                settle_letters(self.world.runtime, holder="h", receipts=receipts)

    def hear(self, messages: list[Message]) -> None:
        for message in messages:
            if message.via is Via.RELAY:
                self.heard.setdefault((message.party_id, message.recipient), []).append(message.kind)

    def affected(self) -> set[tuple[str, str]]:
        """The lines that are in the recall now."""
        with self.world.runtime.store.read() as tx:
            found = matches.affected(tx, recall_id=self.world.recall_id)
        return {(match.line.platform_id, match.line.line_ref) for match in found}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(acts=ACTS)
def test_in_the_end_everybody_has_heard_what_holds_and_nobody_twice(
    first_world: tuple[World, Path], tmp_path: Path, acts: list[str]
) -> None:
    world, path = first_world
    history = History(copied(world, of=path, to=tmp_path / f"{len(list(tmp_path.iterdir()))}.db"))
    for act in acts:
        history.take(act)
    for _ in range(3):  # hold-backs run out, and the last passes say what is left to say
        history.world.clock.forward(hours=1)
        history.steps(len(STEPS))
        history.deliver()
    affected = history.affected()
    for line, heard in history.heard.items():
        wanted = MessageKind.NOTIFY_BUYER if line in affected else MessageKind.ALL_CLEAR_BUYER
        assert wanted is heard[-1], (line, heard)
        if "lose" not in acts:
            turns = [kind for kind, before in zip(heard, [None, *heard], strict=False) if kind is not before]
            assert turns == heard, (line, "told the same twice")
    assert affected <= history.heard.keys()
    before = dump(history.world.runtime.store)
    history.steps(len(STEPS))
    assert before == dump(history.world.runtime.store)
    history.world.runtime.store.close()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["other", "one", "second", "pass", "deliver"]), max_size=5))
def test_after_a_withdrawal_nobody_is_left_told(
    first_world: tuple[World, Path], tmp_path: Path, acts: list[str]
) -> None:
    world, path = first_world
    history = History(copied(world, of=path, to=tmp_path / f"{len(list(tmp_path.iterdir()))}.db"))
    for act in acts:
        history.take(act)
    there = history.world
    withdraw(there.runtime, recall_id=there.recall_id, officer=FIRST, second=SECOND)
    for _ in range(3):
        there.clock.forward(hours=1)
        release_goods(there.runtime, recall_id=there.recall_id)
        history.deliver()
    assert {MessageKind.ALL_CLEAR_BUYER} == {heard[-1] for heard in history.heard.values()}
    assert all(Counter(heard)[MessageKind.ALL_CLEAR_BUYER] <= Counter(heard)[MessageKind.NOTIFY_BUYER]
               for heard in history.heard.values())  # fmt: skip
    there.runtime.store.close()
