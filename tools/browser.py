"""A headless Chromium for the browser's tests: the machine's own, or Debian's, installed or unpacked."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from tools import debian

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PACKAGES = ("chromium-headless-shell", "fonts-noto-cjk")
UNPACKED = debian.CACHE / "chromium"
ABSENT = (
    "No Chromium: {reason}. Install Chromium or Google Chrome, or set RECALL_TEST_BROWSER to its program."
)
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}" FONTCONFIG_FILE="{root}/fonts.conf"
exec "{root}/usr/lib/chromium/chromium-headless-shell" "$@"
"""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>
<cachedir>{root}/fontcache</cachedir></fontconfig>
"""


def find_browser() -> Path | None:
    """The program of a Chromium that is already here, or nothing."""
    named = os.environ.get("RECALL_TEST_BROWSER")
    if named:
        return Path(named)
    on_path = [Path(program) for name in NAMES if (program := shutil.which(name))]
    elsewhere = [*map(Path, APPS), UNPACKED / "run"]
    return next((place for place in [*on_path, *elsewhere] if place.exists()), None)


def fetch_browser() -> Path:
    """Debian's Chromium with a font for Chinese: installed as root, else unpacked in the cache."""
    root = debian.provide(PACKAGES, into="chromium")
    return wrap(root) if root == UNPACKED else Path("/usr/bin/chromium-headless-shell")


def wrap(root: Path) -> Path:
    """The program that starts the unpacked Chromium with the unpacked libraries and fonts."""
    libraries = root / "usr/lib" / f"{platform.machine()}-linux-gnu"
    (root / "fonts.conf").write_text(FONTS.format(root=root))
    program = root / "run"
    program.write_text(WRAPPER.format(root=root, libraries=f"{libraries}:{libraries}/pulseaudio"))
    program.chmod(0o755)
    return program


def main() -> None:
    """Prints which Chromium the tests will drive, fetching one where none is here."""
    try:
        print("Chromium:", find_browser() or fetch_browser())
    except debian.NotPossible as reason:
        print(ABSENT.format(reason=reason), "The browser's tests are skipped.")


if __name__ == "__main__":
    main()
