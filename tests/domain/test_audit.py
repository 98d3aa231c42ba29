"""The audit trail: no entry can be changed, dropped, swapped or slipped in unseen."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from recall.domain.audit import Entry, chained, first_broken
from tests.builders import NOW


def trail(length: int) -> list[Entry]:
    """A whole chain."""
    entries: list[Entry] = []
    for n in range(length):
        entries.append(
            chained(
                previous=entries[-1] if entries else None,
                at=NOW,
                recall_id="rcl",
                actor="a",
                action="done",
                subject=str(n),
                detail={"n": n},
            )
        )
    return entries


def test_a_whole_chain_holds() -> None:
    assert first_broken(trail(20)) is None


@given(st.integers(0, 9), st.sampled_from(["actor", "action", "subject", "previous", "hash"]))
def test_a_changed_entry_is_found(position: int, field: str) -> None:
    entries = trail(10)
    entries[position] = replace(entries[position], **{field: "forged"})
    assert position + 1 == first_broken(entries)


@given(st.integers(0, 8))
def test_a_dropped_entry_is_found(position: int) -> None:
    entries = trail(10)
    del entries[position]
    assert position + 2 == first_broken(entries)


@given(st.integers(0, 8))
def test_swapped_entries_are_found(position: int) -> None:
    entries = trail(10)
    entries[position], entries[position + 1] = entries[position + 1], entries[position]
    assert first_broken(entries) is not None
