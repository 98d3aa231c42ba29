"""A marketplace's server: listings, stop-sale, order lines, the relay and its receipts.

Run: python -m connectors.sandbox.platform --db FILE --issuer URL --key TOKEN --engine-key KEY --smtp ADDRESS
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from connectors.sandbox import relay, stops
from connectors.sandbox.database import OtherRequest, rows
from connectors.sandbox.doors import (
    LARGEST_PAGE,
    PAGE,
    Problem,
    answer,
    body_of,
    build,
    json_of,
    number,
    queries,
    serve,
)
from connectors.sandbox.engine import Engine
from connectors.sandbox.platform_life import PlatformLife
from connectors.sandbox.process import arguments

CAPABILITIES: dict[str, Any] = {
    "classes": ["A", "B", "C", "D", "E"],
    "trace_level": "unit",
    "contact_modes": ["relay"],
    "history_days": None,
    "exact_total": True,
    "immutable_sort_key": True,
    "dry_run": True,
}
_LINE = (
    "SELECT id, ref AS line, listing, seller, gtin, lot, serial, units, sold_at, shipped_at, ship_from,"
    " region FROM line WHERE gtin = ? AND id > ? ORDER BY id LIMIT ?"
)


def application(life: PlatformLife, *, token: str, mailer: relay.Mailer) -> FastAPI:
    """The platform's doors, beside those that every participant has."""
    more = {"shop": "/shop/{ref}", "sample": _sample(life)}
    app = build(life, token=token, role="platform", capabilities=CAPABILITIES, more=more)
    _selling(app, life)
    _relaying(app, life, mailer)
    return app


def _selling(app: FastAPI, life: PlatformLife) -> None:
    spans: dict[str, dict[str, Any]] = {}

    @app.get("/recall/listings")
    def listings(request: Request) -> Response:
        gtin = _gtin(queries(request, known={"gtin"}))
        with life.db.read() as tx:
            found = rows(
                tx, "SELECT ref, gtin, seller, title, on_sale FROM listing WHERE gtin = ? ORDER BY ref", gtin
            )
        return answer({"listings": [{**row, "on_sale": bool(row["on_sale"])} for row in found]})

    @app.get("/shop/{ref}")
    def offer(ref: str) -> Response:
        with life.db.read() as tx:
            found = rows(tx, "SELECT ref, gtin, title, on_sale FROM listing WHERE ref = ?", ref)
        if not found or not found[0]["on_sale"]:
            raise Problem(404, "Nothing is offered here", ref[:80])
        return answer({**found[0], "on_sale": True})

    @app.post("/recall/listings/{ref}/stop")
    async def stop(ref: str, request: Request) -> Response:
        key = request.headers.get("idempotency-key", "")
        document = json_of(await body_of(request))
        if not key:
            raise Problem(400, "A stop needs its Idempotency-Key")
        try:
            stopped = await run_in_threadpool(stops.accept, life, ref=ref, key=key, document=document)
        except OtherRequest:
            raise _used(key) from None
        if stopped is None:
            raise Problem(404, "No such listing", ref[:80])
        return answer(stopped)

    @app.get("/recall/order-lines")
    def order_lines(request: Request) -> Response:
        asked = queries(request, known={"gtin", "cursor", "limit"})
        gtin = _gtin(asked)
        limit = max(1, number(asked, "limit", default=PAGE, highest=LARGEST_PAGE))
        with life.db.read() as tx:
            if gtin not in spans:
                spans[gtin] = _span(rows(tx, _SPAN, gtin)[0])
            found = rows(tx, _LINE, gtin, number(asked, "cursor", default=0), limit + 1)
        page = found[:limit]
        after = str(page[-1]["id"]) if len(found) > limit else None
        lines = [{name: value for name, value in row.items() if name != "id"} for row in page]
        return answer({"lines": lines, "next": after, **spans[gtin]})


def _sample(life: PlatformLife) -> dict[str, str]:
    """The trade item of which it has sold most: what others may ask for when they try its doors."""
    with life.db.read() as tx:
        found = rows(tx, "SELECT gtin FROM line GROUP BY gtin ORDER BY count(*) DESC, gtin LIMIT 1")
    return found[0] if found else {}


def _used(key: str) -> Problem:
    return Problem(422, "The key was used for another request", key[:80])


_SPAN = 'SELECT count(*) AS total, min(sold_at) AS "from", max(sold_at) AS "to" FROM line WHERE gtin = ?'


def _span(row: dict[str, Any]) -> dict[str, Any]:
    """Lines never change here, so their number and window are counted once a trade item."""
    return {"total": row["total"], "window": {"from": row["from"], "to": row["to"]}}


def _gtin(asked: dict[str, str]) -> str:
    if not asked.get("gtin"):
        raise Problem(400, "Name a trade item", "expected the parameter gtin")
    return asked["gtin"].zfill(14)


def _relaying(app: FastAPI, life: PlatformLife, mailer: relay.Mailer) -> None:
    @app.post("/recall/messages")
    async def messages(request: Request) -> Response:
        key = request.headers.get("idempotency-key", "")
        document = json_of(await body_of(request))
        if not key or not _readable(document):
            raise Problem(422, "Cannot read the message", "expected Idempotency-Key and all its parts")
        try:
            said = await run_in_threadpool(relay.accept, life.db, key=key, document=document, at=life.now)
        except OtherRequest:
            raise _used(key) from None
        mailer.poke()
        return answer(said, status=202)

    @app.get("/recall/receipts")
    def receipts(request: Request) -> Response:
        asked = queries(request, known={"recall", "after", "limit"})
        after = number(asked, "after", default=0)
        limit = number(asked, "limit", default=PAGE, highest=LARGEST_PAGE)
        with life.db.read() as tx:
            found = rows(
                tx,
                "SELECT seq, line, kind, result, at FROM receipt WHERE recall = ? AND seq > ?"
                " ORDER BY seq LIMIT ?",
                asked.get("recall", ""),
                after,
                limit,
            )
        return answer({"receipts": found, "next": str(found[-1]["seq"] if found else after)})


def _readable(document: dict[str, Any]) -> bool:
    """Whether a relay request has all its parts."""
    texts, lines = document.get("texts"), document.get("lines")
    return (
        all(isinstance(document.get(name), str) for name in ("recall", "kind"))
        and isinstance(document.get("version"), int)
        and isinstance(texts, dict)
        and bool(texts)
        and all(isinstance(t, dict) and {"subject", "text"} <= t.keys() for t in texts.values())
        and isinstance(lines, list)
        and all(isinstance(line, dict) and {"line", "link"} <= line.keys() for line in lines)
    )


def main() -> None:
    """Serves one marketplace."""
    parser = arguments("A marketplace of the sandbox")
    parser.add_argument("--smtp", required=True, help="host:port of the mail server for its buyers")
    parser.add_argument("--logistics", help="base address of the partner that fetches buyers' parcels")
    parser.add_argument("--logistics-key", default="", help="the token that the partner asks for")
    given = parser.parse_args()
    life = PlatformLife(
        db=given.db,
        engine=Engine(base=given.issuer, key=given.engine_key),
        logistics=given.logistics,
        logistics_key=given.logistics_key,
    )
    mailer = relay.Mailer(db=life.db, smtp=given.smtp, platform=life.key, clock=lambda: life.now)
    mailer.start()
    serve(application(life, token=given.key, mailer=mailer), port=given.port, parent=given.parent)


if __name__ == "__main__":
    main()
