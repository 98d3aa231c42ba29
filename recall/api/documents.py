"""The documents at the door: what the API takes and gives, as its description shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Given(BaseModel):
    """The base of what is taken in: nothing unknown, nothing converted in silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Span(BaseModel):
    """Days, both included; null: open on that side."""

    from_: date | None = Field(alias="from")
    to: date | None


class AffectedItem(BaseModel):
    """A trade item with its affected lots, exact in zeros and case."""

    gtin: str = Field(examples=["09521234500018"])
    model: str
    lots: list[str]
    made: list[Span]


class Listing(BaseModel):
    """An offer whose sale must stop."""

    ref: str
    gtin: str
    seller: str
    title: str
    on_sale: bool


class StockLine(BaseModel):
    """Affected units of one lot at one site."""

    place: str
    gtin: str
    lot: str
    units: int


class TaskLine(BaseModel):
    """A task as a list shows it."""

    id: str = Field(examples=["tsk_01930000000070008000000000000000"])
    recall: str
    version: int
    duty: str = Field(examples=["stop_sale"])
    place: str | None
    units: int = Field(description="Affected units that it is about; 0: not yet known.")
    state: str = Field(examples=["issued"])
    due_at: datetime
    confidence: str = Field(description="`verified` where the law's time was read in its source.")
    seller: str | None = Field(description="The platform's own name of the seller whose task it is.")


class TaskDocument(TaskLine):
    """A task, whole: what, until when, by what right, about which goods."""

    issued_at: datetime
    basis: str = Field(description="The law, guidance or target behind the time, and how sure it is.")
    done_units: int
    reference: str
    title: str
    hazard: str
    remedies: list[str]
    affected: list[AffectedItem]
    listings: list[Listing]
    stock: list[StockLine]


class TaskList(BaseModel):
    """A party's tasks; those due first come first."""

    tasks: list[TaskLine]


class AcknowledgementBody(Given):
    """Whether a party takes a task on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"accept": True}]})

    accept: bool
    reason: str = Field("", max_length=500, description="Why not, where it is declined.")


class ConfirmationBody(Given):
    """What was done, in units; read whole or refused whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcome": "quarantined", "units": 12, "at": "2025-06-18T10:00:00+08:00", "lot": "C14-P6"}
            ]
        }
    )

    outcome: str
    units: int = Field(0, ge=0, le=10**9)
    at: str = Field(description="When it was done, with its offset (RFC 3339).")
    key: str | None = Field(None, max_length=500, description="Where given, the same as Idempotency-Key.")
    task: str | None = None
    line: str | None = Field(None, description="The platform's own order-line reference.")
    gtin: str | None = Field(None, description="The trade item of the lot: two items may share a lot's code.")
    lot: str | None = None
    place: str | None = None
    seller: str | None = Field(None, description="On whose behalf a platform speaks.")
    final: bool = Field(True, description="False for a part of the goods.")
    evidence: dict[str, str] = Field(default_factory=dict, max_length=50)


class ConfirmationAnswer(BaseModel):
    """What became of a confirmation; the same at every repetition."""

    key: str
    outcome: str
    units: int
    kept: str = Field(description="`posted`, or `conflict`: it waits for a person.", examples=["posted"])
    conflict: str | None = Field(description="Why a person must look.")


class Event(BaseModel):
    """Something that happened for this party."""

    seq: int
    type: str = Field(examples=["task.issued"])
    data: dict[str, Any]


class EventPage(BaseModel):
    """Events past a number, without a gap; `highest` is the last number there is."""

    events: list[Event]
    highest: int


class RecallLine(BaseModel):
    """A recall as a list shows it."""

    id: str
    reference: str
    title: str
    authority: str
    state: str
    version: int
    proposed_at: datetime
    opened_at: datetime | None


class RecallList(BaseModel):
    """Every recall, newest first."""

    recalls: list[RecallLine]


class ProposalBody(Given):
    """A notice under a policy, for a second officer to approve."""

    notice: dict[str, Any] = Field(description="A notice in the form of `recall notice read --json`.")
    policy: str | list[str] = Field(
        examples=["cn-samr", ["cn-samr", "eu-gpsr"]], min_length=1, max_length=100,
        description="The policy under which the recall runs, or one for each law; the first leads.",
    )  # fmt: skip

    @property
    def policies(self) -> list[str]:
        """The policies, however many were given."""
        return [self.policy] if isinstance(self.policy, str) else self.policy


class AmendmentBody(Given):
    """The next version of a notice, for a second officer to approve."""

    notice: dict[str, Any]
    adding: list[str] = Field([], description="Policies under which the recall runs too from then on.")


class AmendmentAnswer(BaseModel):
    """The version that now waits for approval."""

    recall: str
    version: int


class WithdrawalBody(Given):
    """The second officer's own key: withdrawing takes two."""

    second_key: str
    reason: str = Field("", max_length=500, description="Why, for the audit trail.")


class ClosingBody(Given):
    """The second officer's own key: closing takes two."""

    second_key: str
    override: str = Field(
        "", max_length=500,
        description="Why it is closed although criteria of its laws are not met; for the audit trail.",
    )  # fmt: skip


class RejectionBody(Given):
    """Why the version that waits is rejected."""

    reason: str = Field(min_length=1, max_length=500)


class Overview(BaseModel):
    """One recall as its regulator sees it."""

    model_config = ConfigDict(extra="allow")

    id: str
    reference: str
    title: str
    state: str
    version: int
    funnel: dict[str, int]
    ledger: dict[str, int | bool]
    targeting: dict[str, int]
    stages: list[dict[str, Any]]
    parties: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    alarms: list[dict[str, Any]] = Field(description="Copies of the notice that say something else.")
    timeline: list[dict[str, Any]]


class EvidenceLink(BaseModel):
    """One edge of an evidence chain: `source` says so, `event` is the hash of what shows it."""

    rule: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    event: str | None
    time: datetime | None
    source: str | None


class Evidence(BaseModel):
    """Why an order line is in a recall, or is not: the chain from the notice to its buyer."""

    model_config = ConfigDict(extra="allow")

    line: str
    klass: str = Field(alias="class", examples=["confirmed"])
    rule: str
    reason: str
    links: list[EvidenceLink]


class DecodedCode(BaseModel):
    """A product code as it was understood."""

    model_config = ConfigDict(extra="allow")


class IssuerKey(BaseModel):
    """A public key of the engine: Standard Webhooks (`whpk_`, Ed25519)."""

    public: str
    algorithm: str = "ed25519"


class AuthorityKey(BaseModel):
    """A key by which an authority's notices are known here."""

    authority: str
    public: str
    since: datetime
    until: datetime | None = Field(description="When it was retired; what it signed before counts.")
    revoked: bool


class Issuer(BaseModel):
    """Who runs this engine, and by which keys its messages, and the notices of authorities, are known."""

    protocol: str
    name: str
    keys: list[IssuerKey]
    authorities: list[AuthorityKey]


class Health(BaseModel):
    """That the engine answers, and its own time."""

    well: bool
    at: datetime
