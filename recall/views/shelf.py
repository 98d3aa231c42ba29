"""The shelf: what was made last for whoever asks, each thing made once and not too many at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import Generic, TypeVar

from recall.errors import TooMany

Thing = TypeVar("Thing")
_PATIENCE = 5.0
"""Seconds after which somebody who was sent away may come again."""


@dataclass(slots=True, kw_only=True)
class Shelf(Generic[Thing]):
    """Things by their keys, those asked for last; whoever asks for one that is being made waits for it alone.

    A key must name all that the thing is made of: nothing on the shelf grows old.
    """

    kept: int
    """How many stay on it."""
    makers: int = 8
    """How many are made at the same time."""
    waiting: int = 32
    """How many may make or wait; who comes beyond is sent away, and holds no thread."""
    _things: OrderedDict[str, Future[Thing]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _making: BoundedSemaphore = field(init=False)
    _room: BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self._making, self._room = BoundedSemaphore(self.makers), BoundedSemaphore(self.waiting)

    def get(self, key: str, make: Callable[[], Thing]) -> Thing:
        """The thing of that key. Raises TooMany where too many wait, and whatever `make` raises."""
        with self._lock:
            there = self._things.get(key)
            if there is not None and there.done():
                self._things.move_to_end(key)
                return there.result()
        with self._a_room():
            promised, is_ours = self._promised(key)
            if is_ours:
                try:
                    with self._making:
                        promised.set_result(make())
                except BaseException as error:
                    self._forget(key)
                    promised.set_exception(error)
            return promised.result()

    @contextmanager
    def _a_room(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise TooMany("Too many ask for what is still to be made", after=_PATIENCE)
        try:
            yield
        finally:
            self._room.release()

    def _promised(self, key: str) -> tuple[Future[Thing], bool]:
        """The thing of that key, made or being made; and whether it is for us to make it."""
        with self._lock:
            promised = self._things.get(key)
            is_ours = promised is None
            if promised is None:
                promised = self._things[key] = Future()
            self._things.move_to_end(key)
            while len(self._things) > self.kept:
                self._things.popitem(last=False)
            return promised, is_ours

    def _forget(self, key: str) -> None:
        """Let the next who asks try again."""
        with self._lock:
            self._things.pop(key, None)
