"""Passports: what product they speak of, how finely, who signed, and whether they were taken back."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from recall.codes.passport import read_passport
from recall.codes.passport_did import did_address, key_in
from recall.codes.passport_proof import SUITES, is_envelope, read_envelope
from recall.codes.passport_status import StatusEntry, read_status_list, status_entries
from recall.errors import CodeRefused
from tests.passports import Maker, status_entry

ITEM = "https://id.gs1.org/01/09520123456788/21/0012"
MAKER = Maker(did="did:web:maker.example")


def test_a_untp_passport_tells_product_batch_place_and_issuer() -> None:
    document = MAKER.passport(ITEM, batchNumber="00B7", serialNumber="0012")
    passport = read_passport(document)
    assert ("untp", ITEM, "00B7", "0012", "item") == (
        passport.kind, passport.code.canonical, passport.batch, passport.code.serial, passport.granularity,
    )  # fmt: skip
    assert ("https://place.example/7", MAKER.did) == (passport.facility, passport.issuer)
    assert (datetime(2026, 1, 1, tzinfo=UTC), None, ()) == (
        passport.valid_from, passport.valid_until, passport.warnings,
    )  # fmt: skip


def test_an_older_edition_has_the_product_as_its_subject() -> None:
    document = MAKER.passport(ITEM)
    document["credentialSubject"] = document["credentialSubject"]["product"] | {"granularityLevel": "item"}
    document["issuer"] = MAKER.did
    assert (ITEM, MAKER.did) == (read_passport(document).code.canonical, read_passport(document).issuer)


def test_the_key_identifies_where_the_passport_contradicts_it() -> None:
    document = MAKER.passport(ITEM, serialNumber="12")
    document["credentialSubject"]["granularityLevel"] = "batch"
    passport = read_passport(document)
    assert ("0012", "batch") == (passport.code.serial, passport.granularity)
    assert ["serial '12'", "a batch"] == [
        words for words in ("serial '12'", "a batch") if any(words in said for said in passport.warnings)
    ]


def test_an_en_18223_passport_is_read_by_its_envelope() -> None:
    passport = read_passport({
        "digitalProductPassportId": "https://dpp.example/7",
        "uniqueProductIdentifier": "https://id.maker.example/01/09520123456788/10/00B7",
        "granularity": "Batch",
        "economicOperatorId": {"id": "https://id.gs1.org/417/9521234000105"},
        "facilityId": "https://id.gs1.org/414/9521234000112",
    })  # fmt: skip
    assert ("eu", "batch", "00B7", "claimed") == (
        passport.kind, passport.granularity, passport.batch, passport.code.trust,
    )  # fmt: skip
    assert "https://id.gs1.org/414/9521234000112" == passport.facility
    assert "https://id.gs1.org/417/9521234000105" == passport.issuer


@pytest.mark.parametrize(
    ("identifier", "scheme"),
    [
        ("did:web:maker.example:products:7", "did"),
        ("https://maker.example/things/7", "identification-link"),
        ("urn:register:nlis:7", "uri"),
    ],
)
def test_a_product_may_be_named_by_any_scheme(identifier: str, scheme: str) -> None:
    assert scheme == read_passport(MAKER.passport(identifier)).code.scheme


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (None, "JSON object"),
        ([], "JSON object"),
        ({}, "another"),
        ({"type": "DigitalProductPassport"}, "credentialSubject"),
        (MAKER.passport("https://id.gs1.org/01/09520123456789"), "check digit 8"),
        (MAKER.passport("urn:epc:id:sgtin:1.2.3"), "the parts of"),
        (MAKER.passport("a box"), "a GTIN"),
        (MAKER.passport(""), "an identifier of the product"),
        (MAKER.passport(ITEM) | {"validFrom": "soon"}, "a date and time"),
        (MAKER.passport("did:x:" + "a" * 3000), "at most 2000"),
        ({"gtin": "09520123456788", "id": "https://id.gs1.org/01/04006381333931"}, "the GTIN of its key"),
        ({"gtin": "09520123456788", "granularity": "box"}, "model, batch or item"),
    ],
)
def test_a_passport_that_cannot_be_read_is_refused(document: object, words: str) -> None:
    with pytest.raises(CodeRefused, match=words):
        read_passport(document)


def test_published_passports_are_read_as_they_say(shared: Path) -> None:
    folder = shared / "vectors/openepcis-dpp-ready/eu"
    if not folder.exists():
        pytest.skip("the published passports are not beside the project")
    found = {
        path.name: read_passport(json.loads(path.read_text(encoding="utf-8")))
        for path in folder.glob("*/examples/*.jsonld")
    }
    assert {
        "amperia-staxwall-model.jsonld": ("model", None),
        "amperia-staxwall-batch.jsonld": ("batch", "LOT-2026-AMP01"),
        "amperia-staxwall-item.jsonld": ("item", None),
        "smartphone-product.jsonld": ("item", None),
    } == {name: (passport.granularity, passport.batch) for name, passport in found.items()}


def test_a_published_credential_is_opened_and_its_product_read(shared: Path) -> None:
    path = shared / "vectors/untp/valid-v2-enveloped-dpp.json"
    if not path.exists():
        pytest.skip("the published credential is not beside the project")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert is_envelope(document)
    assert is_envelope(document["id"])
    assert not is_envelope("a text")
    envelope = read_envelope(document)
    passport = read_passport(envelope.claims)
    assert ("EdDSA", envelope.issuer) == (envelope.algorithm, passport.issuer)
    assert ("item", 60) == (passport.code.granularity, passport.status[0].index)
    assert did_address(str(passport.issuer)).endswith("/did.json")


@pytest.mark.parametrize(
    "maker",
    [
        MAKER,
        Maker(did="did:web:maker.example", algorithm="EdDSA"),
        Maker(did="did:web:maker.example", key=ECKey.generate_key("P-256"), algorithm="ES256"),
    ],
)
def test_a_signature_is_that_of_the_very_key_and_text(maker: Maker) -> None:
    envelope = read_envelope(maker.envelop(maker.passport(ITEM)))
    key = key_in(maker.document(), did=maker.did, key_id=envelope.key_id)
    assert envelope.is_signed(key)
    assert not envelope.is_signed(Maker(did=maker.did).public)
    head, body, signature = envelope.token.split(".")
    other = base64.urlsafe_b64encode(json.dumps(maker.passport("urn:x:y")).encode()).rstrip(b"=").decode()
    assert not read_envelope(f"{head}.{other}.{signature}").is_signed(key)
    assert not read_envelope(f"{head}.{body}.AAAA").is_signed(key)


def test_a_suite_is_taken_from_the_table_and_from_nowhere_else() -> None:
    token = MAKER.sign(MAKER.passport(ITEM))
    _, body, _ = token.split(".")
    for algorithm in ("none", "HS256", "SM2"):
        head = base64.urlsafe_b64encode(json.dumps({"alg": algorithm}).encode()).rstrip(b"=").decode()
        envelope = read_envelope(f"{head}.{body}.AAAA")
        assert not envelope.is_signed(MAKER.public)
    national = SUITES | {"SM2": lambda token, key: token.endswith(".AAAA") and bool(key)}
    assert envelope.is_signed(MAKER.public, suites=national)


@pytest.mark.parametrize(
    "text", ["", "a.b", "e30.e30.", "####.e30.e30", "W10.e30.e30", "e30.e30.e30", 7, None]
)
def test_what_is_no_envelope_is_refused(text: object) -> None:
    with pytest.raises(CodeRefused):
        read_envelope(text)


def test_a_header_that_asks_for_more_than_we_know_is_refused() -> None:
    for header in ({"typ": "other"}, {"crit": ["exp"], "exp": 1}):
        head = (
            base64.urlsafe_b64encode(json.dumps({"alg": "Ed25519"} | header).encode()).rstrip(b"=").decode()
        )
        with pytest.raises(CodeRefused, match="the header"):
            read_envelope(f"{head}.e30.AAAA")


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:maker.example", "https://maker.example/.well-known/did.json"),
        ("did:web:maker.example%3A8443:a:b#key-1", "https://maker.example:8443/a/b/did.json"),
        ("did:web:127.0.0.1%3A8000:a", "http://127.0.0.1:8000/a/did.json"),
    ],
)
def test_the_document_of_a_did_has_one_address(did: str, address: str) -> None:
    assert address == did_address(did)


@pytest.mark.parametrize("did", ["did:key:z6Mk", "did:web:", "maker.example", "did:web:a/../b"])
def test_a_did_without_a_web_address_is_refused(did: str) -> None:
    with pytest.raises(CodeRefused):
        did_address(did)


def test_a_key_counts_only_if_the_document_lets_it_assert() -> None:
    for document in (
        MAKER.document(assertionMethod=[]),
        MAKER.document(id="did:web:other.example"),
        MAKER.document(verificationMethod="none"),
        None,
    ):
        with pytest.raises(CodeRefused):
            key_in(document, did=MAKER.did, key_id=MAKER.key_id)
    assert MAKER.public == key_in(MAKER.document(assertionMethod=["#key-1"]), did=MAKER.did, key_id="#key-1")
    assert MAKER.public == key_in(MAKER.document(), did=MAKER.did, key_id=None)


def test_a_key_may_be_written_in_multibase() -> None:
    raw = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"  # the example of the did:key method
    method: dict[str, Any] = {"id": MAKER.key_id, "type": "Multikey", "publicKeyMultibase": raw}
    key = key_in(MAKER.document(verificationMethod=[method]), did=MAKER.did, key_id=None)
    bytes_of_it = base64.urlsafe_b64decode(key["x"] + "=")
    assert "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6" == bytes_of_it.hex()
    for wrong in ("z6Mk", "u123", "z0OIl", None):
        with pytest.raises(CodeRefused, match="publicKeyMultibase"):
            key_in(
                MAKER.document(verificationMethod=[method | {"publicKeyMultibase": wrong}]),
                did=MAKER.did, key_id=None,
            )  # fmt: skip


def test_one_bit_says_whether_a_passport_was_taken_back() -> None:
    found = read_status_list(MAKER.status_list(0, 9, 131_071))
    said = [found.says(StatusEntry(purpose="revocation", index=i, address="")) for i in (0, 1, 8, 9, 131_071)]
    assert [True, False, False, True, True] == said
    for entry in (
        StatusEntry(purpose="suspension", index=0, address=""),
        StatusEntry(purpose="revocation", index=131_072, address=""),
    ):
        with pytest.raises(CodeRefused):
            found.says(entry)


def test_a_list_that_unpacks_too_far_or_not_at_all_is_refused() -> None:
    def listed(data: bytes) -> dict[str, Any]:
        text = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
        return {"credentialSubject": {"statusPurpose": "revocation", "encodedList": f"u{text}"}}

    for document in (
        listed(gzip.compress(b"\0" * (17 * 1024 * 1024))),
        listed(gzip.compress(b"\0" * 100)),
        listed(b"no gzip"),
        {"credentialSubject": {"statusPurpose": "revocation", "encodedList": "u###"}},
        {"credentialSubject": 7},
        None,
    ):
        with pytest.raises(CodeRefused):
            read_status_list(document)


def test_the_entries_of_a_status_are_read_or_refused() -> None:
    entry = status_entry("https://maker.example/list", index=7)
    assert () == status_entries(None)
    assert (7, 7) == tuple(one.index for one in status_entries([entry, entry | {"statusListIndex": 7}]))
    for wrong in ({"type": "Other"}, {"statusListIndex": "-1"}, {"statusSize": 2}, {"statusPurpose": None}):
        with pytest.raises(CodeRefused):
            status_entries(entry | wrong)


_NAMES = st.sampled_from([
    "type", "id", "issuer", "credentialSubject", "product", "granularityLevel", "gtin", "credentialStatus",
    "validFrom", "batchNumber", "uniqueProductIdentifier", "granularity", "encodedList", "statusPurpose",
])  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=6),
    max_leaves=20,
)


@given(_JSON, st.sampled_from(["DigitalProductPassport", "gs1:Product"]))
def test_no_document_raises_anything_else(document: object, kind: str) -> None:
    for one in (document, {"type": kind, "credentialSubject": document, "gtin": document}):
        for read in (read_passport, read_envelope, read_status_list, status_entries):
            try:
                read(one)
            except CodeRefused:
                continue
