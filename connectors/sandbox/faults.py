"""The faults that can be planted in the reference participant: what goes wrong, and which check finds it."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox import plants
from connectors.sandbox.plants import CONFIRMATIONS, LINES, RECEIPTS, STOP, WELL_KNOWN, Planter
from recall.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault: `planter` makes what goes wrong, `check` is the kit's check that must find it."""

    name: str
    what: str
    check: str
    planter: Planter


def _fault(name: str, what: str, check: str, planter: Planter) -> Fault:
    return Fault(name=name, what=what, check=check, planter=planter)


_TRUST = (
    _fault("wrong-version", "states a version of the protocol that there is not", "says-who-it-is",
           plants.saying(WELL_KNOWN, lambda said: said.update(protocol="0.9"))),
    _fault("any-token", "tells everybody, whatever token is shown", "refuses-a-wrong-token",
           plants.taking(CONFIRMATIONS, status=401, taken=lambda _: {"confirmations": [], "next": "0"})),
    _fault("html-problem", "refuses with a page for people", "writes-problems-as-rfc-9457",
           plants.html_problem),
    _fault("bad-signature", "takes a webhook that was altered", "refuses-a-bad-signature",
           plants.inbox_takes(401, lambda asked: plants.fresh(asked) and plants.signed(asked))),
    _fault("no-signature", "takes a webhook that nobody signed", "refuses-no-signature",
           plants.inbox_takes(401, lambda asked: plants.fresh(asked) and not plants.signed(asked))),
    _fault("old-signature", "takes a webhook of another time", "refuses-an-old-signature",
           plants.inbox_takes(401, lambda asked: not plants.fresh(asked))),
    _fault("one-signature", "looks at the first of several signatures alone",
           "takes-two-signatures-while-keys-change", plants.one_signature),
    _fault("early-200", "answers before it has read what came", "reads-a-webhook-before-it-answers",
           plants.inbox_takes(400)),
    _fault("refuses-repeat", "refuses a webhook that comes a second time", "takes-a-webhook-twice",
           plants.refuses_repeat),
    _fault("invents-statements", "states something about a recall that it never heard of",
           "says-nothing-of-an-unknown-recall", plants.saying(CONFIRMATIONS, plants.invented)),
)  # fmt: skip
_STOPS = (
    _fault("clock-skew", "has a clock that is ten minutes slow", "keeps-the-time",
           plants.saying(STOP, plants.late)),
    _fault("no-idempotency", "takes one key for two requests", "refuses-a-used-key",
           plants.asking(STOP, plants.no_idempotency)),
    _fault("forgets-key", "answers otherwise when the same is asked under the same key",
           "gives-the-same-answer-again", plants.forgets_key),
    _fault("half-stop", "says that a stopped offer is still on sale", "states-what-was-and-what-is",
           plants.saying(STOP, lambda said: said.update(after="on_sale"))),
    _fault("stops-unknown", "confirms the stop of a listing that there is not", "knows-no-such-listing",
           plants.taking(STOP, status=404, taken=plants.stop_of)),
    _fault("dry-run-stops", "stops the sale where a stop is only rehearsed", "changes-nothing-in-a-dry-run",
           plants.asking(STOP, plants.real_stop)),
)  # fmt: skip
_LINES = (
    _fault("lost-page", "gives nothing on the second page of a scan", "finds-every-line", plants.lost_page),
    _fault("duplicate-row", "gives a line once more", "gives-every-line-once",
           plants.saying(LINES, plants.repeated)),
    _fault("cursor-circle", "leads from the last page back to the second", "ends-its-pages",
           plants.cursor_circle),
    _fault("wrong-cursor", "starts anew at a cursor that it never gave", "refuses-an-impossible-cursor",
           plants.asking(LINES, plants.wrong_cursor)),
    _fault("ignores-limit", "gives larger pages than were asked for", "keeps-to-the-limit",
           plants.asking(LINES, lambda asked: plants.without(asked, "limit"))),
    _fault("foreign-line", "gives a line of another trade item", "gives-the-item-asked",
           plants.first_line(lambda row: row.update(gtin="09520000000028"))),
    _fault("ignores-filter", "gives everybody's lines where there are none of the item asked for",
           "proves-its-filter", plants.ignores_filter),
    _fault("ignores-parameter", "ignores a parameter that it does not know", "refuses-an-unknown-parameter",
           plants.asking(LINES, plants.known_parameters)),
    _fault("local-time", "writes times without their offset", "writes-rows-that-can-be-read",
           plants.first_line(lambda row: row.update(sold_at=str(row["sold_at"])[:19]))),
    _fault("hides-lots", "states lots and units, and gives none", "carries-what-it-states",
           plants.saying(LINES, plants.hidden)),
)  # fmt: skip
_BUYERS = (
    _fault("seq-gap", "leaves a number out among its receipts", "numbers-its-receipts-without-a-gap",
           plants.saying(RECEIPTS, plants.gap)),
    _fault("leaks-email", "writes a buyer's e-mail address beside a line", "keeps-emails-back",
           plants.first_line(lambda row: row.update(remark="to buyer@example.org"))),
    _fault("leaks-phone", "writes a buyer's telephone number beside a line", "keeps-phones-back",
           plants.first_line(lambda row: row.update(remark="call +44 20 7946 0958"))),
    _fault("leaks-name", "has a field for a buyer's name", "keeps-names-back",
           plants.first_line(lambda row: row.update(customer_name="A. Buyer"))),
)  # fmt: skip
FAULTS: tuple[Fault, ...] = (*_TRUST, *_STOPS, *_LINES, *_BUYERS)
"""Every fault, in the order of the classes of the protocol."""


def fault_of(name: str) -> Fault:
    """The fault of that name. Raises NotFound, which lists all."""
    found = {fault.name: fault for fault in FAULTS}.get(name)
    if found is None:
        raise NotFound(
            "There is no such fault", value=name, expected=", ".join(f.name for f in FAULTS), got=name,
            advice="`recall connector check --faults` says what each is.",
        )  # fmt: skip
    return found
