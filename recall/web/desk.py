"""The desk: an officer does something on a page; what is refused is said there, what is done leads on.

Its annotations are values, not texts: FastAPI reads those of a desk's kinds in their own files.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from recall.errors import RecallError
from recall.web import pages
from recall.web.access import Engine, Officer


@dataclass(frozen=True, slots=True)
class Desk(ABC):
    """One page before the officer who is signed in; each kind adds what it is about."""

    request: Request
    runtime: Engine
    officer: Officer

    @abstractmethod
    def page(self, *, refused: RecallError | None = None) -> Response:
        """The page, with the reason why nothing was done."""

    def after(self, act: Callable[[], str]) -> Response:
        """Lead to where something that was done goes on (a path); or the page, with why it was not done."""
        try:
            path = act()
        except RecallError as refused:
            return self.page(refused=refused)
        path, hash_sign, place = path.partition("#")
        keep = f"?{self.request.url.query}" if self.request.url.query else ""
        return RedirectResponse(f"{path}{keep}{hash_sign}{place}", status_code=HTTPStatus.SEE_OTHER)

    def shown(self, template: str, *, refused: RecallError | None, **view: object) -> Response:
        """A page of this template."""
        return pages.page(
            self.request, template, officer=self.officer, refused=str(refused) if refused else "",
            status=refused.status if refused else HTTPStatus.OK, **view,
        )  # fmt: skip
