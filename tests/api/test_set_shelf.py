"""The shelf of signed sets: each is made once, nobody waits for another's, and what failed is tried again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import pytest

from recall.views.compiled_set import SetShelf
from tests.world import REFERENCE, World, traced


@dataclass(slots=True)
class Signer:
    """Signs by counting; the first of its documents only once it is let."""

    begun: Event = field(default_factory=Event)
    may_end: Event = field(default_factory=Event)
    signed: int = 0

    def __call__(self, payload: bytes, *, typ: str) -> str:
        """A name that tells which signature it is."""
        self.signed += 1
        number = self.signed
        if number == 1:
            self.begun.set()
            assert self.may_end.wait(20)
        return f"{typ} {number} of {len(payload)} bytes"


def test_who_asks_for_one_set_does_not_wait_for_another(world: World) -> None:
    signer = Signer()
    shelf = SetShelf(sign=signer)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(shelf.signed, world.runtime, reference=REFERENCE)
        assert signer.begun.wait(20)
        world.clock.forward(hours=1)
        traced(world)  # the next trace makes another set
        other = shelf.signed(world.runtime, reference=REFERENCE)
        assert not slow.done()
        signer.may_end.set()
        assert other.as_of > slow.result().as_of
    assert 2 == signer.signed


def test_many_who_ask_at_once_get_one_set(world: World) -> None:
    signer = Signer()
    shelf = SetShelf(sign=signer)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(shelf.signed, world.runtime, reference=REFERENCE) for _ in range(5)]
        assert signer.begun.wait(20)
        signer.may_end.set()
        assert 1 == len({each.result().text for each in asked})
    assert 1 == signer.signed


def test_what_could_not_be_made_is_tried_again(world: World) -> None:
    failures = [OSError("the key cannot be read")]

    def sign(payload: bytes, *, typ: str) -> str:
        if failures:
            raise failures.pop()
        return f"{typ} {len(payload)}"

    shelf = SetShelf(sign=sign)
    with pytest.raises(OSError, match="the key cannot be read"):
        shelf.signed(world.runtime, reference=REFERENCE)
    assert shelf.signed(world.runtime, reference=REFERENCE).text
