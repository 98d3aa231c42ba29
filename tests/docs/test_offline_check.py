"""The program on the page about offline checks verifies a real set, and refuses one that was changed."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest

from notifications.webhook.signature import SigningKey
from recall.views.affected_set import TYP
from recall.views.compiled_set import affected_set
from tests.house.tree import ROOT
from tests.world import GTIN, REFERENCE, World

PAGE = ROOT / "docs" / "how-to" / "check-codes-offline.md"
REFERENCE_PAGE = ROOT / "docs" / "reference" / "affected-set.md"
KEY = SigningKey.of(text=f"whsk_{base64.b64encode(bytes(range(32))).decode()}")


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    """The signed set of a small world."""
    path = tmp_path / "set.jws"
    found = affected_set(world.runtime, reference=REFERENCE)
    path.write_text(KEY.signed(found.payload(), typ=TYP), "ascii")
    return path


def said(file: Path, *words: str) -> str:
    """What the page's own program says."""
    program = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    done = subprocess.run(
        [sys.executable, "-c", program, str(file), KEY.public, *words], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_the_program_of_the_page_reads_a_real_set(file: Path) -> None:
    assert "affected" == said(file, GTIN, "A1", "")
    assert "no_recall_known" == said(file, "04006381333931", "A1", "")
    assert said(file, GTIN, "B2", "S-1").startswith("ask with the command")


def test_the_program_of_the_page_refuses_what_was_changed(file: Path) -> None:
    header, payload, signature = file.read_text("ascii").split(".")
    file.write_text(f"{header}.{payload[:-4]}AAAA.{signature}")
    assert said(file, GTIN, "A1", "").startswith("cryptography.exceptions.InvalidSignature")


def test_the_reference_names_every_key_of_a_set(world: World) -> None:
    document = affected_set(world.runtime, reference=REFERENCE).document()
    table = REFERENCE_PAGE.read_text("utf-8").partition("## The payload")[2].partition("\n\nA list")[0]
    assert set(document) == set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
