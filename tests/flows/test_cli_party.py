"""`recall party`: who takes part, how it is reached, and a key that is shown once."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli import Code
from recall.keys import key_hash
from recall.store import parties
from tests.flows.command import Command


def add(recall: Command, *words: object) -> str:
    """The id of a party that was added."""
    return str(recall("party", "add", *words, "--json").document["id"])


def test_a_party_is_added_on_a_new_home_and_listed(recall: Command) -> None:
    platform = add(recall, "--role", "platform", "--name", "Harbour Market", "--endpoint", "http://127.0.0.1:9",
                   "--token", "T")  # fmt: skip
    seller = add(recall, "--role", "seller", "--name", "Seller 07", "--platform", platform, "--reference",
                 "S-07", "--email", "s07@example.org", "--site", "urn:a", "--site", "urn:b")  # fmt: skip
    (listed,) = recall("party", "list", "--role", "seller", "--json").document["parties"]
    assert (seller, platform, "S-07", ["urn:a", "urn:b"]) == (
        listed["id"], listed["platform"], listed["reference"], listed["sites"],
    )  # fmt: skip
    assert 3 == len(recall("party", "list").rows)


def test_a_token_is_kept_and_never_shown(recall: Command) -> None:
    words = ("party", "add", "--role", "platform", "--name", "Harbour Market", "--token", "secret-token")
    said = recall(*words, "--json")
    with recall.house().runtime.store.read() as tx:
        party = parties.party(tx, party_id=said.document["id"])
    assert "secret-token" == recall.house().token(party)
    assert b"secret-token" not in (recall.home / "recall.db").read_bytes()
    assert "secret-token" not in said.out + said.err + recall("party", "list", "--json").out


def test_the_same_id_says_anew_what_is_known_of_a_party(recall: Command) -> None:
    known = add(recall, "--role", "platform", "--name", "Harbour Market")
    add(recall, "--id", known, "--role", "platform", "--name", "Harbour Market", "--language", "zh")
    (listed,) = recall("party", "list", "--json").document["parties"]
    assert (known, "zh") == (listed["id"], listed["language"])


def test_a_key_is_shown_once_and_kept_as_its_hash(recall: Command) -> None:
    known = add(recall, "--role", "platform", "--name", "Harbour Market")
    said = recall("party", "key", known)
    key = said.out.strip()
    assert "not shown again" in said.err
    with recall.house().runtime.store.read() as tx:
        holder = parties.party_of_key(tx, key_hash=key_hash(key))
    assert holder is not None
    assert known == holder.id
    assert key.encode() not in (recall.home / "recall.db").read_bytes()
    assert key != recall("party", "key", known, "--json").document["key"]


def test_a_revoked_key_opens_nothing_and_stays_listed(recall: Command) -> None:
    known = add(recall, "--role", "platform", "--name", "Harbour Market")
    lost, kept = [recall("party", "key", known, "--json").document for _ in range(2)]
    assert Code.ERROR == recall("party", "revoke", known, "000000000000").code
    for _ in range(2):
        assert Code.OK == recall("party", "revoke", known, lost["prefix"]).code
    with recall.house().runtime.store.read() as tx:
        assert None is parties.party_of_key(tx, key_hash=key_hash(lost["key"]))
        assert None is not parties.party_of_key(tx, key_hash=key_hash(kept["key"]))
    listed = recall("party", "keys", known, "--json").document["keys"]
    assert {lost["prefix"]: True, kept["prefix"]: False} == {
        key["prefix"]: key["revoked_at"] is not None for key in listed
    }


@pytest.mark.parametrize(
    ("words", "code", "slug"),
    [
        (("--role", "buyer", "--name", "Somebody"), Code.ERROR, "input-refused"),
        (("--role", "seller", "--name", "S", "--platform", "party_404"), Code.ERROR, "not-found"),
        (("--role", "seller", "--name", "S", "--platform", "party_officer1"), Code.ERROR, "input-refused"),
    ],
)
def test_a_party_that_cannot_be_is_refused(
    desk: Command, words: tuple[str, ...], code: Code, slug: str
) -> None:
    said = desk("party", "add", *words, "--json")
    assert (code, f"docs/errors/{slug}") == (said.code, said.problem["type"])
    assert 2 == len(desk("party", "list", "--json").document["parties"])


def test_a_reference_names_one_party_only(recall: Command) -> None:
    platform = add(recall, "--role", "platform", "--name", "Harbour Market")
    words = ("--role", "seller", "--platform", platform, "--reference", "S-07", "--name")
    first = add(recall, *words, "Seller 07")
    said = recall("party", "add", *words, "Another", "--json")
    assert (Code.CONFLICT, f"Give the id {first} to change that party.") == (
        said.code,
        said.problem["advice"],
    )
    assert Code.ERROR == recall("party", "key", "party_404").code


def test_a_systems_kind_is_named_and_its_secret_comes_from_a_file(recall: Command, tmp_path: Path) -> None:
    known = add(recall, "--role", "platform", "--name", "Harbour Market")
    (tmp_path / "token").write_text("s3cret-token\n")
    said = recall("party", "set", known, "--secret", f"token=@{tmp_path / 'token'}", "--json")
    assert ("protocol", []) == (said.document["connector"], said.document["settings"])
    with recall.house().runtime.store.read() as tx:
        party = parties.party(tx, party_id=known)
    assert {"token": "s3cret-token"} == recall.house().secrets(party)
    assert "s3cret" not in said.out + said.err
    for words in (
        ("--connector", "pigeon"), ("--setting", "colour=red"), ("--setting", "colour"),
        ("--secret", "token=s3cret"),
    ):  # fmt: skip
        refused = recall("party", "set", known, *words)
        assert 0 != refused.code
        assert "s3cret" not in refused.out + refused.err
