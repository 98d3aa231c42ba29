"""The registry knows our kinds, those of strangers, and says what there is."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

import connectors
from connectors import registry
from connectors.protocol.connector import ProtocolPartner
from recall.errors import NotFound


def test_our_kinds_are_found_by_name() -> None:
    assert registry.kind("protocol") is ProtocolPartner


def test_an_unknown_kind_is_told_which_there_are() -> None:
    with pytest.raises(NotFound, match=r"expected one of .*protocol"):
        registry.kind("carrier-pigeon")


def test_a_strangers_package_adds_a_kind_but_never_takes_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pigeon.py").write_text("class Pigeon: ...\nclass Impostor: ...\n", encoding="utf-8")
    info = tmp_path / "pigeon-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon\nVersion: 1.0\n", encoding="utf-8")
    points = "[recall.connectors]\npigeon = pigeon:Pigeon\nprotocol = pigeon:Impostor\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert {"pigeon", "protocol"} <= set(registry.names())
    assert "Pigeon" in str(registry.kind("pigeon"))
    assert registry.kind("protocol") is ProtocolPartner


def test_every_kind_of_ours_has_its_manifest_and_its_page() -> None:
    home = Path(connectors.__file__).parent
    for name in (*registry.OURS, *registry.REGISTRIES):
        manifest = tomllib.loads((home / name / "manifest.toml").read_text(encoding="utf-8"))
        assert manifest["name"] == name
        assert manifest["quality"] in ("gold", "silver", "bronze")
        assert (home / name / "README.md").is_file()
