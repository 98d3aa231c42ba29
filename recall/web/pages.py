"""The pages: how one is rendered in the reader's language, its numbers and times included."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from starlette.staticfiles import StaticFiles

from recall.errors import NotKnown, RecallError
from recall.markup import templates
from recall.web.texts import LANGUAGES, catalogue, language_for

_FOR_PROGRAMS = ("/v1/", "/.well-known/", "/healthz", "/openapi.json", "/static/")
SIGN_IN = "/login"
_SIGNED_IN = ("/recalls", "/drafts", "/feeds")


def static_files() -> StaticFiles:
    """The style and the icon."""
    return StaticFiles(packages=[("recall.web", "static")])


def is_for_people(request: Request) -> bool:
    """Whether an answer to this request should be a page."""
    path = request.url.path
    return not path.startswith(_FOR_PROGRAMS) and not path.endswith(".json")


def language(request: Request) -> str:
    """The reader's language."""
    accepted = request.headers.get("accept-language", "")
    return language_for(wanted=request.query_params.get("lang"), accepted=accepted)


def page(request: Request, template: str, *, status: int = HTTPStatus.OK, **facts: object) -> HTMLResponse:
    """Render a template with the facts; a missing fact or text is an error, never a blank."""
    spoken = language(request)
    asked = request.query_params.get("lang")
    html = _environment().get_template(template).render(
        t=catalogue(spoken), lang=spoken, others=[name for name in LANGUAGES if name != spoken],
        here=request.url.path, keep=f"?lang={spoken}" if asked == spoken else "",
        base=str(request.app.state.runtime.links.base_url), **facts,
    )  # fmt: skip
    return HTMLResponse(html, status_code=status, headers={"content-language": spoken})


def back_to(request: Request, **marks: str) -> RedirectResponse:
    """After a form: the same page, read again, with marks that say what became of it."""
    address = request.url.include_query_params(**marks)
    return RedirectResponse(f"{address.path}?{address.query}", status_code=HTTPStatus.SEE_OTHER)


def refusal_page(request: Request, refusal: RecallError) -> Response:
    """A refusal as a page; who is not signed in is asked to do so."""
    if isinstance(refusal, NotKnown) and request.url.path.startswith(_SIGNED_IN):
        return RedirectResponse(SIGN_IN, status_code=HTTPStatus.SEE_OTHER)
    shown = page(request, "refusal.html", status=refusal.status, refusal=refusal)
    if refusal.after is not None:
        shown.headers["retry-after"] = f"{refusal.after:.0f}"
    return shown


@cache
def _environment() -> Environment:
    environment = templates("recall.web")
    environment.filters |= {"number": number, "when": when, "day": day, "span": span, "share": share}
    return environment


def number(value: int) -> str:
    """Grouped by thousands, as both languages write it here."""
    return f"{value:,}"


def when(at: datetime, *, lang: str, zone: str) -> str:
    """A moment in the given time zone, to the minute."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(at, lang=lang, zone=zone)} {local:%H:%M}"


def day(at: datetime, *, lang: str, zone: str) -> str:
    """A moment's day in the given time zone."""
    local = at.astimezone(ZoneInfo(zone))
    if lang == "zh":
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local.day} {local:%b %Y}"


def span(seconds: int, *, lang: str) -> str:
    """A length of time, its two largest parts.

    >>> span(93_784, lang="en")
    '1 d 2 h'
    """
    whole = timedelta(seconds=abs(seconds))
    hours, rest = divmod(whole.seconds, 3600)
    parts = [(whole.days, "d", "天"), (hours, "h", "小时"), (rest // 60, "min", "分钟")]
    told = [part for part in parts if part[0]][:2] or [parts[-1]]
    words = [f"{count} {en}" if lang == "en" else f"{count}{zh}" for count, en, zh in told]
    return " ".join(words) if lang == "en" else "".join(words)


def share(part: int, *, of: int) -> float:
    """Percent of a whole, for bars; 0 of nothing is 0.

    >>> share(1, of=8)
    12.5
    """
    return round(100 * part / of, 2) if of else 0.0
