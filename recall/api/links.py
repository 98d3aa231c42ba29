"""The links' route: a maker says where its own products lead."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body

from recall.api.access import Caller, Engine
from recall.api.body import StrictRoute
from recall.api.problems import problems
from recall.domain.link_form import read_entries
from recall.steps.keep_links import keep_own_links

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
