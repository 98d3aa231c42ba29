"""The conformance kit finds every planted fault by the check made for it, and none where there is none."""

from __future__ import annotations

import pytest

from connectors.protocol.kit.run import Checked
from connectors.sandbox.faults import FAULTS, Fault, fault_of
from flows.conformance import Asked, checked_sandbox
from recall.errors import NotFound


def found(*, fault: Fault | None, upto: str | None = None) -> dict[str, Checked]:
    """What the kit says of the reference participant, check by check."""
    checks = checked_sandbox(Asked(upto=upto, gtin=None, timeout=20), fault=fault)
    assert len(checks) == len({one.id for one in checks})
    return {one.id: one for one in checks}


def test_the_reference_participant_keeps_every_promise_of_every_class() -> None:
    said = found(fault=None)
    assert [] == [one for one in said.values() if not one.ok]
    assert {fault.check for fault in FAULTS} | {"states-its-classes"} == said.keys()


def test_there_are_thirty_faults_each_with_a_name_and_a_check_of_its_own() -> None:
    assert (
        30 == len(FAULTS) == len({fault.name for fault in FAULTS}) == len({fault.check for fault in FAULTS})
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found_by_its_check(fault: Fault) -> None:
    check = found(fault=fault)[fault.check]
    assert not check.ok
    assert check.expected != check.got
    assert check.sent


def test_a_class_asks_what_it_and_those_before_it_promise() -> None:
    classes = {upto: found(fault=None, upto=upto).keys() for upto in "ABCDE"}
    assert classes["A"] < classes["B"] < classes["C"] < classes["D"] < classes["E"]


def test_a_fault_that_there_is_not_is_refused_with_the_names_of_all() -> None:
    with pytest.raises(NotFound, match="lost-page") as refused:
        fault_of("lost-pages")
    assert [fault.name for fault in FAULTS] == (refused.value.expected or "").split(", ")
