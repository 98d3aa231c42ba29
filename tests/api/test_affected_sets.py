"""The affected set: signed, cached, silent about orders, and of one mind with the resolver."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as some

from notifications.webhook.signature import SigningKey
from recall.app import create_app
from recall.codes.reader import read_code
from recall.domain.status import Status
from recall.epcis.document import read_document
from recall.errors import InputRefused, NotFound, NotKnown, NotNow
from recall.signed import opened
from recall.steps.capture_events import capture_events
from recall.steps.end_recall import withdraw
from recall.store.database import Store
from recall.views.affected_set import TYP, AffectedSet, read_affected_set
from recall.views.compiled_set import affected_set
from recall.views.status import code_status
from tests.world import FIRST, GTIN, MAKER, OTHER_GTIN, REFERENCE, SECOND, World, copied, traced
from tests.world import opened as just_opened

Both = tuple[World, AffectedSet]
PATH = f"/v1/recalls/{REFERENCE}/affected-set"
KEY = SigningKey.of(text=f"whsk_{base64.b64encode(bytes(range(32))).decode()}")


@pytest.fixture
def shop(world: World) -> Iterator[TestClient]:
    """A client of an engine that signs."""
    app = create_app(world.runtime, issuer_key=KEY.public, sign=KEY.signed)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def read(text: str, *keys: str) -> AffectedSet:
    """The set in a signed text."""
    return read_affected_set(opened(text, typ=TYP, keys=keys or (KEY.public,)))


def test_anybody_may_fetch_it_and_the_signature_is_the_issuers(shop: TestClient) -> None:
    answer = shop.get(PATH)
    assert (200, "application/jose") == (answer.status_code, answer.headers["content-type"])
    found = read(answer.text)
    assert ({GTIN: {"A1"}, OTHER_GTIN: {"D4"}}, REFERENCE) == (found.lots, found.about["reference"])
    (known,) = shop.get("/.well-known/recall-issuer.json").json()["keys"]
    assert found == read(answer.text, known["public"])


def test_it_is_fetched_again_only_when_it_says_something_else(shop: TestClient, world: World) -> None:
    first = shop.get(PATH)
    world.clock.forward(hours=1)
    traced(world)
    again = shop.get(PATH, headers={"if-none-match": first.headers["etag"]})
    assert (304, "") == (again.status_code, again.text)
    capture_events(world.runtime, events=tuple(read_document(made("E5"))), captured_by=MAKER)
    assert 304 == shop.get(PATH, headers={"if-none-match": first.headers["etag"]}).status_code
    world.clock.forward(hours=1)
    traced(world)
    assert 200 == shop.get(PATH, headers={"if-none-match": first.headers["etag"]}).status_code


def made(lot: str, *serials: str) -> bytes:
    """A lot of the first trade item that begins to exist, with the serials of some of its items."""
    event = {
        "type": "ObjectEvent", "eventTime": "2023-06-10T10:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "action": "ADD", "bizStep": "commissioning", "ilmd": {"cbvmda:lotNumber": lot},
    }  # fmt: skip
    items = {"epcList": [f"https://id.gs1.org/01/{GTIN}/21/{serial}" for serial in serials]}
    amount = {"quantityList": [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/{lot}", "quantity": 5}]}
    return json.dumps([event | (items if serials else amount)]).encode()


def test_it_tells_of_no_order_and_lists_no_serial(shop: TestClient, world: World) -> None:
    serials = ("SN-777-1", "SN-777-2")
    capture_events(world.runtime, events=tuple(read_document(made("A1", *serials))), captured_by=MAKER)
    text = opened(shop.get(PATH).text, typ=TYP, keys=[KEY.public]).decode()
    told = ("L-1", "S-07", "party_", "Harbour", "Lantern", "rcl_", *serials, "B2")
    assert [] == [word for word in told if word in text]
    found = read(shop.get(PATH).text)
    assert (2, ["affected"] * 2) == (
        len(found.serials), [found.check(f"(01){GTIN}(21){serial}")["status"] for serial in serials],
    )  # fmt: skip


def test_a_set_that_was_changed_or_signed_by_another_is_refused(shop: TestClient) -> None:
    text = shop.get(PATH).text
    header, payload, signature = text.split(".")
    changed = base64.urlsafe_b64decode(payload + "==").replace(b"A1", b"Z9")
    forged = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
    for wrong in (f"{header}.{forged}.{signature}", f"{header}.{payload}.", "", "a.b.c", text[:-9]):
        with pytest.raises(NotKnown):
            read(wrong)
    other = SigningKey(_key=Ed25519PrivateKey.generate())
    with pytest.raises(NotKnown):
        read(text, other.public)
    assert REFERENCE == read(text, other.public, KEY.public).about["reference"]


def test_a_large_document_is_signed_and_opened_too() -> None:
    large = b"x" * 2_000_000
    assert large == opened(KEY.signed(large, typ=TYP), typ=TYP, keys=[KEY.public])


def test_another_kind_of_signed_document_is_no_set() -> None:
    with pytest.raises(NotKnown, match="something else"):
        read(KEY.signed(b"{}", typ="letter"))
    for payload in (b"[]", b"{", b'{"format": "recall-affected-set/1"}'):
        with pytest.raises(InputRefused):
            read(KEY.signed(payload, typ=TYP))


def test_there_is_none_of_what_is_not_in_force(shop: TestClient, world: World) -> None:
    assert 404 == shop.get("/v1/recalls/R-0/affected-set").status_code
    withdraw(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    assert 404 == shop.get(PATH).status_code
    with pytest.raises(NotFound):
        affected_set(world.runtime, reference=REFERENCE)


def test_before_the_trace_there_is_none_yet(sqlite_template: Path, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")
    with pytest.raises(NotNow, match="being traced"):
        affected_set(just_opened(store).runtime, reference=REFERENCE)
    store.close()


codes = some.builds(
    "{}{}{}".format,
    some.sampled_from([f"(01){gtin}" for gtin in (GTIN, OTHER_GTIN, "04006381333931")]),
    some.sampled_from(["", "(10)A1", "(10)B2", "(10)D4", "(10)a1", "(10)Q7"]),
    some.sampled_from(["", "(21)SA1", "(21)SB1", "(21)SX"]),
)


@pytest.fixture(scope="module")
def both(first_world: tuple[World, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A world whose items have serials, and its set as a shop has it."""
    world, path = first_world
    own = copied(world, of=path, to=tmp_path_factory.mktemp("both") / "recall.db")
    for lot, serial in (("A1", "SA1"), ("B2", "SB1")):
        capture_events(own.runtime, events=tuple(read_document(made(lot, serial))), captured_by=MAKER)
    traced(own)
    yield own, read_affected_set(affected_set(own.runtime, reference=REFERENCE).payload())
    own.runtime.store.close()


@given(raw=codes)
def test_offline_nothing_is_called_less_serious_than_online(both: Both, raw: str) -> None:
    world, found = both
    online = code_status(world.runtime, code=read_code(raw)).document(links=world.runtime.links)
    offline = found.check(raw)
    ranks = [status.value for status in Status]
    assert ranks.index(str(offline["status"])) <= ranks.index(str(online["status"]))
    if "(21)" not in raw:  # whatever the lots decide, both know alike
        assert online == offline


def test_offline_the_serials_of_affected_lots_are_known(both: Both) -> None:
    _, found = both
    answers = [found.check(f"(01){GTIN}(21){serial}")["status"] for serial in ("SA1", "SB1", "SX")]
    assert ["affected", "possibly_affected", "possibly_affected"] == answers


def test_a_set_is_read_as_it_was_written(both: Both) -> None:
    _, found = both
    assert found == read_affected_set(found.payload())
