"""The registry and the folders: every channel is there once, described, and by the name it has."""

from __future__ import annotations

import base64
import tomllib
from pathlib import Path

import pytest

import notifications
from notifications.registry import channels
from notifications.webhook.signature import SigningKey
from recall.domain.message import Via
from tests.notifications.builders import Noted, clock

ROOM = Path(notifications.__file__).parent
FOLDERS = sorted(path.parent for path in ROOM.glob("*/channel.py"))


async def test_every_way_of_telling_has_one_channel() -> None:
    key = SigningKey.of(text="whsk_" + base64.b64encode(b"k" * 32).decode())
    every = channels(
        smtp_host="127.0.0.1", smtp_port=25, smtp_user="", smtp_password="", smtp_tls="none",
        smtp_connections=1, mail_from="recall@example.org", handover=Noted(), signing_key=key,
        tokens=lambda party: party.id, clock=clock,
    )  # fmt: skip
    assert set(Via) == set(every)
    assert [folder.name for folder in FOLDERS] == sorted(every)
    for name, channel in every.items():
        assert name == channel.name
        assert channel.batch >= 1
        await channel.aclose()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_channel_describes_itself(folder: Path) -> None:
    manifest = tomllib.loads((folder / "manifest.toml").read_text("utf-8"))
    assert {"name", "summary", "duties", "quality", "settings"} == set(manifest)
    assert folder.name == manifest["name"]
    assert manifest["quality"] in {"bronze", "silver", "gold"}
    assert (folder / "README.md").read_text("utf-8").startswith("# ")
