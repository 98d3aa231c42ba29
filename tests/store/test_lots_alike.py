"""A lot that a visitor typed in haste: found among those of its products, by the database as by the rule."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recall.domain.cohort import folded
from recall.domain.recall import Recall
from recall.domain.trace import LotKey, Trace
from recall.store import matches
from recall.store.database import Store, Tx
from recall.store.recalled import TracedGoods
from tests.builders import GTIN, NOW, make_affected_lot

CODES = st.text(alphabet="0O1IiLlo9aB-_. /", min_size=1, max_size=6)


def goods(tx: Tx, recall: Recall, *lots: str) -> TracedGoods:
    """A trace that found these lots."""
    found = Trace(lots=tuple(make_affected_lot(lot) for lot in lots))
    at = NOW
    if found.lots:
        matches.save_trace(tx, recall_id=recall.id, version=1, trace=found, at=at)
    return TracedGoods(tx=tx, recall_id=recall.id, traced_at=at)


def test_a_lot_is_found_by_what_a_hasty_hand_makes_of_it(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        known = goods(tx, recall, "00C14-P6", "LO1", "Z9")
        of = {"gtins": [GTIN]}
        assert [LotKey(GTIN, "00C14-P6"), LotKey(GTIN, "LO1")] == [
            known.lot_alike(text, **of) for text in ("c14p6", "101")
        ]
        assert [None, None, None] == [known.lot_alike(text, **of) for text in ("c14p7", "14p6", "00")]
        assert known.lot_alike("c14p6", gtins=["09521234500018"]) is None, "of another product"


class _Over(Exception):
    """Ends a transaction without a trace of it."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lot=CODES, typed=CODES)
def test_the_database_folds_as_the_rule_does(store: Store, recall: Recall, lot: str, typed: str) -> None:
    try:
        with store.begin() as tx:
            near = goods(tx, recall, lot).lot_alike(typed, gtins=[GTIN])
            assert (LotKey(GTIN, lot) if folded(lot) == folded(typed) else None) == near
            raise _Over
    except _Over:
        pass
