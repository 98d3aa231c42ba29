"""The kit's checks of class E: buyers told by the platform, rehearsed, and the receipts for it."""

from __future__ import annotations

from connectors.contract import expect
from connectors.protocol.kit.desk import Desk
from connectors.protocol.kit.lines import LINES

MESSAGES, RECEIPTS = "/recall/messages", "/recall/receipts"
TOLD = 5
"""So many lines are told in a rehearsal."""
_TEXTS = {"en": {"subject": "A rehearsal", "text": "Nobody is told this. {link}"}}


async def numbers_its_receipts_without_a_gap(desk: Desk) -> None:
    """Each line that was told has a receipt, and no number is left out: none can be lost unseen."""
    desk.rehearses()
    rows = await desk.rows(LINES, "lines", gtin=desk.item, limit=str(TOLD))
    refs = [str(row.get("line")) for row in rows]
    document = {
        "recall": desk.recall, "version": 1, "kind": "notify_buyer", "texts": _TEXTS, "dry_run": True,
        "lines": [
            {"line": ref, "link": "https://example.org/b/rehearsal", "message": f"msg_{number}_{desk.run}"}
            for number, ref in enumerate(refs)
        ],
    }  # fmt: skip
    answer = await desk.post(MESSAGES, document=document, key=f"relay-{desk.run}")
    expect((202, len(refs)), (answer.status, answer.document.get("accepted")),
           sent=f"POST {MESSAGES} with dry_run: status, and lines accepted")  # fmt: skip
    receipts = await desk.rows(RECEIPTS, "receipts", recall=desk.recall)
    expect(set(refs), {receipt.get("line") for receipt in receipts}, sent=f"GET {RECEIPTS}: lines told")
    numbers = [receipt.get("seq") for receipt in receipts]
    first = next((number for number in numbers if isinstance(number, int)), 0)
    expect(list(range(first, first + len(numbers))), numbers, sent=f"GET {RECEIPTS}: the numbers")


CHECKS = (numbers_its_receipts_without_a_gap,)
