"""A headless Chromium for the browser's tests: the machine's own, or Debian's, installed or unpacked."""

from __future__ import annotations

import os
import platform
import shutil
from ctypes.util import find_library
from pathlib import Path

from tools import debian

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
CHROMIUM = ("chromium-headless-shell", "fonts-noto-cjk")
DRIVER = "libatomic1"  # Playwright's driver needs it, and a small Debian has none
UNPACKED = debian.CACHE / "chromium"
TRIPLET = f"{platform.machine()}-linux-gnu"
LIBRARIES = [UNPACKED / f for f in (f"usr/lib/{TRIPLET}", f"usr/lib/{TRIPLET}/pulseaudio", f"lib/{TRIPLET}")]
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


def environment() -> dict[str, str]:
    """The variables by which unpacked libraries are found; none where nothing was unpacked."""
    return {"LD_LIBRARY_PATH": ":".join(map(str, LIBRARIES))} if UNPACKED.is_dir() else {}


def missing() -> list[str]:
    """Debian's packages that a browser's test lacks here: a Chromium with a font for Chinese, a library."""
    packages = [] if find_browser() else list(CHROMIUM)
    present = find_library("atomic") or (LIBRARIES[0] / "libatomic.so.1").exists()
    return packages if present or platform.system() != "Linux" else [*packages, DRIVER]


def wrap() -> None:
    """Writes the program that starts the unpacked Chromium with the unpacked libraries and fonts."""
    (UNPACKED / "fonts.conf").write_text(FONTS.format(root=UNPACKED))
    program = UNPACKED / "run"
    program.write_text(WRAPPER.format(root=UNPACKED, libraries=environment()["LD_LIBRARY_PATH"]))
    program.chmod(0o755)


def main() -> None:
    """Prints which Chromium the tests will drive, fetching what is missing where that is possible."""
    try:
        packages = missing()
        if packages and debian.provide(packages, into=UNPACKED.name) == UNPACKED and not find_browser():
            wrap()
    except debian.NotPossible as reason:
        print(ABSENT.format(reason=reason), "The browser's tests are skipped.")
    else:
        print("Chromium:", find_browser())


if __name__ == "__main__":
    main()
