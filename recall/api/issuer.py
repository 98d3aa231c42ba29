"""The issuer's routes: who runs this engine, by which key its messages are known, and that it is well."""

from __future__ import annotations

from fastapi import APIRouter, Request

from recall.api.access import Engine
from recall.api.documents import Health, Issuer

router = APIRouter(tags=["Issuer"])
PROTOCOL = "1.0"


@router.get("/.well-known/recall-issuer.json", response_model=Issuer, summary="Who speaks here")
def issuer(request: Request, runtime: Engine) -> dict[str, object]:
    """The public key of what this engine sends, and those by which it knows the notices of authorities."""
    key: str = request.app.state.issuer_key
    return {
        "protocol": PROTOCOL, "name": request.app.title,
        "keys": [{"public": key, "algorithm": "ed25519"}],
        "authorities": [
            {
                "authority": key.authority, "public": key.public, "since": key.since, "until": key.until,
                "revoked": key.revoked,
            }
            for key in runtime.notary.pinned()
        ],
    }  # fmt: skip


@router.get("/healthz", response_model=Health, summary="Whether the engine is well")
def health(runtime: Engine) -> dict[str, object]:
    """Reads from the database once; an engine that cannot do so answers 500."""
    with runtime.store.read():
        return {"well": True, "at": runtime.now()}
