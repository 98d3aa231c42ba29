"""Passports are found over a real resolver, and believed no further than their proof reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.client import Client
from connectors.resolver.connector import LARGEST_DOCUMENT, ResolverRegistry
from recall.codes.quality_code_file import read_quality_code
from recall.codes.reader import read_code
from recall.errors import GiveUp, TryLater
from recall.net.reach import MOST_STEPS, is_public
from recall.ports import FoundPassport, Standing
from tests.connectors.resolver.conftest import Site
from tests.passports import Maker, status_entry

Registered = Callable[..., ResolverRegistry]

PATH = "/01/09520123456788/21/0012"
ITEM = f"https://id.gs1.org{PATH}"
CODE = read_code("(01)09520123456788(21)0012")


async def found(registry: ResolverRegistry, code: Any = CODE) -> FoundPassport:
    """The passport that must be there."""
    passport = await registry.passport(code)
    assert passport is not None
    return passport


def publish(site: Site, maker: Maker, **changes: Any) -> dict[str, Any]:
    """An enveloped passport of the item, and the linkset that leads to it."""
    credential = maker.passport(ITEM, batchNumber="00B7") | changes
    site.put("/dpp", maker.envelop(credential))
    site.link(PATH, (ITEM, "untp:dpp", "/dpp"))
    return credential


async def test_a_signed_passport_of_a_trusted_issuer_is_believed(site: Site, registry: Registered) -> None:
    maker = site.maker()
    publish(site, maker)
    passport = await found(registry(maker.did))
    assert (Standing.TRUSTED, ()) == (passport.standing, passport.findings)
    assert ("00B7", maker.did) == (passport.passport.batch, passport.passport.issuer)
    assert [f"{PATH}?linkType=linkset", "/dpp", "/maker/did.json"] == site.calls


async def test_an_unknown_issuer_is_a_claim_however_well_it_signs(site: Site, registry: Registered) -> None:
    publish(site, site.maker())
    assert Standing.SIGNED == (await found(registry())).standing


async def test_a_wrong_signature_is_broken(site: Site, registry: Registered) -> None:
    maker = site.maker()
    publish(site, Maker(did=maker.did))
    assert Standing.BROKEN == (await found(registry(maker.did))).standing
    publish(site, maker)
    site.put("/dpp", maker.sign(maker.passport(ITEM), kid="did:web:other.example#key-1"))
    assert Standing.BROKEN == (await found(registry(maker.did))).standing


async def test_a_passport_taken_back_is_told_as_such(site: Site, registry: Registered) -> None:
    maker = site.maker()
    entry = status_entry(site.address + "/list", index=7)
    publish(site, maker, credentialStatus=entry)
    site.put("/list", maker.sign(maker.status_list(8)), kind="application/vc+jwt")
    assert Standing.TRUSTED == (await found(registry(maker.did))).standing
    site.put("/list", maker.sign(maker.status_list(7)), kind="application/vc+jwt")
    passport = await found(registry(maker.did))
    assert (Standing.REVOKED, ("its issuer set revocation",)) == (passport.standing, passport.findings)


@pytest.mark.parametrize("fault", ["another's", "unsigned", "wrong", "absent", "short"])
async def test_a_status_list_that_proves_nothing_leaves_a_claim(
    site: Site, registry: Registered, fault: str
) -> None:
    maker, other = site.maker(), site.maker("other")
    publish(site, maker, credentialStatus=status_entry(site.address + "/list", index=7))
    empty = maker.status_list()
    short = empty | {"credentialSubject": empty["credentialSubject"] | {"statusPurpose": "suspension"}}
    lists: dict[str, object] = {
        "another's": other.sign(other.status_list()), "unsigned": empty,
        "wrong": Maker(did=maker.did).sign(empty), "short": maker.sign(short),
    }  # fmt: skip
    if fault in lists:
        site.put("/list", lists[fault])
    passport = await found(registry(maker.did))
    assert Standing.CLAIMED == passport.standing
    assert "it could not be checked" in passport.findings[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"validFrom": "2027-01-01T00:00:00Z"}, "valid only from 2027"),
        ({"validUntil": "2026-05-31T00:00:00Z"}, "was valid until 2026"),
    ],
)
async def test_a_passport_out_of_its_time_is_a_claim(
    site: Site, registry: Registered, changes: dict[str, Any], words: str
) -> None:
    maker = site.maker()
    publish(site, maker, **changes)
    passport = await found(registry(maker.did))
    assert Standing.CLAIMED == passport.standing
    assert words in passport.findings[0]


async def test_an_unsigned_passport_is_believed_for_its_host_alone(site: Site, registry: Registered) -> None:
    site.put("/dpp", {"id": ITEM, "gtin": "09520123456788", "hasBatchLotNumber": "00B7"})
    site.link(PATH, (ITEM, "https://ref.gs1.org/voc/dpp", "/dpp"))
    assert Standing.CLAIMED == (await found(registry())).standing
    assert Standing.TRUSTED == (await found(registry("127.0.0.1"))).standing


async def test_an_issuer_without_a_document_leaves_a_claim(site: Site, registry: Registered) -> None:
    for did in (f"did:web:{site.host.replace(':', '%3A')}:nobody", "did:key:z6Mk", "https://maker.example"):
        publish(site, Maker(did=did))
        assert Standing.CLAIMED == (await found(registry(did))).standing


async def test_the_finest_level_wins_and_another_product_never_does(site: Site, registry: Registered) -> None:
    maker = site.maker()
    gtin = "https://id.gs1.org/01/09520123456788"
    site.put("/model", maker.envelop(maker.passport(gtin)))
    site.put("/item", maker.envelop(maker.passport(ITEM)))
    site.link(
        PATH,
        (gtin, "gs1:dpp", "/model"),
        (ITEM, "gs1:dpp", "/item"),
        (f"{gtin}/21/12", "gs1:dpp", "/other"),
        ("not a code", "gs1:dpp", "/other"),
    )
    assert (await found(registry())).address.endswith("/item")
    site.link(PATH, (gtin, "gs1:dpp", "/model"), (ITEM, "gs1:pip", "/item"))
    assert (await found(registry())).address.endswith("/model")


async def test_a_model_is_not_answered_with_the_passport_of_one_unit(
    site: Site, registry: Registered
) -> None:
    maker, model = site.maker(), read_code("09520123456788")
    site.put("/dpp", maker.envelop(maker.passport(ITEM)))
    site.link("/01/09520123456788", (ITEM, "gs1:dpp", "/dpp"))
    assert await registry().passport(model) is None
    site.link("/01/09520123456788", (ITEM.partition("/21")[0], "gs1:dpp", "/dpp"))
    with pytest.raises(GiveUp, match="of another product"):
        await registry().passport(model)


async def test_a_digital_link_is_asked_where_it_points(site: Site, registry: Registered) -> None:
    maker = site.maker()
    site.put("/dpp", maker.envelop(maker.passport(ITEM)))
    site.link(f"/shop{PATH}", (ITEM, "untp:dpp", "/dpp"))
    code = replace(CODE, raw=f"{site.address}/shop{PATH}?a=b", host=site.host)
    assert "0012" == (await found(registry(resolver="https://unused.example"), code)).passport.code.serial
    assert f"/shop{PATH}?a=b&linkType=linkset" == site.calls[0]


async def test_resolvers_may_lead_on_but_not_in_a_circle(site: Site, registry: Registered) -> None:
    maker = site.maker()
    site.put("/dpp", maker.envelop(maker.passport(ITEM)))
    site.link(PATH, (ITEM, "gs1:handledBy", "/second"))
    site.lead(f"/second{PATH}", f"/third{PATH}")
    site.link(f"/third{PATH}", (ITEM, "gs1:dpp", "/dpp"))
    assert (await found(registry())).address.endswith("/dpp")
    site.link(f"/third{PATH}", (ITEM, "gs1:handledBy", site.address))
    with pytest.raises(GiveUp, match="in a circle"):
        await registry().passport(CODE)


async def test_a_way_without_end_is_given_up(site: Site, registry: Registered) -> None:
    for number in range(MOST_STEPS + 2):
        site.lead(f"/step/{number}", f"/step/{number + 1}")
    site.lead(PATH, "/step/0")
    with pytest.raises(GiveUp, match="on and on"):
        await registry().passport(CODE)
    assert MOST_STEPS == len(site.calls)


@pytest.mark.parametrize("kind", ["linkset", "passport"])
async def test_a_huge_answer_is_given_up(site: Site, registry: Registered, kind: str) -> None:
    huge = b" " * (LARGEST_DOCUMENT + 1)
    site.link(PATH, (ITEM, "gs1:dpp", "/dpp"))
    site.put("/dpp", huge)
    if kind == "linkset":
        site.put(PATH, huge)
    with pytest.raises(GiveUp, match="too large"):
        await registry().passport(CODE)


@pytest.mark.parametrize(
    "body", ["[]", "no json", '{"linkset": 7}', "[" * 100_000, '{"linkset": [7, {"anchor": 7}, {}]}']
)
async def test_a_strange_linkset_is_given_up_or_holds_nothing(
    site: Site, registry: Registered, body: str
) -> None:
    site.put(PATH, body)
    try:
        assert await registry().passport(CODE) is None
    except GiveUp:
        assert '"anchor"' not in body


@pytest.mark.parametrize("body", ["ey.no", '{"type": "DigitalProductPassport"}', "<html>", "[]", '{"a": 1}'])
async def test_a_strange_passport_is_given_up(site: Site, registry: Registered, body: str) -> None:
    site.link(PATH, (ITEM, "gs1:dpp", "/dpp"))
    site.put("/dpp", body)
    with pytest.raises(GiveUp):
        await registry().passport(CODE)


async def test_no_passport_is_no_error(site: Site, registry: Registered) -> None:
    assert await registry().passport(CODE) is None
    site.link(PATH, (ITEM, "gs1:dpp", "/gone"))
    assert await registry().passport(CODE) is None
    assert await registry().passport(read_code("did:web:maker.example")) is None


async def test_the_busy_and_the_slow_are_asked_later(site: Site, registry: Registered) -> None:
    site.put(PATH, b"", status=503)
    with pytest.raises(TryLater):
        await registry().passport(CODE)
    site.lead(PATH, "/slow")
    with pytest.raises(TryLater, match=r"takes too long|No answer"):
        await registry(timeout=0.3).passport(CODE)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/", "https://127.0.0.1/", "https://10.0.0.1/x", "https://[::1]/", "https://localhost/",
        "https://169.254.169.254/latest", "ftp://maker.example/", "https://u:p@maker.example/", "https:///x",
        "http://maker.example/", "https://a:b:c/", "file:///etc/passwd",
    ],
)  # fmt: skip
async def test_a_link_never_leads_into_the_operators_network(
    site: Site, registry: Registered, address: str
) -> None:
    with pytest.raises(GiveUp):
        await Client(timeout=1).fetch(address, accept="*/*", largest=9, seconds=1)
    site.link(PATH, (ITEM, "gs1:dpp", address))
    with pytest.raises(GiveUp):
        await registry().passport(CODE)


@pytest.mark.parametrize(
    "place",
    [
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "0.0.0.0", "100.64.0.1",  # noqa: S104 - refused
        "::", "192.0.2.1", "ff02::1", "ff0e::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "::10.0.0.1",
        "::ffff:93.184.215.14", "64:ff9b::10.0.0.1", "64:ff9b::5db8:d70e", "64:ff9b:1::10.0.0.1",
        "2002:0a00:0001::1", "2001:0:4136:e378::1", "2001:db8::1", "no address",
    ],
)  # fmt: skip
def test_an_address_that_leads_or_may_lead_elsewhere_is_not_public(place: str) -> None:
    assert not is_public(place)


def test_an_address_of_the_public_network_is_public() -> None:
    assert [True, True] == [is_public("93.184.215.14"), is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")]


async def test_an_authoritys_resolver_adds_to_its_code(site: Site, registry: Registered) -> None:
    definition = read_quality_code(f"""
name = "quality-code"
title = "Quality code"
issuer = "The authority"
pattern = 'HX(?P<lot>[0-9]{{4}})'
resolver = "{site.address}/codes/{{code}}"
fields = {{ lot = "lot" }}
answer = {{ gtin = "/gtin", lot = "/lot" }}
""")
    code = read_code("HX0012", adapters=(definition.form,))
    asked = registry(definitions=(definition,))
    assert code == await asked.told(code)
    site.put("/codes/HX0012", {"gtin": "09520123456788"})
    assert ("09520123456788", "0012") == ((await asked.told(code)).gtin, (await asked.told(code)).lot)
    site.put("/codes/HX0012", {"lot": "12"})
    with pytest.raises(GiveUp, match="contradicts"):
        await asked.told(code)
    assert CODE == await asked.told(CODE)
    await asked.aclose()
