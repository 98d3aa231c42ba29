"""The errors: every refusal says value, expected, got, where, and what to do next.

    RecallError
    ├── InputRefused 422      outside data that cannot be read; nothing of it is stored
    │   ├── CodeRefused           a product code
    │   ├── NoticeRefused         a recall notice
    │   ├── EventRefused          a supply-chain event
    │   ├── OrderRefused          an order line of a platform
    │   ├── ConfirmationRefused   a party's confirmation
    │   ├── AddressRefused 400    the web address of a product
    │   ├── QueryRefused 400      a question whose parameters cannot be read
    │   │   └── QueryTooLarge 413     a question with a larger answer than was asked for
    │   └── BodyRefused 400       a request's body that is not the JSON it says it is
    │       ├── BodyTooLarge 413      more bytes than the door takes
    │       ├── MediaRefused 415      a body of a kind that the address does not take
    │       └── WrongMethod 405       an address asked for in a way it has no answer to
    ├── NotNow 409            right in itself, but not in this state
    ├── NotAllowed 403        known, but not permitted
    │   └── NotKnown 401          no valid key or link came with the request
    ├── TooMany 429           asked for more often than is allowed
    ├── NotFound 404          absent, or not yours to see
    └── PartnerFailed 502     a system of somebody else's did not do its part
        ├── TryLater              it may work after a while
        └── GiveUp                it will not work as asked

Each class has a page `docs/errors/<slug>.md`; the slug is the last part of the problem type (RFC 9457).
"""

from __future__ import annotations

from typing import ClassVar, Self


class RecallError(Exception):
    """The root: a sentence for its reader, and the parts of it for programs."""

    slug: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    after: float | None = None
    """Seconds after which it may be asked again, where the refusal ends by itself."""

    def __init__(
        self,
        message: str,
        *,
        value: str | None = None,
        expected: str | None = None,
        got: str | None = None,
        where: str | None = None,
        advice: str | None = None,
    ) -> None:
        self.message, self.value, self.expected = message, value, expected
        self.got, self.where, self.advice = got, where, advice
        super().__init__(str(self))

    def __str__(self) -> str:
        text = self.message
        if self.expected is not None:
            got = f", got {self.got}" if self.got is not None else ""
            text = f"{text}: expected {self.expected}{got}"
        if self.where:
            text = f"{text} (at {self.where})"
        text = f"{text}."
        return f"{text} {self.advice}" if self.advice else text


class InputRefused(RecallError):
    """Outside data that cannot be read: refused whole, nothing of it is stored."""

    slug = "input-refused"
    title = "The input cannot be read"
    status = 422
    noun: ClassVar[str] = "input"

    @classmethod
    def of(
        cls, value: object, *, expected: str, got: str, where: str | None = None, advice: str | None = None
    ) -> Self:
        """A refusal in the one form: `Cannot read '400…' as a GTIN: expected …, got …`."""
        shown = str(value)[:120]
        return cls(
            f"Cannot read {shown!r} as {cls.noun}",
            value=shown, expected=expected, got=got, where=where, advice=advice,
        )  # fmt: skip


class CodeRefused(InputRefused):
    """A product code that cannot be read."""

    slug = "code-refused"
    title = "The product code cannot be read"
    noun = "a product code"


class NoticeRefused(InputRefused):
    """A notice that cannot be read."""

    slug = "notice-refused"
    title = "The notice cannot be read"
    noun = "a notice"


class EventRefused(InputRefused):
    """A supply-chain event that cannot be read."""

    slug = "event-refused"
    title = "The event cannot be read"
    noun = "an event"


class OrderRefused(InputRefused):
    """An order line that cannot be read."""

    slug = "order-refused"
    title = "The order line cannot be read"
    noun = "an order line"


class ConfirmationRefused(InputRefused):
    """A confirmation that cannot be read."""

    slug = "confirmation-refused"
    title = "The confirmation cannot be read"
    noun = "a confirmation"


class AddressRefused(InputRefused):
    """The web address of a product (GS1 Digital Link) that names nothing."""

    slug = "address-refused"
    title = "The product's address cannot be read"
    status = 400
    noun = "a GS1 Digital Link"


class BodyRefused(InputRefused):
    """A request's body that is not the JSON it says it is."""

    slug = "body-refused"
    title = "The body cannot be read"
    status = 400
    noun = "a body"


class BodyTooLarge(BodyRefused):
    """A body of more bytes than the door takes."""

    slug = "body-too-large"
    title = "The body is too large"
    status = 413


class MediaRefused(BodyRefused):
    """A body of a kind that the address does not take."""

    slug = "media-refused"
    title = "The body is of another kind"
    status = 415


class QueryRefused(InputRefused):
    """A question whose parameters cannot be read (EPCIS: QueryParameterException)."""

    slug = "query-refused"
    title = "The question cannot be read"
    status = 400
    noun = "a query parameter"


class QueryTooLarge(QueryRefused):
    """A question with a larger answer than was asked for (EPCIS: QueryTooLargeException)."""

    slug = "query-too-large"
    title = "The answer is too large"
    status = 413


class WrongMethod(BodyRefused):
    """A path asked for by a method that it has no answer to."""

    slug = "wrong-method"
    title = "This address is not asked for so"
    status = 405


class NotNow(RecallError):
    """Right in itself, but the state of things does not allow it."""

    slug = "not-now"
    title = "Not possible in this state"
    status = 409


class TooMany(RecallError):
    """Asked for more often than is allowed; after `after` seconds it may be asked again."""

    slug = "too-many"
    title = "Too many tries"
    status = 429
    after: float

    def __init__(self, message: str, *, after: float) -> None:
        self.after = max(1.0, after)
        super().__init__(message, advice=f"Try again in {self.after:.0f} seconds.")


class NotAllowed(RecallError):
    """The caller is known and may not do this."""

    slug = "not-allowed"
    title = "Not allowed"
    status = 403


class NotKnown(NotAllowed):
    """No valid key or link came with the request."""

    slug = "not-known"
    title = "No valid key or link"
    status = 401


class NotFound(RecallError):
    """Absent, or not the caller's to see: the answer is the same for both."""

    slug = "not-found"
    title = "Not found"
    status = 404


class PartnerFailed(RecallError):
    """A partner's system did not do its part."""

    slug = "partner-failed"
    title = "A partner's system failed"
    status = 502


class TryLater(PartnerFailed):
    """The partner may do it after `after` seconds."""

    slug = "try-later"
    title = "A partner's system asks to try later"
    status = 503
    after: float

    def __init__(self, message: str, *, after: float, where: str | None = None) -> None:
        self.after = after
        super().__init__(message, where=where, advice=f"It is tried again in {after:.0f} seconds.")


class GiveUp(PartnerFailed):
    """The partner will not do it as asked; a person must look."""

    slug = "give-up"
    title = "A partner's system refused for good"
