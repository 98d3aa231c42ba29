"""The resolver's routes: a GS1 Digital Link in, a link, a linkset or a recall status out; open to everybody.

GS1-Conformant resolver 1.2; docs/reference/resolver.md says how each of its statements is met.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.convertors import Convertor, register_url_convertor

from recall.api.access import Engine
from recall.api.address import raw_path
from recall.api.open_route import METHODS, OpenRoute
from recall.codes.product_code import ProductCode
from recall.domain.linkset import DEFAULT_LINK, RECALL_STATUS, VOCABULARIES, TypedLink, link_type_uri
from recall.domain.preference import Preferences, ranges
from recall.errors import AddressRefused, NotFound
from recall.runtime import Runtime
from recall.views.resolution import Resolution, read_address, resolution
from recall.views.status import code_status

LINKSET = "application/linkset+json"
_JSON, _HTML = "application/json", "text/html"
_FRESH = {"cache-control": "public, max-age=60", "vary": "Accept, Accept-Language"}
_COMPRESSED = re.compile(r"[A-Za-z0-9_-]{10,}")


class _DigitalLink(Convertor[str]):
    """Paths that open with an application identifier or its old word, and words that may be compressed."""

    regex = r"[0-9]{2,4}/.+|(?:gtin|cpv|sscc|gln|grai|giai|itip|gdti|gsrn|cpid)/.+|[A-Za-z0-9_-]{10,}"

    def convert(self, value: str) -> str:
        """The path as it is; the reader of codes takes the raw one."""
        return value

    def to_string(self, value: str) -> str:
        """The path as it is."""
        return value


register_url_convertor("digital_link", _DigitalLink())


router = APIRouter(tags=["Resolver"], route_class=OpenRoute)


@router.get("/.well-known/gs1resolver", summary="What this resolver can do")
def description(request: Request, runtime: Engine) -> dict[str, object]:
    """The resolver description file of GS1-Conformant resolver 1.2."""
    return {
        "name": request.app.title,
        "resolverRoot": runtime.links.base_url,
        "supportedLinkType": [
            {"namespace": namespace, "prefix": f"{prefix}:"} for prefix, namespace in VOCABULARIES.items()
        ],
        "supportedPrimaryKeys": ["all"],
        "linkTypeDefaultCanBeLinkset": False,
        "supportsLanguageVariants": True,
        "validatesAIcombinations": True,
        "supportsSplitResolution": False,
        "contact": {"fn": request.app.title},
        "recallStatus": f"{runtime.links.base_url}/docs",
    }


@router.options("/{identity:digital_link}", include_in_schema=False)
def preflight() -> Response:
    """What may be asked, and from where."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"allow": METHODS})


@router.head("/{identity:digital_link}", include_in_schema=False)
@router.get("/{identity:digital_link}", summary="Resolve a GS1 Digital Link", response_class=Response)
def resolve(request: Request, runtime: Engine, identity: str) -> Response:
    """A redirection to the link that fits; `linkType=linkset` gives all links, and
    `linkType=gs1:recallStatus` whether a recall names the goods."""
    query = request.scope["query_string"].decode("latin-1")
    asked = {name.lower(): value for name, value in reversed(parse_qsl(query))}
    link_type = link_type_uri(asked.get("linktype", ""))
    code = _code(request, identity, query, year=runtime.now().year)
    found = resolution(runtime, code=code, status_only=link_type == RECALL_STATUS)
    accepted = ranges(request.headers.get("accept", ""))
    wishes = Preferences.read(
        accept=request.headers.get("accept", ""), context=asked.get("context", ""),
        accept_language=request.headers.get("accept-language", ""),
    )  # fmt: skip
    if link_type == RECALL_STATUS and found.has_status:
        response = _status(request, runtime, found, accepted)
    elif link_type in ("all", "linkset") or (not link_type and accepted[:1] == (LINKSET,)):
        response = _document(request, found.linkset(), media_type=LINKSET)
    elif link_type in ("", DEFAULT_LINK):
        response = _redirection(found.default(wishes), query=query)
    else:
        links = found.of_type(link_type, wishes)
        response = _links(request, found, links, query=query)
    response.headers.update(_FRESH | {"link": _link_header(found, request)})
    return response


def _code(request: Request, identity: str, query: str, *, year: int) -> ProductCode:
    try:
        return read_address(raw_path(request), query, reference_year=year)
    except AddressRefused:
        if _COMPRESSED.fullmatch(identity):  # any word may be mistaken for a compressed address
            raise NotFound("There is nothing at this address") from None
        raise


def _status(request: Request, runtime: Runtime, found: Resolution, accepted: tuple[str, ...]) -> Response:
    """The recall status, as JSON, as a linkset that leads to it, or as the page for people."""
    best = next((name for name in accepted if name in (_JSON, LINKSET, _HTML)), _JSON)
    if best == _HTML:
        page = f"{found.base_url}/check?code={found.identity.path}"
        return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers={"location": page})
    if best == LINKSET:
        links = found.of_type(RECALL_STATUS, Preferences())
        return _document(request, found.linkset_of(links), media_type=LINKSET)
    status = code_status(runtime, code=found.code)
    response = _document(request, status.document(links=runtime.links), media_type=_JSON)
    if status.changed_at is not None:
        response.headers["last-modified"] = f"{status.changed_at:%a, %d %b %Y %H:%M:%S GMT}"
    return response


def _links(request: Request, found: Resolution, links: tuple[TypedLink, ...], *, query: str) -> Response:
    """One link is followed; of several that fit alike the client chooses."""
    if len(links) == 1:
        return _redirection(links[0], query=query)
    response = _document(request, found.linkset_of(links), media_type=LINKSET)
    if response.status_code == HTTPStatus.OK:
        response.status_code = HTTPStatus.MULTIPLE_CHOICES
    return response


def _redirection(link: TypedLink, *, query: str) -> Response:
    """To the link, with the query of the request behind it."""
    joint = "&" if "?" in link.href else "?"
    target = f"{link.href}{joint}{query}" if query and link.forwards else link.href
    return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers={"location": target})


def _document(request: Request, document: Mapping[str, object], *, media_type: str) -> Response:
    """A document with the tag of what it says, its own time left out; nothing where the client has it."""
    said = {name: value for name, value in document.items() if name != "as_of"}
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:32]
    tag = f'W/"{digest}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"etag": tag})
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(body, media_type=media_type, headers={"etag": tag})


def _link_header(found: Resolution, request: Request) -> str:
    links = [f'<{found.address}?linkType=linkset>; rel="linkset"; type="{LINKSET}"; title="All links"']
    if found.has_status:
        address = f"{found.address}?linkType=gs1:recallStatus"
        links.append(f'<{address}>; rel="{RECALL_STATUS}"; type="{_JSON}"; title="Recall status"')
    if request.url.path.rstrip("/") != found.identity.path:
        links.append(f'<{found.address}>; rel="owl:sameAs"; title="The same, uncompressed"')
    return ", ".join(links)
