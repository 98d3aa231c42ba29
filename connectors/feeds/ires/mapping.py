"""A record of iRES under the names of an enforcement record; pure."""

from __future__ import annotations

from typing import Any

from connectors.feeds.fda import Enforcement
from connectors.feeds.records import record_at, told
from recall.reading.dates import Order

_CODES = ("CODEINFORMATION", "PRODUCTCODEINFORMATION", "CODEINFOTXT", "CODEINFO")
"""The service's answers name it differently, and its list of recalls leaves it out."""


def record_of(value: Any, *, where: str) -> Enforcement:
    """The record at `where`; NoticeRefused when it is no object."""
    fields = record_at(value, where=where)
    return Enforcement(
        source="ires", number=told(fields, "RECALLNUM"), event=told(fields, "RECALLEVENTID"),
        firm=told(fields, "FIRMLEGALNAM"), description=told(fields, "PRODUCTDESCRIPTIONTXT"),
        codes=told(fields, *_CODES), quantity=told(fields, "PRODUCTDISTRIBUTEDQUANTITY"),
        reason=told(fields, "PRODUCTSHORTREASONTXT"), status=told(fields, "PHASETXT"),
        classification=told(fields, "CENTERCLASSIFICATIONTYPETXT"), order=Order.MONTH_FIRST,
        days={
            "enforcement report date": told(fields, "ENFORCEMENTREPORTDT"),
            "classification date": told(fields, "CENTERCLASSIFICATIONDT"),
            "initiation date": told(fields, "RECALLINITIATIONDT"),
            "termination date": told(fields, "TERMINATIONDT"),
        },
        modified=told(fields, "EVENTLMD"),
        others={
            "Kind": told(fields, "PRODUCTTYPESHORT"),
            "Initiated": told(fields, "VOLUNTARYTYPETXT"),
            "Notified by": told(fields, "INITIALFIRMNOTIFICATIONTXT"),
            "Distribution": told(fields, "DISTRIBUTIONAREASUMMARYTXT"),
        },
    )  # fmt: skip
