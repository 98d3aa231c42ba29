"""The names in GS1's recall messages, and how each of them is known: the one place to correct them.

The standard is GS1 XML 3, Product Recall: Product Recall Notification, Product Removal Confirmation and
Product Recall Closeout Notification, releases 3.0 (2 January 2012) and later. Its schemas (XSD) were not at
hand when this was written. What is known comes from GS1's sample of a notification in the package of
release 3.0, as far as its market details, from single pages of GS1 Germany's guide to the elements of
3.4.1, and from what all GS1 XML 3 messages share. The rest is named here after the same manner, and says
so: `assumed`. What is read is found by the names of its leaves, wherever they stand, so that a message of
another make is read as far as they are known.
"""

from __future__ import annotations

from enum import StrEnum

VERSION = "3.4"
"""The release that a written message names in its header."""


class Known(StrEnum):
    """How a name is known."""

    SAMPLE = "sample"
    """It stands in GS1's sample message of release 3.0."""
    GUIDE = "guide"
    """It has a page in GS1 Germany's guide to release 3.4.1."""
    SHARED = "shared"
    """All GS1 XML 3 messages have it: document, party, trade item."""
    REPORTED = "reported"
    """Readers of the guide to release 3.6 name it; its place in the message is not known."""
    ASSUMED = "assumed"
    """Named here after the manner of the others."""


class Kind(StrEnum):
    """The three messages: each value is the element that holds the document."""

    known: Known

    def __new__(cls, tag: str, known: Known) -> Kind:
        """The element's name; how it is known stands beside it."""
        kind = str.__new__(cls, tag)
        kind._value_, kind.known = tag, known
        return kind

    NOTIFICATION = "productRecallNotification", Known.SAMPLE
    REMOVAL = "productRemovalConfirmation", Known.GUIDE
    CLOSEOUT = "productRecallCloseoutNotification", Known.ASSUMED

    @property
    def prefix(self) -> str:
        """`product_recall_notification` and so on, as the sample writes its prefix."""
        return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in self.value)

    @property
    def namespace(self) -> str:
        """The namespace, after the manner of all messages of eCom in GS1 XML 3."""
        return f"urn:gs1:ecom:{self.prefix}:xsd:3"


class Tag(StrEnum):
    """An element or attribute: its name, how it is known, and what it holds."""

    known: Known
    holds: str

    def __new__(cls, name: str, known: Known, holds: str) -> Tag:
        """The name; the rest stands beside it."""
        tag = str.__new__(cls, name)
        tag._value_, tag.known, tag.holds = name, known, holds
        return tag

    CREATED = "creationDateTime", Known.SHARED, "when the message was made"
    DOCUMENT_STATUS = "documentStatusCode", Known.SHARED, "ORIGINAL"
    LANGUAGE = "languageCode", Known.SAMPLE, "attribute: the language of a text"
    ORIGINAL = "originalPRNIdentification", Known.SAMPLE, "GDTI of the first notification: our reference"
    OWN = "pRNIdentification", Known.SAMPLE, "GDTI of this notification: one for each version"
    STATUS = "pRNStatusCode", Known.SAMPLE, "ISSUED"
    TITLE = "pRNTitle", Known.SAMPLE, "the title"
    VERSION_STATUS = "pRNVersionStatusCode", Known.SAMPLE, "INITIAL, else (assumed) UPDATE"
    RISK = "incidentRiskLevelCode", Known.SAMPLE, "CLASS_1, CLASS_2 or CLASS_3"
    PRIMARY = (
        "isPRNIssuingOrganisationThePrimaryRecallOrganisation", Known.SAMPLE,
        "written as true; said of others in the text",
    )  # fmt: skip
    INITIATOR = "productRecallInitiator", Known.SAMPLE, "who recalls: the authority of the notice"
    RECIPIENT = "productRecallImpactedRecipient", Known.SAMPLE, "to whom it is addressed"
    GLN = "gln", Known.SAMPLE, "a party or a location"
    OTHER_PARTY = "additionalPartyIdentification", Known.SAMPLE, "a party or a location without a GLN"
    OTHER_PARTY_TYPE = (
        "additionalPartyIdentificationTypeCode", Known.SAMPLE, "attribute: in whose scheme it is named",
    )  # fmt: skip
    ORGANISATION = "organisationDetails", Known.SHARED, "holds the name of a party"
    ORGANISATION_NAME = "organisationName", Known.SHARED, "the name of a party"
    REASON = "productRecallReason", Known.SAMPLE, "holds a reason"
    REASON_CODE = (
        "productRecallReasonCode",
        Known.SAMPLE,
        "a hazard by GS1's list; written as OTHER (assumed)",
    )
    EXPLANATION = "explanationForProductRecall", Known.SAMPLE, "the hazard in words"
    MARKET = "productRecallMarketDetail", Known.SAMPLE, "holds a market"
    COUNTRY = "targetMarketCountryCode", Known.SHARED, "the jurisdiction, by ISO 3166-1 in figures"
    INSTRUCTIONS = "consumerInstructions", Known.REPORTED, "what to do: our remedy"
    ITEM = "productRecallItem", Known.ASSUMED, "holds one trade item"
    GTIN = "gtin", Known.REPORTED, "the trade item"
    OTHER_ITEM = "additionalTradeItemIdentification", Known.SHARED, "its model or another identifier"
    OTHER_ITEM_TYPE = (
        "additionalTradeItemIdentificationTypeCode", Known.SHARED, "attribute: MODEL_NUMBER, or its scheme",
    )  # fmt: skip
    BRAND = "brandName", Known.REPORTED, "its brand"
    NAME = "tradeItemName", Known.REPORTED, "its name"
    QUANTITY = "quantityAffected", Known.ASSUMED, "its units"
    TRACKING = "productTracking", Known.ASSUMED, "holds one code that tells affected items"
    TRACKING_CODE = "productTrackingKeyCode", Known.GUIDE, "what kind of code it is"
    TRACKING_VALUE = "productTrackingKeyValue", Known.ASSUMED, "the code, or a range A - B"
    CONFIRMATION = "pRCIdentification", Known.GUIDE, "GDTI of a removal confirmation"
    REMOVER = "productRemovalParty", Known.ASSUMED, "who confirms"
    LOCATION = "productRemovalLocation", Known.ASSUMED, "holds the GLN of the site"
    REMOVED = "quantityRemoved", Known.ASSUMED, "units set apart: quarantined"
    RETURNED = "quantityReturned", Known.ASSUMED, "units sent back: collected"
    DESTROYED = "quantityDestroyed", Known.ASSUMED, "units destroyed: disposed"
    CLOSEOUT = "pRCNIdentification", Known.ASSUMED, "GDTI of a closeout"


TRACKING = "productTrackingKey"
"""What the names of a tracking code's own elements begin with."""


class Key(StrEnum):
    """The values of `productTrackingKeyCode` (GS1 Germany's guide to release 3.4.1)."""

    LOT = "BATCH_LOT_CODE"
    BEST_BEFORE = "BEST_BEFORE_DATE"
    CLOSED = "CLOSED_CODE_DATE"
    EXPIRY = "EXPIRY_DATE"
    HARVEST = "HARVEST_DATE_CODE"
    OTHER = "OTHER"
    PURCHASE_BY = "PURCHASED_BY_DATE"
    SELL_BY = "SELL_BY_DATE"
    SERIAL = "SERIAL_NUMBER"


COUNTRIES = {
    "AU": "036", "AT": "040", "BE": "056", "CA": "124", "CH": "756", "CN": "156", "DE": "276", "DK": "208",
    "ES": "724", "EU": "097", "FR": "250", "GB": "826", "IE": "372", "IT": "380", "JP": "392", "KR": "410",
    "NL": "528", "NO": "578", "NZ": "554", "PL": "616", "PT": "620", "SE": "752", "SG": "702", "US": "840",
}  # fmt: skip
"""Jurisdictions of notices by their codes in figures (ISO 3166-1; GS1's code list has 097 for the Union)."""
