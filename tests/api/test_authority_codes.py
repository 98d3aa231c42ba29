"""Codes that an authority defined in a file are understood wherever a person types one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recall.codes.quality_code_file import read_quality_code
from recall.domain.status import Status
from recall.views.public import asked_status, product_code
from tests.world import World

LABEL = read_quality_code(r"""
name = "quality-label"
title = "Quality label"
issuer = "The authority"
pattern = 'Q(?P<gtin>[0-9]{14})-(?P<lot>[0-9A-Z]{2})'
[fields]
gtin = "gtin"
lot = "lot"
""")


@pytest.mark.parametrize("typed", ["Q09521234500018-A1", "(01)09521234500018(10)A1"])
def test_a_label_of_an_affected_lot_is_affected(world: World, typed: str) -> None:
    runtime = replace(world.runtime, adapters=(LABEL.form,))
    asked = asked_status(runtime, typed=typed).status
    assert asked is not None
    assert Status.AFFECTED is asked.status
    assert Status.AFFECTED is product_code(runtime, recall_id=world.recall_id, typed=typed).status
