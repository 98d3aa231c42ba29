"""The links' route: a maker says where its own products lead."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query

from recall.api.access import Caller, Engine
from recall.api.body import StrictRoute
from recall.api.problems import problems
from recall.domain.link_form import read_entries
from recall.steps.keep_links import check_maker, drop_own_links, keep_own_links
from recall.views.own_links import own_links

router = APIRouter(prefix="/v1/links", tags=["Resolver"], route_class=StrictRoute)

Entries = Annotated[
    dict[str, Any] | list[Any],
    Body(description="One link entry or a list, in the form of GS1's Resolver Community Edition."),
]


@router.put("", responses=problems(401, 422), summary="Say where your products lead")
def put_links(runtime: Engine, party: Caller, entries: Entries) -> dict[str, int]:
    """For manufacturers: link entries of products under their own company prefixes, all or none; else 403.

    The same anchor and qualifiers again replace what was there.
    """
    read = read_entries(entries)
    keep_own_links(runtime, party=party, entries=read)
    return {"entries": len(read), "links": sum(len(entry.links) for entry in read)}


@router.get("", responses=problems(401, 403, 422), summary="Where your products lead")
def list_links(
    runtime: Engine,
    party: Caller,
    after: Annotated[str, Query(max_length=100, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="Products on a page.")] = 100,
) -> dict[str, object]:
    """For manufacturers: the entries of products under their own company prefixes, whoever loaded them."""
    check_maker(party)
    return own_links(runtime, party=party, after=after, limit=limit).document()


@router.delete("/01/{gtin}", responses=problems(401, 403, 422), summary="Withdraw a product's links")
def drop_product(
    runtime: Engine, party: Caller, gtin: Annotated[str, Path(pattern=r"^[0-9]{14}$")]
) -> dict[str, int]:
    """For manufacturers: every entry of an own product is forgotten; of another's, 403. Twice is once."""
    return {"dropped": drop_own_links(runtime, party=party, anchor=f"/01/{gtin}")}
