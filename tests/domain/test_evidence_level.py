"""The evidence level follows from what a line carries and the rule that classed it."""

from __future__ import annotations

import pytest

from recall.domain.evidence_level import evidence_level
from recall.domain.ruling import Rule
from tests.builders import make_line


@pytest.mark.parametrize(
    ("rule", "serial", "lot", "level"),
    [
        (Rule.EXACT_SERIAL, "S1", None, "unit"), (Rule.OTHER_SERIAL, "S1", "A1", "unit"),
        (Rule.EXACT_LOT, None, "A1", "lot"), (Rule.EXACT_LOT, "S1", "A1", "lot"),
        (Rule.FOLDED_LOT, None, "a1", "lot"), (Rule.OTHER_LOT, "S1", "A1", "unit"),
        (Rule.OTHER_LOT, None, "A1", "lot"), (Rule.LOT_WINDOW, None, None, "lot_window"),
        (Rule.NOT_THERE_YET, None, None, "lot_window"), (Rule.WHOLE_PRODUCT, "S1", "A1", "sku"),
        (Rule.PRODUCT_ONLY, None, None, "sku"),
    ],
)  # fmt: skip
def test_a_line_has_the_level_of_its_evidence(
    rule: Rule, serial: str | None, lot: str | None, level: str
) -> None:
    assert level == evidence_level(make_line(serial=serial, lot=lot), rule=rule)


def test_a_product_named_for_a_span_of_time_is_nearer_than_the_product_alone() -> None:
    line = make_line(serial=None, lot=None, ship_from=None)
    assert "sku_window" == evidence_level(line, rule=Rule.PRODUCT_ONLY, dated=True)
    assert "sku" == evidence_level(line, rule=Rule.LOT_WINDOW)
