"""Columns as revisions write them: of one kind, by name, and needed unless they say otherwise."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa


def _column(kind: sa.types.TypeEngine[Any], name: str, *rest: sa.ForeignKey, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *rest, **{"nullable": False} | more)


text = partial(_column, sa.String())
number = partial(_column, sa.Integer())
flag = partial(_column, sa.Boolean())
json = partial(_column, sa.JSON())
day = partial(_column, sa.Date())
time = partial(_column, sa.DateTime(timezone=True))
real = partial(_column, sa.Float())
blob = partial(_column, sa.LargeBinary())
moment = partial(_column, sa.BigInteger())
"""Microseconds since 1970, as `Instant` stores a time."""
