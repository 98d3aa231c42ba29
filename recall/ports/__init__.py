"""The sockets: every point where a system of others plugs in, one small Protocol each."""

from recall.ports.capabilities import (
    Capabilities,
    ContactMode,
    OrderFilter,
    StopSaleLevel,
    TraceLevel,
)
from recall.ports.extractor import Extractor
from recall.ports.listing import Health, Listing, MatchedBy, Probe, StopSale, Verification
from recall.ports.messages import Letter, Messages, Removal
from recall.ports.pacing import Limit, Pace
from recall.ports.passports import FoundPassport, Registry, Standing
from recall.ports.platform import Blind, Event, LinePage, LineQuery, Partner, Platform, Rows
from recall.ports.telling import Channel, Handover, Outgoing, Receipt, Result

__all__ = [
    "Blind", "Capabilities", "Channel", "ContactMode", "Event", "Extractor", "FoundPassport", "Handover",
    "Health", "Letter", "Limit", "LinePage", "LineQuery", "Listing", "MatchedBy", "Messages", "OrderFilter",
    "Outgoing", "Pace", "Partner", "Platform", "Probe", "Receipt", "Registry", "Removal", "Result", "Rows",
    "Standing", "StopSale", "StopSaleLevel", "TraceLevel", "Verification",
]  # fmt: skip
