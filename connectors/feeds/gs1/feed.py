"""GS1's recall messages: a notification is a notice, the other two are refused with the command for them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.feeds.gs1.mapping import notice_of
from connectors.feeds.raw import Raw
from connectors.feeds.refused import Refused, or_refused
from connectors.gs1.message import documents, is_message
from connectors.gs1.names import Kind
from recall.domain.notice import Notice


class Gs1Feed:
    """Reads Product Recall Notifications of GS1 XML."""

    name = "gs1"

    def recognises(self, raw: Raw) -> bool:
        """One of the three documents, in whatever envelope."""
        return raw.xml is not None and is_message(raw.xml)

    def read(self, raw: Raw) -> Iterator[Notice | Refused]:
        """Each notification as a draft notice, or where it cannot be read."""
        found = () if raw.xml is None else documents(raw.xml)
        for number, (kind, document) in enumerate(found, start=1):
            where = f"/{kind}[{number}]"
            if kind is Kind.NOTIFICATION:
                yield or_refused(partial(notice_of, document, where=where), where=where)
            else:
                reason = "This is no notice: a party's GS1 message is taken by `recall task take FILE`."
                yield Refused(where=where, reason=reason)
