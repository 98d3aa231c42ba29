"""The resolver: the recall status of a code and the links of an identity, open to everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from recall.domain.link_form import read_entries
from recall.errors import InputRefused
from recall.steps.end_recall import withdraw
from recall.store import link_entries, recalls
from tests.api.conftest import Door
from tests.builders import NOW
from tests.world import FIRST, GTIN, OTHER_GTIN, SECOND

STATUS = "linkType=gs1:recallStatus"
LINKSET = "application/linkset+json"
RECALL_STATUS = "https://ref.gs1.org/voc/recallStatus"


def asked(door: Door, path: str, **headers: str) -> Any:
    """The answer to a program that takes anything, unless its headers say otherwise."""
    return door.client.get(
        path, headers={"accept": "*/*"} | {k.replace("_", "-"): v for k, v in headers.items()}
    )


def status_of(door: Door, path: str) -> dict[str, Any]:
    """The recall status at a path."""
    answer = asked(door, f"{path}?{STATUS}")
    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])
    document: dict[str, Any] = answer.json()
    return document


@pytest.mark.parametrize(
    ("path", "status", "level", "reason"),
    [
        (f"/01/{GTIN}/10/A1", "affected", "lot", "lot_affected"),
        (f"/01/{GTIN}/10/A1/21/77", "affected", "lot", "lot_affected"),
        (f"/01/{GTIN}/22/V1/10/A1", "affected", "lot", "lot_affected"),
        (f"/01/{GTIN}/10/B2", "not_affected", "lot", "other_lot"),
        (f"/01/{GTIN}/10/a1", "possibly_affected", "lot", "lot_not_known"),
        (f"/01/{GTIN}/21/77", "possibly_affected", "serial", "serial_not_known"),
        (f"/01/{GTIN}", "possibly_affected", "gtin", "product_only"),
        (f"/8006/{GTIN}0102/10/A1", "affected", "lot", "lot_affected"),
    ],
)
def test_the_most_specific_code_decides(
    any_door: Door, path: str, status: str, level: str, reason: str
) -> None:
    document = status_of(any_door, path)
    assert (status, level) == (document["status"], document["level"])
    assert [(status, level, reason)] == [
        (each["status"], each["level"], each["reason"]["code"]) for each in document["recalls"]
    ]


def test_a_recall_says_who_why_and_where_to_read_on(door: Door) -> None:
    document = status_of(door, f"/01/{GTIN}/10/A1")
    (recall,) = document["recalls"]
    assert {"en", "zh"} <= document["message"].keys()
    assert ("SAMR-2025-06-17", 1, "open") == (recall["reference"], recall["version"], recall["state"])
    assert ["replace", "refund", "return", "repair"] == recall["remedies"]
    assert 200 == door.client.get(urlsplit(recall["notice"]).path).status_code
    assert 200 == door.client.get(urlsplit(recall["notice_document"]).path).status_code


def test_no_recall_known_is_not_called_safe(door: Door) -> None:
    document = status_of(door, "/01/09506000134352/10/A1")
    assert ("no_recall_known", None, []) == (document["status"], document["level"], document["recalls"])
    assert "not show" in document["message"]["en"]


def test_a_container_is_no_product(door: Door) -> None:
    assert "unknown" == status_of(door, "/00/095212340000000013")["status"]


def test_a_withdrawn_recall_names_nothing_any_more(door: Door) -> None:
    withdraw(door.world.runtime, recall_id=door.world.recall_id, officer=FIRST, second=SECOND)
    assert "no_recall_known" == status_of(door, f"/01/{GTIN}/10/A1")["status"]


def test_before_the_trace_nothing_is_let_off(door: Door) -> None:
    with door.world.runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=door.world.recall_id)
        notice = recalls.notice(tx, recall_id=recall.id)
        recalls.add_notice(tx, recall_id=recall.id, version=2, notice=notice, submitted_by=FIRST, at=NOW)
        recalls.approve_notice(tx, recall_id=recall.id, version=2, approved_by=SECOND, at=NOW)
        recalls.save_recall(tx, type(recall)(**_of(recall) | {"version": 2}))
    assert "possibly_affected" == status_of(door, f"/01/{GTIN}/10/B2")["status"]
    assert "affected" == status_of(door, f"/01/{OTHER_GTIN}/10/D4")["status"]


def _of(recall: Any) -> dict[str, Any]:
    return {name: getattr(recall, name) for name in recall.__slots__}


def test_the_answer_tells_of_no_order(door: Door) -> None:
    text = asked(door, f"/01/{GTIN}/10/A1?{STATUS}").text
    assert [] == [word for word in ("L-1", "S-07", "party_", "Harbour", "rcl_", "units") if word in text]


def test_a_person_is_led_to_the_page_and_a_program_may_have_a_linkset(door: Door) -> None:
    path = f"/01/{GTIN}/10/A1?{STATUS}"
    person = asked(door, path, accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert 307 == person.status_code
    page = door.client.get(person.headers["location"], headers={"accept-language": "zh"})
    assert "属于召回范围" in page.text
    linkset = asked(door, path, accept=LINKSET).json()["linkset"]
    assert [f"http://testserver{path}"] == [link["href"] for link in linkset[0][RECALL_STATUS]]


def test_it_is_cached_by_what_it_says(door: Door) -> None:
    path = f"/01/{GTIN}/10/A1?{STATUS}"
    first = asked(door, path)
    assert "Mon, 16 Jun 2025 01:00:00 GMT" == first.headers["last-modified"]
    assert "max-age=60" in first.headers["cache-control"]
    door.world.clock.forward(minutes=5)
    again = asked(door, path, if_none_match=first.headers["etag"])
    assert (304, "") == (again.status_code, again.text)


@pytest.mark.parametrize(
    "path",
    [
        "/01/09506000134376/badrequest", "/01/09506000134377", "/01/", "/01/0950600013437", "/99/1/01/x",
        f"/01/{GTIN}/21/7/10/A1", f"/01/{GTIN}?10=A1", f"/01/{GTIN}/10/%E9%E9",
        f"/01/{GTIN}/10/" + "x" * 21,
    ],
)  # fmt: skip
def test_a_wrong_address_is_refused_with_the_reason(door: Door, path: str) -> None:
    answer = asked(door, path)
    if path == "/01/":
        assert 404 == answer.status_code
        return
    problem = answer.json()
    assert (400, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert {"expected", "got"} <= problem.keys()
    assert "*" == answer.headers["access-control-allow-origin"]


def test_a_person_gets_the_refusal_as_a_page(door: Door) -> None:
    answer = asked(door, "/01/09506000134377", accept="text/html")
    assert (400, True) == (answer.status_code, "check digit 6" in answer.text)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_it_may_be_asked_from_anywhere_by_get_head_and_options(door: Door, method: str) -> None:
    answer = door.client.request(method, f"/01/{GTIN}", headers={"origin": "https://shop.example"})
    assert answer.status_code in (204, 307)
    assert "*" == answer.headers["access-control-allow-origin"]
    assert "cross-origin" == answer.headers["cross-origin-resource-policy"]


def test_the_linkset_has_every_level_one_default_and_is_linked_everywhere(door: Door) -> None:
    path = f"/01/{GTIN}/10/A1/21/77"
    document = asked(door, f"{path}?linkType=all").json()
    assert (
        document == asked(door, f"{path}?linkType=linkset").json() == asked(door, path, accept=LINKSET).json()
    )
    levels = (path, f"/01/{GTIN}/10/A1", f"/01/{GTIN}")
    assert [f"http://testserver{level}" for level in levels] == [
        level["anchor"] for level in document["linkset"]
    ]
    assert 1 == sum("https://ref.gs1.org/voc/defaultLink" in level for level in document["linkset"])
    assert 'rel="linkset"' in asked(door, path).headers["link"]


def test_a_slash_at_the_end_and_an_old_word_are_tolerated(door: Door) -> None:
    assert 307 == asked(door, f"/01/{GTIN}/").status_code
    old = asked(door, f"/gtin/{GTIN}/lot/A1?{STATUS}")
    assert "affected" == old.json()["status"]
    assert f'<http://testserver/01/{GTIN}/10/A1>; rel="owl:sameAs"' in old.headers["link"]


def test_zeros_case_and_escapes_of_a_lot_are_kept(door: Door) -> None:
    assert "0012" == status_of(door, f"/01/{GTIN}/10/0012")["code"]["lot"]
    assert "a/B" == status_of(door, f"/01/{GTIN}/10/a%2FB")["code"]["lot"]


def test_it_describes_itself(door: Door) -> None:
    answer = asked(door, "/.well-known/gs1resolver")
    assert "http://testserver" == answer.json()["resolverRoot"]
    assert "https://ref.gs1.org/voc/" in [each["namespace"] for each in answer.json()["supportedLinkType"]]


def loaded(door: Door, *documents: object) -> None:
    """Keep link entries."""
    with door.world.runtime.store.begin() as tx:
        for document in documents:
            link_entries.keep_entries(tx, read_entries(document), kept_by="operator", at=NOW)


def entry(anchor: str, **parts: Any) -> dict[str, Any]:
    """An entry with one page."""
    page = {"linktype": "gs1:pip", "href": "https://maker.example/p", "title": "Product", "type": "text/html"}
    return {"anchor": anchor, "itemDescription": "Power bank", "links": [page]} | parts


def test_a_loaded_link_is_the_default_and_the_query_is_passed_on(door: Door) -> None:
    loaded(door, entry(f"/01/{GTIN}"))
    for path in (f"/01/{GTIN}", f"/01/{GTIN}/10/A1", f"/01/{GTIN}/10/A1/21/7"):
        assert "https://maker.example/p" == asked(door, path).headers["location"]
    passed = asked(door, f"/01/{GTIN}?utm=mail&17=261231").headers["location"]
    assert {"utm": ["mail"], "17": ["261231"]} == parse_qs(urlsplit(passed).query)
    assert "affected" == status_of(door, f"/01/{GTIN}/10/A1")["status"]


def test_a_missing_type_is_not_answered_by_the_default(door: Door) -> None:
    loaded(door, entry(f"/01/{GTIN}"))
    assert 404 == asked(door, f"/01/{GTIN}?linkType=gs1:dpp").status_code
    assert 404 == asked(door, "/8004/095060001343999999").status_code


@pytest.mark.parametrize(
    "wrong",
    [
        entry("/01/09521234500017"), entry(f"/01/{GTIN}/10/A1"), entry(f"/01/{GTIN}", links=[]),
        entry(f"/01/{GTIN}", qualifiers=[{"17": "{x}"}]), entry(f"/01/{GTIN}", defaultLinktype="gs1:dpp"),
        entry(f"/01/{GTIN}", links=[{"linktype": "gs1:pip", "href": "javascript:1", "title": "x"}]), "none",
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_is_refused_with_its_place(wrong: object) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_entries([wrong])
    assert str(refusal.value.where).startswith("/0")


# The behaviour of GS1's Resolver Community Edition, replayed


def vectors(shared: Path) -> Path:
    """The folder of its cases."""
    return shared / "vectors" / "gs1-resolver-ce"


def test_the_cases_of_the_community_edition_hold(door: Door, shared: Path) -> None:
    for path in sorted((vectors(shared) / "entries").glob("*.json")):
        loaded(door, json.loads(path.read_text("utf-8")))
    cases = json.loads((vectors(shared) / "resolution_cases.json").read_text("utf-8"))
    wrong = [case["get"] for case in cases if not holds(door, case)]
    assert [] == wrong


def holds(door: Door, case: dict[str, Any]) -> bool:
    """Whether our resolver answers one case as stated."""
    answer = asked(
        door, case["get"], accept=case.get("accept", "*/*"), accept_language=case.get("accept_language", "")
    )
    location = answer.headers.get("location", "")
    hrefs = {
        link["href"]
        for level in (answer.json()["linkset"] if case["status"] == 300 and answer.status_code == 300 else ())
        for links in level.values() if isinstance(links, list)
        for link in links
    }  # fmt: skip
    return (
        case["status"] == answer.status_code
        and case.get("location", location) == location
        and all(part in location for part in case.get("location_contains", ()))
        and set(case.get("linkset_hrefs", ())) <= hrefs
    )


@pytest.mark.parametrize("name", ["gs1-linkset-schema.json", "linkset-schema.json"])
def test_our_linksets_are_valid_against_the_schemas(door: Door, shared: Path, name: str) -> None:
    schema = json.loads((shared / "vectors" / "gs1-linkset" / name).read_text("utf-8"))
    for path in sorted((vectors(shared) / "entries").glob("*.json")):
        loaded(door, json.loads(path.read_text("utf-8")))
    keys = (
        "/01/09506000134376/10/LOT01/21/7",
        "/01/09506000134352",
        f"/01/{GTIN}/22/V/10/A1",
        "/8004/0950600013439",
    )
    for key in keys:
        document = asked(door, f"{key}?linkType=linkset").json()
        if name == "linkset-schema.json":  # RFC 9264 alone has neither descriptions nor contexts
            document = {"linkset": [plain(level) for level in document["linkset"]]}
        jsonschema.validate(document, schema)


def plain(level: dict[str, Any]) -> dict[str, Any]:
    """A context object without what GS1 adds to RFC 9264."""
    links = {
        name: [{k: v for k, v in link.items() if k != "context"} for link in links]
        for name, links in level.items() if isinstance(links, list)
    }  # fmt: skip
    return {"anchor": level["anchor"]} | links
